# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desk has learnt about its keyboard reader: one format, one byte order, one part of the UID, never two at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hardware.wedge.formats import FORMATS


class Cut(StrEnum):
    """Which part of a UID is meant: all of it, its first bytes or its last."""

    WHOLE = "whole"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class UidPart:
    """What is known of a UID, in upper-case hexadecimal as the roster writes it."""

    digits: str
    place: Cut = Cut.WHOLE

    def fits(self, uid: str) -> bool:
        """Tell whether a UID of the roster has this part in its place."""
        match self.place:
            case Cut.FIRST:
                return uid.startswith(self.digits)
            case Cut.LAST:
                return uid.endswith(self.digits)
            case Cut.WHOLE:
                return uid == self.digits


@dataclass(frozen=True, slots=True)
class Layout:
    """How a reader writes: ``format`` is a name of :data:`FORMATS`, ``reversed`` takes the last byte first.

    ``cut`` says which bytes of a UID longer than the format are typed, counted in the order in which they are typed; a
    layout that was learnt from a UID that fits whole knows nothing of longer ones and reads none.
    """

    format: str
    reversed: bool = False
    cut: Cut = Cut.WHOLE

    def typed_for(self, uid: bytes) -> str | None:
        """Write a UID as the reader does; ``None`` for one of which this layout knows nothing."""
        form, ordered = FORMATS[self.format], uid[::-1] if self.reversed else uid
        size = form.size or len(uid)
        if len(uid) == size or (len(uid) < size and self.cut is Cut.WHOLE):
            return form.write(bytes(size - len(uid)) + ordered)
        if len(uid) < size or self.cut is Cut.WHOLE:
            return None
        return form.write(ordered[:size] if self.cut is Cut.FIRST else ordered[-size:])

    def part_of(self, typed: str) -> UidPart | None:
        """Give what a typed text says of a UID; ``None`` when it is not of this layout."""
        raw = FORMATS[self.format].read(typed)
        if raw is None:
            return None
        if self.cut is Cut.WHOLE:
            if len(raw) == 5:
                if raw[0]:
                    return None
                raw = raw[1:]
            return UidPart(_written(raw, self.reversed))
        first = (self.cut is Cut.FIRST) is not self.reversed
        return UidPart(_written(raw, self.reversed), Cut.FIRST if first else Cut.LAST)


def find_layouts(typed: str, uids: Iterable[bytes]) -> tuple[Layout, ...]:
    """Find every layout by which a reader types this text for one of these UIDs; exactly one is a calibration."""
    wanted = typed.strip().upper()
    found = {
        layout: None
        for uid in uids
        for layout in _layouts_for(uid)
        if layout.part_of(wanted) is not None and layout.typed_for(uid) == wanted
    }
    return tuple(found)


def _layouts_for(uid: bytes) -> Iterable[Layout]:
    for name, form in FORMATS.items():
        whole = len(uid) <= (form.size or len(uid))
        for backwards in (False, True):
            for cut in (Cut.WHOLE,) if whole else (Cut.FIRST, Cut.LAST):
                yield Layout(name, backwards, cut)


def _written(raw: bytes, backwards: bool) -> str:  # noqa: FBT001 - the byte order of the layout itself
    return (raw[::-1] if backwards else raw).hex().upper()


def save_layout(path: Path, layout: Layout) -> None:
    """Write a layout in place of the one before; raises :class:`OSError`."""
    text = (
        "# How this desk's keyboard reader types a card. Written by the calibration; calibrate again to change it.\n"
        f'format = "{layout.format}"\nreversed = {str(layout.reversed).lower()}\ncut = "{layout.cut.value}"\n'
    )
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def load_layout(path: Path) -> Layout | None:
    """Read the layout of a desk; ``None`` when there is none that can be trusted, so that it must be learnt anew."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        layout = Layout(str(table["format"]), table["reversed"] is True, Cut(table["cut"]))
    except (OSError, ValueError, KeyError):
        return None
    return layout if layout.format in FORMATS and isinstance(table["reversed"], bool) else None
