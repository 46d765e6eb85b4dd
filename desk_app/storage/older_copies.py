# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies that an earlier program has left: before papers were enciphered they lay in the store as they were printed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2

PAPERS_ENCIPHERED = "0005"
"""The first revision whose papers are enciphered."""

_DUMP = ".dump"


def holds_plain_papers(file: Path) -> bool:
    """Tell whether a copy of a store is of a time when papers lay open in it; the copy is only read.

    A file that is enciphered as a whole, or no copy of a store, holds nothing that can be read. Raises
    :class:`~desk_app.domain.errors.StoreError` for a server's copy that its tools cannot read.
    """
    revision = _revision_of_dump(file) if file.suffix == _DUMP else _revision_of_file(file)
    return bool(revision) and revision < PAPERS_ENCIPHERED


def _revision_of_file(file: Path) -> str:
    try:
        # As it lies there: no side file is made, and none is read.
        with closing(dbapi2.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except dbapi2.Error:
        return ""
    return str(row[0]) if row else ""


def _revision_of_dump(file: Path) -> str:
    from desk_app.storage.server.dump_contents import dumped_revision  # noqa: PLC0415 - for shared stores only

    return dumped_revision(file)
