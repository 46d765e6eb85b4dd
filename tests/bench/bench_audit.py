# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a million entries of the audit log take to verify, beside the bare driver doing the same in the same run.

python -m tests.bench.bench_audit FOLDER
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from sqlcipher3 import dbapi2

from desk_app.storage.chain import GENESIS
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import create_store
from tests.bench import dataset
from tests.bench.entries import add_entries
from tests.bench.table import Row, print_table, row_of, timed

_TURNS = 3


def measure(folder: Path) -> list[Row]:
    """Measure the verification of a chain in a store of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as spot:
        path = Path(spot) / "audit.db"
        store = create_store(path, FieldCipher(bytes(32)))
        with store._writers.begin() as connection:
            add_entries(connection, dataset.ENTRIES, dataset.AT)
        bare = dbapi2.connect(str(path), isolation_level=None)

        def verify(_turn: int) -> None:
            with store.read() as records:
                if not records.verify_chain().whole:
                    raise ValueError(path)

        def bare_verify(_turn: int) -> None:
            before = GENESIS
            for previous, hashed, body in bare.execute("SELECT previous, hash, body FROM audit ORDER BY sequence"):
                if previous != before or hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest() != hashed:
                    raise ValueError(path)
                before = hashed

        floor = min(timed(bare_verify, _TURNS))
        row = row_of("verify 1M audit entries", timed(verify, _TURNS), 5000.0, floor, "floor: bare driver, hashes only")
        bare.close()
        store.close()
    return [row]


if __name__ == "__main__":
    print_table(measure(Path(sys.argv[1])))
