# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets a name that an input method composes while nobody is on screen be composed in the search field."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt
from PySide6.QtGui import QInputMethodEvent, QInputMethodQueryEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

_PLACES = (
    Qt.InputMethodQuery.ImCursorRectangle,
    Qt.InputMethodQuery.ImAnchorRectangle,
    Qt.InputMethodQuery.ImInputItemClipRectangle,
)
_QUERIES = tuple(query for query in Qt.InputMethodQuery if query.value.bit_count() == 1)


class Composition(QObject):
    """Hands what is composed on a page that accepts input methods on to a field.

    The page keeps the keyboard until words were chosen: taking it away in the middle would end the composition with its
    first key. Until then the field answers in its place, so the list of candidates stands below the field.
    """

    def __init__(self, field: QLineEdit, parent: QObject) -> None:
        super().__init__(parent)
        self._field = field
        self._composing = False

    def begin_on(self, page: QWidget) -> None:
        """Hear compositions that begin on a page."""
        page.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep from the page what the field takes; a page on which somebody is shown accepts nothing any more."""
        if not isinstance(watched, QWidget):
            return False
        accepts = watched.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        if isinstance(event, QInputMethodEvent):
            if accepts:
                self._compose(event)
            return True
        if isinstance(event, QInputMethodQueryEvent) and accepts:
            self._answer(watched, event)
            return True
        if event.type() is QEvent.Type.FocusOut and self._composing:
            self._drop()
        return False

    def _compose(self, event: QInputMethodEvent) -> None:
        QCoreApplication.sendEvent(self._field, event)
        self._composing = bool(event.preeditString())
        if event.commitString() and not self._composing:
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self) -> None:
        """Forget what was only half composed when a card came in between."""
        self._composing = False
        QCoreApplication.sendEvent(self._field, QInputMethodEvent())

    def _answer(self, page: QWidget, event: QInputMethodQueryEvent) -> None:
        for query in _QUERIES:
            if event.queries() & query:
                value = self._field.inputMethodQuery(query)
                event.setValue(query, self._on(page, value) if query in _PLACES else value)
        event.accept()

    def _on(self, page: QWidget, place: QRect) -> QRect:
        """Tell where a rectangle of the field lies for the page, which is asked in its own coordinates."""
        return QRect(page.mapFromGlobal(self._field.mapToGlobal(place.topLeft())), place.size())
