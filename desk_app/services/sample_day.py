# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills a fresh desk with the demonstration's sample files, by the same ways as real data and hand-overs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.services.desk import Desk
from desk_app.services.import_files import ImportKind
from desk_app.services.imports import Imports
from desk_app.services.rights import Act, may

COLLECTED_EARLIER = "41020904L"
"""The graduate of the samples whose certificate went out before the demonstration begins."""

_BEFORE = timedelta(minutes=19)
_AT_THE_DESK = timedelta(seconds=38)


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """Where the sample files lie: a folder of tables and photos, and the list of cards."""

    folder: Path
    cards: Path


def fill_sample_day(desk: Desk, imports: Imports, files: SampleFiles, move_clock: Callable[[datetime], None]) -> None:
    """Let a supervisor import all sample files, and hand over the one certificate that was collected earlier that day."""
    clerk = desk.operators.current
    desk.operators.switch(next(one.id for one in desk.operators.all() if may(one.role, Act.TAKE_OVER)))
    imports.import_students(files.folder / "students.csv")
    for kind in (ImportKind.ITEMS, ImportKind.STOCK):
        imports.run(kind, files.folder / f"{kind.value}.csv")
    imports.import_cards(files.cards)
    imports.import_photos(files.folder / "photos")
    desk.operators.switch(clerk.id)
    _hand_over_earlier(desk, move_clock)


def _hand_over_earlier(desk: Desk, move_clock: Callable[[datetime], None]) -> None:
    """Hand over in person 19 minutes ago, and put the clock back to where it stood."""
    now = desk.clock.now()
    move_clock(now - _BEFORE - _AT_THE_DESK)
    with desk.store.read() as records:
        dossier = records.dossier(COLLECTED_EARLIER)
    if dossier is None or not dossier.cards or not dossier.holdings:
        raise LookupError(COLLECTED_EARLIER)
    case = desk.pickup.open_card(dossier.cards[0].uid, desk.clock.now())
    case = desk.pickup.confirm_serial(case, dossier.holdings[0].serial)
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=sample_signature()))
    move_clock(now - _BEFORE)
    release = desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    desk.receipts.finish(release)
    desk.print_queue.deliver()
    move_clock(now)


def sample_signature() -> Signature:
    """Draw a signature of nobody: three waves, as a pen would give them."""
    strokes = []
    for number in range(3):
        left = 60 + 150 * number
        strokes.append(
            tuple(
                PenPoint(
                    x=left + 4 * step,
                    y=90 + round(38 * math.sin(step / (2.5 + number))),
                    pressure=420 + 12 * (step % 9),
                    ms=700 * number + 14 * step,
                )
                for step in range(32)
            )
        )
    return Signature(tuple(strokes), PenDevice.PEN, 560, 200, 96)
