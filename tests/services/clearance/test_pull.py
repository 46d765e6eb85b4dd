# SPDX-License-Identifier: GPL-3.0-or-later
"""Pulling keeps rows and cursor together, tells what it leaves out, and lets no source stand in another's way."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from typing_extensions import override

from desk_app.clock import StandingClock
from desk_app.domain.clearance_sources import (
    STOPPED,
    ChangePage,
    ItemReport,
    SourceFault,
    SourceHealth,
    SourceKind,
    SourceStatus,
)
from desk_app.domain.errors import NotFoundError, PermissionRefusedError, SourceError
from desk_app.domain.facts import ItemState
from desk_app.domain.findings import Finding
from desk_app.domain.policy import Policy
from desk_app.domain.records import Graduate, ItemRecord, Operator, Role
from desk_app.services.clearance import pull as clearance_pull
from desk_app.services.clearance.pull import PULL_EVERY, ClearancePull, PullOutcome, PullProgress
from desk_app.services.desk import Desk
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore
from tests.plain_desk import last_entry

pytestmark = pytest.mark.slow

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2025, 6, 3, 10, 0, tzinfo=TAIPEI)
NUMBER = "41020901L"


def report(
    number: str = NUMBER, code: str = "GA_GOWN", source: str = "", minutes_old: int = 5, **more: object
) -> ItemReport:
    made = ItemRecord(code, source, ItemState.OPEN, NOW - timedelta(minutes=minutes_old))
    return ItemReport(number, dataclasses.replace(made, **more))  # type: ignore[arg-type]  # any field of the record


class Delivering:
    """A source that has its pages ready; an error in their place is raised when its turn comes."""

    kind = SourceKind.PORTAL
    answers_at_once = False

    def __init__(self, name: str, *pages: ChangePage | SourceError) -> None:
        self.name = name
        self.pages = pages
        self.asked: list[str] = []

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        raise AssertionError("cannot be asked about one graduate", student_no, seconds)

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        self.asked.append(cursor)
        for page in self.pages:
            if isinstance(page, SourceError):
                raise page
            yield page

    def health(self) -> SourceHealth:
        return SourceHealth()

    def close(self) -> None:
        """Hold nothing open."""


class Forgetful(Delivering):
    """A source that no longer knows any cursor."""

    @override
    def changes(self, cursor: str) -> Iterator[ChangePage]:
        if cursor:
            self.asked.append(cursor)
            raise SourceError("source_cursor", source=self.name)
        yield from super().changes(cursor)


class Raced(Delivering):
    """A source that another desk pulls from at the same time."""

    def __init__(self, name: str, store: DeskStore, *pages: ChangePage) -> None:
        super().__init__(name, *pages)
        self._store = store

    @override
    def changes(self, cursor: str) -> Iterator[ChangePage]:
        for page in super().changes(cursor):
            with self._store.write() as ledger:
                ledger.put_source_status(dataclasses.replace(ledger.source_status(self.name), cursor="theirs"))
            yield page


PullOf = Callable[..., ClearancePull]


@pytest.fixture
def pull_of(desk: Desk, store: DeskStore, clock: StandingClock, enrol: Callable[..., Graduate]) -> PullOf:
    enrol(NUMBER, items=[])
    trail = Trail(desk.identity, desk.policy, desk.operators)
    return lambda *sources: ClearancePull(store, sources, desk.policy, clock, trail)


def _items(store: DeskStore) -> dict[tuple[str, str], ItemRecord]:
    with store.read() as records:
        return {(item.item, item.source): item for item in records.items_of(NUMBER)}


def _status(store: DeskStore, name: str = "portal") -> SourceStatus:
    with store.read() as records:
        return records.source_status(name)


def test_all_pages_arrive_and_the_next_pull_goes_on_behind_them(pull_of: PullOf, store: DeskStore) -> None:
    source = Delivering(
        "portal",
        ChangePage((report(),), "c1", remaining=1),
        ChangePage((report(code="LIB_BOOKS", source="NTU", minutes_old=3),), "c2", remaining=0),
    )
    told: list[PullProgress] = []
    pull = pull_of(source)
    (result,) = pull.run(told.append)
    assert (result.outcome, result.rows, result.skipped) == (PullOutcome.DONE, 2, {})
    assert told == [PullProgress("portal", 0, None), PullProgress("portal", 1, 1), PullProgress("portal", 2, 0)]
    assert set(_items(store)) == {("GA_GOWN", ""), ("LIB_BOOKS", "NTU")}
    status = _status(store)
    assert status == result.status
    assert (status.cursor, status.rows, status.newest) == ("c2", 2, NOW - timedelta(minutes=3))
    assert (status.last_success, status.next_try) == (NOW, NOW + PULL_EVERY)
    pull.run()
    pull.run(anew=True)
    assert source.asked == ["", "c2", ""]


def test_every_page_that_brings_rows_is_in_the_audit_log(pull_of: PullOf, store: DeskStore) -> None:
    pull_of(Delivering("portal", ChangePage((report(),), "c1"), ChangePage((), "c2"))).run()
    entry = last_entry(store)
    body = json.loads(entry.body)
    assert (entry.sequence, body["kind"]) == (1, "IMPORT")
    assert body["payload"] == {"desk": "1", "what": "CLEARANCE", "source": "portal", "rows": 1}


def test_older_data_never_replace_newer_ones(pull_of: PullOf, store: DeskStore) -> None:
    old = report(minutes_old=60, state=ItemState.CLEARED)
    pull_of(Delivering("portal", ChangePage((report(),), "c1"))).run()
    pull_of(Delivering("files", ChangePage((old,), "f1"))).run()
    assert _items(store)[("GA_GOWN", "")].state is ItemState.OPEN


def test_what_roster_or_rules_do_not_know_is_told_and_left_out(pull_of: PullOf, store: DeskStore) -> None:
    page = ChangePage(
        (
            report("41020999L"),
            report(code="GA_GWN"),
            report(source="NTU"),
            report(code="LIB_BOOKS", source=""),
            report(),
        ),
        "c1",
        findings=(Finding("value_unknown", 7, "state", "DONE"),),
    )
    (result,) = pull_of(Delivering("portal", page)).run()
    assert result.outcome is PullOutcome.DONE
    assert result.rows == 1
    assert result.skipped == {"student_unknown": 1, "item_unknown": 1, "source_unknown": 2, "value_unknown": 1}
    assert {one.value for one in result.examples} == {"41020999L", "GA_GWN", "NTU", "", "DONE"}
    assert set(_items(store)) == {("GA_GOWN", "")}
    assert _status(store).skipped == result.skipped


def test_a_page_from_the_future_is_refused_as_a_whole(pull_of: PullOf, store: DeskStore, policy: Policy) -> None:
    ahead = NOW + timedelta(seconds=policy.max_clock_skew_seconds + 1)
    future = report(code="LIB_BOOKS", source="NTU", as_of=ahead, state=ItemState.CLEARED)
    (result,) = pull_of(Delivering("portal", ChangePage((report(), future), "c1"))).run()
    assert result.status.fault is not None
    assert result.status.fault.code == "source_clock"
    assert (result.status.fault.data["item"], result.status.fault.data["at"]) == (
        "LIB_BOOKS",
        f"{ahead:%Y-%m-%d %H:%M}+08:00",
    )
    assert _items(store) == {}
    assert _status(store).cursor == ""


def test_a_datum_is_never_newer_than_its_arrival(pull_of: PullOf, store: DeskStore) -> None:
    pull_of(Delivering("portal", ChangePage((report(as_of=NOW + timedelta(seconds=20)),), "c1"))).run()
    assert _items(store)[("GA_GOWN", "")].as_of == NOW


def test_a_note_with_a_personal_number_is_withheld(pull_of: PullOf, store: DeskStore) -> None:
    page = ChangePage((report(note="Y190000212"), report(code="LIB_FINES", source="NTU", note="12 元")), "c1")
    (result,) = pull_of(Delivering("portal", page)).run()
    assert (result.rows, result.skipped) == (2, {"note_withheld": 1})
    assert [item.note for item in _items(store).values()] == ["", "12 元"]


def test_a_source_that_fails_keeps_what_had_come_and_stops_no_other(pull_of: PullOf, store: DeskStore) -> None:
    torn = Delivering("portal", ChangePage((report(),), "c1"), SourceError("source_broken_off", source="portal"))
    sound = Delivering("files", ChangePage((report(code="LIB_BOOKS", source="NTU"),), "f1"))
    failed, done = pull_of(torn, sound).run()
    assert (failed.outcome, failed.rows, done.outcome) == (PullOutcome.FAILED, 1, PullOutcome.DONE)
    assert failed.status.fault == SourceFault("source_broken_off", {"source": "portal"})
    assert failed.status.last_success is None
    assert len(_items(store)) == 2
    assert torn.asked == [""]
    torn.pages = (ChangePage((), "c2"),)
    (again, _) = pull_of(torn, sound).run()
    assert torn.asked == ["", "c1"]
    assert (again.status.fault, again.status.failures, again.status.last_success) == (None, 0, NOW)


def test_pauses_grow_and_what_the_source_asks_for_is_heeded(pull_of: PullOf, clock: StandingClock) -> None:
    source = Delivering("portal", SourceError("source_unreachable", source="portal", detail=""))
    pull = pull_of(source)
    pauses = []
    for _ in range(8):
        (result,) = pull.run()
        assert result.status.next_try is not None
        pauses.append((result.status.next_try - clock.now()) // timedelta(minutes=1))
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    source.pages = (SourceError("source_busy", source="portal", wait="7200"),)
    assert pull.run()[0].status.next_try == NOW + timedelta(hours=2)


def stop(progress: PullProgress) -> None:
    """Stop behind the first page."""
    if progress.remaining is not None:
        raise SourceError(STOPPED, source=progress.source)


def test_a_pull_that_is_stopped_is_no_failure_keeps_what_had_come_and_goes_on_there(
    pull_of: PullOf, store: DeskStore
) -> None:
    rest = ChangePage((report(code="LIB_BOOKS", source="NTU"),), "c2", remaining=0)
    source = Delivering("portal", ChangePage((report(),), "c1", remaining=1), rest)
    pull = pull_of(source)
    for _ in range(3):
        (result,) = pull.run(stop)
    assert (result.outcome, result.rows, len(_items(store))) == (PullOutcome.STOPPED, 1, 1)
    assert result.status == _status(store)
    assert result.status.fault == SourceFault(STOPPED, {"source": "portal", "count": "1"})
    assert (result.status.failures, result.status.next_try) == (0, NOW + PULL_EVERY)
    assert (result.status.last_success, result.status.cursor) == (None, "c1")
    assert (result.status.stopped, result.status.fails, pull.troubles()) == (True, False, ())
    source.pages = (rest,)
    (whole,) = pull.run()
    assert source.asked == ["", "c1", "c1", "c1"]
    assert (whole.outcome, whole.status.fault, len(_items(store))) == (PullOutcome.DONE, None, 2)


def test_a_pull_that_is_stopped_ends_a_row_of_failures(pull_of: PullOf) -> None:
    source = Delivering("portal", SourceError("source_unreachable", source="portal", detail=""))
    pull = pull_of(source)
    assert [pull.run()[0].status.failures for _ in range(2)] == [1, 2]
    source.pages = (ChangePage((report(),), "c1", remaining=1),)
    (result,) = pull.run(stop)
    assert result.status.failures == 0


def test_behind_a_pull_that_is_stopped_no_other_source_is_asked(pull_of: PullOf) -> None:
    first, second = Delivering("portal", ChangePage((), "c1", 0)), Delivering("files", ChangePage((), "f1"))
    for results in (pull_of(first, second).run(stop), pull_of(first, second).run_due(stop, at=NOW + PULL_EVERY)):
        assert [(one.source, one.outcome) for one in results] == [("portal", PullOutcome.STOPPED)]
    assert second.asked == []


def test_a_stop_while_a_source_keeps_silent_is_heard_before_the_next_one_is_asked(pull_of: PullOf) -> None:
    """Each of them may keep a pull waiting for half a minute, and only one of them does."""
    silent = SourceError("source_timeout", source="portal", seconds="30")
    first, second = Delivering("portal", silent), Delivering("files", ChangePage((), "f1"))
    pull = pull_of(first, second)
    pull.run(only="files")
    before = pull.standings()[1].status

    def stop_behind_the_first(progress: PullProgress) -> None:
        if progress.source == "files":
            raise SourceError(STOPPED, source=progress.source)

    failed, stopped = pull.run(stop_behind_the_first)
    assert (failed.outcome, stopped.outcome, stopped.status) == (PullOutcome.FAILED, PullOutcome.STOPPED, before)
    assert len(second.asked) == 1


def test_what_goes_wrong_in_telling_is_no_stop(pull_of: PullOf) -> None:
    def fail(progress: PullProgress) -> None:
        raise SourceError("source_elsewhere", source=progress.source)

    with pytest.raises(SourceError):
        pull_of(Delivering("portal", ChangePage((), "c1"))).run(fail)


def test_the_schedule_asks_only_whose_time_has_come_and_nobody_need_be_there(
    pull_of: PullOf, desk: Desk, clock: StandingClock
) -> None:
    first, second = Delivering("portal", ChangePage((), "c1")), Delivering("files", ChangePage((), "f1"))
    pull = pull_of(first, second)
    pull.run(only="portal")
    desk.operators.leave()
    assert [result.outcome for result in pull.run_due()] == [PullOutcome.NOT_DUE, PullOutcome.DONE]
    clock.move_to(NOW + PULL_EVERY)
    assert [result.outcome for result in pull.run_due()] == [PullOutcome.DONE, PullOutcome.DONE]
    assert (len(first.asked), len(second.asked)) == (2, 2)


def test_a_forgotten_cursor_begins_anew_once(pull_of: PullOf, store: DeskStore) -> None:
    source = Forgetful("portal", ChangePage((report(),), "c1"))
    pull_of(source).run()
    (result,) = pull_of(source).run()
    assert (result.outcome, source.asked) == (PullOutcome.DONE, ["", "c1", ""])
    hopeless = Delivering("portal", SourceError("source_cursor", source="portal"))
    (result,) = pull_of(hopeless).run(anew=True)
    assert (result.outcome, hopeless.asked) == (PullOutcome.FAILED, [""])
    assert _status(store).cursor == "c1"


CODES = ("GA_GOWN", "GA_FEES", "CUR_SURVEY", "ALU_DB", "REG_GRADES")


def test_a_long_page_is_taken_as_a_whole_and_each_item_once(
    pull_of: PullOf, store: DeskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearance_pull, "AT_ONCE", 2)
    twice = (report(minutes_old=1, state=ItemState.CLEARED), report(minutes_old=9), report(minutes_old=1))
    (result,) = pull_of(Delivering("files", ChangePage((*(report(code=code) for code in CODES), *twice), "f1"))).run()
    kept = _items(store)
    assert {code for code, _ in kept} == set(CODES)
    assert (kept["GA_GOWN", ""].state, kept["GA_GOWN", ""].as_of) == (ItemState.OPEN, NOW - timedelta(minutes=1))
    assert (result.outcome, result.status.cursor) == (PullOutcome.DONE, "f1")
    entry = last_entry(store)
    assert (entry.sequence, json.loads(entry.body)["payload"]["rows"]) == (1, len(CODES))


def test_a_long_page_that_another_desk_has_taken_leaves_nothing(
    pull_of: PullOf, store: DeskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearance_pull, "AT_ONCE", 2)
    (result,) = pull_of(Raced("files", store, ChangePage(tuple(report(code=code) for code in CODES), "f1"))).run()
    assert (result.outcome, result.rows, _items(store)) == (PullOutcome.FAILED, 0, {})


def test_a_pull_ends_when_another_desk_pulls_the_same(pull_of: PullOf, store: DeskStore) -> None:
    (result,) = pull_of(Raced("portal", store, ChangePage((report(),), "c1"))).run()
    assert (result.outcome, result.rows, _items(store)) == (PullOutcome.FAILED, 0, {})
    assert _status(store) == SourceStatus("portal", cursor="theirs")


def test_who_may_not_import_pulls_nothing(pull_of: PullOf, desk: Desk, store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_operators([Operator("auditor", "蔡測核", Role.AUDITOR)])
    desk.operators.switch("auditor")
    source = Delivering("portal", ChangePage((report(),), "c1"))
    with pytest.raises(PermissionRefusedError):
        pull_of(source).run()
    assert source.asked == []


def test_only_a_source_of_the_settings_can_be_named(pull_of: PullOf) -> None:
    with pytest.raises(NotFoundError) as unknown:
        pull_of(Delivering("portal")).run(only="portl")
    assert unknown.value.code == "source_unknown"


def test_standings_name_every_source_in_the_order_of_the_settings(pull_of: PullOf) -> None:
    pull = pull_of(Delivering("portal", ChangePage((), "c1")), Delivering("files"))
    pull.run(only="files")
    assert [(one.name, one.kind, one.status.last_success) for one in pull.standings()] == [
        ("portal", SourceKind.PORTAL, None),
        ("files", SourceKind.PORTAL, NOW),
    ]
