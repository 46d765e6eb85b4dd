# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers: receipts, slips and logs as PDF, sealed and checked; the only place for reportlab and pyHanko.

Keys and checks have modules of their own (``keys``, ``verify``): a desk that waits for its first visitor loads neither.
"""

from __future__ import annotations

from desk_app.documents.desk_papers import DeskPapers
from desk_app.documents.exports import TableExporter

__all__ = [
    "DeskPapers",
    "TableExporter",
]
