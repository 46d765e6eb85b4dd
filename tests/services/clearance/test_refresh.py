# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking about one graduate keeps what is newer, ends in time, and never fails because an office does."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from typing_extensions import override

from desk_app.clock import StandingClock
from desk_app.domain.audit import AuditFilter
from desk_app.domain.clearance_sources import ChangePage, ItemReport, SourceHealth, SourceKind
from desk_app.domain.errors import PermissionRefusedError, SourceError
from desk_app.domain.facts import ItemState, PhoneConfirmation
from desk_app.domain.records import AuditKind, Graduate, ItemRecord
from desk_app.services.clearance import refresh as clearance_refresh
from desk_app.services.clearance.breaker import FAILURES, PAUSE_SECONDS
from desk_app.services.clearance.refresh import ClearanceRefresh
from desk_app.services.desk import Desk
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2025, 6, 3, 10, 0, tzinfo=TAIPEI)
NUMBER = "41020901L"
STORED = ItemRecord("GA_GOWN", "", ItemState.OPEN, NOW - timedelta(minutes=10))
NEWER = dataclasses.replace(STORED, state=ItemState.CLEARED, as_of=NOW - timedelta(minutes=1))


class Answering:
    """A source that has its answer ready: rows, or an error."""

    kind = SourceKind.PORTAL

    def __init__(self, name: str, *rows: ItemRecord, number: str = NUMBER, answers_at_once: bool = True) -> None:
        self.name = name
        self.reports = tuple(ItemReport(number, row) for row in rows)
        self.answers_at_once = answers_at_once
        self.error: SourceError | None = None
        self.asked = 0

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        assert (student_no, seconds) == (NUMBER, clearance_refresh.DEADLINE_SECONDS)
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.reports

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        raise AssertionError("nobody pulls here", cursor)

    def health(self) -> SourceHealth:
        return SourceHealth()

    def close(self) -> None:
        """Hold nothing open."""


class Hanging(Answering):
    """A source that keeps its thread until it is let go, as a name server can."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.let_go = threading.Event()

    @override
    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        self.let_go.wait(20)
        return super().student(student_no, seconds)


class Ticks:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


RefreshOf = Callable[..., ClearanceRefresh]


@pytest.fixture
def refresh_of(
    desk: Desk, store: DeskStore, clock: StandingClock, enrol: Callable[..., Graduate], ticks: Ticks
) -> RefreshOf:
    enrol(NUMBER, items=[STORED])
    trail = Trail(desk.identity, desk.policy, desk.operators)
    return lambda *sources: ClearanceRefresh(store, sources, desk.policy, clock, trail, ticks)


def _items(store: DeskStore) -> tuple[ItemRecord, ...]:
    with store.read() as records:
        return records.items_of(NUMBER)


def _entries(store: DeskStore) -> int:
    with store.read() as records:
        last = records.last_audit()
    return last.sequence if last else 0


def test_what_is_newer_is_kept_told_and_logged(refresh_of: RefreshOf, store: DeskStore) -> None:
    result = refresh_of(Answering("portal", NEWER)).refresh(NUMBER)
    assert (result.changed, result.answered, result.silent) == (True, ("portal",), {})
    assert _items(store) == (NEWER,)
    with store.read() as records:
        (line,) = records.audit_lines(AuditFilter(), 5)
    assert (line.kind, line.subject, line.payload["source"]) == (AuditKind.IMPORT, NUMBER, "portal")


@pytest.mark.parametrize(
    "row",
    [STORED, dataclasses.replace(STORED, state=ItemState.CLEARED, as_of=STORED.as_of - timedelta(hours=1))],
    ids=["the same", "older"],
)
def test_nothing_is_written_when_nothing_is_new(refresh_of: RefreshOf, store: DeskStore, row: ItemRecord) -> None:
    result = refresh_of(Answering("portal", row)).refresh(NUMBER)
    assert (result.changed, result.answered) == (False, ("portal",))
    assert (_items(store), _entries(store)) == ((STORED,), 0)


def test_a_word_by_telephone_is_not_undone_by_the_same_answer(refresh_of: RefreshOf, store: DeskStore) -> None:
    word = PhoneConfirmation("super-m", "林館員", "02-7749-1111", NOW)
    unknown = dataclasses.replace(STORED, state=ItemState.UNKNOWN)
    with store.write() as ledger:
        ledger.put_items([(NUMBER, dataclasses.replace(unknown, confirmed=word))])
    refresh_of(Answering("portal", unknown)).refresh(NUMBER)
    assert _items(store)[0].confirmed == word


def test_another_instant_alone_is_news_because_the_age_is_shown(refresh_of: RefreshOf, store: DeskStore) -> None:
    fresher = dataclasses.replace(STORED, as_of=NOW)
    assert refresh_of(Answering("portal", fresher)).refresh(NUMBER).changed
    assert _items(store) == (fresher,)


def test_an_answer_about_somebody_else_is_refused(refresh_of: RefreshOf, store: DeskStore) -> None:
    result = refresh_of(Answering("portal", NEWER, number="41000901E")).refresh(NUMBER)
    assert result.silent["portal"].code == "source_other_student"
    assert _items(store) == (STORED,)


def test_an_answer_from_the_future_is_refused_and_the_other_source_counts(
    refresh_of: RefreshOf, store: DeskStore
) -> None:
    future = dataclasses.replace(NEWER, as_of=NOW + timedelta(days=1))
    result = refresh_of(Answering("portal", future), Answering("library", NEWER)).refresh(NUMBER)
    assert (result.answered, result.silent["portal"].code) == (("library",), "source_clock")
    assert _items(store) == (NEWER,)


def test_rows_that_the_rules_do_not_know_are_told(refresh_of: RefreshOf) -> None:
    strange = dataclasses.replace(NEWER, item="GA_GWN")
    result = refresh_of(Answering("portal", strange)).refresh(NUMBER)
    assert (result.changed, [one.code for one in result.findings]) == (False, ["item_unknown"])


def test_a_stranger_to_the_roster_changes_nothing(refresh_of: RefreshOf, store: DeskStore) -> None:
    source = Answering("portal")
    assert not refresh_of(source).refresh(NUMBER).changed
    assert _items(store) == (STORED,)


def test_nobody_waits_longer_than_the_deadline(
    refresh_of: RefreshOf, store: DeskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearance_refresh, "DEADLINE_SECONDS", 0.1)
    hanging = Hanging("portal")
    try:
        result = refresh_of(hanging, Answering("library", NEWER)).refresh(NUMBER)
    finally:
        hanging.let_go.set()
    assert (result.answered, result.silent["portal"].code) == (("library",), "source_timeout")
    assert _items(store) == (NEWER,)


def test_after_failures_a_source_is_left_alone_until_a_pause_is_over(refresh_of: RefreshOf, ticks: Ticks) -> None:
    source = Answering("portal", NEWER)
    source.error = SourceError("source_unreachable", source="portal", detail="")
    refresh = refresh_of(source)
    for _ in range(FAILURES):
        assert refresh.refresh(NUMBER).silent["portal"].code == "source_unreachable"
    ticks.now += PAUSE_SECONDS - 20
    paused = refresh.refresh(NUMBER).silent["portal"]
    assert (paused.code, paused.data["wait"], source.asked) == ("source_paused", "20", FAILURES)
    source.error = None
    ticks.now += 20
    assert refresh.refresh(NUMBER).answered == ("portal",)
    assert refresh.refresh(NUMBER).answered == ("portal",)


def test_asking_again_insists_and_a_success_ends_the_pause(refresh_of: RefreshOf) -> None:
    source = Answering("portal", NEWER)
    source.error = SourceError("source_busy", source="portal", wait="30")
    refresh = refresh_of(source)
    refresh.refresh(NUMBER)
    assert refresh.refresh(NUMBER).silent["portal"].code == "source_paused"
    source.error = None
    assert refresh.refresh(NUMBER, insist=True).changed
    assert refresh.refresh(NUMBER).answered == ("portal",)


def test_files_cannot_be_asked_about_one_graduate(refresh_of: RefreshOf) -> None:
    files = Answering("files", answers_at_once=False)
    refresh = refresh_of(files)
    assert not refresh.possible
    assert refresh.refresh(NUMBER).answered == ()
    assert files.asked == 0
    assert refresh_of(Answering("portal")).possible


def test_at_a_locked_desk_nobody_is_asked_about(refresh_of: RefreshOf, desk: Desk) -> None:
    source = Answering("portal", NEWER)
    desk.operators.lock()
    with pytest.raises(PermissionRefusedError):
        refresh_of(source).refresh(NUMBER)
    assert source.asked == 0
