# SPDX-License-Identifier: GPL-3.0-or-later
"""Transactions on either database: who reads, who writes, whose turn it is, and trouble told in the desk's words."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlcipher3 import dbapi2

from desk_app.domain.errors import StoreError
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.engine import TURN, file_trouble, file_writers

_TURN_S = 0.012
"""Whoever waits for the lock of a file asks for it within this time; a queue it has none."""


def readers(engine: Engine) -> Engine:
    """Give the view of an engine whose transactions see one instant: in a file every transaction does."""
    if engine.dialect.name == POSTGRESQL:
        from desk_app.storage.server.engine import server_readers  # noqa: PLC0415 - for shared stores only

        return server_readers(engine)
    return engine


def writers(engine: Engine) -> Engine:
    """Give the view of an engine whose transactions hold the write lock from their beginning."""
    if engine.dialect.name == POSTGRESQL:
        from desk_app.storage.server.engine import server_writers  # noqa: PLC0415 - for shared stores only

        return server_writers(engine)
    return file_writers(engine)


def desks(engine: Engine) -> Engine:
    """Give the view of an engine for :func:`durable_writing`."""
    if engine.dialect.name == POSTGRESQL:
        from desk_app.storage.server.engine import server_desks  # noqa: PLC0415 - for shared stores only

        return server_desks(engine)
    return writers(engine)


@contextmanager
def durable_writing(engine: Engine, about: Collection[str] = ()) -> Iterator[Connection]:
    """Open a transaction that holds the write lock from its beginning and is durable when the context ends.

    ``engine`` is the view that :func:`desks` gives. On a server a transaction that is ``about`` certain persons only
    shares the lock with those about others, until :func:`take_turn`.
    """
    if engine.dialect.name != POSTGRESQL:
        with engine.begin() as connection:
            yield connection
        return
    from desk_app.storage.server.engine import durable_desk  # noqa: PLC0415 - for shared stores only

    with durable_desk(engine, about) as connection:
        yield connection


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction draws numbers or appends entries, and keep the others from it until this one ends."""
    statement = connection.get_execution_options().get(TURN)
    if statement is not None:
        connection.exec_driver_sql(statement)


def let_others_write(engine: Engine) -> None:
    """Leave the lock free for so long that a desk that waits for it gets it; a server queues its desks by itself."""
    if engine.dialect.name != POSTGRESQL:
        time.sleep(_TURN_S)


@contextmanager
def desk_errors() -> Iterator[None]:
    """Translate what the database says into the desk's errors."""
    try:
        yield
    except DBAPIError as error:
        raise _of_driver(error) from error
    except dbapi2.Error as error:
        raise file_trouble(str(error)) from error
    except SQLAlchemyError as error:
        raise StoreError(detail=str(error)) from error


def _of_driver(error: DBAPIError) -> StoreError:
    if hasattr(error.orig, "sqlstate"):
        from desk_app.storage.server.engine import server_trouble  # noqa: PLC0415 - for shared stores only

        return server_trouble(error)
    return file_trouble(str(error.orig))
