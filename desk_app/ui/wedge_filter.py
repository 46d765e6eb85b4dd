# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes what a keyboard reader types out of the stream of keys, before fields and shortcuts hear of it.

Barcode scanners type at the same speed. The focused field decides: a field that takes scans (certificate number, numbers
of documents, the calibration itself) gets every key as it comes. Everywhere else a burst is a card only when it has
exactly the form in which the calibrated reader types; any other goes where it was typed.

An input method would compose with a reader's keys before anybody hears of them. So beside such a reader it is switched on
in fields only: a Chinese name is searched for with Ctrl K first.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QInputMethodQueryEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from typing_extensions import override

from desk_app.ui.scans import refuse_input_method, takes_scans
from hardware.wedge.bursts import ENTER, LONGEST_GAP_S, BurstListener, Heard

_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FIELDS = (QLineEdit, QPlainTextEdit)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier)


class WedgeFilter(QObject):
    """Hears every key of the application while its ``parent`` lives.

    ``card_typed`` is asked whether a burst is a card, and takes it if so.
    """

    def __init__(self, application: QApplication, card_typed: Callable[[str], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._card_typed = card_typed
        self._listener = BurstListener()
        self._kept: int | None = None
        self._typing = False
        self._pause = QTimer(self, singleShot=True, interval=round(LONGEST_GAP_S * 1000) + 10)
        self._pause.setTimerType(Qt.TimerType.PreciseTimer)
        self._pause.timeout.connect(lambda: self._type(self._listener.pause()))
        application.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear a key once, when it is announced to the focused field; keep the press that follows if it is kept."""
        if self._typing:
            return False
        kind = event.type()
        if isinstance(event, QInputMethodQueryEvent):
            return _switch_off(watched, event)
        if kind is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_focus(watched):
            self._kept = None
            if self._keeps(event):
                self._kept = event.key()
                event.accept()
                return True
        elif kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._kept == event.key():
            return True
        elif kind is QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and self._kept == event.key():
            self._kept = None
            return True
        return False

    def _keeps(self, event: QKeyEvent) -> bool:
        field = QApplication.focusWidget()
        if field is not None and (takes_scans(field) or _is_secret(field)):
            self._type(self._listener.pause())
            return False
        heard = self._listener.hear(_character(event), _seconds(event))
        self._type(heard.release)
        if heard.burst:
            return self._end_burst(heard)
        if heard.keep:
            self._pause.start()
        return heard.keep

    def _end_burst(self, heard: Heard) -> bool:
        """Hand a card over and take its first character back; anything else goes on as it was typed."""
        self._pause.stop()
        if not self._card_typed(heard.burst):
            self._type(heard.burst[1:])
            return False
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit) and field.text()[: field.cursorPosition()].endswith(heard.burst[0]):
            field.backspace()
        return True

    def _type(self, text: str) -> None:
        """Type held keys into the focused field, past this filter."""
        field = QApplication.focusWidget()
        if field is None:
            return
        self._typing = True  # what is sent is announced again
        try:
            for character in text:
                self._send(field, character)
        finally:
            self._typing = False

    @staticmethod
    def _send(field: QWidget, character: str) -> None:
        key = Qt.Key(ord(character.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            press = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
            QCoreApplication.sendEvent(QApplication.focusWidget() or field, press)


def _switch_off(watched: QObject, event: QInputMethodQueryEvent) -> bool:
    """Say of whatever is no field that it accepts no input method; tell whether that was said."""
    if not isinstance(watched, QWidget) or isinstance(watched, _FIELDS):
        return False
    return refuse_input_method(event)


def _is_focus(watched: QObject) -> bool:
    return watched is (QApplication.focusWidget() or QApplication.focusWindow())


def _is_secret(field: QWidget) -> bool:
    """Tell whether what is typed into a field is nobody's business, such as a pass phrase."""
    return isinstance(field, QLineEdit) and field.echoMode() is not QLineEdit.EchoMode.Normal


def _character(event: QKeyEvent) -> str:
    """Give what a key writes: Enter, one character, or "" for keys that write none or are held with another."""
    if event.modifiers() not in _PLAIN or event.isAutoRepeat():
        return ""
    if event.key() in _ENTERS:
        return ENTER
    return event.text() if len(event.text()) == 1 else ""


def _seconds(event: QKeyEvent) -> float:
    """Give when a key was pressed, by the system's own stamp where it has one: the window may be late to hear of it."""
    return event.timestamp() / 1000 if event.timestamp() else time.monotonic()
