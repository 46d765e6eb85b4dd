# SPDX-License-Identifier: GPL-3.0-or-later
"""What a store says of its rows: a graduate's record, refused when altered, and the proof of all rows."""

from __future__ import annotations

from desk_app.domain.records import Dossier
from desk_app.storage.row_proof import RowProof
from desk_app.storage.store import DeskStore
from tests.storage.samples import WANG


def dossier(store: DeskStore, number: str = WANG) -> Dossier:
    """Give a graduate's record, who is there."""
    with store.read() as records:
        found = records.dossier(number)
    assert found is not None
    return found


def prove_rows(store: DeskStore) -> None:
    """Prove the rows alone: the hand-overs of these tests have signed nothing that could be proven."""
    with store.read() as records:
        RowProof(records._connection, records._cipher).prove()
