# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app receipt``: is a sealed receipt genuine and unaltered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk_app.cli.session import Session, say, say_json

if TYPE_CHECKING:
    from desk_app.domain.papers import SealReport
    from desk_app.i18n import Catalogue


@click.group()
def receipt() -> None:
    """Check sealed receipts."""


@receipt.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--root",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Trust this root certificate and ask no ledger: for a machine that is no desk.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def verify(session: Session, file: Path, root: Path | None, *, as_json: bool) -> None:
    """Check seal, coverage of the whole file, issuer, and the hash in the ledger of this desk.

    Ends with 0 for a genuine receipt, with 1 for one that is refused; each reason is said.
    """
    from desk_app.bootstrap.checks import verify_receipt_file, verify_seal

    pdf = file.read_bytes()
    report = verify_seal(root, pdf) if root else verify_receipt_file(session.settings, pdf)
    if as_json:
        say_json(_as_json(file, report))
    else:
        _say(file, report, session.texts)
    if not report.genuine:
        raise click.exceptions.Exit(1)


def _as_json(file: Path, report: SealReport) -> dict[str, object]:
    return {
        "file": str(file),
        "genuine": report.genuine,
        "faults": [fault.value for fault in report.faults],
        "receipt_no": report.receipt_no,
        "sha256": report.sha256,
        "signer": report.signer,
        "sealed_at": report.sealed_at.isoformat() if report.sealed_at else None,
        "ledger_asked": report.ledger_asked,
    }


def _say(file: Path, report: SealReport, texts: Catalogue) -> None:
    say(texts("cli.receipt.genuine" if report.genuine else "cli.receipt.refused", file=file.name))
    for fault in report.faults:
        say(f"  - {texts(f'cli.receipt.fault.{fault.value}')}")
    if report.receipt_no:
        say(texts("cli.receipt.number", number=report.receipt_no, signer=report.signer or "-"))
    if not report.ledger_asked:
        say(texts("cli.receipt.no_ledger"))
