# SPDX-License-Identifier: GPL-3.0-or-later
"""Many new rows at once, in the one stream that the server has for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection


def copy_in(connection: Connection, target: str, rows: Iterable[Sequence[object]]) -> None:
    """Copy rows into a target: a table and its columns, as SQL writes them."""
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()
