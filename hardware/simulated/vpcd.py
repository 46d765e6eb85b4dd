# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated card behind the socket of a virtual PC/SC reader (vpcd of the vsmartcard project).

A message is a length of two bytes, high byte first, and that many bytes. The reader asks; one byte alone switches the
power, anything longer is a command. Being connected is lying on the reader.
"""

from __future__ import annotations

import logging
import socket
import threading

from hardware.simulated.part3 import Part3Reader
from hardware.simulated.reader import SimulatedCard

PORT = 0x8C7B
"""Where the first slot of the virtual reader listens; the second one is the next port."""

_POWER_OFF, _POWER_ON, _RESET, _ASK_ATR = 0, 1, 2, 4
_LENGTH_BYTES = 2
_JOIN_TIMEOUT_S = 2.0

_log = logging.getLogger(__name__)


class VpcdCard:
    """A card that lies on a virtual reader for as long as its thread answers; :meth:`take_off` ends that."""

    def __init__(self, connection: socket.socket, card: SimulatedCard) -> None:
        self._connection = connection
        self._card = card
        self._part3 = Part3Reader(card.chip)
        self._lifted = threading.Event()
        self._thread = threading.Thread(target=self._answer_until_lifted, name="simulated card", daemon=True)

    def lay_on(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def take_off(self) -> None:
        """Stop answering and close the connection, which the reader takes for a removal; twice does nothing."""
        self._lifted.set()
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            _log.debug("the virtual reader was gone before the card")
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN_TIMEOUT_S)

    def _answer_until_lifted(self) -> None:
        with self._connection:
            try:
                while (message := self._receive()) is not None:
                    answer = self._answer(message)
                    if self._lifted.is_set():
                        return
                    if answer is not None:
                        self._connection.sendall(len(answer).to_bytes(_LENGTH_BYTES, "big") + answer)
            except OSError:
                _log.debug("the virtual reader is gone")

    def _answer(self, message: bytes) -> bytes | None:
        """Answer a message; power and reset get no answer, and select the card anew."""
        if len(message) != 1:
            return self._answer_command(message)
        if message[0] == _ASK_ATR:
            return self._card.chip.atr
        if message[0] in (_POWER_OFF, _POWER_ON, _RESET):
            self._card.chip.select()
        return None

    def _answer_command(self, command: bytes) -> bytes | None:
        """Answer a command as the faults allow; ``None`` when the hand takes the card off instead."""
        faults = self._card.faults
        if faults.pulls():
            self._lifted.set()
            return None
        if faults.delay:
            self._lifted.wait(faults.delay)
        forced = faults.answer(command)
        return self._part3.exchange(command) if forced is None else forced

    def _receive(self) -> bytes | None:
        """Receive one message, or ``None`` at the end of the connection."""
        head = self._receive_exactly(_LENGTH_BYTES)
        return None if head is None else self._receive_exactly(int.from_bytes(head, "big"))

    def _receive_exactly(self, size: int) -> bytes | None:
        parts = b""
        while len(parts) < size:
            self._acknowledge_at_once()
            part = self._connection.recv(size - len(parts))
            if not part:
                return None
            parts += part
        return parts

    def _acknowledge_at_once(self) -> None:
        """Ask for an acknowledgement without delay, which holds for one receive: else every command costs 43 ms."""
        quick = getattr(socket, "TCP_QUICKACK", None)
        if quick is not None:
            self._connection.setsockopt(socket.IPPROTO_TCP, quick, 1)
