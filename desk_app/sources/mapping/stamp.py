# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads from the name of a file of when its data are: ``library_1140603_0958.csv``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from desk_app.domain.findings import Finding
from desk_app.sources.cells import Cells, Notebook
from desk_app.sources.table import Line

_PARTS: dict[str, str] = {
    "{day}": r"(?P<day>[0-9]{7,8}|[0-9]{2,4}[-.][0-9]{1,2}[-.][0-9]{1,2})",
    "{time}": r"(?P<hour>[0-9]{2})[-.]?(?P<minute>[0-9]{2})(?:[-.]?(?P<second>[0-9]{2}))?",
    "*": r".*",
}
_SPLIT = re.compile(r"(\{day\}|\{time\}|\*)")
_COLUMN = "as_of"


@dataclass(frozen=True, slots=True)
class NameStamp:
    """Where day and time stand in the names of an office's files; ``pattern`` is as the profile has it."""

    pattern: str
    expression: re.Pattern[str]

    @staticmethod
    def of(pattern: str) -> NameStamp | None:
        """Make it of ``library_{day}_{time}``, in which ``*`` is anything; ``None`` without a day or with one twice."""
        if pattern.count("{day}") != 1 or pattern.count("{time}") > 1:
            return None
        parts = [_PARTS.get(part) or re.escape(part) for part in _SPLIT.split(pattern)]
        return NameStamp(pattern, re.compile("".join(parts), re.IGNORECASE))

    def read(self, stem: str, timezone: ZoneInfo) -> datetime | Finding:
        """Give the instant of a file's name without its ending; a day alone means its first minute, never a later one."""
        found = self.expression.fullmatch(stem)
        if found is None:
            return Finding("name_without_stamp", value=stem, allowed=self.pattern)
        parts = found.groupdict()
        time = f"{parts.get('hour') or '00'}:{parts.get('minute') or '00'}:{parts.get('second') or '00'}"
        notebook = Notebook()
        text = f"{parts['day'].replace('-', '.')} {time}"
        instant = Cells(Line(0, {_COLUMN: text}), notebook, timezone).instant(_COLUMN)
        return instant or notebook.problems[0]
