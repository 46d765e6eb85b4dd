# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the papers take: a receipt laid out and sealed, its check, and the log of a very long day."""

from __future__ import annotations

import tempfile
from pathlib import Path

from desk_app.documents import DeskPapers
from desk_app.documents.verify import DeskVerifier
from desk_app.resources import resource
from tests.bench.table import Row, print_table, row_of, timed
from tests.documents.conftest import KEYS_MADE, make_log, make_proxy_receipt
from tests.seal_keys import fresh_keys

_RECEIPTS = 100
_LOGS = 5
_LOG_ROWS = 5000


def measure() -> list[Row]:
    """Measure receipts by proxy (the longer ones), their check and a daily log of 5,000 rows, after the warm-up."""
    with tempfile.TemporaryDirectory() as folder:
        keys = fresh_keys(Path(folder), "測試大學 Test University", KEYS_MADE)
    papers = DeskPapers(resource("fonts"), lambda: keys)
    warm = timed(lambda _: papers.warm_up(), 1)
    papers.receipt(make_proxy_receipt())
    receipts = [make_proxy_receipt(receipt_no=f"M-20250603-{number:03d}") for number in range(1, _RECEIPTS + 1)]
    sealed = papers.receipt(receipts[0])
    verifier = DeskVerifier(keys.root)
    log = make_log(_LOG_ROWS)
    return [
        row_of("papers: warm-up in the background", warm, None, note="reportlab, pyHanko and faces, once"),
        row_of("receipt laid out and sealed", timed(lambda n: papers.receipt(receipts[n]), _RECEIPTS), 100.0),
        row_of("receipt verified", timed(lambda _: verifier.verify(sealed, None), _RECEIPTS), None),
        row_of("daily log of 5,000 rows, sealed", timed(lambda _: papers.daily_log(log), _LOGS), 1500.0),
    ]


if __name__ == "__main__":
    print_table(measure())
