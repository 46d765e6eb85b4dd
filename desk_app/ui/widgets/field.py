# SPDX-License-Identifier: GPL-3.0-or-later
"""The field: caption above, icon at the left, and what is wrong in words below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QInputMethodQueryEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.ui.scans import refuse_input_method, takes_scans
from desk_app.ui.theme import current_look
from desk_app.ui.widgets.label import IconLabel, Keycap, Label
from desk_app.ui.widgets.painting import draw_box, draw_icon, open_painter

_ICON_LEFT = 12
_TEXT_LEFT = 42
_CTRL = Qt.KeyboardModifier.ControlModifier


class _Frame(QWidget):
    """The box around the line of text."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self.icon = icon
        self.faulty = False
        self.setFixedHeight(current_look().size("control"))
        self.setProperty("ringRadius", current_look().size("radius_control"))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        proxy = self.focusProxy()
        if proxy is not None:
            proxy.setFocus()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        ground = look.color("surface" if self.isEnabled() else "disabled")
        edge = look.color("hold.ink" if self.faulty else "line_strong") if self.isEnabled() else ground
        draw_box(painter, QRectF(self.rect()), look.size("radius_control"), ground, edge)
        if self.icon:
            size = look.size("icon_small")
            draw_icon(painter, self.icon, look.color("ink2"), QPointF(_ICON_LEFT, (self.height() - size) / 2), size)
        painter.end()


def line_edit() -> QLineEdit:
    """Give a line to type in without a box of its own; what it lies on shows through."""
    edit = QLineEdit()
    edit.setFrame(False)
    clear = QPalette()
    clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
    edit.setPalette(clear)
    return edit


class Field(QWidget):
    """A line of text to type or scan; its value stays when it is wrong."""

    edited = Signal(str)
    submitted = Signal(str)

    def __init__(self, icon: str = "", placeholder: str = "", caption: str = "", *, keycap: str = "") -> None:
        super().__init__()
        self._caption = Label(caption, "caption", "ink2")
        self._frame = _Frame(icon)
        self.edit = line_edit()
        self.edit.setProperty("ringTarget", "parent")
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(caption or placeholder)
        self.edit.textEdited.connect(self.edited)
        self.edit.returnPressed.connect(lambda: self.submitted.emit(self.edit.text()))
        self.edit.installEventFilter(self)
        self._error = IconLabel("warning", type="caption", tone="hold", wrap=True)
        self._error.hide()
        self._build(icon, keycap)

    def _build(self, icon: str, keycap: str) -> None:
        self._frame.setFocusProxy(self.edit)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self._frame)
        row.setContentsMargins(_TEXT_LEFT if icon else _ICON_LEFT, 0, 8, 0)
        row.addWidget(self.edit, 1)
        if keycap:
            row.addWidget(Keycap(keycap))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._caption)
        self._caption.setVisible(bool(self._caption.text()))
        column.addWidget(self._frame)
        column.addWidget(self._error)

    def text(self) -> str:
        """Give what was typed, without blanks around it."""
        return self.edit.text().strip()

    def set_text(self, text: str) -> None:
        """Change what stands in the field, without reporting it."""
        self.edit.setText(text)

    def set_words(self, placeholder: str, caption: str = "") -> None:
        """Change placeholder and caption."""
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(caption or placeholder)
        self._caption.set_text(caption)

    def set_error(self, text: str) -> None:
        """Say below the field what is wrong, "" when nothing is."""
        self._frame.faulty = bool(text)
        self._error.set_text(text)
        self.edit.setAccessibleDescription(text)
        self._frame.update()

    @property
    def error(self) -> str:
        """What is wrong, "" when nothing is."""
        return self._error.text() if self._frame.faulty else ""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep Enter for the field: the page's button on that key must not be pressed by what is typed or scanned.

        Into a field that takes scans every key goes as it comes, whatever input method is on.
        """
        if isinstance(event, QInputMethodQueryEvent) and takes_scans(self.edit):
            return refuse_input_method(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _CTRL
            event.setAccepted(enter or event.isAccepted())
            return enter
        return super().eventFilter(watched, event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange:
            self._frame.update()
        super().changeEvent(event)
