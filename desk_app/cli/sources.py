# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app sources`` and ``desk-app pull``: where clearance data come from, whether that works, and bringing all changes."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from desk_app.cli.errors import error_text
from desk_app.cli.options import json_option
from desk_app.cli.session import Session, say, say_json
from desk_app.cli.worded import argument, command, group, option
from desk_app.domain.clearance_sources import SourceKind
from desk_app.domain.errors import NotFoundError, SourceError

if TYPE_CHECKING:
    from desk_app.domain.clearance_sources import SourceFault, SourceStatus
    from desk_app.i18n import Catalogue
    from desk_app.services.clearance.pull import PullProgress, PullResult
    from desk_app.services.clearance.titles import SourceTitles
    from desk_app.services.desk import Desk
    from desk_app.services.ports import ClearanceSource

_SHOWN = 50
"""More wrong places than this help nobody; the rest is counted."""

_anew = option("--anew", is_flag=True)


@group()
def sources() -> None:
    """Show and try out where clearance data come from."""


@sources.command("list")
@json_option
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """Show the state of every source."""
    with session.desk() as desk:
        standings, now, titles = desk.pull.standings(), desk.clock.now(), desk.source_titles
    if not standings and not as_json:
        say(session.texts("sources.none"))
    for one in standings:
        if as_json:
            say_json({"kind": one.kind.value, **_status_json(one.status)})
            continue
        kind = session.texts(f"sources.kind.{one.kind.value}")
        named = titles.with_name(one.name, session.texts)
        say(session.texts("sources.line", source=named, kind=kind, state=_state(one.status, now, session.texts)))
        if one.status.fault is not None:
            say(f"  {fault_text(one.status.fault, titles, session.texts)}")


@sources.command()
@argument("name", required=False, default="")
@click.pass_obj
def test(session: Session, name: str) -> None:
    """Ask every source, or one, whether it works."""
    with session.desk() as desk:
        chosen = _chosen(desk, name)
        if not chosen:
            say(session.texts("sources.none"))
        sound = [_try_out(source, desk.source_titles, session.texts) for source in chosen]
    if not all(sound):
        raise click.exceptions.Exit(1)


@sources.command("pull")
@argument("name", required=False, default="")
@_anew
@json_option
@click.pass_obj
def pull_one(session: Session, name: str, *, anew: bool, as_json: bool) -> None:
    """Bring the changes of every source, or of one."""
    _pull(session, name, anew=anew, as_json=as_json)


@command()
@_anew
@json_option
@click.pass_obj
def pull(session: Session, *, anew: bool, as_json: bool) -> None:
    """Bring the changes of all sources before the counter opens."""
    _pull(session, "", anew=anew, as_json=as_json)


def fault_text(fault: SourceFault, titles: SourceTitles, texts: Catalogue) -> str:
    """Say why a source could not be used, also when another version of the program has kept the reason."""
    told = {"source": "", **fault.data}
    try:
        return error_text(titles.in_words(SourceError(fault.code, **told), texts.language), texts)
    except LookupError:  # no such text, or one that wants to be told more
        return error_text(titles.in_words(SourceError(**told), texts.language), texts)


def _pull(session: Session, name: str, *, anew: bool, as_json: bool) -> None:
    texts = session.texts
    results: list[PullResult] = []
    with session.desk() as desk:
        for source in _chosen(desk, name):
            with _bar(texts, desk.source_titles.with_name(source.name, texts), quiet=as_json) as told:
                results += desk.pull.run_unattended(told, only=source.name, anew=anew)
        held_back = {} if as_json else {one.source: _held_back(desk, one, texts) for one in results}
    if not results and not as_json:
        say(texts("sources.none"))
    for result in results:
        _say_result(result, desk.source_titles, texts, as_json=as_json)
        for words in held_back.get(result.source, ()):
            say(f"  {words}")
    if any(result.status.fault is not None for result in results):
        raise click.exceptions.Exit(1)


def _held_back(desk: Desk, result: PullResult, texts: Catalogue) -> list[str]:
    """Say of a folder that brought nothing that a list lies there which has only just been put in."""
    if result.rows or result.status.fault is not None:
        return []
    files = [one for one in desk.sources if one.name == result.source and one.kind is SourceKind.FILES]
    remarks = [remark for one in files for remark in one.health().remarks if remark.code == "on_their_way"]
    return [texts(f"sources.remark.{remark.code}", **remark.data) for remark in remarks]


def _chosen(desk: Desk, name: str) -> tuple[ClearanceSource, ...]:
    """Give every source, or the one of a name; raise :class:`NotFoundError` for a name that none has."""
    chosen = tuple(source for source in desk.sources if name in ("", source.name))
    if name and not chosen:
        raise NotFoundError("source_unknown", source=name)
    return chosen


def _try_out(source: ClearanceSource, titles: SourceTitles, texts: Catalogue) -> bool:
    from desk_app.i18n import finding_text

    named = titles.with_name(source.name, texts)
    try:
        health = source.health()
    except SourceError as error:
        why = error_text(titles.in_words(error, texts.language), texts)
        say(texts("sources.bad", source=named, why=why))
        return False
    rows = "" if health.rows is None else texts("sources.holds", count=health.rows)
    count = len(health.problems)
    say(texts("sources.unsound" if count else "sources.good", source=named, rows=rows, count=count))
    for problem in health.problems[:_SHOWN]:
        say(f"  {finding_text(problem.file, problem.finding, texts)}")
    if count > _SHOWN:
        say(f"  {texts('import.more', count=count - _SHOWN)}")
    for remark in health.remarks:
        say(f"  {texts(f'sources.remark.{remark.code}', **remark.data)}")
    return not count


def _say_result(result: PullResult, titles: SourceTitles, texts: Catalogue, *, as_json: bool) -> None:
    if as_json:
        skipped = {"taken": result.rows, "outcome": result.outcome.value, "skipped_now": dict(result.skipped)}
        say_json(_status_json(result.status) | skipped)
        return
    if result.rows or result.status.fault is None:
        say(texts("sources.pulled", source=titles.with_name(result.source, texts), count=result.rows))
    for code, count in result.skipped.items():
        example = next((one for one in result.examples if one.code == code), None)
        value, allowed = (example.value, example.allowed) if example else ("…", "…")
        words = texts(f"import.finding.{code}", value=value, allowed=allowed)
        say(f"  {texts('sources.left_out' if count == 1 else 'sources.left_out_like', count=count, why=words)}")
    if result.status.fault is not None:
        say(f"  {fault_text(result.status.fault, titles, texts)}", err=True)


def _state(status: SourceStatus, now: datetime, texts: Catalogue) -> str:
    if status.last_success is None:
        return texts("sources.never")
    return texts(
        "sources.last" if status.newest else "sources.last_empty",
        age=texts.age(now - status.last_success),
        newest=texts.age(now - status.newest) if status.newest else "",
        count=status.rows,
        next=f"{status.next_try:%H:%M}" if status.next_try else "-",
    )


def _status_json(status: SourceStatus) -> dict[str, Any]:
    """Give a state without its cursor, which is the source's own business."""
    made = dataclasses.asdict(status)
    del made["cursor"]
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in made.items()}


@contextmanager
def _bar(texts: Catalogue, source: str, *, quiet: bool) -> Iterator[Callable[[PullProgress], None]]:
    """Show how far the pull of a source is, where somebody is there to see it."""
    hidden = quiet or not sys.stderr.isatty()
    label = texts("sources.pulling", source=source)
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden) as bar:

        def told(progress: PullProgress) -> None:
            bar.length = max(progress.rows + (progress.remaining or 0), 1)
            bar.update(progress.rows - bar.pos)

        yield told
