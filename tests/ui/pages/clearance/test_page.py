# SPDX-License-Identifier: GPL-3.0-or-later
"""The clearance page and the schedule behind it: what every source says, a pull with progress, the queue."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.clearance_sources import ChangePage, ItemReport, SourceHealth, SourceKind, SourceStatus
from desk_app.domain.errors import SourceError, StoreLostError
from desk_app.domain.facts import Group, ItemState
from desk_app.domain.papers import Bilingual, Language
from desk_app.domain.records import ItemRecord
from desk_app.services.clearance.pull import PULL_EVERY, ClearancePull, PullProgress
from desk_app.services.clearance.titles import SourceTitles
from desk_app.services.desk import Desk
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore
from desk_app.ui.clearance_pulls import ClearancePulls
from desk_app.ui.context import UiContext
from desk_app.ui.pages.clearance import ClearancePage
from desk_app.ui.pages.page import PageParts
from desk_app.ui.reader_bridge import ReaderBridge
from desk_app.ui.shell.status import desk_status
from desk_app.ui.tasks import Lane
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.widgets import Chip, Label
from tests.ui.opened_page import opened
from tests.ui.pages.pickup.conftest import (  # noqa: F401 - the fixtures of the desk with a real store
    TEN,
    Roster,
    clock,
    desk,
    needs_verifier,
    policy,
    roster,
    store,
    tray,
)
from tests.ui.prompt_tasks import LateTasks, PromptTasks
from tests.ui.shots import cut, keep, settle

NUMBER = "41020901L"
PAGES = 3


class Paged:
    """A source that delivers three pages; it can fail before the last."""

    answers_at_once = False

    def __init__(self, name: str, kind: SourceKind = SourceKind.PORTAL) -> None:
        self.name = name
        self.kind = kind
        self.error: SourceError | None = None
        self.asked = 0

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        raise AssertionError(student_no, seconds)

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        self.asked += 1
        for number in range(PAGES):
            if self.error is not None and number == PAGES - 1:
                raise self.error
            at = TEN - timedelta(minutes=PAGES - number)
            row = ItemReport(NUMBER, ItemRecord("GA_GOWN", "", ItemState.CLEARED, at))
            yield ChangePage((row,), f"{cursor}{number}", PAGES - 1 - number)

    def health(self) -> SourceHealth:
        return SourceHealth()

    def close(self) -> None:
        """Hold nothing open."""


@pytest.fixture
def sources() -> tuple[Paged, ...]:
    return Paged("portal"), Paged("library", SourceKind.FILES)


TITLES = SourceTitles({"portal": Bilingual("離校系統", "Leaving system")})


@pytest.fixture
def pulling(desk: Desk, roster: Roster, sources: tuple[Paged, ...]) -> Desk:  # noqa: F811 - fixtures
    trail = Trail(desk.identity, desk.policy, desk.operators)
    pull = ClearancePull(desk.store, sources, desk.policy, desk.clock, trail)
    return dataclasses.replace(desk, sources=sources, pull=pull, source_titles=TITLES)


@pytest.fixture
def runner() -> PromptTasks:
    return PromptTasks()


@pytest.fixture
def page(qtbot: QtBot, context: UiContext, pulling: Desk, runner: PromptTasks) -> ClearancePage:
    return opened(qtbot, ClearancePage(PageParts(context, pulling, runner, ReaderBridge())))


def said(widget: QWidget) -> str:
    settle()
    return "\n".join(label.text() for label in widget.findChildren(Label) if not label.isHidden())


def test_a_source_never_asked_says_so(page: ClearancePage) -> None:
    assert said(page.sources).splitlines()[2:4] == ["離校系統", "線上查詢"]
    assert "portal" not in said(page.sources)
    assert "library" in said(page.sources)
    assert "尚未取得任何資料" in said(page.sources)
    assert "即將再查" in said(page.sources)


def test_a_pull_shows_rows_age_and_next_try(page: ClearancePage) -> None:
    page.pull.click()
    words = said(page.sources)
    assert "上次成功：剛剛，3 筆；最新資料 1 分鐘前" in words
    assert "下次 10:17" in words
    assert not page.pull.busy
    assert page.progress.isHidden()


def test_what_keeps_a_source_away_is_said_in_words_and_the_other_goes_on(
    page: ClearancePage, sources: tuple[Paged, ...]
) -> None:
    sources[0].error = SourceError("source_unreachable", source="portal", detail="")
    page.pull.click()
    words = said(page.sources)
    assert "連不上「離校系統」，已存資料保留" in words
    assert "下次 10:03，已連續失敗 1 次" in words
    assert words.count("上次成功") == 1


def states(page: ClearancePage) -> list[str]:
    settle()
    return [chip.accessibleName() for chip in page.sources.findChildren(Chip) if chip.isVisible()]


def test_a_source_that_is_silent_at_the_counter_is_no_source_that_works(page: ClearancePage, pulling: Desk) -> None:
    page.pull.click()
    assert states(page) == ["正常", "正常"]
    pulling.pull.answers.silent("portal", TEN + timedelta(seconds=1))
    page.activate()
    assert states(page) == ["有問題", "正常"]
    assert "按「立即更新」再試" in said(page.sources)
    pulling.pull.answers.answered("portal", TEN + timedelta(seconds=2))
    page.activate()
    assert states(page) == ["正常", "正常"]


def test_a_source_that_works_and_has_delivered_nothing_says_so(page: ClearancePage, store: DeskStore) -> None:  # noqa: F811 - a fixture
    with store.write() as ledger:
        ledger.put_source_status(SourceStatus("library", last_success=TEN - timedelta(minutes=2), next_try=TEN))
    page.activate()
    assert "上次成功：2 分鐘前，尚未送來任何資料" in said(page.sources)
    page.context.set_language(Language.EN)
    page.retranslate()
    assert "Last success 2 min ago; nothing has been delivered yet" in said(page.sources)
    assert "no data" not in said(page.sources)


def test_what_could_not_be_kept_is_counted_and_leaves_no_hole_where_a_place_would_stand(
    page: ClearancePage,
    store: DeskStore,  # noqa: F811 - a fixture
) -> None:
    with store.write() as ledger:
        status = SourceStatus("portal", last_success=TEN, rows=9, skipped={"student_unknown": 3})
        ledger.put_source_status(status)
    page.activate()
    assert "3 筆：名冊沒有 …，請先匯入名冊。" in said(page.sources)


@pytest.mark.parametrize("title", ["各學院系所辦公室" * 5, "Departments and institutes of the campus"])
def test_the_longest_title_leaves_the_state_in_a_narrow_window(
    qtbot: QtBot, context: UiContext, pulling: Desk, runner: PromptTasks, title: str
) -> None:
    context.set_compact(True)
    titled = dataclasses.replace(pulling, source_titles=SourceTitles({"portal": Bilingual(title, title)}))
    page = opened(qtbot, ClearancePage(PageParts(context, titled, runner, ReaderBridge())))
    page.resize(1200, 664)
    settle()
    chips = [chip for chip in page.sources.findChildren(Chip) if chip.isVisible()]
    assert chips
    for chip in chips:
        assert chip.visibleRegion().boundingRect() == chip.rect()
    assert cut(page.sources) == []


def test_a_pull_that_a_person_stops_is_told_with_what_is_kept_and_is_no_trouble(page: ClearancePage) -> None:
    page._pulls.progressed.connect(lambda progress: page.progress.cancelled.emit() if progress.rows else None)
    page.pull.click()
    words = said(page.sources)
    assert "已停止更新「離校系統」；先前取得的 2 筆已存" in words
    assert "下次 10:17" in words
    assert "連續失敗" not in words
    chips = [(chip.tone, chip.text) for chip in page.sources.findChildren(Chip) if chip.isVisible()]
    assert chips == [("plain", "已停止"), ("hold", "尚無資料")]
    assert timer_of(page._pulls) == PULL_EVERY
    page.context.set_language(Language.EN)
    page.retranslate()
    assert "2 rows had come and are kept" in said(page.sources)


def test_an_office_begins_its_cell_with_a_capital(page: ClearancePage, roster: Roster) -> None:  # noqa: F811 - a fixture
    certified = frozenset({Group.REQUIRES_CERTIFICATION})
    roster.enrol(groups=certified, items=(ItemRecord("DEPT_CERT", "", ItemState.OPEN, TEN),))
    page.context.set_language(Language.EN)
    page.activate()
    assert "Your department's office" in said(page.queue).splitlines()


def test_the_progress_says_how_much_is_to_come(page: ClearancePage, pulling: Desk) -> None:
    told: list[PullProgress] = []
    pulls = ClearancePulls(pulling, PromptTasks())
    pulls.progressed.connect(told.append)
    pulls.pull_now()
    assert [(one.rows, one.remaining) for one in told[: PAGES + 1]] == [(0, None), (1, 2), (2, 1), (3, 0)]
    page.progress.start("")
    page._progressed(told[2])
    assert "離校系統：已取得 2 筆，尚有 1 筆" in [label.text() for label in page.progress.findChildren(Label)]


def test_a_stop_is_answered_at_once(page: ClearancePage) -> None:
    page._begun()
    page.progress.cancel.show()
    page.progress.cancel.click()
    assert page.progress.cancel.isHidden()
    assert [text for text in said(page.progress).splitlines() if "正在停止" in text]


def test_a_pull_can_be_stopped_between_two_slices(pulling: Desk, runner: PromptTasks) -> None:
    pulls = ClearancePulls(pulling, runner)
    pulls.progressed.connect(lambda progress: pulls.stop() if progress.rows else None)
    pulls.pull_now()
    first, second = (standing.status for standing in pulling.pull.standings())
    assert (first.stopped, first.cursor) == (True, "1")
    assert second.last_try is None


def test_the_queue_counts_who_may_collect(page: ClearancePage, store: DeskStore) -> None:  # noqa: F811 - a fixture
    assert "1" in said(page.queue).splitlines()
    with store.write() as ledger:
        ledger.put_items([(NUMBER, ItemRecord("LIB_BOOKS", "NTU", ItemState.OPEN, TEN))])
    page.activate()
    assert "圖書館" in said(page.queue)
    assert "計算證書在本櫃檯箱內的畢業生" in said(page.queue)


def test_a_desk_without_sources_says_where_its_data_come_from(
    qtbot: QtBot, context: UiContext, desk: Desk, roster: Roster, runner: PromptTasks  # noqa: F811 - fixtures
) -> None:  # fmt: skip
    page = opened(qtbot, ClearancePage(PageParts(context, desk, runner, ReaderBridge())))
    assert "僅能以 desk-app import items 匯入" in said(page.sources)
    assert not page.pull.isEnabled()


def timer_of(pulls: ClearancePulls) -> timedelta:
    return timedelta(milliseconds=pulls._timer.interval())


def test_the_schedule_asks_what_is_due_and_waits_as_long_as_the_sources_say(
    pulling: Desk, sources: tuple[Paged, ...]
) -> None:
    runner = LateTasks([Lane.OUTSIDE])
    pulls = ClearancePulls(pulling, runner)
    pulls.start()
    assert runner.waiting == []
    pulls._timer.timeout.emit()
    pulls.pull_now()
    assert len(runner.waiting) == 1
    runner.waiting.pop()()
    assert [source.asked for source in sources] == [1, 1]
    assert timer_of(pulls) == PULL_EVERY


def test_what_another_desk_has_pulled_meanwhile_is_not_asked_again(
    pulling: Desk, sources: tuple[Paged, ...], store: DeskStore  # noqa: F811 - a fixture
) -> None:  # fmt: skip
    pulls = ClearancePulls(pulling, PromptTasks())
    pulls._timer.timeout.emit()
    with store.write() as ledger:
        ledger.put_source_status(SourceStatus("portal", last_success=TEN, next_try=TEN + 2 * PULL_EVERY))
    pulls._timer.timeout.emit()
    assert [source.asked for source in sources] == [1, 2]


def test_a_source_that_failed_is_asked_again_after_its_pause_also_while_the_clock_stands(
    pulling: Desk, sources: tuple[Paged, ...], runner: PromptTasks
) -> None:
    sources[0].error = SourceError("source_unreachable", source="portal", detail="")
    pulls = ClearancePulls(pulling, runner)
    pulls._timer.timeout.emit()
    assert (desk_status(pulling).failing[0].title, timer_of(pulls)) == (TITLES.of("portal"), timedelta(minutes=1))
    sources[0].error = None
    pulls._timer.timeout.emit()
    assert desk_status(pulling).failing == ()
    assert [source.asked for source in sources] == [2, 1]


@pytest.mark.usefixtures("qapp")  # timers run in an application only
def test_a_folder_is_watched_between_two_pulls(
    pulling: Desk, sources: tuple[Paged, ...], runner: PromptTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls = ClearancePulls(pulling, runner)
    pulls.start()
    pulls.pull_now()
    (watch,) = (timer for timer in pulls.findChildren(QTimer) if not timer.isSingleShot())
    assert watch.isActive()
    assert watch.interval() == 60_000
    monkeypatch.setattr(sources[1], "has_come", lambda: False, raising=False)
    watch.timeout.emit()
    assert [source.asked for source in sources] == [1, 1]
    monkeypatch.setattr(sources[1], "has_come", lambda: True, raising=False)
    watch.timeout.emit()
    assert [source.asked for source in sources] == [1, 2]
    pulls.end()
    assert not watch.isActive()


@pytest.mark.usefixtures("qapp")  # timers run in an application only
def test_a_folder_that_keeps_a_look_waiting_is_not_looked_at_twice(
    pulling: Desk, sources: tuple[Paged, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> bool:
        raise StoreLostError

    runner = LateTasks([Lane.OUTSIDE])
    pulls = ClearancePulls(pulling, runner)
    pulls.start()
    (watch,) = (timer for timer in pulls.findChildren(QTimer) if not timer.isSingleShot())
    for has_come in (lambda: False, gone, lambda: False):
        monkeypatch.setattr(sources[1], "has_come", has_come, raising=False)
        watch.timeout.emit()
        watch.timeout.emit()
        assert len(runner.waiting) == 1
        runner.let_go()
    assert [source.asked for source in sources] == [0, 0]


def test_the_schedule_runs_while_nobody_has_signed_in(pulling: Desk, runner: PromptTasks) -> None:
    pulling.operators.leave()
    pulls = ClearancePulls(pulling, runner)
    faults: list[object] = []
    pulls.ended.connect(faults.append)
    pulls._timer.timeout.emit()
    pulls.pull_now()
    assert faults[0] is None
    assert getattr(faults[1], "code", "") == "permission_nobody"


def test_without_a_source_nothing_is_ever_asked(desk: Desk) -> None:  # noqa: F811 - a fixture
    runner = LateTasks([Lane.OUTSIDE])
    pulls = ClearancePulls(desk, runner)
    pulls.start()
    pulls.pull_now()
    assert (runner.waiting, pulls.pulling) == ([], False)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)], ids=str)
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
def test_no_word_is_cut(
    page: ClearancePage, store: DeskStore, language: Language, theme: str, size: tuple[int, int]  # noqa: F811 - a fixture
) -> None:  # fmt: skip
    with store.write() as ledger:
        ledger.put_source_status(SourceStatus("portal", last_success=TEN, newest=TEN, rows=1234567, failures=0))
        ledger.put_items([(NUMBER, ItemRecord("LIB_BOOKS", "NTU", ItemState.OPEN, TEN))])
    page.context.set_language(language)
    page.context.set_theme(theme)
    page.context.set_compact(size[0] < 1400)
    page.resize(size[0] - 80, size[1] - 56)
    page.retranslate()
    page.activate()
    settle()
    keep(page, f"clearance-{language.value}-{theme}-{size[0]}")
    assert cut(page) == []
