# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a command gives into a file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from desk_app.domain.errors import DeskError


def write_whole(file: Path, data: bytes) -> None:
    """Write a file as a whole or not at all; raise :class:`DeskError` when it cannot be written."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise DeskError("save_failed", path=str(file)) from error
