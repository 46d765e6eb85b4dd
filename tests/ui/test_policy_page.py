# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy page: what applies, what differs, and closures that a supervisor enters, sees work and withdraws."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import ClosureError, StoreError
from desk_app.domain.papers import Language
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PICKUP, POLICY, PageParts
from desk_app.ui.pages.policy.choice_button import ChoiceButton
from desk_app.ui.pages.policy.closure_draft import OFFERED, TypedClosure, read_moment
from desk_app.ui.pages.policy.page import PolicyPage
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.widgets import Chip
from tests.ui.opened_page import opened
from tests.ui.sample_desk import NOW, STAFF, TAIPEI, SampleDesk
from tests.ui.test_shots import cut, keep, settle

pytestmark = pytest.mark.slow

SUPERVISOR = STAFF[2]


@pytest.fixture
def sample() -> SampleDesk:
    """A supervisor's desk whose receipts of today promise a digital certificate by 10 June."""
    desk = SampleDesk(SUPERVISOR)
    promised = (
        dataclasses.replace(row, release=dataclasses.replace(row.release, digital_due=date(2025, 6, 10)))
        for row in desk.store.rows[:3]
    )
    desk.store.rows = tuple(promised)
    return desk


@pytest.fixture
def page(qtbot: QtBot, parts: PageParts) -> PolicyPage:
    return opened(qtbot, PolicyPage(parts), (1200, 640))


def words(widget: QWidget) -> list[str]:
    QApplication.processEvents()
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def write_typhoon(page: PolicyPage, day: str = "2025-06-09") -> None:
    page.show_part("closures")
    form = page.closures.form
    form.starts.set_text(day)
    form.source.set_text("新北市政府 114-06-05 公告")


def enter_typhoon(page: PolicyPage, day: str = "2025-06-09") -> None:
    write_typhoon(page, day)
    page.closures.form.preview.click()
    page.closures.confirm.enter.click()


def choose(page: PolicyPage, closure_id: str) -> None:
    page.closures.table.choose(closure_id)
    page.closures.table.row_opened.emit(closure_id)


class TestToday:
    def test_every_line_has_its_source_and_doubt_has_a_mark(self, page: PolicyPage) -> None:
        shown = words(page.today)
        assert {"目前服務中", "週一至週五 08:30–12:00、13:30–17:00", "R26、R27、G4b、G47、F4"} <= set(shown)
        marks = [chip.text for chip in page.today.findChildren(Chip) if chip.isVisible()]
        assert marks.count("存疑") == 3
        assert "預設" in marks

    def test_the_doubts_of_the_pack_stand_in_words_each_once(self, page: PolicyPage) -> None:
        shown = words(page.today)
        assert shown.count("2025-01-31 為放假日") == 1
        assert shown.count("沒有電話號碼") == 1
        assert any("office.LIBRARY.phone、" in text for text in shown)

    def test_an_announced_closure_stands_there_at_once(self, page: PolicyPage) -> None:
        enter_typhoon(page, "2025-06-05")
        page.show_part("today")
        assert any(text.startswith("停止服務：颱風停班停課。") for text in words(page.today))

    def test_a_store_that_fails_is_told_in_place(self, page: PolicyPage, sample: SampleDesk) -> None:
        sample.store.broken = True
        page.activate()
        assert page.fault.isVisible()
        sample.store.broken = False
        page.activate()
        assert not page.fault.isVisible()

    def test_another_language_says_everything_anew(self, page: PolicyPage, context: UiContext) -> None:
        context.set_language(Language.EN)
        page.retranslate()
        assert "Open now" in words(page.today)
        assert "Doubtful" in [chip.text for chip in page.today.findChildren(Chip) if chip.isVisible()]


class TestCompare:
    def test_dates_that_nobody_changed_come_first_and_are_notes(self, page: PolicyPage) -> None:
        page.show_part("compare")
        assert (page.compare.a.value, page.compare.b.value) == ("ntnu-113-1", "ntnu-113-2")
        rows = page.compare.table.rows
        assert [row.note for row in rows[:4]] == [True, True, True, False]
        assert [row.cells[1].text for row in rows[:3]] == [
            "離校系統・開放・起",
            "離校系統・登入方式 1・起",
            "離校系統・登入方式 2・起",
        ]
        kinds = [row.cells[0].text for row in rows]
        assert kinds == sorted(kinds, key=["日期未更新", "已變更", "僅前一版", "僅新一版"].index)
        assert page.compare.counts.text().startswith("日期未更新 3・")

    def test_another_choice_is_compared_and_a_row_is_read_in_full(self, page: PolicyPage) -> None:
        page.show_part("compare")
        page.compare.a.choose("ntnu-112-2")
        title = next(row for row in page.compare.table.rows if row.cells[1].text == "版本・英文名稱")
        page.compare.table.choose(title.key)
        assert {"版本・英文名稱", "edition.title_en", title.cells[2].text, title.cells[3].text} <= set(
            words(page.compare)
        )

    def test_a_pack_does_not_differ_from_itself_but_for_its_dates(self, page: PolicyPage) -> None:
        page.show_part("compare")
        page.compare.a.choose("ntnu-113-2")
        assert {row.cells[0].text for row in page.compare.table.rows} == {"日期未更新"}

    def test_choices_stay_when_the_part_comes_back_and_in_another_language(
        self, page: PolicyPage, context: UiContext
    ) -> None:
        page.show_part("compare")
        page.compare.a.choose("wmu-2017")
        page.show_part("today")
        page.show_part("compare")
        context.set_language(Language.EN)
        page.retranslate()
        assert page.compare.a.value == "wmu-2017"
        assert page.compare.a.text().startswith("wmu-2017  ")

    def test_the_menu_offers_every_pack(self, page: PolicyPage) -> None:
        page.show_part("compare")
        QTest.keyClick(page.compare.b, Qt.Key.Key_Space)
        actions = page.compare.b.menu.actions()
        assert [action.text().split()[0] for action in actions] == [
            "ntnu-112-2",
            "ntnu-113-1",
            "ntnu-113-2",
            "wmu-2017",
        ]
        actions[0].trigger()
        assert page.compare.b.value == "ntnu-112-2"
        page.compare.b.menu.close()


class TestClosures:
    def test_the_closures_of_the_rules_stand_there_with_their_source(self, page: PolicyPage) -> None:
        page.show_part("closures")
        (row,) = page.closures.table.rows
        assert [cell.text for cell in row.cells][:2] == ["2025-07-11（五）–2025-07-12（六）", "分科測驗"]
        choose(page, "pack:0")
        assert "規則檔 ntnu-113-2：R34" in words(page.closures.facts)
        assert not page.closures.facts.withdraw.isVisible()

    def test_the_effect_is_shown_before_anything_is_entered(self, page: PolicyPage, sample: SampleDesk) -> None:
        write_typhoon(page)
        page.closures.form.preview.click()
        confirm = page.closures.confirm
        assert page.closures.side.currentWidget() is confirm
        assert confirm.effect.summary.text() == "3 件數位證書的到期日會改變"
        cells = [[cell.text for cell in row.cells] for row in confirm.effect.table.rows]
        assert cells[0] == ["M-20250605-001", "2025-06-10", "2025-06-11"]
        table = confirm.effect.table
        widest = table.fontMetrics().horizontalAdvance("2025-06-11")
        assert min(table.columnWidth(1), table.columnWidth(2)) > widest
        assert sample.store.closures == []
        confirm.change.click()
        assert page.closures.form.starts.text() == "2025-06-09"

    def test_a_supervisor_enters_a_closure_and_the_log_has_its_effect(
        self, page: PolicyPage, sample: SampleDesk
    ) -> None:
        enter_typhoon(page)
        (entered,) = sample.store.closures
        assert (entered.closure.start, entered.closure.end) == (date(2025, 6, 9), date(2025, 6, 9))
        assert (entered.closure.reason, entered.closure.counters) == ("TYPHOON", ("*",))
        assert (entered.closure.counts_as_working_day, entered.entered_by) == (False, SUPERVISOR)
        assert sample.store.events[-1].payload["due_dates"] == [
            {"old": date(2025, 6, 10), "new": date(2025, 6, 11), "receipts": [f"M-20250605-00{n}" for n in (1, 2, 3)]}
        ]
        assert page.closures.done.text() == "已登錄停止服務，3 件到期日已調整。"
        assert entered.id in [row.key for row in page.closures.table.rows]
        assert page.closures.form.starts.text() == ""

    def test_it_is_withdrawn_with_a_reason_and_never_deleted(self, page: PolicyPage, sample: SampleDesk) -> None:
        enter_typhoon(page)
        identifier = sample.store.closures[0].id
        choose(page, identifier)
        facts = page.closures.facts
        assert [row.cells[2].text for row in facts.effect.table.rows] == ["2025-06-10"] * 3
        facts.withdraw.click()
        assert facts.fault.text() == "請填寫撤回的原因。"
        facts.reason.set_text("公告已更正")
        facts.withdraw.click()
        (withdrawn,) = sample.store.closures
        assert withdrawn.withdrawal is not None
        assert withdrawn.withdrawal.reason == "公告已更正"
        assert sample.store.events[-1].payload["action"] == "withdraw"
        row = next(row for row in page.closures.table.rows if row.key == identifier)
        assert row.cells[-1].text == "已撤回"
        choose(page, identifier)
        assert any("公告已更正" in text for text in words(facts))
        assert not facts.withdraw.isVisible()

    @pytest.mark.parametrize(
        ("field", "text", "fault"),
        [
            ("starts", "", "請填寫開始的日期。"),
            ("starts", "明天", "看不懂「明天」。請寫成 2025-06-12，或含時間 2025-06-12 13:30。"),
            ("ends", "2025-06-08", "結束不可早於開始（2025-06-09 至 2025-06-08）。"),
            ("ends", "2025-06-09 25:00", "看不懂「2025-06-09 25:00」。請寫成 2025-06-12，或含時間 2025-06-12 13:30。"),
            ("source", "", "請填寫公告依據：公告字號、標題或網址。"),
            ("announced", "2025-07-01", "公告日期 2025-07-01 在今天（2025-06-05）之後，請檢查。"),
        ],
    )
    def test_what_is_wrong_is_said_in_the_form_and_the_keyboard_is_at_its_field(
        self, page: PolicyPage, field: str, text: str, fault: str
    ) -> None:
        write_typhoon(page)
        form = page.closures.form
        getattr(form, field).set_text(text)
        form.preview.click()
        assert form.fault.text() == fault
        assert page.closures.side.currentWidget() is form
        form.starts.set_text("2025-06-09")
        form.ends.set_text("")
        form.source.set_text("公告")
        form.announced.set_text("114.6.5")
        form.source.submitted.emit("公告")
        assert page.closures.side.currentWidget() is page.closures.confirm
        assert not form.fault.isVisibleTo(form)

    @pytest.mark.parametrize(
        ("starts", "ends", "fault"),
        [
            (
                "2025-06-05 13:00",
                "2025-06-05 12:00",
                "結束不可早於開始（2025-06-05 13:00 至 2025-06-05 12:00）。",
            ),
            ("2025-06-05 13:00", "", "有寫時間的開始，也請填寫結束的時間。"),
            (
                "2025-06-05 08:30",
                "2025-06-05 10:00",
                "2025-06-05 10:00 已經過去，現在是 2025-06-05 10:17。過去的時段不能再登錄停止服務。",
            ),
        ],
    )
    def test_what_is_wrong_with_hours_is_said_with_times_as_people_read_them(
        self, page: PolicyPage, starts: str, ends: str, fault: str
    ) -> None:
        write_typhoon(page, starts)
        form = page.closures.form
        form.ends.set_text(ends)
        form.preview.click()
        assert form.fault.text() == fault
        assert page.window().focusWidget() is form.ends.edit

    def test_an_overlap_names_the_reason_in_words(self, page: PolicyPage, context: UiContext) -> None:
        enter_typhoon(page)
        write_typhoon(page)
        page.closures.form.preview.click()
        fault = page.closures.form.fault
        assert fault.text() == "2025-06-09 至 2025-06-09 已有相同原因的停止服務（颱風停班停課）。"
        context.set_language(Language.EN)
        page.retranslate()
        page.closures.form.preview.click()
        assert fault.text() == "2025-06-09 to 2025-06-09 is closed already for this reason (typhoon day)."

    def test_somebody_elses_closure_of_the_same_day_is_seen_when_entering(
        self, page: PolicyPage, sample: SampleDesk
    ) -> None:
        write_typhoon(page)
        page.closures.form.preview.click()
        draft = page.closures.confirm.draft
        assert draft is not None
        sample.desk.closures.enter(draft)
        page.closures.confirm.enter.click()
        assert "已有相同原因的停止服務" in page.closures.form.fault.text()
        assert len(sample.store.closures) == 1

    def test_a_reason_of_ones_own_and_hours_at_one_counter(self, page: PolicyPage, sample: SampleDesk) -> None:
        write_typhoon(page, "2025-06-05 13:30")
        form = page.closures.form
        form.ends.set_text("2025-06-05 15:00")
        form.reason.choose("OWN")
        assert form.own.isVisible()
        assert form.counts.value == "yes"
        form.own.set_text("water cut, 5th floor")
        form.counter.choose("MAIN")
        form.preview.click()
        assert page.closures.confirm.effect.summary.text() == "沒有數位證書的到期日會改變"
        page.closures.confirm.enter.click()
        (entered,) = sample.store.closures
        assert (entered.closure.reason, entered.closure.counters) == ("water cut, 5th floor", ("MAIN",))
        assert entered.closure.start == datetime(2025, 6, 5, 13, 30, tzinfo=TAIPEI)
        sample.clock.at = NOW.replace(hour=14)
        page.activate()
        assert page.closures.table.rows[0].cells[-1].text == "停止中"
        sample.clock.at = NOW.replace(hour=15)
        page.activate()
        assert page.closures.table.rows[-1].cells[-1].text == "已結束"

    def test_days_without_service_are_named(self, page: PolicyPage) -> None:
        write_typhoon(page, "2025-06-06")
        page.closures.form.ends.set_text("2025-06-29")
        page.closures.form.preview.click()
        assert "等 8 天本來就不服務。" in page.closures.confirm.effect.useless.text()
        page.closures.confirm.change.click()
        page.closures.form.ends.set_text("2025-06-07")
        page.closures.form.preview.click()
        assert page.closures.confirm.effect.useless.text() == "6/7（六）本來就不服務。".replace("）本", "） 本")

    @pytest.mark.parametrize(
        ("end", "warning"), [("2025-07-09", ""), ("2025-07-10", "停止服務長達 32 天，請確認起迄的月份。")]
    )
    def test_a_closure_of_more_than_31_days_is_warned_of_and_not_refused(
        self, page: PolicyPage, sample: SampleDesk, end: str, warning: str
    ) -> None:
        write_typhoon(page)
        page.closures.form.ends.set_text(end)
        page.closures.form.preview.click()
        long = page.closures.confirm.effect.long
        assert (long.text(), long.isVisible()) == (warning, bool(warning))
        page.closures.confirm.enter.click()
        assert len(sample.store.closures) == 1

    @pytest.mark.parametrize("operator", ["clerk-m1", "auditor"])
    def test_others_find_no_form_but_who_may(self, page: PolicyPage, sample: SampleDesk, operator: str) -> None:
        enter_typhoon(page)
        sample.desk.operators.switch(operator)
        page.activate()
        side = page.closures.side
        assert side.currentWidget() is page.closures.who_may
        assert {"只有主管可以登錄或撤回停止服務。", "請洽主管：周○主"} <= set(words(page.closures.who_may))
        choose(page, sample.store.closures[0].id)
        assert not page.closures.facts.withdraw.isVisible()
        page.closures.facts.withdraw.click()
        assert sample.store.closures[0].withdrawal is None

    def test_a_right_that_was_lost_with_the_form_open_is_refused_in_words(
        self, page: PolicyPage, sample: SampleDesk
    ) -> None:
        write_typhoon(page)
        page.closures.form.preview.click()
        sample.desk.operators.switch("clerk-m1")
        page.closures.confirm.enter.click()
        assert page.closures.form.fault.text() == "只有主管可以登錄或撤回停止服務，未做任何變更。"
        assert sample.store.closures == []

    def test_a_store_that_fails_while_entering_is_told_and_nothing_is_lost(
        self, page: PolicyPage, sample: SampleDesk
    ) -> None:
        write_typhoon(page)
        page.closures.form.preview.click()
        sample.store.broken = True
        page.closures.confirm.enter.click()
        assert page.closures.form.fault.text() == page.context.error_words(StoreError())
        assert page.closures.form.source.text() == "新北市政府 114-06-05 公告"

    def test_the_keyboard_passes_the_table_without_losing_the_form(self, page: PolicyPage) -> None:
        page.show_part("closures")
        page.closures.table.setFocus()
        QApplication.processEvents()
        assert page.closures.side.currentWidget() is page.closures.form
        page.closures.table.selectRow(0)
        QTest.keyClick(page.closures.table, Qt.Key.Key_Return)
        assert page.closures.side.currentWidget() is page.closures.facts
        page.closures.facts.new.click()
        assert page.closures.side.currentWidget() is page.closures.form


class TestDraft:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("2025-06-12", date(2025, 6, 12)),
            ("114.6.12", date(2025, 6, 12)),
            ("２０２５-06-12", date(2025, 6, 12)),
            ("2025-06-12 13:30", datetime(2025, 6, 12, 13, 30, tzinfo=TAIPEI)),
            ("2025-06-12T08:00", datetime(2025, 6, 12, 8, 0, tzinfo=TAIPEI)),
            ("民國114年6月12日 8:05", datetime(2025, 6, 12, 8, 5, tzinfo=TAIPEI)),
        ],
    )
    def test_days_and_times_are_read_in_either_calendar(self, typed: str, read: date) -> None:
        assert read_moment(typed, TAIPEI) == read

    @pytest.mark.parametrize("typed", ["", "2025-06-31", "2025-06-12 24:00", "2025-06-12 12:60", "x 12:00"])
    def test_what_is_no_day_is_refused(self, typed: str) -> None:
        with pytest.raises(ClosureError, match="closure_moment"):
            read_moment(typed, TAIPEI)

    def test_an_empty_end_means_the_same_day(self) -> None:
        typed = TypedClosure("2025-06-12", " ", "AST", "", True, "公告", "2025-06-05")
        assert typed.draft(TAIPEI).end == date(2025, 6, 12)
        assert typed.draft(TAIPEI).counters == ("*",)

    def test_every_offered_reason_has_words(self, context: UiContext) -> None:
        assert [code for code in OFFERED if not context.texts.has(f"explain.closure.{code}")] == []


def test_the_parts_have_keys_and_the_page_its_place_on_the_rail(window: MainWindow) -> None:
    window.show_page(POLICY)
    page = window.page(POLICY)
    assert isinstance(page, PolicyPage)
    for key, part in ((Qt.Key.Key_F4, "closures"), (Qt.Key.Key_F3, "compare"), (Qt.Key.Key_F2, "today")):
        QTest.keyClick(window, key)
        assert page.part == part
    QTest.keyClick(window, Qt.Key.Key_F4)
    page.closures.form.starts.set_text("2025-06-09")
    page.closures.form.source.set_text("公告")
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert page.closures.side.currentWidget() is page.closures.confirm
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert page.closures.side.currentWidget() is page.closures.confirm
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert len(page.desk.closures.all()) == 1
    window.show_page(PICKUP)
    assert window.current_page == PICKUP


def test_a_choice_that_is_no_longer_offered_is_none(qtbot: QtBot) -> None:
    button = ChoiceButton()
    qtbot.addWidget(button)
    button.set_options([("a", "one"), ("b", "two")])
    heard: list[str] = []
    button.chosen.connect(heard.append)
    button.choose("b")
    button.choose("b")
    assert (button.value, button.text(), heard) == ("b", "two", ["b"])
    button.set_options([("a", "one")])
    assert (button.value, button.text()) == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
def test_no_word_is_cut_in_any_part(
    window: MainWindow, context: UiContext, language: Language, theme: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    context.set_language(language)
    context.set_theme(theme)
    window.show_page(POLICY)
    page = window.page(POLICY)
    assert isinstance(page, PolicyPage)
    for part in ("today", "compare", "closures"):
        page.show_part(part)
        settle()
        keep(window, f"policy-{part}-{language.value}-{theme}-{size[0]}")
        assert cut(window) == []
    write_typhoon(page)
    page.closures.form.preview.click()
    settle()
    keep(window, f"policy-check-{language.value}-{theme}-{size[0]}")
    assert cut(window) == []
    page.closures.confirm.enter.click()
    choose(page, page.closures.table.rows[0].key)
    settle()
    keep(window, f"policy-facts-{language.value}-{theme}-{size[0]}")
    assert cut(window) == []
