# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the next question to a view begins: the last value of the column by which it tells what has changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TypeAlias

from desk_app.domain.errors import SourceError

Mark: TypeAlias = "datetime | date | int | str"

OVERLAP = timedelta(minutes=10)
"""A row may be written before, and be seen after, one with a later time: transactions end in any order."""

_DIGEST = 12
_FORM = re.compile(r"view:([0-9a-f]{12}):([tdis]):(.+)", re.DOTALL)
_READ: Mapping[str, Callable[[str], Mark]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "i": int,
    "s": str,
}


def cursor_text(mark: object, digest: str) -> str:
    """Give the form in which the store keeps a value, "" for one of a kind that has no order to rely on."""
    if isinstance(mark, (datetime, date)):
        kind, text = ("t" if isinstance(mark, datetime) else "d"), mark.isoformat()
    elif isinstance(mark, (int, str)) and not isinstance(mark, bool) and str(mark):
        kind, text = ("i" if isinstance(mark, int) else "s"), str(mark)
    else:
        return ""
    return f"view:{digest[:_DIGEST]}:{kind}:{text}"


def begin_of(cursor: str, digest: str, source: str) -> Mark:
    """Give the value from which to ask, a little before the last one where it is an instant.

    Raises :class:`SourceError` (``source_cursor``) for the cursor of another profile: it may have read rows otherwise.
    """
    found = _FORM.fullmatch(cursor)
    if found is None or found[1] != digest[:_DIGEST]:
        raise SourceError("source_cursor", source=source)
    try:
        mark = _READ[found[2]](found[3])
        return mark - OVERLAP if isinstance(mark, datetime) else mark
    except (ValueError, OverflowError) as error:
        raise SourceError("source_cursor", source=source) from error
