# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads one view of a database and nothing else: read-only transactions, bounded time, quoted names, bound values.

The one place beside the store that speaks SQL: it asks the databases of others, of which the store knows nothing.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    Text,
    cast,
    column,
    create_engine,
    event,
    func,
    make_url,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool
from sqlalchemy.sql import quoted_name

from desk_app.domain.errors import SourceError
from desk_app.domain.masking import hide_person_number

Row = tuple[object, ...]

_FETCHED = 2000
_CONNECT_SECONDS = 2
"""The shortest time that the server's client knows."""

# A server or network that dies in the middle of an answer is noticed within seconds.
_CONNECTION: Mapping[str, str | int] = {
    "connect_timeout": _CONNECT_SECONDS,
    "tcp_user_timeout": 2000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "application_name": "certificate-desk",
}
_TICKS_OF_SQLITE = 10_000
_UNREACHED = ("unable to open", "connection", "resolve host", "timeout")
_CODES: Mapping[str, str] = {
    "57014": "source_view_slow",
    "42501": "source_view_forbidden",
    "42883": "source_view_type",
    "42P01": "source_view_missing",
    "3F000": "source_view_missing",
    "3D000": "source_view_missing",
    "28000": "source_view_account",
    "28P01": "source_view_account",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What of a view is asked: columns by their own names, rows where a column equals a value, or is no less than it or empty.

    ``as_text`` compares texts, whatever the column holds.
    """

    columns: Sequence[str]
    equal: tuple[str, str] | None = None
    as_text: bool = False
    since: tuple[str, object] | None = None
    order: tuple[str, ...] = ()


class ViewDatabase:
    """The database of a source; raises :class:`SourceError` for everything expected that goes wrong."""

    def __init__(self, source: str, address: str, view: str) -> None:
        self._source = source
        self._view = view
        schema, _, name = view.rpartition(".")
        self._name = quoted_name(name, quote=True)
        self._schema = quoted_name(schema, quote=True) if schema else None
        self._engine = self._make_engine(address)

    def columns(self, seconds: float) -> tuple[str, ...]:
        """Give the names of the view's columns."""
        with self._reading(seconds) as connection:
            empty: Select[Any] = select(column("*", is_literal=True)).select_from(self._table([])).limit(0)
            return tuple(connection.execute(empty).keys())

    def count(self, seconds: float) -> int:
        """Count the rows of the view."""
        with self._reading(seconds) as connection:
            counted = connection.execute(select(func.count()).select_from(self._table([])))
            return int(counted.scalar_one())

    def rows(self, question: Question, seconds: float) -> Generator[Sequence[Row]]:
        """Give rows as they are at one instant, some thousand at a time; each step may take so many seconds."""
        with self._reading(seconds) as connection:
            asking = connection.execution_options(yield_per=_FETCHED)
            with asking.execute(self._select(question)) as streamed:
                for part in streamed.partitions():
                    yield [tuple(row) for row in part]
                    # What is done with the rows takes none of the time of the next step.
                    _bound_sqlite(connection, seconds)

    def all_rows(self, question: Question, seconds: float) -> list[Row]:
        """Give the few rows of a question about one graduate."""
        return [row for part in self.rows(question, seconds) for row in part]

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _table(self, columns: Sequence[str]) -> Any:
        return table(self._name, *(column(_quoted(name)) for name in columns), schema=self._schema)

    def _select(self, question: Question) -> Select[Any]:
        source = self._table(tuple(dict.fromkeys(question.columns)))
        wanted = select(*(source.c[name].label(f"c{place}") for place, name in enumerate(question.columns)))
        if question.equal is not None:
            name, value = question.equal
            wanted = wanted.where((cast(source.c[name], Text) if question.as_text else source.c[name]) == value)
        if question.since is not None:
            changed = source.c[question.since[0]]
            # Of a row that does not say when it was changed nobody can tell that it was not.
            wanted = wanted.where(or_(changed >= question.since[1], changed.is_(None)))
        return wanted.order_by(*(source.c[name] for name in question.order))

    @contextmanager
    def _reading(self, seconds: float) -> Iterator[Connection]:
        """Open a transaction in which nothing can be written and no statement takes longer than it may."""
        try:
            with self._engine.connect() as connection, connection.begin():
                self._bound(connection, seconds)
                yield connection
        except DBAPIError as error:
            raise self._fault(error, seconds) from error
        except SQLAlchemyError as error:
            raise SourceError("source_view", source=self._source, detail=_said(error)) from error

    def _bound(self, connection: Connection, seconds: float) -> None:
        if connection.dialect.name == "sqlite":
            _bound_sqlite(connection, seconds)
            return
        milliseconds = str(max(1, math.ceil(seconds * 1000)))
        connection.execute(select(func.set_config("statement_timeout", milliseconds, true())))

    def _make_engine(self, address: str) -> Engine:
        """Make the engine; nothing is connected yet."""
        try:
            url = make_url(address)
        except (ArgumentError, ValueError) as error:
            raise SourceError("source_view", source=self._source, detail=_said(error)) from error
        if url.drivername == "sqlite":
            # Read-only, and never made when it is not there.
            path = f"file:{quote(url.database or '')}?mode=ro"
            engine = create_engine(
                "sqlite://",
                creator=lambda: sqlite3.connect(path, uri=True, check_same_thread=False),
                poolclass=NullPool,
            )
            event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
            return engine
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=QueuePool,
            pool_size=2,
            pool_timeout=_CONNECT_SECONDS,
            pool_recycle=300,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
            pool_pre_ping=True,
            connect_args=dict(_CONNECTION),
        )

    def _fault(self, error: DBAPIError, seconds: float) -> SourceError:
        """Choose the words by what the database says; its own text may hold a value, and no personal number is repeated."""
        state = getattr(error.orig, "sqlstate", None) or ""
        said = _said(error.orig or error)
        code = _CODES.get(state) or _code_of_text(said, state)
        told = {"source": self._source, "view": self._view, "detail": said, "seconds": f"{seconds:.1f}"}
        return SourceError(code, **told)


def _quoted(name: str) -> quoted_name:
    return quoted_name(name, quote=True)


def _bound_sqlite(connection: Connection, seconds: float) -> None:
    """Stop a statement of a file when its time is over; such a database has no setting for it."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        end = time.monotonic() + seconds
        driver.set_progress_handler(lambda: time.monotonic() > end, _TICKS_OF_SQLITE)


def _code_of_text(said: str, state: str) -> str:
    """Choose by the text where a driver gives no code: a file, or a server that was not reached."""
    if "no such table" in said:
        return "source_view_missing"
    if said == "interrupted":
        return "source_view_slow"
    if "FATAL" in said:
        # The server itself has answered: it knows no such account or password, or no such database.
        return "source_view" if "database" in said else "source_view_account"
    return "source_unreachable" if not state and any(sign in said for sign in _UNREACHED) else "source_view"


def _said(error: object) -> str:
    """Give the first line of what a database says, without personal numbers."""
    return hide_person_number(str(error).strip().partition("\n")[0])[:200]
