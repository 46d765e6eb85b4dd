# SPDX-License-Identifier: GPL-3.0-or-later
"""Other programs at the same reader, and what happens at a connection."""

from __future__ import annotations

import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from typing_extensions import override

from hardware.api import CardTransport, ReaderBackend, ReaderEvent
from hardware.errors import ReaderError


class OtherProgram:
    """Another program that holds the card until it is spoken to."""

    def __init__(self, how: str, reader: str) -> None:
        command = [sys.executable, str(Path(__file__).with_name("other_program.py")), how, reader]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "0"

    def speak(self) -> None:
        """Tell it to let go, without waiting until it has."""
        assert self._process.stdin is not None
        if not self._process.stdin.closed:
            self._process.stdin.write("\n")
            self._process.stdin.close()

    def let_go(self) -> None:
        """Have it let go; a second time does nothing."""
        if self._process.poll() is None:
            self.speak()
            assert self._line() == "done"
            self._process.wait(5)

    def has_let_go_within(self, seconds: float) -> bool:
        """Tell whether it has let go, or does so soon."""
        assert self._process.stdout is not None
        return bool(select.select([self._process.stdout], [], [], seconds)[0])

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def other_program(how: str, reader: str) -> Iterator[OtherProgram]:
    """Let another program hold the card; the end lets it go at the latest."""
    other = OtherProgram(how, reader)
    with other._process:
        yield other
        other.let_go()


class Interposed(ReaderBackend):
    """A backend at whose connections something happens; it is told how many there have been, and the fault if one failed."""

    def __init__(self, backend: ReaderBackend, happen: Callable[[int, ReaderError | None], None]) -> None:
        self._backend = backend
        self._happen = happen
        self.opened = 0

    @override
    def start(self, sink: Callable[[ReaderEvent], None]) -> None:
        self._backend.start(sink)

    @override
    def stop(self) -> None:
        self._backend.stop()

    @override
    def open(self, reader: str, generation: int) -> CardTransport:
        self.opened += 1
        try:
            transport = self._backend.open(reader, generation)
        except ReaderError as fault:
            self._happen(self.opened, fault)
            raise
        self._happen(self.opened, None)
        return transport
