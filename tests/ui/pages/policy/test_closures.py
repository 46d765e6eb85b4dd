# SPDX-License-Identifier: GPL-3.0-or-later
"""Closures that a supervisor enters, sees work and withdraws."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desk_app.domain.errors import StoreError
from desk_app.domain.papers import Language
from desk_app.ui.context import UiContext
from desk_app.ui.pages.policy.page import PolicyPage
from tests.ui.pages.policy.conftest import SUPERVISOR, choose, enter_typhoon, words, write_typhoon
from tests.ui.sample_desk import NOW, TAIPEI, SampleDesk

pytestmark = pytest.mark.slow


def test_the_closures_of_the_rules_stand_there_with_their_source(page: PolicyPage) -> None:
    page.show_part("closures")
    (row,) = page.closures.table.rows
    assert [cell.text for cell in row.cells][:2] == ["2025-07-11（五）–2025-07-12（六）", "分科測驗"]
    choose(page, "pack:0")
    assert "規則檔 ntnu-113-2：R34" in words(page.closures.facts)
    assert not page.closures.facts.withdraw.isVisible()


def test_the_effect_is_shown_before_anything_is_entered(page: PolicyPage, sample: SampleDesk) -> None:
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


def test_a_supervisor_enters_a_closure_and_the_log_has_its_effect(page: PolicyPage, sample: SampleDesk) -> None:
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


def test_it_is_withdrawn_with_a_reason_and_never_deleted(page: PolicyPage, sample: SampleDesk) -> None:
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
    page: PolicyPage, field: str, text: str, fault: str
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
    page: PolicyPage, starts: str, ends: str, fault: str
) -> None:
    write_typhoon(page, starts)
    form = page.closures.form
    form.ends.set_text(ends)
    form.preview.click()
    assert form.fault.text() == fault
    assert page.window().focusWidget() is form.ends.edit


def test_an_overlap_names_the_reason_in_words(page: PolicyPage, context: UiContext) -> None:
    enter_typhoon(page)
    write_typhoon(page)
    page.closures.form.preview.click()
    fault = page.closures.form.fault
    assert fault.text() == "2025-06-09 至 2025-06-09 已有相同原因的停止服務（颱風停班停課）。"
    context.set_language(Language.EN)
    page.retranslate()
    page.closures.form.preview.click()
    assert fault.text() == "2025-06-09 to 2025-06-09 is closed already for this reason (typhoon day)."


def test_somebody_elses_closure_of_the_same_day_is_seen_when_entering(page: PolicyPage, sample: SampleDesk) -> None:
    write_typhoon(page)
    page.closures.form.preview.click()
    draft = page.closures.confirm.draft
    assert draft is not None
    sample.desk.closures.enter(draft)
    page.closures.confirm.enter.click()
    assert "已有相同原因的停止服務" in page.closures.form.fault.text()
    assert len(sample.store.closures) == 1


def test_a_reason_of_ones_own_and_hours_at_one_counter(page: PolicyPage, sample: SampleDesk) -> None:
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


def test_days_without_service_are_named(page: PolicyPage) -> None:
    write_typhoon(page, "2025-06-06")
    page.closures.form.ends.set_text("2025-06-29")
    page.closures.form.preview.click()
    assert "等 8 天本來就不服務。" in page.closures.confirm.effect.useless.text()
    page.closures.confirm.change.click()
    page.closures.form.ends.set_text("2025-06-07")
    page.closures.form.preview.click()
    assert page.closures.confirm.effect.useless.text() == "6/7（六）本來就不服務。"


@pytest.mark.parametrize(
    ("end", "warning"), [("2025-07-09", ""), ("2025-07-10", "停止服務長達 32 天，請確認起迄的月份。")]
)
def test_a_closure_of_more_than_31_days_is_warned_of_and_not_refused(
    page: PolicyPage, sample: SampleDesk, end: str, warning: str
) -> None:
    write_typhoon(page)
    page.closures.form.ends.set_text(end)
    page.closures.form.preview.click()
    long = page.closures.confirm.effect.long
    assert (long.text(), long.isVisible()) == (warning, bool(warning))
    page.closures.confirm.enter.click()
    assert len(sample.store.closures) == 1


@pytest.mark.parametrize("operator", ["clerk-m1", "auditor"])
def test_others_find_no_form_but_who_may(page: PolicyPage, sample: SampleDesk, operator: str) -> None:
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


def test_a_right_that_was_lost_with_the_form_open_is_refused_in_words(page: PolicyPage, sample: SampleDesk) -> None:
    write_typhoon(page)
    page.closures.form.preview.click()
    sample.desk.operators.switch("clerk-m1")
    page.closures.confirm.enter.click()
    assert page.closures.form.fault.text() == "只有主管可以登錄或撤回停止服務，未做任何變更。"
    assert sample.store.closures == []


def test_a_store_that_fails_while_entering_is_told_and_nothing_is_lost(page: PolicyPage, sample: SampleDesk) -> None:
    write_typhoon(page)
    page.closures.form.preview.click()
    sample.store.broken = True
    page.closures.confirm.enter.click()
    assert page.closures.form.fault.text() == page.context.error_words(StoreError())
    assert page.closures.form.source.text() == "新北市政府 114-06-05 公告"


def test_the_keyboard_passes_the_table_without_losing_the_form(page: PolicyPage) -> None:
    page.show_part("closures")
    page.closures.table.setFocus()
    QApplication.processEvents()
    assert page.closures.side.currentWidget() is page.closures.form
    page.closures.table.selectRow(0)
    QTest.keyClick(page.closures.table, Qt.Key.Key_Return)
    assert page.closures.side.currentWidget() is page.closures.facts
    page.closures.facts.new.click()
    assert page.closures.side.currentWidget() is page.closures.form
