# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks behind the reader's lamp: lines that follow the reader, a new start, and the calibration."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import StoreError
from desk_app.domain.papers import Language
from desk_app.services.reader_calibration import Calibration
from desk_app.services.reader_checks import ReaderChecks
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PageParts
from desk_app.ui.reader_bridge import ReaderBridge, ReaderState
from desk_app.ui.reader_checks import ReaderChecksDialog
from desk_app.ui.shell.lamps import LampName
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.widgets import Chip, KeyButton, Label, LampState
from hardware import api
from hardware.apdu import KeyType
from hardware.api import CardPresented, CardReadRecord, ReadDone, ReaderArrived, ReaderEvent, ReadFailed, ServiceUp
from hardware.errors import AccessRefusedError, BadCardDataError, NotCalibratedError
from hardware.journal import ReaderJournal
from hardware.probe import CheckState, CheckStep
from hardware.profile import CardField, CardProfile
from hardware.simulated.classic import ATR_4K
from hardware.wedge.layout import Cut, Layout
from tests.ui.prompt_tasks import PromptTasks

pytestmark = pytest.mark.slow

PROFILE = CardProfile("school-4k", CardField(10, (0,), "school", KeyType.A, 0, "ascii", 9))
READER = "ACS ACR1252 Dual Reader PICC 0"
UP = (ServiceUp(), ReaderArrived(READER))
READ = (*UP, CardPresented(READER, 1, ATR_4K), ReadDone(1, CardReadRecord("04112233445566", "41020901L")))
WRONG = (
    *UP,
    CardPresented(READER, 1, ATR_4K),
    ReadFailed(1, BadCardDataError(seen="41*******", expected="pattern")),
)


class Desk:
    """A reader that tells what a test says, with the checks over it."""

    def __init__(self, *, wedge: bool = False) -> None:
        self.journal = ReaderJournal()
        self.begun = 0
        self.kept: list[Layout] = []
        calibration = Calibration(None, self.kept.append, lambda: self.kept[-1] if self.kept else None)
        profile = CardProfile("uid-only") if wedge else PROFILE
        self.checks = ReaderChecks(
            self.journal, profile, {"school": b"secret"}, self.begin_again, "linux", calibration if wedge else None
        )

    def begin_again(self) -> None:
        self.begun += 1
        self.journal.forget()

    def tell(self, *events: ReaderEvent) -> None:
        for event in events:
            self.journal(event)


Open = Callable[[Desk], ReaderChecksDialog]


@pytest.fixture
def open_dialog(qtbot: QtBot, context: UiContext) -> Open:
    parent = QWidget()
    qtbot.addWidget(parent)

    def show(desk: Desk) -> ReaderChecksDialog:
        dialog = ReaderChecksDialog(context, desk.checks, PromptTasks(), parent)
        dialog.show()
        return dialog

    return show


def _states(dialog: ReaderChecksDialog) -> list[CheckState]:
    return [row.words.state for row in dialog.rows.values() if row.words is not None]


def test_the_lines_follow_the_reader_without_a_press(open_dialog: Open, qtbot: QtBot) -> None:
    desk = Desk()
    dialog = open_dialog(desk)
    assert _states(dialog) == [CheckState.OK, *[CheckState.OPEN] * 6]
    desk.tell(*READ)
    qtbot.waitUntil(lambda: all(state.sound for state in _states(dialog)), timeout=3000)
    assert "41020***L" in dialog.rows[CheckStep.READ].accessibleName()
    assert "04112233445566" not in dialog.rows[CheckStep.READ].accessibleName()


def test_what_is_wrong_comes_with_how_to_mend_it(open_dialog: Open) -> None:
    desk = Desk()
    desk.tell(api.ServiceDown(AccessRefusedError()))
    words = open_dialog(desk).rows[CheckStep.PERMISSION].accessibleName()
    assert "異常" in words
    assert "8010006A" in words


def test_a_wrong_profile_says_what_was_read_and_what_was_expected(open_dialog: Open) -> None:
    desk = Desk()
    desk.tell(*WRONG)
    words = open_dialog(desk).rows[CheckStep.READ].accessibleName()
    assert "41*******" in words
    assert "格式檔" in words


def test_checking_again_starts_the_watch_anew(open_dialog: Open) -> None:
    desk = Desk()
    desk.tell(*READ)
    dialog = open_dialog(desk)
    dialog.again.click()
    assert desk.begun == 1
    assert _states(dialog)[1:] == [CheckState.OPEN] * 6
    assert dialog.again.isEnabled()


def test_a_start_that_fails_is_said_in_place(open_dialog: Open, qtbot: QtBot) -> None:
    def fail() -> None:
        raise StoreError

    desk = Desk()
    desk.checks = dataclasses.replace(desk.checks, begin_again=fail)
    dialog = open_dialog(desk)
    dialog.again.click()
    assert dialog.fault.isVisible()
    assert dialog.again.isEnabled()


def test_a_reader_of_the_card_service_needs_no_calibration(open_dialog: Open) -> None:
    assert open_dialog(Desk()).form is None


def test_one_known_card_calibrates_a_keyboard_reader(open_dialog: Open) -> None:
    desk = Desk(wedge=True)
    dialog = open_dialog(desk)
    form = dialog.form
    assert form is not None
    QTest.keyClicks(form.known.edit, "5A0B0C0D")
    QTest.keyClick(form.known.edit, Qt.Key.Key_Return)
    QTest.keyClicks(form.typed.edit, "1510673421")
    QTest.keyClick(form.typed.edit, Qt.Key.Key_Return)
    assert desk.kept == [Layout("8H10D")]
    assert "8H10D" in form.outcome.text()
    assert form.typed.text() == ""
    QTest.keyClicks(form.typed.edit, "0D0C0B5A")
    QTest.keyClick(form.typed.edit, Qt.Key.Key_Return)
    assert desk.kept[-1] == Layout("hex", reversed=True)


@pytest.mark.parametrize(
    ("known", "typed", "wrong"), [("41", "1510673421", "known"), ("5A0B0C0D", "5A0B0C0E", "typed")]
)
def test_what_teaches_nothing_is_said_and_ready_to_be_typed_over(
    open_dialog: Open, known: str, typed: str, wrong: str
) -> None:
    desk = Desk(wedge=True)
    form = open_dialog(desk).form
    assert form is not None
    form.known.set_text(known)
    form.typed.set_text(typed)
    QTest.keyClick(form.typed.edit, Qt.Key.Key_Return)
    assert desk.kept == []
    assert form.fault.isVisible()
    field = form.known if wrong == "known" else form.typed
    assert field.edit.selectedText() == field.text()


def test_the_lamp_opens_the_checks_by_mouse_and_keyboard(qtbot: QtBot, parts: PageParts) -> None:
    window = MainWindow(dataclasses.replace(parts, checks=Desk().checks))
    qtbot.addWidget(window)
    window.show()
    lamp = window.top_bar.reader_button
    for by_mouse in (True, False):
        if by_mouse:
            QTest.mouseClick(lamp, Qt.MouseButton.LeftButton)
        else:
            QTest.keyClick(lamp, Qt.Key.Key_Space)
        (dialog,) = window.findChildren(ReaderChecksDialog)
        assert dialog.isVisible()
        dialog.close_button.click()
        assert not dialog.isVisible()
        dialog.setParent(None)
        dialog.deleteLater()


def test_the_lamp_hears_only_what_presses_it(qtbot: QtBot, parts: PageParts) -> None:
    window = MainWindow(dataclasses.replace(parts, checks=Desk().checks))
    qtbot.addWidget(window)
    window.show()
    lamp = window.top_bar.reader_button
    pressed: list[bool] = []
    lamp.clicked.connect(lambda: pressed.append(True))
    QTest.keyClick(lamp, Qt.Key.Key_A)
    QTest.mouseClick(lamp, Qt.MouseButton.RightButton)
    QTest.mousePress(lamp, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(lamp, Qt.MouseButton.LeftButton, pos=QPoint(-50, -50))
    assert pressed == []
    assert lamp.height() >= 36
    assert lamp.accessibleDescription()


def test_without_checks_the_lamp_opens_nothing(qtbot: QtBot, parts: PageParts) -> None:
    window = MainWindow(parts)
    qtbot.addWidget(window)
    window.top_bar.reader_button.clicked.emit()
    assert window.findChildren(ReaderChecksDialog) == []


def test_a_reader_that_is_not_calibrated_has_its_own_lamp(qtbot: QtBot, parts: PageParts) -> None:
    window = MainWindow(parts)
    qtbot.addWidget(window)
    bridge = parts.reader
    assert isinstance(bridge, ReaderBridge)
    bridge.post(api.ServiceDown(NotCalibratedError()))
    qtbot.waitUntil(lambda: bridge.state is ReaderState.NOT_CALIBRATED, timeout=3000)
    assert window.top_bar.lamps.state(LampName.READER) is LampState.FAULT
    assert "校正" in window.top_bar.lamps.words(LampName.READER)


def _cut(dialog: QWidget) -> list[str]:
    """Name the words that have less room than they need."""
    found = []
    for widget in dialog.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, (Label, KeyButton, Chip)):
            continue
        wrapped = isinstance(widget, Label) and widget.wordWrap()
        needed = widget.heightForWidth(widget.width()) if wrapped else widget.sizeHint().height()
        if needed > widget.height() + 1 or (not wrapped and widget.sizeHint().width() > widget.width()):
            found.append(f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()}")
    return found


def _keep(widget: QWidget, name: str) -> None:
    folder = os.environ.get("DESK_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        widget.grab().save(str(Path(folder) / f"{name}.png"))


SCENES: dict[str, tuple[bool, tuple[ReaderEvent, ...]]] = {
    "sound": (False, READ),
    "refused": (False, (api.ServiceDown(AccessRefusedError()),)),
    "wrong": (False, WRONG),
    "wedge": (True, (api.ServiceDown(NotCalibratedError()),)),
}


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.slow
def test_no_word_is_cut_and_everything_fits_the_smallest_screen(
    open_dialog: Open, context: UiContext, scene: str, language: Language, theme: str, compact: bool
) -> None:
    context.set_language(language)
    context.set_theme(theme)
    context.set_compact(compact)
    wedge, events = SCENES[scene]
    desk = Desk(wedge=wedge)
    desk.tell(*events)
    dialog = open_dialog(desk)
    if dialog.form is not None:
        dialog.form.known.set_text("5A0B0C0D")
        dialog.form.typed.set_text("5A0B0C0E")
        QTest.keyClick(dialog.form.typed.edit, Qt.Key.Key_Return)
    for _ in range(4):
        dialog.look()
        QApplication.processEvents()
    _keep(dialog, f"reader-{scene}-{language.value}-{theme}-{'compact' if compact else 'regular'}")
    assert _cut(dialog) == []
    assert dialog.width() <= 1280
    assert dialog.height() <= 680


def test_a_layout_with_a_part_of_the_uid_is_said() -> None:
    desk = Desk(wedge=True)
    assert desk.checks.calibration is not None
    desk.checks.calibration.learn("04A1B2C3D4E5F6", "0077705923")
    assert desk.kept == [Layout("8H10D", cut=Cut.FIRST)]
