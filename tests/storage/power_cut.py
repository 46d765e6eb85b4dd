# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what a desk writes to its store's disk, and gives what the disk may hold after the power is cut at any point.

Between two syncs a disk may keep any part of what it was told, in any order, and sectors may be torn. Only what was
synced is certain; a new name in a folder is certain only when the folder was synced.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

SECTORS = (512, 4096)
_CALLS = "write,pwrite64,fsync,fdatasync,ftruncate,unlink"
_CALL = re.compile(r'(\w+)\((?:(\d+)<([^>]*)>(?:\(deleted\))?|"([^"]*)")(?:, (.*))?\) += (-?\d+)')
_STDOUT = 1

Image = dict[str, bytes]
"""What lies in the store's folder: the content of each file by its name."""


class Kind(Enum):
    """What a desk did to its disk, and that it told its clerk that something is durable."""

    WRITE = auto()
    TRUNCATE = auto()
    REMOVE = auto()
    SYNC = auto()
    SYNC_FOLDER = auto()
    TOLD = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done, to a file by its name; ``data`` is what was written or told."""

    kind: Kind
    file: str = ""
    offset: int = 0
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Cut:
    """What the disk holds after a power cut, and what the clerk had been told before it."""

    after: int
    image: Image
    told: frozenset[str]


def record(work: str, store: Path, project_root: Path, count: int) -> list[Step]:
    """Have a desk process hand over ``count`` certificates and give every step of it; needs strace, and Linux."""
    trace = store.with_name("trace")
    desk = [sys.executable, "-m", "tests.storage.desk_process", work, str(store), work, str(count)]
    command = ["strace", "-y", "-xx", "-s", "1000000", "-e", f"trace={_CALLS}", "-o", str(trace), *desk]
    subprocess.run(command, cwd=project_root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, timeout=300)
    with trace.open(encoding="ascii") as lines:
        steps = list(_steps(lines, store.parent))
    trace.unlink()
    return steps


def _steps(lines: Iterator[str], folder: Path) -> Iterator[Step]:
    """Read a trace; the index beside the log is made anew at every start and does not count."""
    for line in lines:
        found = _CALL.match(line)
        if found is None or found[6].startswith("-"):
            continue
        call, descriptor, arguments = found[1], found[2] or "0", found[5] or ""
        path = Path(_bytes(found[3] or found[4] or "").decode())
        if call == "write" and int(descriptor) == _STDOUT:
            yield Step(Kind.TOLD, data=_written(arguments))
        elif path == folder and call in ("fsync", "fdatasync"):
            yield Step(Kind.SYNC_FOLDER)
        elif path.parent == folder and not path.name.endswith("-shm"):
            yield _step_of(call, path.name, arguments)


def _step_of(call: str, file: str, arguments: str) -> Step:
    if call == "pwrite64":
        return Step(Kind.WRITE, file, int(arguments.rpartition(", ")[2]), _written(arguments))
    if call == "ftruncate":
        return Step(Kind.TRUNCATE, file, int(arguments))
    return Step(Kind.REMOVE if call == "unlink" else Kind.SYNC, file)


def _written(arguments: str) -> bytes:
    return _bytes(arguments.split('"')[1])


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


@dataclass
class Disk:
    """What is certain on a disk, and what it was told since; ``linked`` are the names that are certain."""

    files: Image
    linked: set[str] = field(default_factory=set)
    pending: list[Step] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Do a step; a sync makes certain what was told of its file."""
        if step.kind is Kind.SYNC:
            self._settle([one for one in self.pending if one.file == step.file and one.kind is not Kind.REMOVE])
        elif step.kind is Kind.SYNC_FOLDER:
            self._settle([one for one in self.pending if one.kind is Kind.REMOVE])
            self.linked = set(self.files)
        elif step.kind is Kind.REMOVE:
            if step.file in self.files or any(one.file == step.file for one in self.pending):
                self.pending.append(step)
        elif step.kind is not Kind.TOLD:
            # A name used again would be another file, which this disk does not tell apart.
            assert all(one.kind is not Kind.REMOVE for one in self.pending if one.file == step.file), step
            self.pending.append(step)

    def image(self, kept: list[Step], *, names: bool) -> Image:
        """Give what lies there when of the pending steps only these were done; ``names``: also names not yet certain."""
        files = dict(self.files)
        for step in kept:
            _apply(files, step)
        return {name: data for name, data in files.items() if names or name in self.linked}

    def _settle(self, steps: list[Step]) -> None:
        for step in steps:
            _apply(self.files, step)
            self.pending.remove(step)


def _apply(files: Image, step: Step) -> None:
    if step.kind is Kind.REMOVE:
        files.pop(step.file, None)
        return
    before = files.get(step.file, b"")
    if step.kind is Kind.TRUNCATE:
        files[step.file] = before[: step.offset].ljust(step.offset, b"\0")
    else:
        end = step.offset + len(step.data)
        files[step.file] = before[: step.offset].ljust(step.offset, b"\0") + step.data + before[end:]


def cuts(steps: list[Step], start: Image, chance: random.Random, reorderings: int) -> Iterator[Cut]:
    """Give the cuts after every step: unsynced steps all lost, all kept, torn at the last, and kept at random."""
    disk = Disk(dict(start), set(start))
    told: list[str] = []
    for number, step in enumerate(steps):
        if step.kind is Kind.TOLD:
            told += step.data.decode().split()
        disk.take(step)
        receipts = frozenset(line for line in told if line != "ready")
        for image in _images(disk, chance, reorderings):
            yield Cut(number, image, receipts)


def _images(disk: Disk, chance: random.Random, reorderings: int) -> Iterator[Image]:
    yield disk.image([], names=False)
    if not disk.pending:
        return
    yield disk.image(disk.pending, names=True)
    *before, last = disk.pending
    for sector in SECTORS:
        yield disk.image([*before, *_torn(last, sector, chance)], names=True)
    for _ in range(reorderings):
        kept = [step for step in disk.pending if chance.random() < 0.5]
        torn = [part for step in kept for part in _torn(step, chance.choice(SECTORS), chance)]
        yield disk.image(chance.choice((kept, torn)), names=chance.random() < 0.5)


def _torn(step: Step, sector: int, chance: random.Random) -> list[Step]:
    """Keep of a write only some of the sectors that it touches."""
    if step.kind is not Kind.WRITE:
        return [step]
    parts = []
    start, end = step.offset, step.offset + len(step.data)
    while start < end:
        stop = min(end, (start // sector + 1) * sector)
        if chance.random() < 0.5:
            parts.append(Step(Kind.WRITE, step.file, start, step.data[start - step.offset : stop - step.offset]))
        start = stop
    return parts
