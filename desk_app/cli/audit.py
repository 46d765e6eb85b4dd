# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app audit``: is the log whole, checkpoints to be kept elsewhere, and entries for those who look on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk_app.cli.options import as_option, json_option
from desk_app.cli.session import Session, say, say_json
from desk_app.cli.values import DAY, FilePath, require_ending
from desk_app.cli.worded import group, option
from desk_app.cli.writing import write_whole

if TYPE_CHECKING:
    from desk_app.domain.audit import ChainReport
    from desk_app.i18n import Catalogue


@group()
def audit() -> None:
    """Verify the audit log, set checkpoints, export entries."""


@audit.command()
@option("--checkpoint")
@json_option
@click.pass_obj
def verify(session: Session, checkpoint: str | None, *, as_json: bool) -> None:
    """Follow the whole chain."""
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
@option("-o", "--output", type=FilePath())
@json_option
@as_option
@click.pass_obj
def checkpoint(session: Session, output: Path | None, by: str | None, *, as_json: bool) -> None:
    """Sign the end of the chain."""
    if output is not None:
        require_ending(output, {".json": "json"})
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
@option("--from", "first", type=DAY)
@option("--to", "last", type=DAY)
@option("--kind", default="")
@as_option
@option("-o", "--output", type=FilePath(), required=True)
@click.pass_obj
def export(
    session: Session, first: datetime | None, last: datetime | None, kind: str, by: str | None, output: Path
) -> None:
    """Write entries into a file."""
    from desk_app.bootstrap.trust import audit_tables
    from desk_app.domain.audit import AuditFilter
    from desk_app.domain.records import AuditKind
    from desk_app.services.audit_log import AuditForm

    form = require_ending(output, {f".{form.value}": form for form in AuditForm})
    if kind and kind not in list(AuditKind):
        words = session.usage_texts("usage.not_one_of", value=kind, allowed=", ".join(AuditKind))
        raise click.BadParameter(words, param_hint="--kind")
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
