# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app receipt``: is a sealed receipt genuine and unaltered; copies of receipts, papers waiting at other desks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk_app.cli.session import Session, as_option, say, say_json

if TYPE_CHECKING:
    from desk_app.domain.papers import SealReport
    from desk_app.i18n import Catalogue


@click.group()
def receipt() -> None:
    """Check sealed receipts, print copies of them, and papers that wait at another desk."""


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


@receipt.command("print")
@click.argument("number")
@click.option(
    "--copy", "as_copy", is_flag=True, help="Print a marked copy 補印; the sealed original is printed once only."
)
@click.option("--reason", default="", metavar="TEXT", help="Why; it is kept in the audit log.")
@as_option
@click.pass_obj
def print_again(session: Session, number: str, reason: str, by: str | None, *, as_copy: bool) -> None:
    """Print a receipt again, as a copy that is marked and numbered."""
    if not as_copy:
        raise click.UsageError("The sealed original is printed once: add --copy")
    with session.desk_of(by, "receipt") as desk:
        mark = desk.copies.make(number, reason)
        refused = desk.print_queue.deliver()
    say(session.texts("cli.receipt.copied", number=number, copy=mark.number))
    if refused:
        say(session.texts("cli.receipt.not_printed"), err=True)
        raise click.exceptions.Exit(1)


@receipt.command()
@click.option("--take-over", "job", type=int, metavar="N", help="Print paper N here instead.")
@as_option
@click.pass_obj
def waiting(session: Session, by: str | None, *, job: int | None) -> None:
    """List the papers that wait at other desks of a shared store, or take one over because it is needed here."""
    texts = session.texts
    with session.desk_of(by, "receipt") as desk:
        if job is not None:
            taken = desk.print_queue.take_over(job)
            desk.print_queue.deliver()
            say(texts("cli.receipt.taken_over", title=taken.title, place=f"{taken.counter} {taken.desk}"))
            return
        found = desk.print_queue.elsewhere()
    for one in found:
        place = f"{one.counter} {one.desk}"
        state = texts(f"cli.receipt.state.{one.state.value}")
        say(texts("cli.receipt.waits", job=one.id, title=one.title, copy=one.copy, place=place, state=state))
    if not found:
        say(texts("cli.receipt.none_waits"))


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
        "copy": report.copy,
    }


def _say(file: Path, report: SealReport, texts: Catalogue) -> None:
    found = ("genuine_copy" if report.copy else "genuine") if report.genuine else "refused"
    say(texts(f"cli.receipt.{found}", file=file.name, copy=report.copy))
    for fault in report.faults:
        say(f"  - {texts(f'cli.receipt.fault.{fault.value}')}")
    if report.receipt_no:
        say(texts("cli.receipt.number", number=report.receipt_no, signer=report.signer or "-"))
    if not report.ledger_asked:
        say(texts("cli.receipt.no_ledger"))
