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
_DAY_FIRST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T].*)?", re.DOTALL)
"""Texts that stand in the order of time: of 2025/9/30 and 2025/10/1, or of 99.9.30 and 114.10.1, the later one stands first."""

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
    elif isinstance(mark, int) and not isinstance(mark, bool):
        kind, text = "i", str(mark)
    elif isinstance(mark, str) and _DAY_FIRST.fullmatch(mark):
        kind, text = "s", mark
    else:
        return ""
    return f"view:{digest[:_DIGEST]}:{kind}:{text}"


def is_ahead(mark: object, latest: datetime) -> bool:
    """Tell whether a value lies behind the last instant of which data may be.

    Asked for what has changed since a date that somebody has mistyped, a view would say nothing until then.
    """
    if isinstance(mark, datetime):
        return mark > (latest if mark.tzinfo else latest.replace(tzinfo=None))
    if isinstance(mark, date):
        return mark > latest.date()
    return isinstance(mark, str) and mark[:10] > latest.date().isoformat()


def begin_of(cursor: str, digest: str, source: str, latest: datetime) -> Mark:
    """Give the value from which to ask, a little before the last one where it is an instant.

    Raises :class:`SourceError` (``source_cursor``) for the cursor of another profile, which may have read rows otherwise,
    and for a value that has no order or lies behind ``latest``.
    """
    found = _FORM.fullmatch(cursor)
    if found is None or found[1] != digest[:_DIGEST]:
        raise SourceError("source_cursor", source=source)
    try:
        mark = _READ[found[2]](found[3])
        begin = mark - OVERLAP if isinstance(mark, datetime) else mark
    except (ValueError, OverflowError) as error:
        raise SourceError("source_cursor", source=source) from error
    if is_ahead(mark, latest) or not cursor_text(mark, digest):
        raise SourceError("source_cursor", source=source)
    return begin
