# SPDX-License-Identifier: GPL-3.0-or-later
"""The look that the running application wears: theme and density, kept by the application beside its palette."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desk_app.ui.theme.sheet import sheet
from desk_app.ui.theme.tokens import Theme, load_theme

_PROPERTY = "deskLook"
_DRESS = "deskDress"
_STYLE = "fusion"


@dataclass(frozen=True, slots=True)
class Look:
    """A theme in one of the two densities; what painted widgets ask."""

    theme: Theme
    compact: bool = False

    def color(self, token: str) -> QColor:
        """Give the colour of a token."""
        return self.theme.color(token)

    def size(self, token: str) -> int:
        """Give a length in px for this density."""
        return self.theme.size(token, compact=self.compact)

    def extent(self, token: str) -> tuple[int, int]:
        """Give a width and height in px for this density."""
        return self.theme.extent(token, compact=self.compact)

    def font(self, type_name: str, *, bold: bool | None = None) -> QFont:
        """Give the font of a size of type."""
        return self.theme.font(type_name, bold=bold)


def current_look() -> Look:
    """Give the look that the application wears; the light, regular one before any was put on."""
    application = QApplication.instance()
    worn = application.property(_PROPERTY) if application is not None else None
    return worn if isinstance(worn, Look) else Look(load_theme("light"))


def wear(application: QApplication, look: Look) -> None:
    """Put a look on: the style that is alike everywhere, palette and font; every widget is told by a ``StyleChange``."""
    if application.property(_PROPERTY) is None:
        application.setStyle(_STYLE)
    application.setProperty(_PROPERTY, look)
    application.setFont(look.font("body"))
    application.setPalette(_palette(look.theme))
    for widget in application.allWidgets():
        _dress_anew(widget)
        QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))


def dress(widget: QWidget, part: str) -> None:
    """Give one of Qt's own controls its style sheet (:mod:`desk_app.ui.theme.sheet`), now and in every later look."""
    widget.setProperty(_DRESS, part)
    _dress_anew(widget)


def _dress_anew(widget: QWidget) -> None:
    part = widget.property(_DRESS)
    if part is not None:
        widget.setStyleSheet(sheet(part, current_look().theme))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "sunken",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.PlaceholderText: "ink3",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.ToolTipBase: "surface",
        QPalette.ColorRole.ToolTipText: "ink",
        QPalette.ColorRole.Link: "accent_ink",
    }
    for role, token in roles.items():
        palette.setColor(role, theme.color(token))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.color("on_disabled"))
    return palette
