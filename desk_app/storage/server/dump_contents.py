# SPDX-License-Identifier: GPL-3.0-or-later
"""What a copy of a shared store holds, read from the copy itself, and how a store is made of it again.

The script of a copy is SQL with blocks of rows in between: a line ``COPY …;``, the rows, a line of backslash and dot.
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from desk_app.domain.errors import StoreError
from desk_app.storage.columns import DESK_ZONE
from desk_app.storage.server.dump import script_of

_BLOCK = re.compile(rb'COPY (?:"?\w+"?\.)?"?(\w+)"? \((.*)\) FROM stdin;\n')
_END = b"\\.\n"
# Newer tools guard their scripts by words that only their own shell knows.
_SHELL = (b"\\restrict ", b"\\unrestrict ")
_LOOKED_INTO = frozenset({"audit", "release", "receipt_counter", "key_check"})


@dataclass(slots=True)
class DumpContents:
    """The rows of a copy counted by table, the end of its audit log, and the newest hand-over that it knows."""

    counts: Tally[str] = field(default_factory=Tally)
    entries: int = 0
    end: str = ""
    newest_id: int = 0
    newest_receipt: str = ""
    newest_at: datetime | None = None
    prefixes: set[str] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)

    def look_into(self, table: str, row: dict[str, str]) -> None:
        """Take note of a row of a table of which more than the number counts."""
        if table == "audit" and int(row["sequence"]) > self.entries:
            self.entries, self.end = int(row["sequence"]), row["hash"]
        elif table == "release" and int(row["id"]) > self.newest_id:
            self.newest_id, self.newest_receipt = int(row["id"]), row["receipt_no"]
            self.newest_at = datetime.fromisoformat(row["at"]).astimezone(DESK_ZONE)
        elif table == "receipt_counter":
            self.prefixes.add(row["prefix"])
        elif table == "key_check":
            self.keys[row["name"]] = row["value"]


def dump_contents(file: Path) -> DumpContents:
    """Read a copy from beginning to end; raise :class:`StoreError` for a torn one, or one of something else."""
    contents = DumpContents()
    with script_of(file, "--data-only") as lines:
        for line in lines:
            block = _BLOCK.fullmatch(line)
            if block is not None:
                _read_block(contents, block[1].decode(), _columns(block[2]), lines)
    if not contents.counts["alembic_version"]:
        raise StoreError("store_backup", path=str(file))
    return contents


def dumped_revision(file: Path) -> str:
    """Give the schema revision of a copy, "" where it names none; the rest of it is not read."""
    with script_of(file, "--data-only", "--table=alembic_version") as lines:
        for line in lines:
            if _BLOCK.fullmatch(line) is not None:
                return next(_rows(lines), b"").decode().strip()
    return ""


def pour_dump(connection: Connection, file: Path) -> None:
    """Make the store of a copy inside a connection's transaction, in which no object of the store may be left."""
    driver: Any = connection.connection.driver_connection
    path = connection.exec_driver_sql("SHOW search_path").scalar_one()
    with driver.cursor() as cursor, script_of(file) as lines:
        statements: list[bytes] = []
        for line in lines:
            if _BLOCK.fullmatch(line) is not None:
                cursor.execute(b"".join(statements))
                statements.clear()
                with cursor.copy(line) as block:
                    for row in _rows(lines):
                        block.write(row)
            elif not line.startswith(_SHELL):
                statements.append(line)
        cursor.execute(b"".join(statements))
        # The script empties it for its session.
        cursor.execute("SELECT set_config('search_path', %s, false)", (path,))


def _read_block(contents: DumpContents, table: str, columns: list[str], lines: IO[bytes]) -> None:
    contents.counts[table] = 0
    for row in _rows(lines):
        contents.counts[table] += 1
        if table in _LOOKED_INTO:
            # Values are escaped in the script; none of those that are looked into can hold what is.
            contents.look_into(table, dict(zip(columns, row.decode().rstrip("\n").split("\t"), strict=True)))


def _rows(lines: IO[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line == _END:
            return
        yield line


def _columns(names: bytes) -> list[str]:
    return [name.strip().strip('"') for name in names.decode().split(",")]
