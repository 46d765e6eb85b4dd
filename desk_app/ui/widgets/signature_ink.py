# SPDX-License-Identifier: GPL-3.0-or-later
"""The ink of a signature: collects samples of one device at a time, and makes smooth paths of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from desk_app.domain.signature import PenDevice, PenPoint

MAX_PRESSURE = 1023
PLAIN_PRESSURE = 512
"""What a device without pressure writes with."""

Stroke = tuple[PenPoint, ...]


class Ink:
    """The strokes of one signature; while one device draws, the others are not heard."""

    def __init__(self) -> None:
        self.device: PenDevice | None = None
        self._live: PenDevice | None = None
        self._finished: list[Stroke] = []
        self._stroke: list[PenPoint] = []
        self._first_stamp: int | None = None

    @property
    def live(self) -> PenDevice | None:
        """The device that draws now."""
        return self._live

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """All strokes, the one being drawn included."""
        return (*self._finished, tuple(self._stroke)) if self._stroke else tuple(self._finished)

    @property
    def pressure(self) -> int:
        """The pressure of the newest sample of the stroke being drawn."""
        return self._stroke[-1].pressure if self._stroke else PLAIN_PRESSURE

    def put(self, strokes: Iterable[Stroke], device: PenDevice) -> None:
        """Take over finished strokes in place of all that is there."""
        self.clear()
        self._finished = [stroke for stroke in strokes if stroke]
        self.device = device

    def clear(self) -> None:
        """Forget everything."""
        self.device = self._live = self._first_stamp = None
        self._finished, self._stroke = [], []

    def begin(self, device: PenDevice, at: QPointF, pressure: int, stamp: int) -> bool:
        """Set the device down; false when another stroke is still being drawn. ``stamp`` is the event's time in ms."""
        if self._live is not None:
            return False
        self._live = device
        self.device = self.device or device
        return self.extend(device, at, pressure, stamp)

    def extend(self, device: PenDevice, at: QPointF, pressure: int, stamp: int) -> bool:
        """Add a sample to the stroke of this device; false when it draws none or nothing has changed."""
        if self._live is not device:
            return False
        point = PenPoint(round(at.x()), round(at.y()), max(0, min(pressure, MAX_PRESSURE)), self._elapsed(stamp))
        before = self._stroke[-1] if self._stroke else None
        if before is not None and (before.x, before.y, before.pressure) == (point.x, point.y, point.pressure):
            return False
        self._stroke.append(point)
        return True

    def finish(self, device: PenDevice) -> bool:
        """Lift the device; false when it draws no stroke."""
        if self._live is not device:
            return False
        self._finished.append(tuple(self._stroke))
        self._live, self._stroke = None, []
        return True

    def abandon(self) -> None:
        """Drop the stroke being drawn, as when a touch turns out to be a palm."""
        self._live, self._stroke = None, []
        if not self._finished:
            self.clear()

    def _elapsed(self, stamp: int) -> int:
        """Give the milliseconds since the first sample; time never runs backwards within a signature."""
        if self._first_stamp is None:
            self._first_stamp = stamp
        last = self._stroke[-1] if self._stroke else self._finished[-1][-1] if self._finished else None
        return max(stamp - self._first_stamp, last.ms if last is not None else 0)


def smooth_segments(stroke: Sequence[PenPoint]) -> Iterator[tuple[QPainterPath, int]]:
    """Give a stroke as curves through the middles between its samples, each with the pressure at its sample.

    The samples are the control points of quadratic curves, so that neither corners nor overshoots appear.
    """
    points = [QPointF(point.x, point.y) for point in stroke]
    if len(points) == 1:
        dot = QPainterPath(points[0])
        dot.lineTo(points[0] + QPointF(0.1, 0))
        yield dot, stroke[0].pressure
        return
    start = points[0]
    for index, (point, following) in enumerate(itertools.pairwise(points)):
        end = following if index == len(points) - 2 else (point + following) / 2
        path = QPainterPath(start)
        path.quadTo(point, end)
        yield path, stroke[index].pressure
        start = end
