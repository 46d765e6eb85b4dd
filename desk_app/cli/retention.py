# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app retention``: for how long records are kept, what is due, and the purge that two persons do together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from desk_app.cli.options import as_option, json_option
from desk_app.cli.phrases import credential_of
from desk_app.cli.session import Session, say, say_json
from desk_app.cli.worded import group, option

if TYPE_CHECKING:
    from desk_app.domain.retention import DueRecords, Period, RecordKind
    from desk_app.i18n import Catalogue
    from desk_app.services.retention import PurgeReport

_database = option("--database")


@group()
def retention() -> None:
    """Keep records for their periods."""


@retention.command()
@json_option
@click.pass_obj
def show(session: Session, *, as_json: bool) -> None:
    """Show the period of every kind of record."""
    from desk_app.bootstrap.ground import load_policy
    from desk_app.bootstrap.retention import desk_periods

    periods = desk_periods(session.settings, load_policy(session.settings))
    if as_json:
        say_json({one.kind.value: {"years": one.years, "source": one.source.value} for one in periods})
        return
    for period in periods:
        say(_period_line(period, session.texts))


@retention.command()
@as_option
@json_option
@click.pass_obj
def preview(session: Session, by: str | None, *, as_json: bool) -> None:
    """Count what is due today."""
    with session.desk_of(by, "retention") as desk:
        due = desk.retention.preview()
    if as_json:
        say_json({one.kind.value: _due_json(one) for one in due})
    else:
        for one in due:
            say(_due_line(one, session.texts))
            if one.undated:
                say(f"  {session.texts('retention.undated', count=one.undated)}")
    if any(one.count for one in due):
        raise click.exceptions.Exit(1)


@retention.command()
@as_option
@option("--witness", required=True)
@option("--reason", required=True)
@option("--kind", "kinds", multiple=True)
@option("--delete-copies", is_flag=True)
@_database
@json_option
@click.pass_obj
def purge(
    session: Session, /, by: str | None, witness: str, reason: str, kinds: tuple[str, ...], **more: object
) -> None:
    """Erase what is due."""
    from desk_app.services.retention import PurgeRequest

    _work_as_owner(session, more["database"])
    wanted = _kinds(kinds)
    with session.desk_of(by, "retention") as desk:
        request = PurgeRequest(
            reason, credential_of(session.settings, session.texts, witness), wanted, bool(more["delete_copies"])
        )
        report = desk.retention.purge(request)
    if more["as_json"]:
        say_json(_report_json(report))
    else:
        _tell(report, session.texts)


@retention.command()
@_database
@click.pass_obj
def compact(session: Session, database: str | None) -> None:
    """Write the store anew without what was purged."""
    _work_as_owner(session, database)
    with session.desk() as desk:
        done = desk.store.compact()
    say(session.texts("cli.retention.compacted" if done else "retention.not_compacted"))
    if not done:
        raise click.exceptions.Exit(1)


def _work_as_owner(session: Session, address: object) -> None:
    """Reach a shared store under the address of its owner, for the time of a command."""
    if address is None:
        return
    if not session.settings.database:
        raise click.UsageError(session.usage_texts("usage.no_shared_store"))
    session.settings = dataclasses.replace(session.settings, database=str(address))


def _kinds(names: tuple[str, ...]) -> frozenset[RecordKind]:
    from desk_app.domain.errors import StoreError
    from desk_app.domain.retention import RecordKind

    for name in names:
        if name not in list(RecordKind):
            raise StoreError("retention_kind", kind=name, allowed=", ".join(RecordKind))
    return frozenset(map(RecordKind, names))


def _period_line(period: Period, texts: Catalogue) -> str:
    kept = (
        texts("retention.period.permanent")
        if period.years is None
        else texts("retention.period.years", count=period.years)
    )
    source = texts(f"retention.source.{period.source.value}", note=period.basis.note)
    return texts("cli.retention.kind", kind=texts(f"retention.kind.{period.kind.value}"), period=kept, source=source)


def _due_line(due: DueRecords, texts: Catalogue) -> str:
    kind = texts(f"retention.kind.{due.kind.value}")
    oldest = due.oldest.isoformat() if due.oldest else "-"
    return texts(
        "cli.retention.due", kind=kind, count=due.count, before=due.cut_off.isoformat(), oldest=oldest, held=due.held
    )


def _due_json(due: DueRecords) -> dict[str, object]:
    oldest = due.oldest.isoformat() if due.oldest else None
    return {
        "before": due.cut_off.isoformat(),
        "due": due.count,
        "oldest": oldest,
        "held": due.held,
        "undated": due.undated,
    }


def _tell(report: PurgeReport, texts: Catalogue) -> None:
    for kind, count in report.counts.items():
        if count:
            say(texts("cli.retention.purged", kind=texts(f"retention.kind.{kind.value}"), count=count))
    total = sum(report.counts.values())
    say(texts("retention.done", count=total) if total else texts("retention.nothing"))
    if not report.compacted:
        say(texts("retention.not_compacted"))
    if report.deleted:
        say(texts("retention.copies_deleted", count=report.deleted))
    if report.copies:
        say(texts("retention.copies_kept"))
        for file in report.copies:
            say(f"  {file}")


def _report_json(report: PurgeReport) -> dict[str, object]:
    return {
        "purged": {kind.value: count for kind, count in report.counts.items()},
        "compacted": report.compacted,
        "copies": [str(file) for file in report.copies],
        "deleted": report.deleted,
    }
