# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole copy of a shared store by PostgreSQL's own tools, read back before it counts; no password stands in a command."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from desk_app.domain.errors import StoreError
from desk_app.storage.server.engine import server_url, shown

_CHUNK = 1 << 20


def dump_line(address: str, target: Path) -> str:
    """Give the line with which somebody can make the copy by hand."""
    return f"pg_dump --format=custom --file={target} '{shown(address)}'"


def dump_store(address: str, target: Path, snapshot: str = "") -> None:
    """Copy the store into ``target`` and read the copy back; an older copy there is replaced at the end.

    ``snapshot`` names the instant, exported by a transaction that is still open; without one it is the instant of the
    copy's beginning. Raises :class:`StoreError` with the line to run by hand when the tools are missing, too old for the
    server, or fail.
    """
    partial = target.with_name(target.name + ".part")
    line = dump_line(address, target)
    try:
        dump, restore = _tool("pg_dump", line), _tool("pg_restore", line)
        partial.touch(mode=0o600)
        # Rights are no part of a copy: whoever restores one gives them anew.
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={partial}"]
        options += [f"--snapshot={snapshot}"] if snapshot else []
        _run(address, [dump, *options, shown(address)], line)
        # Writes the whole script to nowhere: whatever of the copy cannot be read shows here.
        _run(address, [restore, f"--file={os.devnull}", str(partial)], line)
        partial.replace(target)
    except OSError as error:
        raise StoreError("store_backup", path=str(target)) from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def script_of(file: Path, *options: str) -> Iterator[IO[bytes]]:
    """Give what makes the store of a copy anew, line by line as the server's tool writes it.

    Raises :class:`StoreError` for a copy that is torn, or none at all.
    """
    line = f"pg_restore --file=- {file}"
    command = [_tool("pg_restore", line), "--no-owner", "--no-privileges", "--file=-", *options, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reading:  # noqa: S603 - as built above
        lines = cast(IO[bytes], reading.stdout)
        yield lines
        # What nobody wanted to read would keep the tool waiting.
        while lines.read(_CHUNK):
            pass
    if reading.returncode:
        raise StoreError("store_backup", path=str(file))


def _tool(name: str, line: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise StoreError("store_dump", line=line, detail=name)
    return found


def _run(address: str, command: Sequence[str], line: str) -> None:
    url = server_url(address)
    password = url.password or url.query.get("password")
    # Not in the command, which everybody on the machine may read.
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - as built above
    if done.returncode:
        raise StoreError("store_dump", line=line, detail=done.stderr.strip())
