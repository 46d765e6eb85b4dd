# SPDX-License-Identifier: GPL-3.0-or-later
"""The segmented control: one of a few; that nothing is chosen is a legal state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from desk_app.ui.theme import current_look
from desk_app.ui.widgets.button import key_sequences
from desk_app.ui.widgets.painting import LEFT, draw_box, draw_text, open_painter, text_width

_PAD = 16
_KEY_GAP = 6
_TROUGH = 4


@dataclass(frozen=True, slots=True)
class Option:
    """One segment: what is reported when it is chosen, its words, its key ("" for none)."""

    id: str
    label: str
    key: str = ""


class _Segment(QAbstractButton):
    """One segment of the trough."""

    def __init__(self, option: Option) -> None:
        super().__init__()
        self.option = option
        self.setCheckable(True)
        self.setText(option.label)
        self.setAccessibleName(option.label)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def relabel(self, label: str) -> None:
        """Change the words."""
        self.setText(label)
        self.setAccessibleName(label)
        self.updateGeometry()

    def _widths(self) -> tuple[int, int]:
        words = text_width("body", self.text(), bold=True)
        return words, text_width("caption", self.option.key) + _KEY_GAP if self.option.key else 0

    @override
    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 2 * _PAD, 28)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() - QSize(_PAD, 0)

    @override
    def nextCheckState(self) -> None:
        """Leave the choice to the control."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        radius = look.size("radius_control") - 2
        if self.isChecked():
            draw_box(painter, QRectF(self.rect()), radius, look.color("raised"), look.color("raised_line"))
        elif self.underMouse() and self.isEnabled():
            draw_box(painter, QRectF(self.rect()), radius, look.color("line"))
        words, key = self._widths()
        shown = text_width("body", self.text(), bold=self.isChecked())
        left = (self.width() - words - key) / 2 + (words - shown) / 2
        painter.setFont(look.font("body", bold=self.isChecked()))
        painter.setPen(look.color("ink" if self.isChecked() else "ink2"))
        draw_text(painter, QRectF(left, 0, shown + 1, self.height()), self.text(), LEFT)
        if key:
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("ink3" if self.isChecked() else "ink2"))
            painter.drawText(QRectF(left + shown + _KEY_GAP, 0, key, self.height()), LEFT, self.option.key)
        painter.end()


class Segmented(QWidget):
    """One of a few segments; arrows move, Space and Enter choose, each segment's own key chooses at once.

    One that wraps stands in as many rows as it takes to show every word, so that no panel is too narrow for it.
    """

    chosen = Signal(str)

    def __init__(self, options: Sequence[Option] = (), *, height: int = 44, wrap: bool = False) -> None:
        super().__init__()
        self._segments: list[_Segment] = []
        self._wrap = wrap
        self._row_height = height - 2 * _TROUGH
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(_TROUGH, _TROUGH, _TROUGH, _TROUGH)
        self._grid.setSpacing(0)
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_options(options)

    def set_options(self, options: Sequence[Option]) -> None:
        """Show these segments; a choice that is still among them stays."""
        if [segment.option.id for segment in self._segments] == [option.id for option in options]:
            for segment, option in zip(self._segments, options, strict=True):
                segment.option = option
                segment.relabel(option.label)
            self._even_out()
            return
        kept = self.value
        for segment in self._segments:
            self._grid.removeWidget(segment)
            segment.deleteLater()
        self._segments = [self._add(option) for option in options]
        self._even_out()
        self.set_value(kept if any(option.id == kept for option in options) else None)

    def _even_out(self) -> None:
        """Give every segment the width of the widest."""
        least = max((segment.minimumSizeHint().width() for segment in self._segments), default=0)
        for segment in self._segments:
            segment.setMinimumWidth(least)
        self._columns = 0
        self._arrange()
        self.updateGeometry()

    def _arrange(self) -> None:
        """Put the segments into the fewest rows that show them whole; into one row when none wraps."""
        columns = self._fitting_columns() if self._wrap else len(self._segments)
        if columns == self._columns:
            return
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        for number, segment in enumerate(self._segments):
            self._grid.addWidget(segment, number // columns, number % columns)
            self._grid.setColumnStretch(number % columns, 1)
        self._columns = columns
        rows = -(-len(self._segments) // columns) if columns else 1
        self.setFixedHeight(rows * self._row_height + 2 * _TROUGH)

    def _fitting_columns(self) -> int:
        """Give the number of columns of the fewest rows that the width has room for, the last row as full as can be."""
        count = len(self._segments)
        for rows in range(1, count):
            columns = -(-count // rows)
            if self._width_of(columns) <= self.width():
                return columns
        return min(count, 1)

    def _width_of(self, columns: int) -> int:
        return columns * max((one.minimumWidth() for one in self._segments), default=0) + 2 * _TROUGH

    @override
    def sizeHint(self) -> QSize:
        if not self._wrap:
            return super().sizeHint()
        widest = max((one.sizeHint().width() for one in self._segments), default=0)
        return QSize(len(self._segments) * widest + 2 * _TROUGH, self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._width_of(1), self.height()) if self._wrap else super().minimumSizeHint()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _add(self, option: Option) -> _Segment:
        segment = _Segment(option)
        segment.clicked.connect(lambda: self._choose(segment))
        for sequence in key_sequences(option.key) if option.key else ():
            shortcut = QShortcut(sequence, segment)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(segment.click)
        segment.installEventFilter(self)
        return segment

    @property
    def value(self) -> str | None:
        """The chosen segment's id, or ``None`` when nothing is chosen."""
        return next((segment.option.id for segment in self._segments if segment.isChecked()), None)

    def set_value(self, value: str | None) -> None:
        """Choose without reporting it; ``None`` chooses nothing."""
        for segment in self._segments:
            segment.setChecked(segment.option.id == value)
        self._settle_tab_stop()

    def _settle_tab_stop(self) -> None:
        """Keep one segment in the tab order: the chosen one, else the first."""
        stop = next((s for s in self._segments if s.isChecked()), self._segments[0] if self._segments else None)
        for segment in self._segments:
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if segment is stop else Qt.FocusPolicy.ClickFocus)
        if stop is not None:
            self.setFocusProxy(stop)  # whoever gives the control the keyboard gives it to what shows a ring

    def _choose(self, segment: _Segment) -> None:
        if not segment.isChecked():
            if any(one.hasFocus() for one in self._segments):  # the ring goes along, also when a key chose
                segment.setFocus(Qt.FocusReason.OtherFocusReason)
            self.set_value(segment.option.id)
            self.chosen.emit(segment.option.id)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(watched, _Segment):
            return self._key_pressed(watched, event.key())
        return super().eventFilter(watched, event)

    def _key_pressed(self, segment: _Segment, key: int) -> bool:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if step:
            index = (self._segments.index(segment) + step) % len(self._segments)
            self._segments[index].setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            segment.click()
            return True
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        trough = look.color("hover") if look.theme.name == "light" else look.color("sunken")
        draw_box(painter, QRectF(self.rect()), look.size("radius_control"), trough)
        painter.end()
