# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in one of the five sizes, hairlines, and an icon with its words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from desk_app.ui.theme import FAMILY_NAMES, current_look
from desk_app.ui.widgets.painting import draw_icon, draw_keycap, keycap_size, open_painter


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set an own property that the style sheet looks at, and let the change show."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # the style sheet is still to look at it for the first time
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def ink_of(tone: str) -> QColor:
    """Give the ink of a tone: a verdict family's ink, or the colour of that name."""
    look = current_look()
    return look.theme.family(tone).ink if tone in FAMILY_NAMES else look.color(tone)


class Label(QLabel):
    """A text in one of the five sizes; ``tone`` is an ink (``ink2``) or a verdict family (``hold``)."""

    def __init__(self, text: str = "", type: str = "body", tone: str = "ink", *, wrap: bool = False) -> None:  # noqa: A002 - the design calls it so
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", type)
        self.setProperty("tone", tone)
        self.setFont(current_look().font(type))  # the style sheet sets the same, but only when the text is first shown
        self.setWordWrap(wrap)
        if not wrap:
            self.setMinimumHeight(max(current_look().theme.type(type).line, self.fontMetrics().height()))

    def set_tone(self, tone: str) -> None:
        """Change the ink."""
        restyle(self, "tone", tone)

    def set_strong(self, strong: bool) -> None:  # noqa: FBT001 - the one property that this setter sets
        """Set the text in the heavy or the light of the two weights."""
        restyle(self, "strong", "true" if strong else "false")

    def set_text(self, text: str) -> None:
        """Change the text; an empty one takes no room."""
        self.setText(text)
        self.setVisible(bool(text))


class Rule(QFrame):
    """A hairline; ``role`` ``paper-rule`` is the one on paper."""

    def __init__(self, role: str = "rule", *, vertical: bool = False) -> None:
        super().__init__()
        self.setProperty("role", role)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


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


class IconLabel(QWidget):
    """An icon with its words beside it."""

    def __init__(
        self,
        icon: str,
        text: str = "",
        *,
        type: str = "body",  # noqa: A002 - the design calls it so
        tone: str = "ink",
        icon_tone: str = "",
    ) -> None:
        super().__init__()
        self.icon = Icon(icon, icon_tone or tone, 16 if type == "caption" else 20)
        self.label = Label(text, type, tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8 if type == "caption" else 12)
        row.addWidget(self.icon)
        row.addWidget(self.label)
        row.addStretch(1)

    def set_text(self, text: str) -> None:
        """Change the words; without any the whole disappears."""
        self.label.setText(text)
        self.setVisible(bool(text))

    def set_tone(self, tone: str) -> None:
        """Change the ink of icon and words."""
        self.icon.set_icon(self.icon.name, tone)
        self.label.set_tone(tone)

    def set_icon(self, name: str) -> None:
        """Change the icon."""
        self.icon.set_icon(name)


class Keycap(QWidget):
    """The name of a key as it stands on a button, beside words that explain it."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_key(self, key: str) -> None:
        """Change the key."""
        self._key = key
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return keycap_size(self._key, current_look())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = open_painter(self)
        look = current_look()
        draw_keycap(painter, self.rect(), self._key, look.color("line_strong"), look.color("ink2"))
        painter.end()
