# SPDX-License-Identifier: GPL-3.0-or-later
"""The button with its key: words in the middle, keycap at the right edge, deaf while busy."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPainterPath, QPaintEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QSizePolicy
from typing_extensions import override

from desk_app.ui.theme import Look, current_look
from desk_app.ui.widgets.painting import (
    LEFT,
    draw_box,
    draw_icon,
    draw_keycap,
    draw_text,
    keycap_size,
    open_painter,
    text_width,
)

_BUSY_BAR = 3
_BUSY_STEP_MS = 40
_EDGE = 16
_GAP = 12
_ICON_GAP = 10

HEIGHTS = {
    "row": ("target_min", "target_min"),
    "control": ("control", "control"),
    "tall": ("control_large_compact", "row"),
    "large": ("control_large", "control_large_compact"),
    "collector": ("control_collector", "control_collector"),
}
"""Which token gives the height of a button, in regular and in compact density."""

_QT_NAMES = {
    "Enter": ("Return", "Enter"),
    "Ctrl Enter": ("Ctrl+Return", "Ctrl+Enter"),
    "PgDn": ("PgDown",),
}
"""Keys whose word on the cap is not Qt's name."""


@dataclass(frozen=True, slots=True)
class _Paint:
    fill: QColor | None
    edge: QColor | None
    ink: QColor
    keycap: QColor


def key_sequences(key: str) -> tuple[QKeySequence, ...]:
    """Give the key sequences of a key as it is written on a keycap (``Ctrl K``, ``Enter``)."""
    names = _QT_NAMES.get(key, (key.replace(" ", "+"),))
    return tuple(QKeySequence(name) for name in names)


class KeyButton(QAbstractButton):
    """A button of one of the kinds; its key presses it wherever the focus is in the window.

    One that does not bind its key only shows it: the page hears that key itself, and Qt lets a key that two would hear
    do nothing.

    With the keyboard on it, Space presses it; Enter only where ``hears_enter`` says so, because whatever a scanner types
    ends with it: no scan may release a certificate or throw away what was recorded.

    ``height`` is one of ``row``, ``control``, ``tall``, ``large``, ``collector``; a large one has its words in title size.
    """

    def __init__(
        self,
        kind: str = "plain",
        key: str = "",
        icon: str | None = None,
        *,
        text: str = "",
        height: str = "control",
        binds: bool = True,
    ) -> None:
        super().__init__()
        self._kind = kind
        self._key = key
        self._icon_name = icon
        self._height = height
        self._busy = False
        self._busy_shown = False
        self._phase = 0
        self.hears_enter = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._build_timer()
        if binds:
            self._bind_key()

    def _build_timer(self) -> None:
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)

    def _bind_key(self) -> None:
        for sequence in key_sequences(self._key) if self._key else ():
            shortcut = QShortcut(sequence, self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.click)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self.hears_enter:
            self.click()
        else:
            event.ignore()

    @property
    def kind(self) -> str:
        """The kind of button: plain, primary, release, ghost, or link, a ghost with words in the accent."""
        return self._kind

    @property
    def key(self) -> str:
        """The key on the keycap, "" for none."""
        return self._key

    @property
    def busy(self) -> bool:
        """True while the button waits for an answer and hears nothing."""
        return self._busy

    def set_label(self, text: str) -> None:
        """Change the words and the accessible name."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def set_icon(self, name: str | None) -> None:
        """Change the icon before the words."""
        self._icon_name = name
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: str) -> None:
        """Change the kind."""
        self._kind = kind
        self.update()

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001 - the one property that this setter sets
        """Make the button deaf until the answer is there; after 300 ms a bar shows that it works."""
        if busy == self._busy:
            return
        self._busy = busy
        self._busy_shown = False
        self._phase = 0
        if busy:
            self._timer.start(current_look().theme.duration("progress_after"))
        else:
            self._timer.stop()
        self.update()

    def _advance(self) -> None:
        self._busy_shown = True
        self._phase = (self._phase + 1) % 50
        self._timer.setInterval(_BUSY_STEP_MS)
        self.update()

    @override
    def nextCheckState(self) -> None:
        """Stay as it is: a button of this kind is never checked."""

    @override
    def click(self) -> None:
        """Press the button; while it is busy nothing happens."""
        if not self._busy:
            super().click()

    @override
    def hitButton(self, position: QPoint) -> bool:
        return not self._busy and super().hitButton(position)

    def _label_type(self) -> str:
        return "title" if self._height in ("large", "collector") else "body"

    def _icon_size(self) -> int:
        return current_look().size("icon" if self._label_type() == "title" else "icon_small")

    def _content_width(self) -> int:
        width = text_width(self._label_type(), self.text(), bold=True)
        return width + (self._icon_size() + _ICON_GAP if self._icon_name else 0)

    @property
    def _edge(self) -> int:
        """The room beside the words: none beside a link, which ends in line with what stands below it."""
        return 0 if self._kind == "link" else _EDGE

    @override
    def sizeHint(self) -> QSize:
        look = current_look()
        width = self._content_width() + 2 * self._edge
        if self._key:
            width += keycap_size(self._key, look).width() + _GAP
        return QSize(width, self._pixel_height(look))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _pixel_height(self, look: Look) -> int:
        regular, compact = HEIGHTS[self._height]
        return look.theme.size(compact if look.compact else regular)

    def _paint(self, look: Look) -> _Paint:
        if not self.isEnabled():
            off = look.color("on_disabled")
            return _Paint(look.color("disabled"), None, off, off)
        if self._kind in ("release", "primary"):
            return self._filled(look)
        fill = look.color("line") if self.isDown() else look.color("hover") if self.underMouse() else None
        if self._kind == "plain":
            return _Paint(
                fill or look.color("surface"), look.color("line_strong"), look.color("ink"), look.color("ink2")
            )
        return _Paint(fill, None, look.color("accent_ink" if self._kind == "link" else "ink"), look.color("ink2"))

    def _filled(self, look: Look) -> _Paint:
        prefix = "release." if self._kind == "release" else ""
        names = (
            ("fill", "fill_hover", "fill_press", "on_fill")
            if prefix
            else ("accent", "accent_hover", "accent_press", "on_accent")
        )
        state = 2 if self.isDown() else 1 if self.underMouse() and not self._busy else 0
        ink = look.color(prefix + names[3])
        return _Paint(look.color(prefix + names[state]), None, ink, ink)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        paint = self._paint(look)
        painter = open_painter(self)
        draw_box(painter, QRectF(self.rect()), look.size("radius_control"), paint.fill, paint.edge)
        cap = self._paint_keycap(painter, look, paint)
        self._paint_words(painter, look, paint, cap)
        if self._busy_shown:
            self._paint_busy(painter, look, paint)
        painter.end()

    def _paint_keycap(self, painter: QPainter, look: Look, paint: _Paint) -> int:
        """Paint the keycap and give the left edge of what is taken at the right."""
        if not self._key:
            return self.width() - self._edge
        size = keycap_size(self._key, look)
        left = self.width() - size.width() - _EDGE + (4 if self.height() <= 40 else 0)
        rect = QRect(left, (self.height() - size.height()) // 2, size.width(), size.height())
        draw_keycap(painter, rect, self._key, paint.keycap, paint.keycap)
        return left - _GAP

    def _paint_words(self, painter: QPainter, look: Look, paint: _Paint, right: int) -> None:
        """Centre icon and words on the button, but never under the keycap."""
        content = self._content_width()
        left = min((self.width() - content) // 2, right - content) if self._key else (self.width() - content) // 2
        left = max(left, self._edge if self.width() >= self.sizeHint().width() else 4)
        if self._icon_name:
            size = self._icon_size()
            draw_icon(painter, self._icon_name, paint.ink, QPointF(left, (self.height() - size) / 2), size)
            left += size + _ICON_GAP
        painter.setFont(look.font(self._label_type(), bold=True))
        painter.setPen(paint.ink)
        draw_text(painter, QRectF(left, 0, max(0, right - left), self.height()), self.text(), LEFT)

    def _paint_busy(self, painter: QPainter, look: Look, paint: _Paint) -> None:
        radius = look.size("radius_control")
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setClipPath(clip)
        width = self.width() / 3
        left = (self.width() + width) * self._phase / 50 - width
        painter.fillRect(QRectF(left, self.height() - _BUSY_BAR, width, _BUSY_BAR), paint.ink)
