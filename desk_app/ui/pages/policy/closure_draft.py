# SPDX-License-Identifier: GPL-3.0-or-later
"""What a supervisor has typed about a closure, read into a draft; without any widget."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from desk_app.domain.errors import ClosureError
from desk_app.domain.roc_dates import parse_day
from desk_app.services.closures import EVERY_COUNTER, ClosureDraft

NOT_WORKING = frozenset({"TYPHOON", "EARTHQUAKE"})
"""On these days the offices are shut by the authorities: they are no working days (G39)."""

OFFERED = (
    "TYPHOON",
    "SUMMER_LEAVE",
    "AST",
    "ENTRANCE_EXAM",
    "POWER_CUT",
    "SYSTEM_WORK",
    "STAFF_EVENT",
    "OFFICE_MOVE",
    "EARTHQUAKE",
    "SUMMER_BREAK",
)
"""The reasons that have words, the likeliest first."""

_WITH_TIME = re.compile(r"(.+?)[ T]+(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class TypedClosure:
    """The fields of the form as they stand; ``counter`` "*" means all.

    ``ends`` "" means the day of ``starts``; hours need an end of their own.
    """

    starts: str
    ends: str
    reason: str
    counter: str
    counts_as_working_day: bool
    source: str
    announced_on: str

    def draft(self, zone: ZoneInfo) -> ClosureDraft:
        """Read the fields; raise :class:`ClosureError` with what cannot be understood."""
        if not self.starts.strip():
            raise ClosureError("closure_start")
        start = read_moment(self.starts, zone)
        if isinstance(start, datetime) and not self.ends.strip():
            raise ClosureError("closure_end")
        return ClosureDraft(
            start=start,
            end=read_moment(self.ends, zone) if self.ends.strip() else start,
            reason=_reason(self.reason),
            source=self.source,
            announced_on=_read_day(self.announced_on),
            counters=EVERY_COUNTER if self.counter in ("", *EVERY_COUNTER) else (self.counter,),
            counts_as_working_day=self.counts_as_working_day,
        )


def _reason(typed: str) -> str:
    """Give the code of a reason that has one, however it is written; anything else stays in the office's words."""
    code = typed.strip().upper().replace(" ", "_")
    return code if code in OFFERED else typed


def read_moment(text: str, zone: ZoneInfo) -> date:
    """Read a day in either calendar, or an instant when a time stands behind it."""
    found = _WITH_TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return _read_day(text)
    hour, minute = int(found[2]), int(found[3])
    if hour > 23 or minute > 59:
        raise ClosureError("closure_moment", found=text.strip())
    return datetime.combine(_read_day(found[1]), time(hour, minute), zone)


def _read_day(text: str) -> date:
    day = parse_day(text)
    if day is None:
        raise ClosureError("closure_moment", found=text.strip())
    return day
