# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of open things pulled into a real store: who is in them, who is not, and what silence may change."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk_app.clock import StandingClock
from desk_app.domain.audit import AuditFilter
from desk_app.domain.clearance_sources import STOPPED, ItemReport, Remainder, SourceStatus
from desk_app.domain.errors import SourceError
from desk_app.domain.facts import ItemState, PhoneConfirmation
from desk_app.domain.records import AuditKind, Graduate, ItemRecord
from desk_app.services.clearance import pull as clearance_pull
from desk_app.services.clearance.pull import ClearancePull, PullProgress, PullResult
from desk_app.services.clearance.remainders import silent_reports
from desk_app.services.desk import Desk
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore, verify_audit
from tests.sources.office_files import NOW, Office, new_office

OPEN, CLEARED = ItemState.OPEN, ItemState.CLEARED
NAMED, SILENT, OTHER_YEAR, LATE = "41020901L", "41020902L", "41020903L", "41020904L"
KEYS = {"LIB_BOOKS": ("NTNU", "NTU")}
PROFILE = """
[columns]
number = "學號"
note = "書名"
[fixed]
item = "LIB_BOOKS"
source = "NTNU"
[as_of]
name = "overdue*_{day}_{time}"
[things]
state = "OPEN"
absent = "CLEARED"
graduation_ay = [113]
[file]
end = "合計 {count} 筆"
"""


@dataclasses.dataclass
class Counter:
    """A desk with an office's folder of overdue books."""

    office: Office
    store: DeskStore
    service: ClearancePull
    examples: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))

    def drop(self, minutes_old: int, *numbers: str, part: str = "") -> None:
        at = NOW - timedelta(minutes=minutes_old)
        rows = [*((number, "測試學導論") for number in numbers), ("合計", f"{len(numbers)} 筆")]
        path = self.office.drop_rows(f"overdue{part}_{at:%Y%m%d_%H%M}.csv", rows, head=("學號", "書名"))
        self.office.date(path, 60 + minutes_old)

    def deliver(self, minutes_old: int, *numbers: str, part: str = "") -> PullResult:
        self.drop(minutes_old, *numbers, part=part)
        (result,) = self.service.run()
        return result

    def books(self, number: str) -> tuple[ItemState, datetime] | None:
        with self.store.read() as records:
            found = [one for one in records.items_of(number) if one.item == "LIB_BOOKS"]
        assert len(found) <= 1
        return (found[0].state, found[0].as_of) if found else None

    def say(self, number: str, state: ItemState, minutes_old: int) -> None:
        record = ItemRecord("LIB_BOOKS", "NTNU", state, NOW - timedelta(minutes=minutes_old))
        with self.store.write() as ledger:
            ledger.put_items([(number, record)])


@pytest.fixture
def counter(
    tmp_path: Path, desk: Desk, store: DeskStore, clock: StandingClock, enrol: Callable[..., Graduate]
) -> Counter:
    office = new_office(tmp_path / "office")
    office.write_profile(PROFILE)
    for number, year in ((NAMED, 113), (SILENT, 113), (OTHER_YEAR, 112)):
        enrol(number, serial="", uid="", items=[], graduation_ay=year)
    trail = Trail(desk.identity, desk.policy, desk.operators)
    return Counter(office, store, ClearancePull(store, (office.source(),), desk.policy, clock, trail))


def _ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


def test_whoever_a_complete_list_does_not_name_has_nothing_open(counter: Counter) -> None:
    result = counter.deliver(10, NAMED)
    assert (result.rows, result.status.newest) == (2, _ago(10))
    assert counter.books(NAMED) == (OPEN, _ago(10))
    assert counter.books(SILENT) == (CLEARED, _ago(10))
    assert counter.books(OTHER_YEAR) is None
    with counter.store.read() as records:
        (entry,) = records.audit_lines(AuditFilter(kind=AuditKind.IMPORT), 10)
    assert (entry.payload["rows"], entry.payload["silent"]) == (2, 1)


def test_a_list_that_does_not_say_so_leaves_all_others_untouched(counter: Counter) -> None:
    counter.office.write_profile(PROFILE.replace('absent = "CLEARED"\ngraduation_ay = [113]\n', ""))
    counter.say(SILENT, OPEN, 60)
    assert counter.deliver(10, NAMED).rows == 1
    assert counter.books(SILENT) == (OPEN, _ago(60))


def test_who_is_no_longer_named_has_given_back_what_was_open(counter: Counter) -> None:
    counter.deliver(30, NAMED)
    counter.deliver(10)
    assert counter.books(NAMED) == (CLEARED, _ago(10))


@pytest.mark.parametrize("minutes", [10, 5])
@pytest.mark.parametrize("state", list(ItemState))
def test_silence_never_stands_against_a_word_as_new_or_newer(counter: Counter, state: ItemState, minutes: int) -> None:
    counter.say(SILENT, state, minutes)
    counter.deliver(10, NAMED)
    assert counter.books(SILENT) == (state, _ago(minutes))


def test_an_older_list_changes_nothing(counter: Counter) -> None:
    counter.deliver(10, NAMED)
    counter.deliver(30, SILENT)
    assert (counter.books(NAMED), counter.books(SILENT)) == ((OPEN, _ago(10)), (CLEARED, _ago(10)))


@pytest.mark.parametrize("first", [NAMED, SILENT])
def test_of_two_lists_of_one_instant_neither_clears_whom_the_other_names(counter: Counter, first: str) -> None:
    second = SILENT if first == NAMED else NAMED
    counter.deliver(10, first, part="-main")
    counter.deliver(10, second, part="-branch")
    assert (counter.books(NAMED), counter.books(SILENT)) == ((OPEN, _ago(10)), (OPEN, _ago(10)))


@pytest.mark.parametrize("typed", ["41020902", "041020902L", "41020902E", "4I02O9O2L"])
def test_whoever_may_be_meant_by_a_number_that_nobody_has_is_left_as_before(counter: Counter, typed: str) -> None:
    result = counter.deliver(10, NAMED, typed)
    assert counter.books(SILENT) is None
    assert (result.rows, result.skipped) == (1, {"student_unknown": 1, "absent_unclear": 1})


def test_a_list_with_a_wrong_row_clears_nobody(counter: Counter) -> None:
    result = counter.deliver(10, NAMED, "4102 0903L")
    assert result.status.fault is not None
    assert result.status.fault.code == "source_file_refused"
    assert (counter.books(NAMED), counter.books(SILENT)) == (None, None)


def test_a_word_by_telephone_stays_beside_it(counter: Counter) -> None:
    word = PhoneConfirmation("super-m", "圖書館", "0000", _ago(20))
    with counter.store.write() as ledger:
        ledger.put_phone_confirmation(SILENT, "LIB_BOOKS", "NTNU", word)
    counter.deliver(10, NAMED)
    assert counter.books(SILENT) == (CLEARED, _ago(10))


def test_only_the_item_and_source_of_the_list_are_meant(counter: Counter) -> None:
    remainder = Remainder(ItemRecord("LIB_BOOKS", "NTNU", CLEARED, _ago(10)), frozenset({113}))
    other = ItemReport(SILENT, ItemRecord("LIB_BOOKS", "NTU", OPEN, _ago(10)))
    with counter.store.read() as records:
        found, findings = silent_reports([other], [remainder], records, KEYS)
        assert ([one.student_no for one in found], findings) == ([NAMED, SILENT], ())
        assert silent_reports([other], [], records, KEYS) == ((), ())


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_lists_in_any_order_end_in_the_same_state(
    counter: Counter, enrol: Callable[..., Graduate], data: st.DataObject
) -> None:
    """The newest list decides, whichever came last: whom it names is open, and nobody else."""
    example = next(counter.examples)
    for name in counter.office.names("taken"):  # those of the example before, which the roster of this one did not know
        (counter.office.folder / "taken" / name).unlink()
    numbers = [f"41{example:06}{letter}" for letter in "LE"]
    for number in numbers:
        enrol(number, serial="", uid="", items=[], graduation_ay=113)
    named = st.sets(st.sampled_from(numbers))
    lists = data.draw(st.dictionaries(st.integers(1, 9), named, min_size=1, max_size=3))
    order = data.draw(st.permutations(sorted(lists)))
    for minutes in (*order, order[0]):
        # A row about somebody unknown makes the lists of each example its own.
        counter.deliver(minutes, f"99{example:06}Z", *sorted(lists[minutes]))
    newest = min(lists)
    for number in numbers:
        assert counter.books(number) == (OPEN if number in lists[newest] else CLEARED, _ago(newest))


def _stop(progress: PullProgress) -> None:
    if progress.rows:
        raise SourceError(STOPPED, source="library")


def test_who_stops_between_two_lists_leaves_nobody_cleared_whom_the_newer_one_names(counter: Counter) -> None:
    counter.drop(30, NAMED)
    counter.drop(10, SILENT)
    counter.service.run(_stop)
    assert (counter.books(NAMED), counter.books(SILENT)) == ((OPEN, _ago(30)), None)
    counter.service.run()
    assert (counter.books(NAMED), counter.books(SILENT)) == ((CLEARED, _ago(10)), (OPEN, _ago(10)))


@pytest.mark.parametrize("anew", [True, False], ids=["taken again", "come late"])
def test_an_older_list_clears_nobody_of_whom_a_newer_one_spoke_before_the_roster_knew_them(
    counter: Counter, enrol: Callable[..., Graduate], *, anew: bool
) -> None:
    if anew:
        counter.deliver(30, NAMED)
    counter.deliver(10, LATE)
    enrol(LATE, serial="", uid="", items=[], graduation_ay=113)
    if not anew:
        counter.drop(30, NAMED)
    counter.service.run(_stop, anew=anew)
    assert counter.books(LATE) is None
    counter.service.run(anew=True)
    assert (counter.books(LATE), counter.books(NAMED)) == ((OPEN, _ago(10)), (CLEARED, _ago(10)))


@pytest.mark.parametrize("at_once", [clearance_pull.AT_ONCE, 0], ids=["in one transaction", "in many"])
def test_what_another_desk_takes_meanwhile_from_another_source_is_not_cleared(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Lists that tell the day alone are all of the same minute."""

    def meanwhile(*given: Any) -> Any:
        heard = silent_reports(*given)
        counter.say(SILENT, OPEN, 10)
        with counter.store.write() as ledger:
            ledger.put_source_status(SourceStatus("branch", newest=_ago(10), last_try=NOW))
        return heard

    monkeypatch.setattr(clearance_pull, "AT_ONCE", at_once)
    with monkeypatch.context() as patch:
        patch.setattr(clearance_pull, "silent_reports", meanwhile)
        counter.deliver(10, NAMED)
    assert (counter.books(NAMED), counter.books(SILENT)) == (None, (OPEN, _ago(10)))
    counter.service.run()
    assert (counter.books(NAMED), counter.books(SILENT)) == ((OPEN, _ago(10)), (OPEN, _ago(10)))


@pytest.mark.parametrize("source", ["", "NTNUX"])
def test_a_row_that_does_not_say_where_something_is_open_clears_its_graduate_nowhere(
    counter: Counter, source: str
) -> None:
    several = PROFILE.replace('note = "書名"', 'source = "館別"').replace('source = "NTNU"\n', "")
    counter.office.write_profile(several.replace("[113]", '[113]\nsources = ["NTNU", "NTU"]'))
    rows = [(SILENT, source), ("合計", "1 筆")]
    counter.office.drop_rows("overdue_20250603_0950.csv", rows, head=("學號", "館別"))
    (result,) = counter.service.run()
    assert (counter.books(SILENT), result.skipped) == (None, {"source_unknown": 1, "absent_nowhere": 2})
    with counter.store.read() as records:
        assert len(records.items_of(NAMED)) == 2


def test_lists_whose_time_is_over_are_removed_and_that_is_logged(counter: Counter) -> None:
    counter.deliver(10, NAMED)
    (name,) = counter.office.names("taken")
    counter.office.date(counter.office.folder / "taken" / name, 31 * 86_400)
    counter.deliver(5, NAMED)
    assert counter.office.names("taken") == ["overdue_20250603_0955.csv"]
    with counter.store.read() as records:
        entries = records.audit_lines(AuditFilter(kind=AuditKind.PURGE), 10)
    assert [{name: one.payload[name] for name in ("what", "source", "count", "days")} for one in entries] == [
        {"what": "LISTS", "source": "library", "count": 1, "days": 30}
    ]
    assert verify_audit(counter.store) is None
