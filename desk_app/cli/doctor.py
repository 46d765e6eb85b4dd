# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app doctor``: can this desk work, and if not, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desk_app.cli.options import json_option
from desk_app.cli.session import Session, say, say_json
from desk_app.cli.worded import command

if TYPE_CHECKING:
    from desk_app.domain.errors import DeskError
    from desk_app.i18n import Catalogue

_WORKS_WITHOUT = frozenset({"reader", "recovery", "edition", "copies", "root_key"})
"""What is told, but does not keep a desk from working: the number is typed, the keys are there, a late collector comes
under the edition before, an older copy is none of the store, and the root's key is needed for nothing."""

_STORE_UNFIT = ("store_damaged", "store_not_a_store", "store_upgrade_", "store_schema_", "store_migration")
"""How the codes of a store begin that does not open whatever keys, backups and counts are."""

_SAY_IT_THEMSELVES = (
    "store_too_new", "store_outdated", "store_not_set_up", "store_missing", "store_emptied", "store_read_only", "store_full",
    "store_busy", "store_lost", "store_unreachable", "store_not_allowed", "store_address", "store_driver_missing",
    "store_server_", "init_unfinished", "keys_phrase_", "keys_keyring_", "keys_open", "keys_left_open",
    "keys_version_missing", "keys_not_in_force", "whole_file_plain", "store_set_back", "store_unwitnessed", "store_moved", "recount_prefix",
)  # fmt: skip
"""How the codes begin of what each says itself what to do, and it is none of what usually mends the part."""

_KEYS_UNFIT = ("keys_", "store_key")


@command()
@json_option
@click.pass_obj
def doctor(session: Session, *, as_json: bool) -> None:
    """Check every part that this desk needs."""
    from desk_app.bootstrap.checks import examine_desk
    from desk_app.cli.errors import error_text

    texts = session.texts
    results = examine_desk(session.settings)
    told = [
        {
            "part": result.part,
            "ok": result.sound,
            "detail": error_text(result.error, texts) if result.error else result.detail,
            "mend": _mend(result.part, result.error, texts) if result.error else "",
        }
        for result in results
    ]
    works = all(result.sound or result.part in _WORKS_WITHOUT for result in results)
    if as_json:
        say_json({"ok": works, "checks": told})
    else:
        for one in told:
            failed = "note" if one["part"] in _WORKS_WITHOUT else "wrong"
            word = texts(f"cli.doctor.{'ok' if one['ok'] else failed}")
            part = texts(f"cli.doctor.part.{one['part']}")
            say(f"{word}  {part}: {one['detail']}")
            if one["mend"]:
                say(f"       → {one['mend']}")
        say(texts("cli.doctor.works" if works else "cli.doctor.works_not"))
    if not works:
        raise click.exceptions.Exit(1)


def _mend(part: str, error: DeskError, texts: Catalogue) -> str:
    """Say how to mend a part; a store that does not open is the fault of every part that opens it, and so are its keys."""
    from desk_app.domain.errors import StoreError

    if error.code == "backup_place":  # of whichever part has found it
        part = "backup"
    elif error.code.startswith(_SAY_IT_THEMSELVES):
        part = "said"
    elif error.code.startswith(_STORE_UNFIT):
        part = "store"
    elif isinstance(error, StoreError) and error.code.startswith(_KEYS_UNFIT):
        part = "store_keys"
    return texts(f"cli.doctor.mend.{part}")
