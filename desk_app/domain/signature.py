# SPDX-License-Identifier: GPL-3.0-or-later
"""A collector's signature: strokes as integers, the canonical form, its hash, and what is no signature."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from dataclasses import dataclass, field
from enum import StrEnum

from desk_app.domain.errors import SignatureError

MIN_INK_PX = 40
"""Less ink than this (length of all strokes, pixels of the field) is a dot or a slip of the pen."""

MIN_EXTENT_PX = 16
"""A signature is at least this wide or high, in pixels of the field."""


class PenDevice(StrEnum):
    """With what was signed."""

    PEN = "pen"
    TOUCH = "touch"
    MOUSE = "mouse"


@dataclass(frozen=True, slots=True)
class PenPoint:
    """One sample: x and y in pixels of the field, pressure 0 to 1023, milliseconds since the first sample."""

    x: int
    y: int
    pressure: int
    ms: int


@dataclass(frozen=True, slots=True)
class Signature:
    """All strokes of one signature with the field's size in pixels and its resolution in dots per inch."""

    strokes: tuple[tuple[PenPoint, ...], ...]
    device: PenDevice
    width: int
    height: int
    dpi: int
    _written: list[bytes] = field(default_factory=list, init=False, repr=False, compare=False)

    def canonical(self) -> bytes:
        """Give the canonical bytes: JSON with each stroke's first sample absolute and the others as differences."""
        # Written once: a hand-over asks for it twice while other desks wait.
        if not self._written:
            self._written.append(self._write())
        return self._written[0]

    def _write(self) -> bytes:
        strokes = []
        for stroke in self.strokes:
            row: list[list[int]] = []
            before = PenPoint(0, 0, 0, 0)
            for point in stroke:
                row.append([point.x - before.x, point.y - before.y, point.pressure, point.ms - before.ms])
                before = point
            strokes.append(row)
        body = {"v": 1, "device": self.device.value, "size": [self.width, self.height], "dpi": self.dpi}
        return json.dumps({**body, "strokes": strokes}, separators=(",", ":"), sort_keys=True).encode()

    def sha256(self) -> str:
        """Give the hash that the receipt carries, in hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def ink(self) -> float:
        """Give the length of all strokes in pixels."""
        return sum(math.hypot(b.x - a.x, b.y - a.y) for stroke in self.strokes for a, b in itertools.pairwise(stroke))

    def extent(self) -> tuple[int, int]:
        """Give width and height of what was drawn in pixels; (0, 0) when nothing was."""
        points = [point for stroke in self.strokes for point in stroke]
        if not points:
            return (0, 0)
        xs = [point.x for point in points]
        ys = [point.y for point in points]
        return (max(xs) - min(xs), max(ys) - min(ys))


def decode_signature(canonical: bytes) -> Signature:
    """Rebuild a signature from its canonical bytes."""
    body = json.loads(canonical)
    strokes = []
    for row in body["strokes"]:
        points: list[PenPoint] = []
        x = y = ms = 0
        for dx, dy, pressure, dms in row:
            x, y, ms = x + dx, y + dy, ms + dms
            points.append(PenPoint(x, y, pressure, ms))
        strokes.append(tuple(points))
    width, height = body["size"]
    return Signature(tuple(strokes), PenDevice(body["device"]), width, height, body["dpi"])


def require_signature(signature: Signature | None) -> Signature:
    """Give the signature back if it can be accepted; raise :class:`SignatureError` for an empty or a dot one."""
    if signature is None or not any(signature.strokes):
        raise SignatureError("signature_empty")
    width, height = signature.extent()
    if signature.ink() < MIN_INK_PX or max(width, height) < MIN_EXTENT_PX:
        raise SignatureError("signature_dot")
    return signature
