# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk with a portal whose answers a test lays ready and lets come late, and its page."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
import shiboken6

from desk_app.domain.clearance_sources import ChangePage, ItemReport, SourceHealth, SourceKind
from desk_app.domain.errors import SourceError
from desk_app.domain.facts import ItemState
from desk_app.domain.papers import Bilingual
from desk_app.domain.records import ItemRecord
from desk_app.domain.verdict import VerdictCode
from desk_app.services.clearance.pull import ClearancePull
from desk_app.services.clearance.refresh import ClearanceRefresh
from desk_app.services.clearance.titles import SourceTitles
from desk_app.services.desk import Desk
from desk_app.services.trail import Trail
from desk_app.ui.context import UiContext
from desk_app.ui.pages.page import PageParts
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.refreshing import ClearancePresenter
from desk_app.ui.pages.pickup.state import AskStage
from desk_app.ui.reader_bridge import ReaderBridge
from desk_app.ui.tasks import Lane
from tests.ui.pages.pickup.conftest import TEN, PageWindow, Roster
from tests.ui.prompt_tasks import LateTasks

NUMBER, OTHER = "41020901L", "41020902L"
OPEN = ItemRecord("LIB_BOOKS", "NTU", ItemState.OPEN, TEN - timedelta(minutes=1))
CLEARED = dataclasses.replace(OPEN, state=ItemState.CLEARED, as_of=TEN)


class Portal:
    """A portal whose answers the test lays ready; it counts how often it was asked."""

    name = "portal"
    kind = SourceKind.PORTAL
    answers_at_once = True

    def __init__(self) -> None:
        self.rows: tuple[ItemRecord, ...] = ()
        self.error: SourceError | None = None
        self.asked: list[str] = []

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        assert seconds <= 2
        self.asked.append(student_no)
        if self.error is not None:
            raise self.error
        return tuple(ItemReport(student_no, row) for row in self.rows)

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        raise AssertionError("nobody pulls here", cursor)

    def health(self) -> SourceHealth:
        return SourceHealth()

    def close(self) -> None:
        """Hold nothing open."""


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def asking(desk: Desk, roster: Roster, portal: Portal) -> Desk:
    """The desk with a portal that can be asked about one graduate."""
    roster.enrol(OTHER, uid="58237715", serial="M-0124")
    trail = Trail(desk.identity, desk.policy, desk.operators)
    refresh = ClearanceRefresh(desk.store, (portal,), desk.policy, desk.clock, trail, lambda: 0.0)
    pull = ClearancePull(desk.store, (portal,), desk.policy, desk.clock, trail, refresh.answers)
    titles = SourceTitles({portal.name: Bilingual("離校系統", "Leaving system")})
    return dataclasses.replace(desk, refresh=refresh, pull=pull, source_titles=titles)


@pytest.fixture
def tasks() -> LateTasks:
    return LateTasks([Lane.OUTSIDE])


@pytest.fixture
def presenter(asking: Desk, tasks: LateTasks) -> ClearancePresenter:
    return ClearancePresenter(asking, tasks, lambda: None, lambda _number: None)


def verdict(presenter: ClearancePresenter) -> VerdictCode:
    assert presenter.state.case is not None
    return presenter.state.case.verdict.code


def stage(presenter: ClearancePresenter) -> AskStage | None:
    return presenter.state.news.stage if presenter.state.news else None


@pytest.fixture
def page(context: UiContext, asking: Desk, tasks: LateTasks) -> Iterator[PickupPage]:
    page = PickupPage(PageParts(context, asking, tasks, ReaderBridge()))
    window = PageWindow(page)
    window.show()
    yield page
    window.hide()
    shiboken6.delete(window)
