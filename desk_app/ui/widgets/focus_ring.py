# SPDX-License-Identifier: GPL-3.0-or-later
"""The focus ring: one overlay for the window that always shows where the keyboard is."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from typing_extensions import override

from desk_app.ui.theme import current_look
from desk_app.ui.widgets.painting import draw_box, open_painter

_FOLLOWED = frozenset(
    {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange}
)


class FocusRing(QWidget):
    """A ring of 2 px, 2 px outside the control that has the keyboard, with the control's radius and 3 more.

    A control says by its own property ``ringRadius`` how round it is, by ``ringTarget`` = ``parent`` that the ring
    belongs around its parent, by ``none`` that it shows its focus itself.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._radius = 0
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)
        self.hide()
        self._focus_changed(None, QApplication.focusWidget())

    @property
    def target(self) -> QWidget | None:
        """The control that the ring surrounds."""
        return self._target

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        for widget in self._watched:
            if shiboken6.isValid(widget):  # it may have been deleted with the keyboard on it
                widget.removeEventFilter(self)
        self._watched = []
        self._target = self._ringed(now) if now is not None and self.window().isAncestorOf(now) else None
        step = self._target
        while step is not None and step is not self.window():
            step.installEventFilter(self)
            self._watched.append(step)
            step = step.parentWidget()
        self._follow()

    def _ringed(self, widget: QWidget) -> QWidget | None:
        aim = widget.property("ringTarget")
        if aim == "none" or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            return None
        return widget.parentWidget() if aim == "parent" else widget

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOWED:
            self._follow()
        return False

    def _follow(self) -> None:
        """Lie around the control, or disappear with it."""
        target = self._target
        if target is None or not shiboken6.isValid(target) or not target.isVisible():
            self.hide()
            return
        look = current_look()
        reach = look.size("line_focus") + look.size("line_focus_offset")
        rect = QRect(target.mapTo(self.window(), QPoint(0, 0)), target.size())
        self._radius = int(target.property("ringRadius") or look.size("radius_control"))
        self.setGeometry(rect.adjusted(-reach, -reach, reach, reach) & self._room(target, reach))
        self._offset = self.geometry().topLeft() - rect.topLeft()
        self._box = QRectF(QRect(-self._offset, rect.size()).adjusted(-reach, -reach, reach, reach))
        self.raise_()
        self.show()
        self.update()

    def _room(self, target: QWidget, reach: int) -> QRect:
        """Give the part of the window where the ring may show: not outside a pane that scrolls the control."""
        room = self.window().rect()
        step = target.parentWidget()
        while step is not None and step is not self.window():
            if isinstance(step.parentWidget(), QAbstractScrollArea):
                pane = QRect(step.mapTo(self.window(), QPoint(0, 0)), step.size())
                room &= pane.adjusted(-reach, -reach, reach, reach)
            step = step.parentWidget()
        return room

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        draw_box(painter, self._box, self._radius + 3, None, look.color("focus"), look.size("line_focus"))
        painter.end()
