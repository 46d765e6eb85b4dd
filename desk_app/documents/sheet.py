# SPDX-License-Identifier: GPL-3.0-or-later
"""A page to draw on, measured from its upper left corner in points; a dry one only measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from reportlab.lib.colors import Color, HexColor

from desk_app.documents.faces import FaceChain
from desk_app.documents.strokes import Segment

INK, INK2, INK3 = "#14181D", "#414953", "#5D6671"
LINE, LINE_STRONG, TINT = "#DEE1E6", "#808995", "#F4F2FD"
ACCENT = "#4A37B0"


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: size and line height in points, weight, colour."""

    size: float
    leading: float
    bold: bool = False
    colour: str = INK

    def scaled(self, factor: float) -> Style:
        """Give the style at another scale."""
        return replace(self, size=self.size * factor, leading=self.leading * factor)

    def tinted(self, colour: str) -> Style:
        """Give the style in another colour."""
        return replace(self, colour=colour)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: upper left corner, width and height in points."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """One line of text: where its base line begins, in points from the upper left corner."""

    x: float
    y: float
    text: str
    style: Style


class Sheet:
    """Draws text and lines on reportlab's canvas; without one it measures the same.

    ``mark`` with its placeholder ``{code}`` is printed for a character that no face has: no paper fails for a name.
    """

    def __init__(self, faces: FaceChain, height: float, mark: str, canvas: Any = None) -> None:
        self.faces = faces
        self._mark = mark
        self._height = height
        self._canvas = canvas

    def width(self, text: str, style: Style) -> float:
        """Give the width of a text in points."""
        return self.faces.width(self.clean(text), style.size, bold=style.bold)

    def clean(self, text: str) -> str:
        """Give a text as it will be printed."""
        return self.faces.printable(text, self._mark)

    def text(self, x: float, y: float, text: str, style: Style) -> float:
        """Draw one line whose base line is at ``y``; give where it ends."""
        self.place([Placed(x, y, text, style)])
        return x + self.width(text, style)

    def place(self, texts: Sequence[Placed]) -> None:
        """Draw many single lines at once, which in a long table is twice as fast as one by one."""
        if self._canvas is None:
            return
        pen = self._canvas.beginText()
        font: tuple[str, float] | None = None
        colour = ""
        for placed in texts:
            if placed.style.colour != colour:
                colour = placed.style.colour
                pen.setFillColor(_colour(colour))
            pen.setTextOrigin(placed.x, self._height - placed.y)
            for run in self.faces.runs(self.clean(placed.text), placed.style.bold):
                if (run.font, placed.style.size) != font:
                    font = (run.font, placed.style.size)
                    pen.setFont(*font)
                pen.textOut(run.text)
        self._canvas.drawText(pen)

    def right(self, x: float, y: float, text: str, style: Style) -> None:
        """Draw one line that ends at ``x``."""
        self.text(x - self.width(text, style), y, text, style)

    def centre(self, x: float, y: float, text: str, style: Style) -> None:
        """Draw one line around ``x``."""
        self.text(x - self.width(text, style) / 2, y, text, style)

    def lines(self, text: str, width: float, style: Style) -> tuple[str, ...]:
        """Break a text into lines of a width."""
        return self.faces.lines(self.clean(text), width, style.size, style.bold)

    def paragraph(self, box: Box, text: str, style: Style) -> float:
        """Set a text into the width of a box from its upper edge on; give the lower edge of its last line."""
        y = box.y
        for line in self.lines(text, box.width, style):
            self.text(box.x, y + style.leading * 0.5 + style.size * 0.36, line, style)
            y += style.leading
        return y

    def rule(self, x: float, y: float, width: float, colour: str = LINE, weight: float = 0.5) -> None:
        """Draw a horizontal line."""
        if self._canvas is not None:
            self._canvas.setStrokeColor(_colour(colour))
            self._canvas.setLineWidth(weight)
            self._canvas.line(x, self._height - y, x + width, self._height - y)

    def box(self, box: Box, *, stroke: str | None = None, fill: str | None = None, radius: float = 4) -> None:
        """Draw a rectangle with round corners."""
        if self._canvas is None:
            return
        if stroke is not None:
            self._canvas.setStrokeColor(_colour(stroke))
            self._canvas.setLineWidth(0.75)
        if fill is not None:
            self._canvas.setFillColor(_colour(fill))
        self._canvas.roundRect(
            box.x,
            self._height - box.y - box.height,
            box.width,
            box.height,
            radius,
            stroke=int(stroke is not None),
            fill=int(fill is not None),
        )

    def ink(self, strokes: list[list[Segment]], weight: float, colour: str) -> None:
        """Draw smoothed strokes of a pen."""
        if self._canvas is None:
            return
        self._canvas.setStrokeColor(_colour(colour))
        self._canvas.setLineWidth(weight)
        self._canvas.setLineCap(1)
        self._canvas.setLineJoin(1)
        for stroke in strokes:
            path = self._canvas.beginPath()
            path.moveTo(*self._up(stroke[0].start))
            for part in stroke:
                path.curveTo(*self._up(part.first), *self._up(part.second), *self._up(part.end))
            self._canvas.drawPath(path, stroke=1, fill=0)
        self._canvas.setLineCap(0)
        self._canvas.setLineJoin(0)

    def modules(self, box: Box, rows: tuple[tuple[bool, ...], ...]) -> None:
        """Draw a matrix of dark modules into a square, as one path without gaps between neighbours."""
        if self._canvas is None:
            return
        step = box.width / len(rows)
        path = self._canvas.beginPath()
        for line, row in enumerate(rows):
            start = 0
            for column in range(len(row) + 1):
                if column < len(row) and row[column]:
                    continue
                if column > start:
                    path.rect(
                        box.x + start * step, self._height - box.y - (line + 1) * step, (column - start) * step, step
                    )
                start = column + 1
        self._canvas.setFillColor(_colour(INK))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def watermark(self, text: str, x: float, y: float, size: float) -> None:
        """Draw a pale word across the page, below everything that follows."""
        if self._canvas is None:
            return
        self._canvas.saveState()
        self._canvas.translate(x, self._height - y)
        self._canvas.rotate(34)
        style = Style(size, size, bold=True, colour="#F1EFF9")
        Sheet(self.faces, 0, self._mark, self._canvas).centre(0, 0, text, style)
        self._canvas.restoreState()

    def next_page(self) -> None:
        """Begin a new page."""
        if self._canvas is not None:
            self._canvas.showPage()

    def _up(self, point: tuple[float, float]) -> tuple[float, float]:
        return (point[0], self._height - point[1])


@cache
def _colour(code: str) -> Color:
    """Give reportlab's colour of a hexadecimal code, parsed once: parsing took a fifth of a long log."""
    return HexColor(code)
