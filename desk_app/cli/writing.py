# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a command gives into a file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from desk_app.domain.errors import DeskError


def write_whole(file: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file as a whole or not at all; raise :class:`DeskError` when it cannot be written.

    ``mode`` is that of a new file, which this account alone may read unless it is said: persons stand in it. A file that
    is replaced keeps its own.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        mode = file.stat().st_mode & 0o777 if file.exists() else mode
        part.unlink(missing_ok=True)
        # Only a new file: in a folder that others write into, the name may lead elsewhere.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
        part.chmod(mode)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise DeskError("save_failed", path=str(file)) from error
