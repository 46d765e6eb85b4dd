# SPDX-License-Identifier: GPL-3.0-or-later
"""Small strokes that painted widgets share: rounded boxes, icons, keycaps and texts on one line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from desk_app.ui.theme import Look, current_look, icon_pixmap

KEYCAP_FOOT = 2
CELL_PADDING = 12
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


def open_painter(widget: QWidget) -> QPainter:
    """Start painting a widget with smooth edges."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def draw_box(
    painter: QPainter, rect: QRectF, radius: float, fill: QColor | None, edge: QColor | None = None, width: float = 1
) -> None:
    """Paint a rounded box; an edge lies wholly inside the rectangle."""
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, radius, radius)
        return
    painter.setPen(QPen(edge, width))
    half = width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius - half, radius - half)


def draw_icon(painter: QPainter, name: str, color: QColor, top_left: QPointF, size: int) -> None:
    """Paint an icon, sharp at the screen's pixel ratio."""
    painter.drawPixmap(top_left, icon_pixmap(name, color, size, painter.device().devicePixelRatio()))


def draw_text(painter: QPainter, rect: QRectF, text: str, align: Qt.AlignmentFlag = LEFT) -> None:
    """Paint one line of text, shortened with an ellipsis when it cannot fit."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) + 1)
    painter.drawText(rect, align | Qt.TextFlag.TextSingleLine, shown)


def text_width(type_name: str, text: str, *, bold: bool | None = None) -> int:
    """Give the width in px of a text in a size of type."""
    return QFontMetrics(current_look().font(type_name, bold=bold)).horizontalAdvance(text)


def keycap_size(text: str, look: Look) -> QSize:
    """Give the size of a keycap."""
    width = QFontMetrics(look.font("caption")).horizontalAdvance(text)
    height = look.size("keycap")
    return QSize(max(width + 12, height), height)


def draw_keycap(painter: QPainter, rect: QRect, text: str, line: QColor, ink: QColor) -> None:
    """Paint a keycap: a thin line with a foot of two pixels, and what lies behind shows through."""
    look = current_look()
    radius = look.size("radius_keycap")
    box = QRectF(rect)
    inner = box.adjusted(1, 1, -1, -KEYCAP_FOOT)
    outline, hole = QPainterPath(), QPainterPath()
    outline.addRoundedRect(box, radius, radius)
    hole.addRoundedRect(inner, radius - 1, radius - 1)
    painter.fillPath(outline.subtracted(hole), line)
    painter.setPen(ink)
    painter.setFont(look.font("caption"))
    painter.drawText(inner, CENTER, text)
