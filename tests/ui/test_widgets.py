# SPDX-License-Identifier: GPL-3.0-or-later
"""The other parts of the kit: segments, fields, banner, notes, marks, photo, table, focus ring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QDate, QIODevice, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.verdict import VerdictCode
from desk_app.ui.context import UiContext
from desk_app.ui.theme import Look
from desk_app.ui.widgets import (
    Cell,
    Chip,
    Column,
    DataTable,
    Field,
    FocusRing,
    Icon,
    IconLabel,
    InlineFault,
    KeyButton,
    Keycap,
    Label,
    Lamp,
    LampState,
    NumberDot,
    Option,
    Panel,
    Photo,
    ProgressLine,
    Row,
    Rule,
    ScrollPane,
    Segmented,
    Tile,
    VerdictBanner,
)
from desk_app.ui.widgets.date_button import DateButton
from desk_app.ui.widgets.hour_chart import HourBar, HourChart, Legend, axis_step

MODES = (Option("me", "本人", "F2"), Option("proxy", "代領", "F3"), Option("lost", "卡遺失", "F4"))


Show = Callable[..., QMainWindow]


@pytest.fixture
def shown(qtbot: QtBot, look: Look) -> Iterator[Show]:
    """Give a function that shows widgets in an active window."""
    windows: list[QMainWindow] = []

    def show(*widgets: QWidget) -> QMainWindow:
        window = QMainWindow()
        windows.append(window)
        inner = QWidget()
        column = QVBoxLayout(inner)
        for widget in widgets:
            column.addWidget(widget)
        window.setCentralWidget(inner)
        qtbot.addWidget(window)
        window.resize(640, 480)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    yield show
    windows.clear()


def pixel(widget: QWidget, x: int, y: int) -> str:
    return widget.grab().toImage().pixelColor(x, y).name()


# -- segments


def test_nothing_chosen_is_a_legal_state(look: Look) -> None:
    control = Segmented(MODES)
    assert control.value is None
    control.set_value("proxy")
    control.set_value(None)
    assert control.value is None


def test_a_key_chooses_at_once_and_is_reported_once(shown: Show) -> None:
    control = Segmented(MODES)
    window = shown(control)
    heard: list[str] = []
    control.chosen.connect(heard.append)
    QTest.keyClick(window, Qt.Key.Key_F3)
    QTest.keyClick(window, Qt.Key.Key_F3)
    assert (heard, control.value) == (["proxy"], "proxy")


def test_arrows_move_and_space_or_enter_choose(shown: Show) -> None:
    control = Segmented(MODES)
    window = shown(control)
    QTest.keyClick(window, Qt.Key.Key_Tab)
    first = window.focusWidget()
    QTest.keyClick(first, Qt.Key.Key_Right)
    values = [control.value]
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    values.append(control.value)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Left)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Left)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert [*values, control.value] == [None, "proxy", "lost"]


def test_the_control_is_one_stop_of_the_tab_order(shown: Show) -> None:
    control, button = Segmented(MODES), KeyButton(text="下一個")
    control.set_value("lost")
    window = shown(control, button)
    button.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Tab)
    assert window.focusWidget().accessibleName() == "卡遺失"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.focusWidget() is button


def test_new_words_keep_the_choice_and_new_options_drop_it(look: Look) -> None:
    control = Segmented(MODES)
    control.set_value("proxy")
    control.set_options([Option("me", "In person"), Option("proxy", "By proxy"), Option("lost", "Card lost")])
    assert control.value == "proxy"
    control.set_options([Option("A", "Family"), Option("B", "Friend")])
    assert control.value is None


KINDS = [
    Option(one, one) for one in ("National ID", "Resident certificate", "Passport", "Driving licence", "Health card")
]


def test_one_that_wraps_shows_every_segment_whole_in_a_narrow_panel(shown: Show) -> None:
    control = Segmented(KINDS, wrap=True, height=40)
    window = shown(control)
    parts = control.findChildren(QAbstractButton)

    def rows_at(width: int) -> int:
        window.resize(width, 300)
        QApplication.processEvents()
        whole = [
            part.width() >= part.minimumSizeHint().width() and control.rect().contains(part.geometry())
            for part in parts
        ]
        assert all(whole)
        return len({part.y() for part in parts})

    assert [rows_at(width) for width in (1200, 600, 1200)] == [1, 2, 1]
    rows_at(200)
    control.set_options([Option(one.id, one.label[:3]) for one in KINDS])
    assert rows_at(600) == 1


# -- fields


def test_a_wrong_value_stays_and_is_explained_below(shown: Show) -> None:
    field = Field("scan", caption="證號")
    shown(field)
    field.set_text("Y19000001")
    field.set_error("檢查碼不符，請再輸入一次")
    assert (field.text(), field.error) == ("Y19000001", "檢查碼不符，請再輸入一次")
    assert field.edit.accessibleDescription() == "檢查碼不符，請再輸入一次"
    field.set_error("")
    assert field.error == ""


def test_a_field_reports_typing_and_enter_and_keeps_enter_for_itself(shown: Show, qtbot: QtBot) -> None:
    field, button = Field("scan", "掃描"), KeyButton("primary", "Enter", text="下一位")
    shown(field, button)
    field.setFocus()
    with qtbot.waitSignal(field.edited):
        QTest.keyClick(field.edit, Qt.Key.Key_M)
    with qtbot.waitSignal(field.submitted) as sent, qtbot.assertNotEmitted(button.clicked):
        QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert sent.args == ["m"]


def test_a_field_has_a_name_from_its_caption_or_else_its_placeholder(look: Look) -> None:
    assert Field("scan", "掃描或輸入", "證書號碼").edit.accessibleName() == "證書號碼"
    field = Field("search", "學號", keycap="Ctrl K")
    assert field.edit.accessibleName() == "學號"
    field.set_words("Number", "Student number")
    assert (field.edit.accessibleName(), field.edit.placeholderText()) == ("Student number", "Number")


def test_a_press_beside_the_text_enters_the_field(shown: Show, look: Look) -> None:
    field = Field("scan", "掃描")
    shown(KeyButton(text="x"), field)
    frame = field.edit.parentWidget()
    assert frame is not None
    QTest.mouseClick(frame, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert field.edit.hasFocus()
    field.setEnabled(False)
    assert pixel(frame, 6, 20) == look.color("disabled").name()


# -- banner


@pytest.mark.parametrize("code", VerdictCode)
def test_a_verdict_fills_the_banner_with_its_colour(shown: Show, look: Look, code: VerdictCode) -> None:
    banner = VerdictBanner()
    shown(banner)
    banner.show_verdict(code.value, "可以發給", "May be released", "離校事項全部完成", "10:02 判定", "113-2")
    family, _icon = look.theme.verdict(code.value)
    assert pixel(banner, 20, 60) == look.theme.family(family).fill.name()
    framed = pixel(banner, banner.width() // 2, 6) != pixel(banner, 20, 60)
    assert framed == (code is VerdictCode.STOP)


def test_the_banner_names_verdict_reason_and_person(look: Look) -> None:
    banner = VerdictBanner()
    banner.set_person("王測一")
    assert banner.accessibleName() == "王測一"
    banner.show_verdict("HOLD", "暫緩發給", "On hold", "臺大圖書館的書未還")
    banner.set_person("王測一")
    assert banner.accessibleName() == "暫緩發給, On hold, 臺大圖書館的書未還, 王測一"
    assert (banner.words, banner.reason) == ("暫緩發給", "臺大圖書館的書未還")


def test_after_a_release_the_banner_is_a_tint_and_fades_into_it(shown: Show, qtbot: QtBot, look: Look) -> None:
    banner = VerdictBanner()
    shown(banner)
    banner.show_verdict("RELEASE", "可以發給", "May be released", "全部完成")
    banner.show_released("已發給", "Handed over", "王測一本人，10:04", "簽領單號", "M-20250605-042")
    tint = look.theme.family("release").tint.name()
    qtbot.waitUntil(lambda: pixel(banner, 20, 60) == tint, timeout=2000)
    assert banner.words == "已發給"


def test_an_empty_banner_paints_nothing_and_follows_the_density(shown: Show, context: UiContext) -> None:
    banner = VerdictBanner()
    shown(banner)
    before = banner.grab().toImage()
    assert (banner.words, banner.height()) == ("", 120)
    context.set_compact(True)
    assert banner.height() == 104
    assert before.pixelColor(20, 60) == banner.grab().toImage().pixelColor(20, 60)


# -- notes and progress


def test_a_fault_says_what_happened_what_still_works_and_one_act(shown: Show, qtbot: QtBot) -> None:
    fault = InlineFault()
    shown(fault)
    assert not fault.isVisible()
    fault.show_fault("讀卡機沒有回應", "可改用學號查詢", "重試")
    assert fault.isVisible()
    assert fault.words == "讀卡機沒有回應 可改用學號查詢"
    with qtbot.waitSignal(fault.acted):
        fault.act.click()
    fault.show_fault("讀卡機沒有回應")
    assert not fault.act.isVisible()
    fault.clear()
    assert not fault.isVisible()


@pytest.mark.slow
def test_progress_shows_itself_late_and_offers_to_cancel_later(shown: Show, qtbot: QtBot) -> None:
    progress = ProgressLine()
    shown(progress)
    progress.start("整理清冊", "取消")
    assert not progress.isVisible()
    qtbot.waitUntil(progress.isVisible, timeout=2000)
    assert not progress.cancel.isVisible()
    progress.advance("整理清冊 1,240／2,000", 0.62)
    bar = progress.grab().toImage()
    qtbot.waitUntil(progress.cancel.isVisible, timeout=4000)
    with qtbot.waitSignal(progress.cancelled):
        progress.cancel.click()
    progress.finish()
    assert not progress.isVisible()
    assert not bar.isNull()


def test_quick_work_never_shows_progress(shown: Show, qtbot: QtBot) -> None:
    progress = ProgressLine()
    shown(progress)
    progress.start("整理清冊")
    progress.finish()
    with qtbot.assertNotEmitted(progress.cancelled, wait=400):
        pass
    assert not progress.isVisible()


# -- marks


def test_a_lamp_differs_by_shape_and_words_not_by_colour_alone(shown: Show) -> None:
    lamp = Lamp("讀卡機")
    shown(lamp)
    widths = [lamp.sizeHint().width()]
    for state, words in ((LampState.FAULT, "讀卡機"), (LampState.ABSENT, "讀卡機")):
        lamp.set_state(state, words)
        widths.append(lamp.sizeHint().width())
        assert not lamp.grab().isNull()
    assert widths[0] < widths[1] == widths[2]
    assert (lamp.state, lamp.text, lamp.accessibleName()) == (LampState.ABSENT, "讀卡機", "讀卡機")


def test_a_chip_has_the_colours_of_its_family(shown: Show, look: Look) -> None:
    chip = Chip("plain", "補印")
    shown(chip)
    assert pixel(chip, 4, 12) == look.color("surface").name()
    chip.set_state("hold", "未完成", "state-open")
    chip.resize(chip.sizeHint())
    assert pixel(chip, 4, 12) == look.theme.family("hold").tint.name()
    assert (chip.text, chip.tone, chip.height()) == ("未完成", "hold", 24)


def test_tile_is_solid_when_the_office_says_no_and_dashed_when_nobody_knows(shown: Show, look: Look) -> None:
    tile = Tile("state-open", "hold")
    shown(tile)
    assert pixel(tile, 5, 20) == look.theme.family("hold").tint.name()
    tile.set_state("state-stale", "hold", dashed=True)
    assert pixel(tile, 5, 20) == look.color("surface").name()
    tile.set_state("receipt", "plain")
    assert pixel(tile, 5, 20) == look.color("sunken").name()


@pytest.mark.parametrize(("state", "token"), [("now", "accent"), ("done", "release.tint"), ("stop", "stop.tint")])
def test_a_step_has_its_circle(shown: Show, look: Look, state: str, token: str) -> None:
    dot = NumberDot(2)
    shown(dot)
    todo = pixel(dot, 14, 4)
    dot.set_state(2, state)
    assert pixel(dot, 14, 4) == look.color(token).name() != todo
    dot.set_state(2, "bad")
    assert not dot.grab().isNull()


def test_texts_icons_and_rules(shown: Show, look: Look) -> None:
    label, rule, cap = Label("暫緩", "lead", "hold"), Rule(), Keycap("F9")
    row, pane = IconLabel("mail", "電子郵件"), ScrollPane(QWidget())
    shown(label, rule, cap, row, pane, Rule(vertical=True), Icon("card"))
    assert label.palette().windowText().color().name() == look.theme.family("hold").ink.name()
    label.set_tone("ink2")
    label.set_strong(False)
    assert label.palette().windowText().color().name() == look.color("ink2").name()
    label.set_text("")
    assert not label.isVisible()
    assert rule.height() == 1
    assert cap.sizeHint().width() < Keycap("Ctrl K").sizeHint().width()
    row.set_icon("info")
    row.set_tone("release")
    row.set_text("")
    assert (row.isVisible(), row.icon) == (False, "info")


# -- photo


def test_a_photo_fills_its_frame_and_bytes_that_are_none_show_the_place(shown: Show, look: Look) -> None:
    image = QImage(40, 60, QImage.Format.Format_RGB32)
    image.fill(QColor(look.color("accent")))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    photo = Photo(bytes(buffer.data().data()))
    photo.setFixedSize(144, 192)
    shown(photo)
    assert pixel(photo, 72, 10) == look.color("accent").name()
    photo.set_image(b"no picture")
    assert pixel(photo, 10, 96) == look.color("hover").name()


# -- table


def table_rows(count: int) -> list[Row]:
    return [
        Row(
            f"k{n}",
            (Cell(str(n)), Cell("已沖正", chip="stop") if n == 1 else Cell("已發給", caption=True)),
            note=n == 2,
        )
        for n in range(count)
    ]


def test_a_table_reports_choice_and_opening_by_key(shown: Show, qtbot: QtBot) -> None:
    table = DataTable("清冊")
    shown(table)
    table.show_rows([Column("序", 60, right=True), Column("狀態", 0)], table_rows(5))
    table.setFocus()
    with qtbot.waitSignal(table.row_chosen) as chosen:
        QTest.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(table.row_opened) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args == opened.args == [table.chosen_key]
    assert table.accessibleName() == "清冊"


def test_a_choice_survives_new_rows_while_it_is_among_them(shown: Show) -> None:
    table = DataTable()
    shown(table)
    columns = [Column("序", 60), Column("狀態", 0)]
    table.show_rows(columns, table_rows(5))
    table.choose("k3")
    table.show_rows(columns, table_rows(4))
    assert table.chosen_key == "k3"
    table.show_rows(columns, table_rows(2))
    assert table.chosen_key == ""
    assert len(table.rows) == 2


def test_a_row_that_differs_is_a_note(shown: Show, look: Look) -> None:
    table = DataTable()
    shown(table)
    table.show_rows([Column("序", 60), Column("狀態", 0)], table_rows(4))
    grabbed = table.viewport().grab().toImage()
    assert grabbed.pixelColor(50, 2 * 40 + 6).name() == look.theme.family("hold").tint.name()
    assert grabbed.pixelColor(50, 3 * 40 + 6).name() != look.theme.family("hold").tint.name()


def test_a_table_in_a_panel_reaches_beyond_the_text(shown: Show, look: Look) -> None:
    panel, table = Panel("清冊", "Ledger", tight=True), DataTable()
    panel.add_table(table)
    shown(panel)
    assert table.x() == look.size("line_hair") + look.size("panel_padding") - 12
    assert table.parentWidget() is panel
    panel.set_title("日結", "Close")
    assert panel.accessibleName() == "日結"


# -- chart and day


@pytest.mark.parametrize(("highest", "step"), [(0, 1), (3, 1), (4, 2), (26, 10), (31, 20), (100, 50), (301, 200)])
def test_three_lines_of_the_axis_reach_the_highest_bar(highest: int, step: int) -> None:
    assert axis_step(highest) == step
    assert axis_step(highest) * 3 >= highest


def test_the_chart_reads_its_numbers_aloud_and_paints_accent_and_tint(shown: Show, look: Look) -> None:
    chart, legend = HourChart(), Legend("chart_b")
    legend.set_text("代領")
    shown(chart, legend)
    chart.show_bars([HourBar("08", 20, 10), HourBar("12", 0, 0, "午休"), HourBar("13", 5, 0)], "每小時發給件數")
    assert chart.accessibleDescription() == "08 30, 12 0, 13 5"
    assert [bar.total for bar in chart.bars] == [30, 0, 5]
    colors = {
        chart.grab().toImage().pixelColor(32 + (chart.width() - 32) // 6, y).name() for y in range(chart.height())
    }
    assert {look.color("chart_a").name(), look.color("chart_b").name()} <= colors


def test_a_day_after_the_latest_cannot_be_chosen(shown: Show, qtbot: QtBot) -> None:
    button = DateButton(date(2025, 6, 5), date(2025, 6, 5))
    shown(button)
    button.click()
    with qtbot.waitSignal(button.day_chosen) as chosen:
        button.calendar.clicked.emit(QDate(2025, 6, 3))
    assert chosen.args == [date(2025, 6, 3)] == [button.day]
    assert button.calendar.maximumDate() == QDate(2025, 6, 5)
    with qtbot.assertNotEmitted(button.day_chosen):
        button.calendar.clicked.emit(QDate(2025, 6, 3))


# -- focus ring


def test_the_ring_surrounds_what_has_the_keyboard(shown: Show) -> None:
    field, button = Field("scan", "掃描"), KeyButton(text="清除")
    window = shown(field, button)
    ring = FocusRing(window)
    button.setFocus()
    assert ring.target is button
    assert ring.geometry().size() == button.size() + QSize(8, 8)
    field.setFocus()
    assert ring.target is field.edit.parentWidget()
    field.hide()
    assert not ring.isVisible() or ring.target is not field.edit.parentWidget()


def test_the_ring_follows_and_leaves_with_its_control(shown: Show, qtbot: QtBot) -> None:
    button, other = KeyButton(text="清除"), QWidget()
    window = shown(button, other)
    ring = FocusRing(window)
    button.setFocus()
    before = ring.geometry()
    window.resize(800, 600)
    qtbot.waitUntil(lambda: ring.geometry() != before, timeout=2000)
    assert ring.isVisible()
    assert not ring.grab().isNull()
    button.clearFocus()
    assert not ring.isVisible()
    assert ring.target is None


def test_the_ring_stays_inside_the_pane_that_scrolls_its_control(shown: Show) -> None:
    inner = QWidget()
    column = QVBoxLayout(inner)
    buttons = [KeyButton(text=str(number)) for number in range(30)]
    for button in buttons:
        column.addWidget(button)
    pane = ScrollPane(inner)
    window = shown(pane)
    ring = FocusRing(window)
    buttons[0].setFocus()
    pane.verticalScrollBar().setValue(20)
    top = pane.viewport().mapTo(window, QPoint(0, 0)).y()
    assert ring.geometry().top() >= top - 4


def test_the_ring_survives_the_end_of_its_control(shown: Show, qtbot: QtBot) -> None:
    button, other = KeyButton(text="清除"), KeyButton(text="下一位")
    window = shown(button, other)
    ring = FocusRing(window)
    button.setFocus()
    with qtbot.waitSignal(button.destroyed):
        button.deleteLater()
    other.setFocus()
    assert ring.target is other
    assert ring.isVisible()


def test_a_strong_lamp_has_its_word_in_the_ink_of_its_state(shown: Show, look: Look) -> None:
    plain, strong = Lamp("就緒"), Lamp("就緒", strong=True)
    shown(plain, strong)
    inks = {strong.grab().toImage().pixelColor(x, y).name() for x in range(strong.width()) for y in range(20)}
    assert look.theme.family("release").ink.name() in inks
    for state in (LampState.FAULT, LampState.ABSENT):
        strong.set_state(state, "就緒")
        assert strong.sizeHint().width() > plain.sizeHint().width()
