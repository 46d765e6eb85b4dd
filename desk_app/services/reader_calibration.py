# SPDX-License-Identifier: GPL-3.0-or-later
"""Teaches the desk how its keyboard reader writes: one card whose UID is known, typed once by the reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from desk_app.domain.errors import DeskError
from desk_app.domain.student_number import normalise_number
from desk_app.services.store_port import Store
from hardware.wedge.layout import Cut, Layout, find_layouts

_UID = re.compile(r"(?:[0-9A-F]{2}[ :-]?){4}(?:(?:[0-9A-F]{2}[ :-]?){3})?")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration of one desk; ``keep`` stores a layout and puts it to use, ``current`` gives the one in use.

    Without a ``store`` a card is known by its printed UID alone.
    """

    store: Store | None
    keep: Callable[[Layout], None]
    current: Callable[[], Layout | None]

    def learn(self, known: str, typed: str) -> Layout:
        """Find the one layout by which this card is typed so, and keep it in place of any other.

        ``known`` is the student number of the card's owner or the card's UID. Raises :class:`DeskError`:
        ``calibration_known`` for a card that nobody knows, ``calibration_other`` when the text is not of the card,
        ``calibration_open`` when the card allows more than one way.
        """
        uids = self.uids_of(known)
        layouts = find_layouts(typed, uids)
        if not layouts:
            raise DeskError("calibration_other")
        if len(layouts) > 1:
            raise DeskError("calibration_open")
        self.keep(layouts[0])
        return layouts[0]

    def uids_of(self, known: str) -> tuple[bytes, ...]:
        """Give the UIDs that may be meant: the cards of a student, or the one that was typed out."""
        number, uid = normalise_number(known), known.strip().upper()
        found: tuple[str, ...] = ()
        if self.store is not None:
            with self.store.read() as records:
                dossier = records.dossier(number)
            found = tuple(card.uid for card in dossier.cards) if dossier else ()
        if not found and _UID.fullmatch(uid):
            found = (re.sub("[ :-]", "", uid),)
        if not found:
            raise DeskError("calibration_known", known=known.strip())
        return tuple(bytes.fromhex(digits) for digits in found)


def reads_short_uids_only(layout: Layout) -> bool:
    """Tell whether a layout was learnt from a short UID and may read no long ones."""
    return layout.cut is Cut.WHOLE and layout.format != "hex"
