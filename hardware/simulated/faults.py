# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with a simulated card, counted in commands from its first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware.errors import error_from_pcsc

_UNRESPONSIVE = 0x80100066


@dataclass(slots=True)
class FaultField:
    """The faults of one card; commands are counted from 1 over all its connections.

    ``pull_after``: the hand takes the card off, once, after that many commands · ``short_at``: this command gets a single
    byte · ``status``: an instruction's status word whatever the card would say · ``codes``: the PC/SC code that a
    command fails with · ``refusals``: the codes of the first connections · ``mute``: the card never answers ·
    ``delay``: seconds that every command takes.
    """

    pull_after: int | None = None
    short_at: int | None = None
    status: Mapping[int, int] = field(default_factory=dict)
    codes: Mapping[int, int] = field(default_factory=dict)
    refusals: tuple[int, ...] = ()
    mute: bool = False
    delay: float = 0.0
    commands: int = 0
    connections: int = 0

    def connect(self) -> None:
        """Count a connection; raise the fault that it meets."""
        self.connections += 1
        if self.mute:
            raise error_from_pcsc(_UNRESPONSIVE)
        if self.connections <= len(self.refusals):
            raise error_from_pcsc(self.refusals[self.connections - 1])

    def pulls(self) -> bool:
        """Count a command; tell whether the hand has taken the card off before it."""
        self.commands += 1
        return self.pull_after is not None and self.commands == self.pull_after + 1

    def answer(self, command: bytes) -> bytes | None:
        """Give the answer that a fault forces on the command just counted, or ``None`` when the card may answer."""
        if self.commands in self.codes:
            raise error_from_pcsc(self.codes[self.commands])
        if self.commands == self.short_at:
            return b"\x90"
        status = self.status.get(command[1])
        return None if status is None else status.to_bytes(2, "big")
