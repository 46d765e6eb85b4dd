# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a student card by its profile, and throws the read away when the card was not the same from first to last."""

from __future__ import annotations

from collections.abc import Mapping

from hardware import apdu, mifare
from hardware.api import CardReadRecord, CardTransport
from hardware.codecs import CODECS
from hardware.errors import (
    AuthFailedError,
    BadCardDataError,
    CardGoneError,
    ProtocolFaultError,
    UnsupportedCardError,
    error_from_status,
)
from hardware.profile import CardProfile, NumberField

_UID_SIZES = (4, 7)
_RANDOM_UID = 0x08
"""First byte of a 4-byte UID that is drawn anew at every power-up (ISO/IEC 14443-3, telephones): no look-up key."""

KeyRing = Mapping[str, bytes]
"""The school's keys by the names that profiles use; they come from outside the repository."""


def read_card(transport: CardTransport, profile: CardProfile, keys: KeyRing) -> CardReadRecord:
    """Read the card behind a transport; raise a :class:`~hardware.errors.ReaderError` when that fails.

    All 4K cards share one answer to reset, so a swap shows only in the UID and in the reader's event counter: both are
    taken before and after, and any difference makes the read worthless (``CardGoneError``).
    """
    events = transport.event_count
    uid = read_uid(transport)
    number = "" if profile.number is None else _read_number(transport, profile.number, keys)
    if read_uid(transport) != uid or transport.event_count != events:
        raise CardGoneError
    return CardReadRecord(uid.hex().upper(), number, apdu.card_kind(transport.atr))


def read_uid(transport: CardTransport) -> bytes:
    """Read the UID of 4 or 7 bytes; a random one is refused."""
    uid = _send(transport, apdu.GET_UID)
    if len(uid) not in _UID_SIZES or (len(uid) == 4 and uid[0] == _RANDOM_UID):
        raise UnsupportedCardError
    return uid


def _read_number(transport: CardTransport, field: NumberField, keys: KeyRing) -> str:
    """Load the key, open the sector, read its blocks and decode the number."""
    key = keys.get(field.key)
    if key is None:
        raise AuthFailedError
    _send(transport, apdu.load_key(field.slot, key))
    _send(transport, apdu.authenticate(field.numbers[0], field.key_type, field.slot))
    raw = b"".join(_read_block(transport, block) for block in field.numbers)
    try:
        return CODECS[field.codec].decode(raw[: field.length])
    except ValueError as error:
        raise BadCardDataError from error


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
