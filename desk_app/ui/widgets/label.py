# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in one of the five sizes, hairlines, and an icon with its words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from desk_app.ui.theme import FAMILY_NAMES, current_look
from desk_app.ui.widgets.painting import LEFT, draw_icon, draw_keycap, draw_text, keycap_size, open_painter

_USUAL = "ink"


def ink_of(tone: str) -> QColor:
    """Give the ink of a tone: a verdict family's ink, what is written on its fill (``on_hold``), or the colour of that name."""
    look = current_look()
    family = tone.removeprefix("on_")
    if family not in FAMILY_NAMES:
        return look.color(tone)
    colors = look.theme.family(family)
    return colors.ink if family == tone else colors.on_fill


class Label(QLabel):
    """A text in one of the five sizes; ``tone`` is an ink (``ink2``) or a verdict family (``hold``)."""

    def __init__(self, text: str = "", type: str = "body", tone: str = "ink", *, wrap: bool = False) -> None:  # noqa: A002 - the design calls it so
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._type = type
        self._tone = tone
        self._has_own_ink = False
        self.setFont(current_look().font(type))
        if tone != _USUAL:  # the application's palette has it
            self._ink()
        self.setWordWrap(wrap)
        if not wrap:
            self.setMinimumHeight(max(current_look().theme.type(type).line, self.fontMetrics().height()))

    @property
    def tone(self) -> str:
        """The tone of the text."""
        return self._tone

    def set_tone(self, tone: str) -> None:
        """Change the ink."""
        if tone != self._tone:
            self._tone = tone
            self._ink()

    def set_strong(self, strong: bool) -> None:  # noqa: FBT001 - the one property that this setter sets
        """Set the text in the heavy or the light of the two weights."""
        self.setFont(current_look().font(self._type, bold=strong))

    def set_text(self, text: str) -> None:
        """Change the text; an empty one takes no room."""
        self.setText(text)
        self.setVisible(bool(text))

    def _ink(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, ink_of(self._tone))
        self.setPalette(palette)
        self._has_own_ink = True

    @override
    def changeEvent(self, event: QEvent) -> None:
        # One that has got the usual ink later no longer takes it from the application's palette either.
        if event.type() == QEvent.Type.StyleChange and self._has_own_ink:
            self._ink()
        super().changeEvent(event)


class ElidedLabel(Label):
    """Words that give way: they are shortened where there is no room for all of them."""

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = open_painter(self)
        painter.setFont(self.font())
        painter.setPen(ink_of(self.tone))
        draw_text(painter, QRectF(self.rect()), self.text(), LEFT)
        painter.end()


class Rule(QWidget):
    """A hairline; ``ink`` is the token of its colour, another one on paper."""

    def __init__(self, ink: str = "line", *, vertical: bool = False) -> None:
        super().__init__()
        self._ink = ink
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = open_painter(self)
        painter.fillRect(self.rect(), current_look().color(self._ink))
        painter.end()


class Icon(QWidget):
    """A line icon in a tone."""

    def __init__(self, name: str, tone: str = "ink2", size: int = 20) -> None:
        super().__init__()
        self._name = name
        self._tone = tone
        self._size = size
        self.setFixedSize(size, size)

    @property
    def name(self) -> str:
        """The name of the icon."""
        return self._name

    def set_icon(self, name: str, tone: str | None = None) -> None:
        """Change icon and tone."""
        self._name = name
        self._tone = tone or self._tone
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = open_painter(self)
        draw_icon(painter, self._name, ink_of(self._tone), QPointF(0, 0), self._size)
        painter.end()


class IconLabel(Label):
    """Words with an icon before them, in the tone of the words or in one of its own (``icon_tone``)."""

    def __init__(
        self,
        icon: str,
        text: str = "",
        *,
        type: str = "body",  # noqa: A002 - the design calls it so
        tone: str = "ink",
        icon_tone: str = "",
        wrap: bool = False,
    ) -> None:
        super().__init__(text, type, tone, wrap=wrap)
        self._icon = icon
        self._icon_tone = icon_tone
        self._size = 16 if type == "caption" else 20
        self.setContentsMargins(self._size + (8 if type == "caption" else 12), 0, 0, 0)
        self.setMinimumHeight(max(self.minimumHeight(), self._size))

    @property
    def icon(self) -> str:
        """The name of the icon."""
        return self._icon

    @override
    def set_tone(self, tone: str) -> None:
        """Change the ink of icon and words."""
        self._icon_tone = tone
        super().set_tone(tone)
        self.update()

    def set_icon(self, name: str) -> None:
        """Change the icon."""
        self._icon = name
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = open_painter(self)
        ink = ink_of(self._icon_tone or self.tone)
        draw_icon(painter, self._icon, ink, QPointF(0, (self.height() - self._size) / 2), self._size)
        painter.end()
        super().paintEvent(event)


class Keycap(QWidget):
    """The name of a key as it stands on a button, beside words that explain it."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        return keycap_size(self._key, current_look())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = open_painter(self)
        look = current_look()
        draw_keycap(painter, self.rect(), self._key, look.color("line_strong"), look.color("ink2"))
        painter.end()
