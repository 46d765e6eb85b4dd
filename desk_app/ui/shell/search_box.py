# SPDX-License-Identifier: GPL-3.0-or-later
"""The search field of the top bar: Ctrl K, and a report when the typing pauses."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from desk_app.ui.context import UiContext
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Keycap, line_edit
from desk_app.ui.widgets.painting import draw_box, draw_icon, open_painter

_PAUSE_MS = 250


class SearchBox(QWidget):
    """The field; ``paused`` reports the text when the typing pauses, "" when nothing is left of it."""

    paused = Signal(str)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.edit = line_edit()
        self.edit.setProperty("ringTarget", "parent")
        self.setProperty("ringRadius", current_look().size("radius_control"))
        self.setFocusProxy(self.edit)
        self.setFixedHeight(current_look().size("control"))
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._report)
        self.edit.textEdited.connect(lambda _text: self._timer.start())
        shortcut = QShortcut(QKeySequence("Ctrl+K"), self)
        shortcut.activated.connect(self.begin)
        self._build_row()
        self.retranslate()

    def _build_row(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 0, 8, 0)
        row.addWidget(self.edit, 1)
        row.addWidget(Keycap("Ctrl K"))

    def begin(self, text: str = "") -> None:
        """Take the keyboard; with a text, search for it."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self.edit.setText(text)
            self._timer.start()
        else:
            self.edit.selectAll()

    def text(self) -> str:
        """Give what was typed, without blanks around it."""
        return self.edit.text().strip()

    def clear(self) -> None:
        """Forget what was typed."""
        self._timer.stop()
        self.edit.clear()

    def _report(self) -> None:
        self.paused.emit(self.text())

    def retranslate(self) -> None:
        """Say every word anew."""
        words = "shell.search.placeholder_short" if self._context.compact else "shell.search.placeholder"
        self.edit.setPlaceholderText(self._context.t(words))
        self.edit.setAccessibleName(self._context.t("shell.search.placeholder"))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        draw_box(painter, QRectF(self.rect()), look.size("radius_control"), look.color("surface"), look.color("line"))
        size = look.size("icon_small")
        draw_icon(painter, "search", look.color("ink2"), QPointF(12, (self.height() - size) / 2), size)
        painter.end()
