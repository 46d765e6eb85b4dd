# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole copy of a shared store by PostgreSQL's own tool, read back before it counts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from desk_app.domain.errors import StoreError
from desk_app.storage.server.engine import server_url, shown


def dump_line(address: str, target: Path) -> str:
    """Give the line with which somebody can make the copy by hand."""
    return f"pg_dump --format=custom --file={target} '{shown(address)}'"


def dump_store(address: str, target: Path) -> None:
    """Copy the store into ``target`` and read the copy back; an older copy there is replaced at the end.

    Raises :class:`StoreError` with the line to run by hand when the tool is missing, too old for the server, or fails.
    """
    partial = target.with_name(target.name + ".part")
    tools = shutil.which("pg_dump"), shutil.which("pg_restore")
    if None in tools:
        raise StoreError("store_dump", line=dump_line(address, target), detail="pg_dump, pg_restore")
    dump, restore = tools
    try:
        partial.touch(mode=0o600)
        _run(address, [str(dump), "--format=custom", f"--file={partial}", shown(address)], target)
        # Writes the whole script to nowhere: whatever of the copy cannot be read shows here.
        _run(address, [str(restore), f"--file={os.devnull}", str(partial)], target)
        partial.replace(target)
    except OSError as error:
        raise StoreError("store_backup", path=str(target)) from error
    finally:
        partial.unlink(missing_ok=True)


def _run(address: str, command: list[str], target: Path) -> None:
    password = server_url(address).password
    # Not in the command, which everybody on the machine may read.
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - as built above
    if done.returncode:
        raise StoreError("store_dump", line=dump_line(address, target), detail=done.stderr.strip())
