# SPDX-License-Identifier: GPL-3.0-or-later
"""The line icons: SVG files in one ink, coloured and sharp at every size."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desk_app.resources import resource
from desk_app.ui.theme.tokens import icon_strokes

_SMALL_BELOW_PX = 20
_LARGE_ABOVE_PX = 64


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _render(name: str, color: str, size: int, dpr: float) -> QPixmap:
    svg = _source(name).replace("currentColor", color)
    strokes = icon_strokes()
    kind = "stroke_small" if size < _SMALL_BELOW_PX else "stroke_large" if size > _LARGE_ABOVE_PX else "stroke"
    svg = svg.replace(f'stroke-width="{strokes["stroke"]}"', f'stroke-width="{strokes[kind]}"')
    pixmap = QPixmap(round(size * dpr), round(size * dpr))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


def icon_pixmap(name: str, color: QColor, size: int, dpr: float = 1.0) -> QPixmap:
    """Give an icon in a colour, ``size`` px wide at 100 % and sharp at the screen's pixel ratio."""
    return _render(name, color.name(), size, dpr)
