# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk with a keyboard reader, from the first refusal over the calibration to the record of a graduate."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.bootstrap.desk import demo_desk, demo_settings
from desk_app.bootstrap.window import DeskWindow, open_window
from desk_app.domain.papers import Language
from desk_app.domain.visit import Visit
from desk_app.settings import ReaderKind
from desk_app.ui.pages import PICKUP
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.reader_bridge import ReaderState
from desk_app.ui.reader_checks import ReaderChecksDialog
from desk_app.ui.shell.lamps import LampName

pytestmark = pytest.mark.slow

UID, OWNER = "58237714", "41020901L"
OTHER_UID, OTHER_OWNER = "5DFC44FE", "41098901H"


def typed(uid: str) -> str:
    """Write a UID as an 8H10D reader with the last byte first does."""
    return f"{int.from_bytes(bytes.fromhex(uid), 'little'):010}"


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[DeskWindow]:
    desk = demo_desk(tmp_path / "desk")
    settings = dataclasses.replace(demo_settings(tmp_path / "desk"), reader=ReaderKind.WEDGE)
    window = open_window(desk, settings, Language.EN)
    qtbot.waitUntil(lambda: window.window.top_bar.lamps.reader is ReaderState.NOT_CALIBRATED, timeout=10_000)
    window.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=10_000)
    yield window
    window.close()
    desk.close()


def _press(text: str, at_ms: int) -> None:
    """Press keys 4 ms apart, as a reader does, wherever the keyboard is."""
    for place, character in enumerate(text):
        key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
            event.setTimestamp(at_ms + 4 * place)
            target = QApplication.focusWidget()
            assert target is not None
            QApplication.sendEvent(target, event)


def _calibrate(opened: DeskWindow, qtbot: QtBot, known: str, at_ms: int) -> None:
    """Open the checks and teach the desk its reader with a card that is known."""
    opened.window.check_reader()
    (dialog,) = opened.window.findChildren(ReaderChecksDialog)
    form = dialog.form
    assert form is not None
    form.known.set_text(known)
    dialog.activateWindow()
    form.typed.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is form.typed.edit, timeout=10_000)
    _press(typed(UID) + "\r", at_ms)
    qtbot.waitUntil(lambda: "8H10D" in form.outcome.text(), timeout=10_000)
    assert "last byte first" in form.outcome.text()
    dialog.close_button.click()
    opened.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is opened.window, timeout=10_000)


def _page(opened: DeskWindow) -> PickupPage:
    page = opened.window.page(PICKUP)
    assert isinstance(page, PickupPage)
    return page


def _visit(page: PickupPage) -> Visit:
    case = page.presenter.state.case
    assert case is not None
    return case.visit


def _is_idle(page: PickupPage) -> bool:
    return page.presenter.state.case is None


def test_a_keyboard_reader_is_refused_calibrated_and_then_brings_records(opened: DeskWindow, qtbot: QtBot) -> None:
    page = _page(opened)
    _press(typed(UID) + "\r", 1_000)
    qtbot.waitUntil(lambda: page.presenter.state.fault.code == "reader_not_calibrated", timeout=10_000)
    assert _is_idle(page)

    _calibrate(opened, qtbot, OWNER, 5_000)
    qtbot.waitUntil(lambda: opened.window.top_bar.lamps.reader is ReaderState.READY, timeout=10_000)
    assert opened.window.top_bar.lamps.words(LampName.READER) == "Reader"

    page.setFocus()
    _press(typed(UID) + "\r", 9_000)
    qtbot.waitUntil(lambda: not _is_idle(page), timeout=10_000)
    assert (_visit(page).card_uid, _visit(page).card_typed) == (UID, True)
    assert opened.window.search.box.text() == ""

    page.steps.serial.setFocus()
    _press(typed(OTHER_UID) + "\r", 13_000)
    qtbot.waitUntil(lambda: page.presenter.state.field_fault.code == "serial_mismatch", timeout=10_000)
    assert _visit(page).card_uid == UID


def test_another_visitors_card_brings_another_record(opened: DeskWindow, qtbot: QtBot) -> None:
    page = _page(opened)
    _calibrate(opened, qtbot, UID, 1_000)
    for uid, owner, at_ms in ((UID, OWNER, 5_000), (OTHER_UID, OTHER_OWNER, 9_000)):
        page.setFocus()
        _press(typed(uid) + "\r", at_ms)

        def shown(owner: str = owner) -> bool:
            case = page.presenter.state.case
            return case is not None and case.dossier is not None and case.dossier.graduate.number == owner

        qtbot.waitUntil(shown, timeout=10_000)
