# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app audit``: is the log whole, checkpoints to be kept elsewhere, and entries for those who look on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk_app.cli.session import Session, as_option, say, say_json
from desk_app.cli.writing import write_whole

if TYPE_CHECKING:
    from desk_app.domain.audit import ChainReport
    from desk_app.i18n import Catalogue


@click.group()
def audit() -> None:
    """Verify the audit log, set checkpoints, export entries."""


@audit.command()
@click.option(
    "--checkpoint", metavar="FILE|CODE", help="A checkpoint from elsewhere: its file, its code, or its QR text."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def verify(session: Session, checkpoint: str | None, *, as_json: bool) -> None:
    """Follow the whole chain. Ends with 0 when it is whole, with 1 when it is not; says what was done, and where.

    Without a checkpoint neither a tail cut off with care nor a chain rewritten as a whole can be seen.
    """
    from desk_app.bootstrap.trust import known_checkpoint

    compared = known_checkpoint(session.settings, checkpoint) if checkpoint else None
    with session.desk() as desk:
        report = desk.audit.verify(compared)
    if as_json:
        say_json(_as_json(report))
    else:
        for line in report_lines(report, session.texts):
            say(line)
    if not report.whole:
        raise click.exceptions.Exit(1)


@audit.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE.json; printed without it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@as_option
@click.pass_obj
def checkpoint(session: Session, output: Path | None, by: str | None, *, as_json: bool) -> None:
    """Sign the end of the chain. Keep it off this machine: by it a later change of the log is seen."""
    if output is not None and output.suffix.lower() != ".json":
        raise click.BadParameter(f"{output.name}: use .json", param_hint="-o")
    with session.desk_of(by, "audit") as desk:
        made = desk.audit.set_checkpoint(desk.papers)
    point = made.checkpoint
    told = {
        "sequence": point.sequence,
        "hash": point.hash,
        "at": point.at.isoformat() if point.at else None,
        "code": point.code,
        "signed": made.signed,
    }
    if output is not None:
        write_whole(output, json.dumps(told, indent=2).encode() + b"\n")
    if as_json:
        say_json(told)
    elif output is not None:
        say(session.texts("cli.audit.checkpoint_written", file=output, code=point.code))
    else:
        say(session.texts("cli.audit.checkpoint", code=point.code))
        say(made.signed)


@audit.command()
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="First day; all without it.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Last day, included.")
@click.option("--kind", default="", metavar="KIND", help="Only entries of this kind, e.g. RELEASE.")
@as_option
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="FILE.csv or FILE.jsonl"
)
@click.pass_obj
def export(
    session: Session, first: datetime | None, last: datetime | None, kind: str, by: str | None, output: Path
) -> None:
    """Write entries as CSV, or as JSON lines with the exact text that the chain covers; this is an entry itself."""
    from desk_app.bootstrap.trust import audit_tables
    from desk_app.domain.audit import AuditFilter
    from desk_app.domain.records import AuditKind
    from desk_app.services.audit_log import AuditForm

    forms = {f".{form.value}": form for form in AuditForm}
    form = forms.get(output.suffix.lower())
    if form is None:
        raise click.BadParameter(f"{output.name}: use one of {', '.join(forms)}", param_hint="-o")
    if kind and kind not in list(AuditKind):
        raise click.BadParameter(f"{kind}: use one of {', '.join(AuditKind)}", param_hint="--kind")
    with session.desk_of(by, "audit") as desk:
        zone = desk.policy.edition.timezone
        wanted = AuditFilter(
            start=first.replace(tzinfo=zone) if first else None,
            end=last.replace(tzinfo=zone) + timedelta(days=1) if last else None,
            kind=kind,
        )
        write_whole(output, desk.audit.export(wanted, form, audit_tables()))
    say(session.texts("cli.audit.exported", file=output))


def report_lines(report: ChainReport, texts: Catalogue) -> tuple[str, ...]:
    """Say what a verification has found."""
    if report.fault is not None:
        at = f"{report.at:%Y-%m-%d %H:%M:%S}" if report.at else "-"
        return (texts(f"audit.fault.{report.fault.value}", sequence=report.sequence, at=at), texts("audit.keep"))
    code = report.end.code if report.end else "-"
    compared = "audit.compared" if report.compared else "audit.not_compared"
    return (texts("audit.whole", count=report.entries, code=code), texts(compared))


def _as_json(report: ChainReport) -> dict[str, object]:
    return {
        "whole": report.whole,
        "entries": report.entries,
        "compared": report.compared,
        "fault": report.fault.value if report.fault else None,
        "sequence": report.sequence or None,
        "at": report.at.isoformat() if report.at else None,
        "code": report.end.code if report.end else None,
    }
