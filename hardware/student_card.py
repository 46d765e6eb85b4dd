# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a student card by its profile, and throws the read away when the card was not the same from first to last."""

from __future__ import annotations

from collections.abc import Mapping

from hardware import apdu, mad, mifare
from hardware.api import CardReadRecord, CardTransport
from hardware.card_content import as_date, as_number, fault_of
from hardware.errors import (
    AuthFailedError,
    CardGoneError,
    KeyMissingError,
    ProtocolFaultError,
    UnsupportedCardError,
    error_from_status,
)
from hardware.profile import CardField, CardProfile, UidRule

_RANDOM_UID = 0x08
"""First byte of a 4-byte UID that is drawn anew at every power-up (ISO/IEC 14443-3, telephones): no look-up key."""

KeyRing = Mapping[str, bytes]
"""The school's keys by the names that profiles use; they come from outside the repository."""


def read_card(transport: CardTransport, profile: CardProfile, keys: KeyRing) -> CardReadRecord:
    """Read the card behind a transport; raise a :class:`~hardware.errors.ReaderError` when that fails.

    All 4K cards share one answer to reset, so a swap shows only in the UID and in the reader's event counter: both are
    taken before and after, and any difference makes the read worthless (``CardGoneError``). An answer to reset alone
    refuses no card, because some readers send other names; it explains why a card could not be read.
    """
    try:
        return _read_still_card(transport, profile, keys)
    except (AuthFailedError, ProtocolFaultError, UnsupportedCardError) as fault:
        if isinstance(fault, UnsupportedCardError) or apdu.speaks_no_classic(transport.atr):
            raise UnsupportedCardError(fault.raw, atr=transport.atr.hex(" ").upper()) from fault
        raise


def _read_still_card(transport: CardTransport, profile: CardProfile, keys: KeyRing) -> CardReadRecord:
    events = transport.event_count
    uid = read_uid(transport, profile.uid)
    content = _Content(transport, keys)
    number = "" if profile.number is None else as_number(content.read(profile.number), profile.number, profile.checks)
    issued = None if profile.issued is None else as_date(content.read(profile.issued), profile.issued)
    if read_uid(transport, profile.uid) != uid or transport.event_count != events:
        raise CardGoneError
    written = uid[::-1] if profile.uid.reversed else uid
    return CardReadRecord(written.hex().upper(), number, profile.kind_of(transport.atr), issued)


def read_uid(transport: CardTransport, rule: UidRule) -> bytes:
    """Read the UID as the card gives it; a random one, or one of a length that the profile does not know, is refused."""
    uid = _send(transport, apdu.GET_UID)
    if len(uid) not in rule.sizes or (len(uid) == 4 and uid[0] == _RANDOM_UID):
        raise UnsupportedCardError
    return uid


class _Content:
    """The sectors of one card: opened with the keys of the ring, found by the directory where a field says so."""

    def __init__(self, transport: CardTransport, keys: KeyRing) -> None:
        self._transport = transport
        self._keys = keys

    def read(self, field: CardField) -> bytes:
        """Load the key, open the sector, read the field's blocks and cut its bytes out."""
        key = self._keys.get(field.key)
        if key is None:
            raise KeyMissingError(key=field.key)
        blocks = field.blocks_from(self._sector_of(field))
        return field.cut(self._read_row(blocks, key, field.key_type, field.slot))

    def _sector_of(self, field: CardField) -> int:
        """Give the field's sector, by the card's directory where it is not fixed."""
        if field.sector is not None:
            return field.sector
        application = field.application or 0
        found = self._listed(mad.FIRST_BLOCKS, field, application)
        if not found and self._is_large():
            found = self._listed(mad.SECOND_BLOCKS, field, application)
        if not found:
            raise fault_of("application", b"")
        return found[0]

    def _listed(self, blocks: tuple[int, ...], field: CardField, application: int) -> tuple[int, ...]:
        raw = self._read_row(blocks, mad.MAD_KEY, apdu.KeyType.A, field.slot)
        try:
            return mad.find_application(raw, application)
        except ValueError as error:
            raise fault_of("directory", raw) from error

    def _is_large(self) -> bool:
        """Tell whether the card may have a second directory: an older 1K has not."""
        return apdu.card_name(self._transport.atr) != apdu.NAME_1K

    def _read_row(self, blocks: tuple[int, ...], key: bytes, key_type: apdu.KeyType, slot: int) -> bytes:
        _send(self._transport, apdu.load_key(slot, key))
        _send(self._transport, apdu.authenticate(blocks[0], key_type, slot))
        return b"".join(_read_block(self._transport, block) for block in blocks)


def _read_block(transport: CardTransport, block: int) -> bytes:
    data = _send(transport, apdu.read_block(block))
    if len(data) != mifare.BLOCK_SIZE:
        raise ProtocolFaultError
    return data


def _send(transport: CardTransport, command: bytes) -> bytes:
    data, status = transport.transmit(command)
    if status != apdu.SW_OK:
        raise error_from_status(status)
    return data
