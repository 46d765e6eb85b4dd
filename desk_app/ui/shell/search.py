# SPDX-License-Identifier: GPL-3.0-or-later
"""The search: joins field and list to the use case; a late answer to an older question is dropped."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk_app.domain.records import SearchHit
from desk_app.domain.student_number import normalise_number
from desk_app.ui.pages import PageParts
from desk_app.ui.shell.composition import Composition
from desk_app.ui.shell.search_box import SearchBox
from desk_app.ui.shell.search_list import SearchList

_GAP = 8


class Search(QObject):
    """Finds a graduate by number, name or receipt number; ``opened`` reports the student number chosen."""

    opened = Signal(str)
    failed = Signal(object)

    def __init__(self, parts: PageParts, window: QWidget) -> None:
        super().__init__(window)
        self._parts = parts
        self._window = window
        self._asked = ""
        self._listed = ""
        self.box = SearchBox(parts.context)
        self.list = SearchList(parts.context, parts.desk.policy, parts.desk.identity.counter, window)
        self._composition = Composition(self.box.edit, self)
        self.box.paused.connect(self._ask)
        self.list.opened.connect(self._open)
        self.box.edit.installEventFilter(self)

    def begin(self, text: str) -> None:
        """Take the keyboard and go on with a text that was typed elsewhere."""
        self.box.begin(text)

    def take_compositions(self, page: QWidget) -> None:
        """Take the keyboard as well when an input method begins a name on a page that accepts it."""
        self._composition.begin_on(page)

    def give_up(self) -> None:
        """Forget what was typed and who was found."""
        self._asked = ""
        self.box.clear()
        self.list.hide()

    def retranslate(self) -> None:
        """Say every word anew."""
        self.box.retranslate()
        self.list.retranslate()

    def _ask(self, text: str) -> None:
        self._asked = text
        if not text:
            self.list.hide()
            return
        self._parts.runner.run(
            lambda: self._parts.desk.pickup.search(text), lambda hits: self._show(text, hits), self.failed.emit, self
        )

    def _show(self, text: str, hits: tuple[SearchHit, ...]) -> None:
        if text == self._asked == self.box.text() and self.box.edit.hasFocus():
            self._listed = text
            corner = self.box.mapTo(self._window, QPoint(0, self.box.height() + _GAP))
            self.list.show_hits(hits, corner)

    def _open(self, number: str) -> None:
        self._asked = ""
        self.box.clear()
        self.opened.emit(number)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            return self._claim(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key_pressed(Qt.Key(event.key()))
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self.list.hide()
        return False

    def _claim(self, event: QKeyEvent) -> bool:
        """Keep Enter and, while there is something to close, Escape from the buttons of the page."""
        closing = event.key() == Qt.Key.Key_Escape and (self.list.isVisible() or bool(self.box.text()))
        entering = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if closing or (entering and not event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            event.accept()
            return True
        return False

    def _key_pressed(self, key: Qt.Key) -> bool:
        """Hear the keys of the list; a whole number is opened at once, whether or not the list is there."""
        listed = self.list.isVisible()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and listed:
            self.list.step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(listed=listed)
            return True
        if key == Qt.Key.Key_Escape and (listed or self.box.text()):
            self.give_up()
            return True
        return False

    def _enter(self, *, listed: bool) -> None:
        """Open what was typed: a whole number always, else the chosen row of a list that answers this very text."""
        text = self.box.text()
        number = normalise_number(text)
        answers = listed and self._listed == text and bool(self.list.rows)
        if self._parts.desk.policy.student_no.pattern.fullmatch(number):
            self.list.hide()
            self._open(number)
        elif answers:
            self.list.open_chosen()
        else:
            self._ask(text)
