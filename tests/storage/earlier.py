# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores as an earlier program has left them: schema, guards and rows of an earlier revision."""

from __future__ import annotations

from sqlalchemy import Connection

from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.migrate import run_revisions

_PAPERS_ENCIPHERED = "0005"
_GUARD = {
    "sqlite": (
        "CREATE TRIGGER archived_paper_no_update BEFORE UPDATE ON archived_paper"
        " BEGIN SELECT RAISE(ABORT, 'history is never changed'); END"
    ),
    "postgresql": (
        "CREATE TRIGGER archived_paper_no_update BEFORE UPDATE ON archived_paper"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ),
}


def go_back(connection: Connection, revision: str, cipher: FieldCipher) -> None:
    """Take a store of this program back to an earlier revision, with every guard that it had then."""
    run_revisions(connection, revision, cipher)
    if revision < _PAPERS_ENCIPHERED:  # whose way back changes papers, and leaves the guards to whoever runs it
        connection.exec_driver_sql(_GUARD[connection.dialect.name])
