# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a signature's samples into smooth curves that fit a box on the paper."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from desk_app.domain.signature import PenPoint, Signature

Point = tuple[float, float]

MAX_GROWTH = 2.4
"""A small signature is not blown up: at most this much beyond the scale at which the whole field fits."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One cubic curve: start, two control points, end, in points."""

    start: Point
    first: Point
    second: Point
    end: Point


def smooth(signature: Signature, corner: Point, size: tuple[float, float]) -> list[list[Segment]]:
    """Give the strokes as curves inside a box (upper left corner and size in points), in proportion and centred."""
    ink = [point for stroke in signature.strokes for point in stroke]
    if not ink:
        return []
    left, top = min(point.x for point in ink), min(point.y for point in ink)
    width, height = signature.extent()
    scale = _scale(signature, size)
    shift = (
        corner[0] + (size[0] - width * scale) / 2 - left * scale,
        corner[1] + (size[1] - height * scale) / 2 - top * scale,
    )
    return [_curves([_placed(point, scale, shift) for point in stroke]) for stroke in signature.strokes if stroke]


def _scale(signature: Signature, size: tuple[float, float]) -> float:
    width, height = signature.extent()
    whole = min(size[0] / signature.width, size[1] / signature.height)
    return min(size[0] / max(width, 1), size[1] / max(height, 1), whole * MAX_GROWTH)


def _placed(point: PenPoint, scale: float, shift: Point) -> Point:
    return (point.x * scale + shift[0], point.y * scale + shift[1])


def _curves(points: list[Point]) -> list[Segment]:
    """Smooth by quadratic curves between the middles of neighbours; a single sample is a dot of no length."""
    if len(points) < 3:
        return [_quadratic(points[0], _middle(points[0], points[-1]), points[-1])]
    middles = [points[0], *(_middle(a, b) for a, b in itertools.pairwise(points[1:-1])), points[-1]]
    return [
        _quadratic(a, control, b) for (a, b), control in zip(itertools.pairwise(middles), points[1:-1], strict=True)
    ]


def _middle(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _quadratic(start: Point, control: Point, end: Point) -> Segment:
    """Write a quadratic curve as the same cubic one: PDF has no other."""

    def towards(point: Point) -> Point:
        return (point[0] + (control[0] - point[0]) * 2 / 3, point[1] + (control[1] - point[1]) * 2 / 3)

    return Segment(start, towards(start), towards(end), end)
