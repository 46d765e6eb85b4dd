# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers: receipts, slips and logs as PDF, sealed and checked; the only place for reportlab and pyHanko."""

from __future__ import annotations

from desk_app.documents.desk_papers import DeskPapers
from desk_app.documents.exports import TableExporter
from desk_app.documents.keys import SealKeys, create_keys, load_certificate, load_keys, load_mark_key
from desk_app.documents.verify import DeskVerifier

__all__ = [
    "DeskPapers",
    "DeskVerifier",
    "SealKeys",
    "TableExporter",
    "create_keys",
    "load_certificate",
    "load_keys",
    "load_mark_key",
]
