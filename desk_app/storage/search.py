# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds graduates by what a clerk types: a receipt number, the beginning of a student number, a part of a name.

For a part of a name to be found among 200,000 the names stay readable inside the store; whole-file encryption
(``whole_file.py``) protects them at rest where the office has chosen it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from desk_app.domain.records import SearchHit
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.names import search_form
from desk_app.storage.session import Session
from desk_app.storage.tables import RELEASE, RELEASED_DOCUMENT, STUDENT

_RECEIPT = re.compile(r"[A-Z0-9]+-\d{8}-\d{3,}")
_NUMBER = re.compile(r"[0-9][0-9A-Z]*")
_ABOVE_ALL = "\U0010ffff"


class _PlaceIn(FunctionElement[int]):
    """Where a part stands in a text, 0 for nowhere; the databases have different names for it."""

    inherit_cache = True
    type = Integer()


@compiles(_PlaceIn)
def _place_in(element: _PlaceIn, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_PlaceIn, POSTGRESQL)
def _place_in_server(element: _PlaceIn, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


_RELEASED = (
    select(RELEASED_DOCUMENT.c.student_no)
    .where(RELEASED_DOCUMENT.c.student_no == STUDENT.c.number, RELEASED_DOCUMENT.c.voided_at.is_(None))
    .exists()
    .label("released")
)
_HIT = select(STUDENT.c.number, STUDENT.c.name, STUDENT.c.unit, _RELEASED)
_BY_NUMBER = (
    _HIT.where(STUDENT.c.number >= bindparam("start"), STUDENT.c.number < bindparam("end"))
    .order_by(STUDENT.c.number)
    .limit(bindparam("at_most"))
)
# The inner select needs only the narrow index of searched names; the wide rows are read for the few hits alone.
_NAMED = (
    select(STUDENT.c.number)
    .where(_PlaceIn(STUDENT.c.search_name, bindparam("part")) > 0)
    .order_by(STUDENT.c.search_name, STUDENT.c.number)
    .limit(bindparam("at_most"))
)
_BY_NAME = _HIT.where(STUDENT.c.number.in_(_NAMED)).order_by(STUDENT.c.search_name, STUDENT.c.number)
_BY_RECEIPT = (
    _HIT.add_columns(RELEASE.c.receipt_no)
    .join(RELEASE, RELEASE.c.student_no == STUDENT.c.number)
    .where(RELEASE.c.receipt_no == bindparam("receipt_no"))
)


class SearchReads(Session):
    """Finds graduates."""

    def search(self, text: str, limit: int) -> tuple[SearchHit, ...]:
        """Find graduates by beginning of number, by part of name (compared normalised) or by receipt number."""
        typed = unicodedata.normalize("NFKC", text).strip().upper()
        if _RECEIPT.fullmatch(typed):
            return self._hits(_BY_RECEIPT, receipt_no=typed)
        if _NUMBER.fullmatch(typed):
            return self._hits(_BY_NUMBER, start=typed, end=typed + _ABOVE_ALL, at_most=limit)
        part = search_form(text)
        return self._hits(_BY_NAME, part=part, at_most=limit) if part else ()

    def _hits(self, statement: Select[Any], **values: object) -> tuple[SearchHit, ...]:
        return tuple(SearchHit(**row) for row in self._connection.execute(statement, values).mappings())
