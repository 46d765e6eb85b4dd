# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of offices pulled into a real store: whole or not at all, the newest wins, and nothing is lost in between."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.errors import StoreBusyError
from desk_app.domain.facts import ItemState
from desk_app.domain.records import Graduate, ItemRecord
from desk_app.services.clearance.pull import ClearancePull, PullOutcome, PullResult
from desk_app.services.desk import Desk
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore
from tests.sources.office_files import NOW, Office, new_office

pytestmark = pytest.mark.slow

NUMBER = "41020901L"


@dataclasses.dataclass
class Counter:
    """A desk with an office's folder."""

    office: Office
    store: DeskStore
    service: ClearancePull

    def pull(self) -> PullResult:
        (result,) = self.service.run()
        return result

    def item(self, number: str = NUMBER) -> ItemRecord | None:
        with self.store.read() as records:
            return next(iter(records.items_of(number)), None)


@pytest.fixture
def counter(
    tmp_path: Path, desk: Desk, store: DeskStore, clock: StandingClock, enrol: Callable[..., Graduate]
) -> Counter:
    office = new_office(tmp_path / "office")
    enrol(NUMBER, items=[])
    trail = Trail(desk.identity, desk.policy, desk.operators)
    return Counter(office, store, ClearancePull(store, (office.source(),), desk.policy, clock, trail))


def _row(number: str, state: str, minutes_old: int) -> tuple[str, ...]:
    return (number, "本校", state, (NOW - timedelta(minutes=minutes_old)).isoformat(" "), "")


def test_lists_in_any_order_end_in_the_same_state(counter: Counter, enrol: Callable[..., Graduate]) -> None:
    states = {30: "已還清", 20: "未還", 10: "處理中"}
    for place, order in enumerate(itertools.permutations(states)):
        number = f"4102{place:04}L"
        enrol(number, serial="", uid=f"5823771{place}", items=[])
        for minutes in (*order, order[0]):
            counter.office.drop_rows(f"{minutes}.csv", [_row(number, states[minutes], minutes)])
            assert counter.pull().outcome is PullOutcome.DONE
        found = counter.item(number)
        assert found is not None
        assert (found.state, found.as_of) == (ItemState.PENDING, NOW - timedelta(minutes=10))


def test_of_a_wrong_list_nothing_is_kept_and_the_next_one_mends_it(counter: Counter) -> None:
    counter.office.drop_rows("bad.csv", [_row(NUMBER, "已還清", 5), _row("41020902L", "大概", 5)])
    result = counter.pull()
    assert (result.outcome, result.rows, result.skipped) == (PullOutcome.FAILED, 0, {"value_unknown": 1})
    assert result.status.fault is not None
    assert result.status.fault.code == "source_file_refused"
    assert counter.item() is None
    counter.office.drop_rows("good.csv", [_row(NUMBER, "已還清", 5)])
    result = counter.pull()
    assert (result.outcome, result.rows, result.status.fault) == (PullOutcome.DONE, 1, None)


def test_a_list_that_could_not_be_kept_is_taken_the_next_time(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.office.drop_rows("list.csv", [_row(NUMBER, "已還清", 5)])

    def busy(*_: object) -> None:
        raise StoreBusyError

    with monkeypatch.context() as patch:
        patch.setattr(DeskStore, "write", busy)
        with pytest.raises(StoreBusyError):
            counter.pull()
    assert (counter.office.names(), counter.item()) == (["list.csv"], None)
    assert counter.pull().rows == 1
    assert counter.office.names("taken") == ["list.csv"]


def test_everything_anew_brings_what_was_delivered_of_somebody_who_was_not_on_the_roster_yet(
    counter: Counter, enrol: Callable[..., Graduate]
) -> None:
    newcomer = "41020902L"
    counter.office.drop_rows("list.csv", [_row(NUMBER, "未還", 20), _row(newcomer, "已還清", 20)])
    assert counter.pull().skipped == {"student_unknown": 1}
    enrol(newcomer, serial="", uid="", items=[])
    assert counter.pull().rows == 0
    counter.office.drop_rows("list.csv", [_row(NUMBER, "已還清", 10)])
    counter.pull()
    (result,) = counter.service.run(anew=True)
    assert (result.outcome, result.rows) == (PullOutcome.DONE, 3)
    found, kept = counter.item(newcomer), counter.item()
    assert found is not None
    assert kept is not None
    assert found.state is ItemState.CLEARED
    assert (kept.state, kept.as_of) == (ItemState.CLEARED, NOW - timedelta(minutes=10))
    assert counter.pull().rows == 0


def test_a_list_that_is_put_in_between_two_pulls_is_taken_by_the_next_look(counter: Counter) -> None:
    assert counter.pull().outcome is PullOutcome.DONE
    assert not counter.service.has_come()
    counter.office.drop_rows("list.csv", [_row(NUMBER, "已還清", 5)])
    assert counter.service.has_come()
    (result,) = counter.service.run_due()
    assert (result.outcome, result.rows) == (PullOutcome.DONE, 1)
    assert not counter.service.has_come()
    assert [one.outcome for one in counter.service.run_due()] == [PullOutcome.NOT_DUE]


def test_a_folder_that_failed_is_looked_at_again_after_its_pause_only(counter: Counter) -> None:
    counter.office.drop_rows("bad.csv", [_row(NUMBER, "大概", 5)])
    assert counter.pull().outcome is PullOutcome.FAILED
    counter.office.drop_rows("good.csv", [_row(NUMBER, "已還清", 5)])
    assert not counter.service.has_come()
    assert [one.outcome for one in counter.service.run_due()] == [PullOutcome.NOT_DUE]


def test_a_folder_that_is_gone_has_brought_nothing(counter: Counter) -> None:
    assert counter.pull().outcome is PullOutcome.DONE
    counter.office.folder.rename(counter.office.folder.with_name("elsewhere"))
    assert not counter.service.has_come()
