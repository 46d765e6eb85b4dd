# SPDX-License-Identifier: GPL-3.0-or-later
"""A source that cannot be used is known at once, by its pulls and by what is asked at the counter, and forgotten as fast."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from desk_app.domain.clearance_sources import (
    ChangePage,
    ItemReport,
    SourceFault,
    SourceHealth,
    SourceKind,
    SourceStatus,
)
from desk_app.domain.errors import SourceError
from desk_app.services.clearance.pull import PULL_EVERY, ClearancePull
from desk_app.services.clearance.refresh import DEADLINE_SECONDS, ClearanceRefresh
from desk_app.services.clearance.troubles import LastAnswers, SourceTrouble
from desk_app.services.desk import Desk
from desk_app.services.trail import Trail
from tests.services.conftest import TEN

NUMBER = "41020901L"
FAULT = SourceFault("source_unreachable", {"source": "portal"})


class Moody:
    """A source that answers everything with nothing new, or with an error."""

    answers_at_once = True

    def __init__(self, name: str, kind: SourceKind = SourceKind.PORTAL) -> None:
        self.name, self.kind = name, kind
        self.error: SourceError | None = None

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        assert (student_no, seconds) == (NUMBER, DEADLINE_SECONDS)
        if self.error is not None:
            raise self.error
        return ()

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        if self.error is not None:
            raise self.error
        yield ChangePage((), cursor)

    def health(self) -> SourceHealth:
        return SourceHealth()

    def close(self) -> None:
        """Hold nothing open."""


@pytest.fixture
def portal() -> Moody:
    return Moody("portal")


@pytest.fixture
def asking(desk: Desk, portal: Moody, enrol: Callable[..., object]) -> Desk:
    """The desk with two sources, both of which can be asked and pulled."""
    enrol()
    sources = (portal, Moody("library"))
    trail = Trail(desk.identity, desk.policy, desk.operators)
    refresh = ClearanceRefresh(desk.store, sources, desk.policy, desk.clock, trail, lambda: 0.0)
    pull = ClearancePull(desk.store, sources, desk.policy, desk.clock, trail, refresh.answers)
    return dataclasses.replace(desk, sources=sources, refresh=refresh, pull=pull)


def down(portal: Moody) -> None:
    portal.error = SourceError("source_unreachable", source="portal", detail="")


def test_a_desk_s_pulls_and_questions_hear_of_each_other(desk: Desk) -> None:
    assert desk.pull.answers is desk.refresh.answers


def test_sources_that_work_or_were_never_asked_are_no_trouble(asking: Desk) -> None:
    assert asking.pull.troubles() == ()
    asking.pull.run_unattended()
    asking.refresh.refresh(NUMBER)
    assert asking.pull.troubles() == ()


def test_a_failing_pull_is_a_trouble_until_a_pull_succeeds(asking: Desk, portal: Moody, clock: object) -> None:
    assert hasattr(clock, "move_to")
    asking.pull.run_unattended()
    down(portal)
    clock.move_to(TEN + timedelta(minutes=15))
    asking.pull.run_unattended()
    assert asking.pull.troubles() == (SourceTrouble("portal", TEN),)
    portal.error = None
    asking.refresh.refresh(NUMBER)
    assert asking.pull.troubles() == (SourceTrouble("portal", TEN),)  # what changed has not come yet
    asking.pull.run_unattended(only="portal")
    assert asking.pull.troubles() == ()


def test_a_source_that_never_worked_says_so(asking: Desk, portal: Moody) -> None:
    down(portal)
    asking.refresh.refresh(NUMBER)
    assert asking.pull.troubles() == (SourceTrouble("portal", None),)


def test_silence_at_the_counter_is_a_trouble_at_once_until_an_answer(
    asking: Desk, portal: Moody, clock: object
) -> None:
    assert hasattr(clock, "move_to")
    asking.pull.run_unattended()
    clock.move_to(TEN + timedelta(minutes=5))
    asking.refresh.refresh(NUMBER)
    down(portal)
    clock.move_to(TEN + timedelta(minutes=6))
    asking.refresh.refresh(NUMBER)
    assert asking.pull.troubles() == (SourceTrouble("portal", TEN + timedelta(minutes=5)),)
    portal.error = None
    asking.refresh.refresh(NUMBER)
    assert asking.pull.troubles() == ()


def test_a_pull_that_succeeds_ends_a_silence_also_while_the_clock_stands(asking: Desk, portal: Moody) -> None:
    asking.pull.run_unattended()
    down(portal)
    asking.refresh.refresh(NUMBER)
    assert asking.pull.troubles() != ()
    portal.error = None
    asking.pull.run_unattended()
    assert asking.pull.troubles() == ()


def test_another_desk_s_pull_ends_a_silence() -> None:
    answers = LastAnswers()
    answers.silent("portal", TEN)
    before = SourceStatus("portal", last_success=TEN - PULL_EVERY)
    assert answers.trouble(before) == SourceTrouble("portal", TEN - PULL_EVERY)
    assert answers.trouble(dataclasses.replace(before, last_success=TEN + timedelta(minutes=1))) is None


@pytest.mark.parametrize(("code", "known"), [("source_unreachable", True), ("source_stopped", False)])
def test_a_pull_that_somebody_stopped_is_no_fault_of_the_source(code: str, known: bool) -> None:
    status = SourceStatus("portal", failures=1, fault=dataclasses.replace(FAULT, code=code))
    assert (LastAnswers().trouble(status) is not None) is known


def test_the_schedule_counts_the_time_that_it_has_waited(asking: Desk, portal: Moody) -> None:
    down(portal)
    (failed, _) = asking.pull.run_due()
    portal.error = None
    assert failed.status.next_try is not None
    asking.pull.run_due(at=failed.status.next_try - timedelta(seconds=1))
    assert asking.pull.troubles() != ()
    asking.pull.run_due(at=failed.status.next_try)
    assert asking.pull.troubles() == ()
