# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the last line of an office's list, which says how many rows there are: a list that was cut short is found out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desk_app.domain.findings import Finding
from desk_app.sources.table import Row, folded

_COUNT, _ANYTHING = "{count}", "*"
_PARTS = {_COUNT: r"(?<![0-9,])(?P<count>[0-9][0-9,]{0,11})", _ANYTHING: r".*?"}
_LONGEST = 200
"""Characters of a closing line: what stands for anything is searched for at every place of a line."""

_SPLIT = re.compile(r"(\{count\}|\*)")


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """How the last line looks; ``pattern`` is as the profile has it, its cells one after the other with blanks between."""

    pattern: str
    expression: re.Pattern[str]

    @staticmethod
    def of(pattern: str) -> ClosingLine | None:
        """Make it of ``合計 {count} 筆``, in which ``*`` is anything; ``None`` without a count or with two."""
        if pattern.count(_COUNT) != 1:
            return None
        parts = [_PARTS.get(part) or re.escape(" ".join(folded(part).split())) for part in _SPLIT.split(pattern)]
        return ClosingLine(pattern, re.compile(r"\s*".join(parts)))

    def faults(self, last: Row, rows: Sequence[Row]) -> Iterator[Finding]:
        """Tell what is wrong with the last line of a list with these rows above it, none of which may be another one."""
        line, texts = last
        found = self._found(texts)
        if found is None:
            yield Finding("end_missing", line, allowed=self.pattern)
            return
        if (count := int(found["count"].replace(",", ""))) != len(rows):
            yield Finding("end_count", line, value=f"{count} ≠ {len(rows)}")
        # Taken for a row, another one would make up for a row that is missing.
        yield from (Finding("end_twice", above) for above, texts in rows if self._found(texts))

    def _found(self, texts: Sequence[str]) -> re.Match[str] | None:
        said = " ".join(" ".join(map(folded, texts)).split())
        return self.expression.fullmatch(said) if len(said) <= _LONGEST else None
