# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app receipt``: is a sealed receipt genuine and unaltered; copies of receipts, papers waiting at other desks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk_app.cli.options import as_option, json_option
from desk_app.cli.session import Session, say, say_json
from desk_app.cli.values import FilePath, WholeNumber
from desk_app.cli.worded import argument, group, option

if TYPE_CHECKING:
    from desk_app.domain.papers import SealReport
    from desk_app.i18n import Catalogue


@group()
def receipt() -> None:
    """Check receipts and print them again."""


@receipt.command()
@argument("file", type=FilePath(exists=True))
@option("--root", type=FilePath(exists=True))
@json_option
@click.pass_obj
def verify(session: Session, file: Path, root: Path | None, *, as_json: bool) -> None:
    """Say whether a receipt is genuine."""
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
@argument("number")
@option("--copy", "as_copy", is_flag=True)
@option("--reason", default="")
@as_option
@click.pass_obj
def print_again(session: Session, number: str, reason: str, by: str | None, *, as_copy: bool) -> None:
    """Print a copy of a receipt."""
    if not as_copy:
        raise click.UsageError(session.usage_texts("usage.copy_only"))
    with session.desk_of(by, "receipt") as desk:
        mark = desk.copies.make(number, reason)
        refused = desk.print_queue.deliver()
    say(session.texts("cli.receipt.copied", number=number, copy=mark.number))
    if refused:
        say(session.texts("cli.receipt.not_printed"), err=True)
        raise click.exceptions.Exit(1)


@receipt.command()
@option("--take-over", "job", type=WholeNumber(1))
@as_option
@click.pass_obj
def waiting(session: Session, by: str | None, *, job: int | None) -> None:
    """List the papers that wait at other desks, or take one over."""
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
