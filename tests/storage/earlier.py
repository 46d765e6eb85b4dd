# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores as an earlier program has left them: schema, guards and rows of an earlier revision."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import Connection

from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.migrate import known_revisions, run_revisions
from desk_app.storage.transactions import writers
from tests.storage.places import Place
from tests.storage.purge.aged import hand_over_at, seal
from tests.storage.samples import KEY, NOW, WANG, fill_roster

BEFORE = known_revisions()[-2]
"""The revision of the program before this one."""

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


def as_left_by(place: Place, revision: str) -> Place:
    """Make a store with a hand-over as the program of a revision has left it."""
    with closing(place.open()) as store:
        fill_roster(store)
        with store.write() as ledger:
            seal(ledger, hand_over_at(ledger, WANG, NOW))
    engine = place.owner()
    with writers(engine).begin() as connection:
        go_back(connection, revision, FieldCipher(KEY))
    engine.dispose()
    return place
