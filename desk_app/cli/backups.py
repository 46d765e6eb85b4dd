# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app backup | restore | recount``: copies of the store that are proven, and what follows when one is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from desk_app.cli.options import as_option, json_option
from desk_app.cli.phrases import credential_of
from desk_app.cli.session import Session, say, say_json
from desk_app.cli.sharing import owner_options
from desk_app.cli.values import FilePath
from desk_app.cli.worded import argument, command, option

if TYPE_CHECKING:
    from desk_app.bootstrap.shared_store import Sharing
    from desk_app.domain.backups import BackupProof
    from desk_app.i18n import Catalogue
    from desk_app.services.backups import Backups


@command()
@option("-o", "--output", type=FilePath())
@json_option
@as_option
@click.pass_obj
def backup(session: Session, output: Path | None, by: str | None, *, as_json: bool) -> None:
    """Copy the store and prove the copy."""
    with session.desk_of(by, "backup") as desk:
        # A desk that was built for a command always keeps backups; only a desk of the tests need not.
        proof = cast("Backups", desk.backups).make(output)
    _tell(proof, session.texts, "cli.backup.made", as_json=as_json)


@command()
@argument("file", type=FilePath(exists=True))
@option("--drill", is_flag=True)
@option("--as", "supervisor")
@json_option
@owner_options
@click.pass_obj
def restore(
    session: Session, file: Path, supervisor: str | None, *, drill: bool, as_json: bool, owner: Sharing | None
) -> None:
    """Put a backup in the place of the store, or try it out."""
    from desk_app.bootstrap.desk import supervisor_of
    from desk_app.bootstrap.trust import drill_backup, restore_backup

    if drill:
        _tell(drill_backup(session.settings, file, owner), session.texts, "cli.backup.drilled", as_json=as_json)
        return
    by = credential_of(session.settings, session.texts, supervisor or supervisor_of(session.settings).id)
    proof, aside = restore_backup(session.settings, file, by, owner=owner)
    _tell(proof, session.texts, "cli.backup.restored", as_json=as_json)
    if not as_json:
        if aside is not None:
            say(session.texts("cli.backup.aside", file=aside))
        known = f"{proof.newest_at:%Y-%m-%d %H:%M}" if proof.newest_at else "-"
        say(session.texts("cli.backup.unknown", known=known, receipt=proof.newest_receipt or "-"))


@command()
@option("--supervisor", required=True)
@option("--witness", required=True)
@option("--reason", required=True)
@click.pass_obj
def recount(session: Session, supervisor: str, witness: str, reason: str) -> None:
    """Record the recount that a restored store waits for."""
    with session.desk_of(supervisor, "recount") as desk:
        epoch = desk.recounts.record(credential_of(session.settings, session.texts, witness), reason)
    say(session.texts("cli.backup.recounted", at=f"{epoch.restored_at:%Y-%m-%d %H:%M}"))


def _tell(proof: BackupProof, texts: Catalogue, key: str, *, as_json: bool) -> None:
    from desk_app.bootstrap.key_checks import shown_keys

    if as_json:
        say_json(
            {
                "file": proof.file,
                "sha256": proof.sha256,
                "entries": proof.entries,
                "releases": proof.releases,
                "newest_receipt": proof.newest_receipt,
                "newest_at": proof.newest_at.isoformat() if proof.newest_at else None,
                "proof": "restored" if proof.restored else "compared",
                "keys": dict(proof.keys),
            }
        )
    else:
        say(texts(key, file=proof.file, releases=proof.releases, entries=proof.entries))
        if not proof.restored:
            say(texts("cli.backup.compared"))
        for name, value in shown_keys(proof.keys):
            say(texts("cli.backup.keys_needed", key=name, value=value))
