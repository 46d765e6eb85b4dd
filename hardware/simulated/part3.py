# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated reader's command set: PC/SC part 3 for a storage card, with the status words of that standard."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hardware.apdu import CLASS_READER, SW_OK, Command, Instruction, KeyType, parse_command
from hardware.mifare import BLOCK_SIZE, BLOCKS, KEY_SIZE
from hardware.simulated.classic import CardRefusedError, Classic4K

_AUTH_FAILED = 0x6300
_WRONG_LENGTH = 0x6700
_NOT_OPEN = 0x6982
_KEY_TYPE_UNKNOWN = 0x6986
_KEY_SLOT_EMPTY = 0x6988
_KEY_LENGTH = 0x6989
_NOT_SUPPORTED = 0x6A81
_NO_SUCH_BLOCK = 0x6A82
_UNKNOWN_INSTRUCTION = 0x6D00
_UNKNOWN_CLASS = 0x6E00


def _status(word: int) -> bytes:
    return word.to_bytes(2, "big")


class Part3Reader:
    """Answers ``FF xx`` commands for one selected card; the keys stay in the reader's memory."""

    def __init__(self, card: Classic4K) -> None:
        self._card = card
        self._keys: dict[int, bytes] = {}
        self._answers: Mapping[int, Callable[[Command], bytes]] = {
            Instruction.GET_DATA: self._get_data,
            Instruction.LOAD_KEY: self._load_key,
            Instruction.AUTHENTICATE: self._authenticate,
            Instruction.READ_BINARY: self._read,
        }
        card.select()

    def exchange(self, apdu: bytes) -> bytes:
        """Answer one command with data and status word."""
        try:
            command = parse_command(apdu)
        except ValueError:
            return _status(_WRONG_LENGTH)
        if command.cls != CLASS_READER:
            return _status(_UNKNOWN_CLASS)
        answer = self._answers.get(command.instruction)
        return _status(_UNKNOWN_INSTRUCTION) if answer is None else answer(command)

    def _get_data(self, command: Command) -> bytes:
        if (command.p1, command.p2) != (0, 0):
            return _status(_NOT_SUPPORTED)
        return self._card.uid + _status(SW_OK)

    def _load_key(self, command: Command) -> bytes:
        if len(command.data) != KEY_SIZE:
            return _status(_KEY_LENGTH)
        self._keys[command.p2] = command.data
        return _status(SW_OK)

    def _authenticate(self, command: Command) -> bytes:
        if len(command.data) != 5:
            return _status(_WRONG_LENGTH)
        block, key_type, slot = int.from_bytes(command.data[1:3], "big"), command.data[3], command.data[4]
        if block >= BLOCKS:
            return _status(_NO_SUCH_BLOCK)
        if key_type not in tuple(KeyType):
            return _status(_KEY_TYPE_UNKNOWN)
        if slot not in self._keys:
            return _status(_KEY_SLOT_EMPTY)
        opened = self._card.authenticate(block, KeyType(key_type), self._keys[slot])
        return _status(SW_OK if opened else _AUTH_FAILED)

    def _read(self, command: Command) -> bytes:
        block = command.p1 << 8 | command.p2
        if block >= BLOCKS:
            return _status(_NO_SUCH_BLOCK)
        if command.expected != BLOCK_SIZE:
            return _status(_WRONG_LENGTH)
        try:
            return self._card.read(block) + _status(SW_OK)
        except CardRefusedError:
            return _status(_NOT_OPEN)
