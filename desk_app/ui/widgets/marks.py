# SPDX-License-Identifier: GPL-3.0-or-later
"""Small marks: the chip of a state, the lamp of a device, the tile of a reason."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desk_app.ui.theme import FAMILY_NAMES, Look, current_look
from desk_app.ui.widgets.painting import CENTER, LEFT, draw_box, draw_icon, draw_text, open_painter, text_width

_CHIP_PAD = 8
_CHIP_ICON = 16


def chip_colors(look: Look, tone: str) -> tuple[QColor, QColor, QColor]:
    """Give ground, edge and ink of a chip; ``plain`` is the one without a family."""
    if tone in FAMILY_NAMES:
        family = look.theme.family(tone)
        return family.tint, family.edge, family.ink
    return look.color("surface"), look.color("line"), look.color("ink2")


class _Word(QWidget):
    """What a chip and a lamp share: the words of a state, as wide as they are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """The words."""
        return self._text

    def _say(self, text: str) -> None:
        """Change the words, and the room and the paint that go with them."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()


class Chip(_Word):
    """The word of a state, 24 px high; ``tone`` is a verdict family or ``plain``."""

    def __init__(self, tone: str = "plain", text: str = "", icon: str = "") -> None:
        super().__init__(text)
        self._tone = tone
        self._icon = icon

    @property
    def tone(self) -> str:
        """The tone."""
        return self._tone

    def set_state(self, tone: str, text: str, icon: str = "") -> None:
        """Change tone, word and icon."""
        self._tone, self._icon = tone, icon
        self._say(text)

    @override
    def sizeHint(self) -> QSize:
        width = text_width("caption", self._text, bold=self._tone != "plain") + 2 * _CHIP_PAD
        return QSize(width + (_CHIP_ICON + 4 if self._icon else 0), current_look().size("chip"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        ground, edge, ink = chip_colors(look, self._tone)
        painter = open_painter(self)
        draw_box(painter, QRectF(self.rect()), look.size("radius_keycap"), ground, edge)
        left = float(_CHIP_PAD)
        if self._icon:
            draw_icon(painter, self._icon, ink, QPointF(left, (self.height() - _CHIP_ICON) / 2), _CHIP_ICON)
            left += _CHIP_ICON + 4
        painter.setFont(look.font("caption", bold=self._tone != "plain"))
        painter.setPen(ink)
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), LEFT, self._text)
        painter.end()


class LampState(StrEnum):
    """How a device or a link is."""

    OK = "ok"
    FAULT = "fault"
    ABSENT = "absent"


class Lamp(_Word):
    """A device's state in words: green dot, amber triangle with bold words, grey cross.

    A ``strong`` lamp, for a word that stands alone at the end of a row, has its word bold in the ink of the state.
    """

    def __init__(self, text: str = "", state: LampState = LampState.OK, *, strong: bool = False) -> None:
        super().__init__(text)
        self._strong = strong
        self._state = state

    @property
    def state(self) -> LampState:
        """The state shown."""
        return self._state

    def set_state(self, state: LampState, text: str) -> None:
        """Change state and words."""
        if (state, text) != (self._state, self._text):
            self._state = state
            self._say(text)

    def _bold(self) -> bool:
        return self._strong or self._state is not LampState.OK

    def _word_ink(self) -> str:
        if self._strong:
            return {LampState.OK: "release.ink", LampState.FAULT: "hold.ink", LampState.ABSENT: "ink2"}[self._state]
        return "ink2" if self._state is LampState.OK else "ink"

    def _mark(self) -> int:
        return current_look().size("lamp") if self._state is LampState.OK else 16

    @override
    def sizeHint(self) -> QSize:
        width = text_width("caption", self._text, bold=self._bold())
        return QSize(self._mark() + 6 + width, current_look().theme.type("caption").line)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look, mark = current_look(), self._mark()
        painter = open_painter(self)
        top = (self.height() - mark) / 2
        if self._state is LampState.OK:
            draw_box(
                painter,
                QRectF(0, top + 0.5, mark, mark),
                mark / 2,
                look.color("release.fill" if look.theme.name == "light" else "release.ink"),
            )
        elif self._state is LampState.FAULT:
            draw_icon(painter, "warning", look.color("hold.ink"), QPointF(0, top), mark)
        else:
            draw_icon(painter, "close", look.color("ink3"), QPointF(0, top), mark)
        painter.setFont(look.font("caption", bold=self._bold()))
        painter.setPen(look.color(self._word_ink()))
        draw_text(painter, QRectF(mark + 6, 0, self.width() - mark - 6, self.height()), self._text)
        painter.end()


class Tile(QWidget):
    """An icon on a square of 40 px: solid when the office says no, dashed when nobody knows, sunken when plain."""

    def __init__(self, icon: str, tone: str = "plain", *, dashed: bool = False, size: int = 40) -> None:
        super().__init__()
        self._icon = icon
        self._tone = tone
        self._dashed = dashed
        self.setFixedSize(size, size)

    def set_state(self, icon: str, tone: str, *, dashed: bool = False) -> None:
        """Change icon, tone and outline."""
        self._icon, self._tone, self._dashed = icon, tone, dashed
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        radius = look.size("radius_control")
        if self._tone not in FAMILY_NAMES:
            draw_box(painter, QRectF(self.rect()), radius, look.color("sunken"))
            ink = look.color("ink")
        else:
            family = look.theme.family(self._tone)
            ink = family.ink
            if self._dashed:
                painter.setBrush(look.color("surface"))
                painter.setPen(QPen(family.ink, 1, Qt.PenStyle.DotLine))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            else:
                draw_box(painter, QRectF(self.rect()), radius, family.tint, family.edge)
        size = look.size("icon" if self.width() >= 40 else "icon_small")
        offset = (self.width() - size) / 2
        draw_icon(painter, self._icon, ink, QPointF(offset, offset), size)
        painter.end()


class NumberDot(QWidget):
    """The circle of 28 px before a step: its number, or a tick or cross in its place."""

    def __init__(self, number: int = 1, state: str = "todo", *, size: int = 28) -> None:
        super().__init__()
        self._number = number
        self._state = state
        self.setFixedSize(size, size)

    def set_state(self, number: int, state: str) -> None:
        """Change number and state (``todo``, ``now``, ``done``, ``bad``, ``stop``)."""
        self._number, self._state = number, state
        self.update()

    def _colors(self, look: Look) -> tuple[QColor | None, QColor | None, QColor]:
        """Give ground, edge and ink of the state."""
        release, hold, stop = (look.theme.family(name) for name in ("release", "hold", "stop"))
        return {
            "todo": (None, look.color("line_strong"), look.color("ink")),
            "now": (look.color("accent"), None, look.color("on_accent")),
            "done": (release.tint, None, release.ink),
            "bad": (None, hold.ink, hold.ink),
            "stop": (stop.tint, stop.edge, stop.ink),
        }[self._state]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        ground, edge, ink = self._colors(look)
        painter = open_painter(self)
        draw_box(painter, QRectF(self.rect()), self.width() / 2, ground, edge)
        icon = {"done": "state-cleared", "bad": "close"}.get(self._state)
        if icon:
            size = look.size("icon_small")
            draw_icon(painter, icon, ink, QPointF((self.width() - size) / 2, (self.height() - size) / 2), size)
        else:
            painter.setFont(look.font("caption", bold=True))
            painter.setPen(ink)
            painter.drawText(QRectF(self.rect()), CENTER, str(self._number))
        painter.end()
