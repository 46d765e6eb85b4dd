# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a million entries of the audit log take to verify, beside the bare driver doing the same in the same run.

python -m tests.bench.bench_audit FOLDER
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlcipher3 import dbapi2

from desk_app.storage.cipher import FieldCipher
from desk_app.storage.columns import canonical_json
from desk_app.storage.store import create_store
from tests.bench.table import Row, print_table, row_of, timed

ENTRIES = 1_000_000
_TURNS = 3
_AT = "2025-06-03T02:00:00.000000+00:00"
_START = "0" * 64


def measure(folder: Path) -> list[Row]:
    """Measure the verification of a chain in a store of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as spot:
        path = Path(spot) / "audit.db"
        store = create_store(path, FieldCipher(bytes(32)))
        bare = dbapi2.connect(str(path), isolation_level=None)
        bare.execute("BEGIN")
        bare.executemany(
            "INSERT INTO audit (sequence, at, kind, subject, previous, hash, body) VALUES (?,?,?,?,?,?,?)", _chain()
        )
        bare.execute("COMMIT")

        def verify(_turn: int) -> None:
            with store.read() as records:
                if not records.verify_chain().whole:
                    raise ValueError(path)

        def bare_verify(_turn: int) -> None:
            before = _START
            for previous, hashed, body in bare.execute("SELECT previous, hash, body FROM audit ORDER BY sequence"):
                if previous != before or hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest() != hashed:
                    raise ValueError(path)
                before = hashed

        floor = min(timed(bare_verify, _TURNS))
        row = row_of("verify 1M audit entries", timed(verify, _TURNS), 5000.0, floor, "floor: bare driver, hashes only")
        bare.close()
        store.close()
    return [row]


def _chain() -> Iterator[tuple[object, ...]]:
    before = _START
    for sequence in range(1, ENTRIES + 1):
        body = canonical_json(
            {
                "at": _AT,
                "counter": "MAIN",
                "edition": "113-2",
                "kind": "VERDICT",
                "operator": "clerk-m1",
                "payload": {"desk": "1", "reasons": [], "verdict": "RELEASE", "visit": f"visit-{sequence}"},
                "policy_digest": "ab" * 32,
                "sequence": sequence,
                "subject": "41020901L",
            }
        )
        hashed = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
        yield sequence, _AT, "VERDICT", "41020901L", before, hashed, body
        before = hashed


if __name__ == "__main__":
    print_table(measure(Path(sys.argv[1])))
