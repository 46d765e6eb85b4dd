# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealing keys of an office that exists for a test only."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from desk_app.documents.keys import SealKeys, load_keys, new_key_files, write_key_files


def fresh_keys(folder: Path, organisation: str, now: datetime) -> SealKeys:
    """Write root, leaf and mark keys into a folder, all of them in the open, and give those that a desk needs."""
    write_key_files(folder, new_key_files(organisation, now))
    return load_keys(folder)
