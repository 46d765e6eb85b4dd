# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated cards as an issuer would make them: by a card profile, from a list of what lies in the drawer."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hardware import mad, mifare
from hardware.apdu import storage_card_atr
from hardware.api import CardKind
from hardware.codecs import CODECS
from hardware.mifare import AccessBits, Trailer
from hardware.profile import CardField, CardProfile
from hardware.simulated.classic import TRANSPORT_KEY, Classic4K
from hardware.simulated.faults import FaultField
from hardware.simulated.reader import SimulatedCard

_ATR_NAMES = {CardKind.OLD: 0x0001, CardKind.FOUR_K: 0x0002}
_OTHER_ISSUERS_KEY = b"OTHERS"
_LISTED_SECTOR = 7
"""Where a field stands on a simulated card whose profile finds the sector by the directory."""

_ISSUED_ACCESS = AccessBits((0b100, 0b100, 0b100, 0b011))
"""Both keys read, key B alone writes, and nobody reads a key."""

_PULLED_AFTER = 3
_SLOW_COMMAND_S = 0.5


class Behaviour(StrEnum):
    """How a card of the drawer behaves on the reader."""

    GOOD = ""
    FOREIGN = "foreign"
    PULLED = "pulled"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class DeckCard:
    """A card of the drawer: its key in the list, what stands on it, and the card itself."""

    key: str
    uid: str
    student_no: str
    kind: CardKind
    card: SimulatedCard


def issue_card(
    uid: str,
    student_no: str,
    profile: CardProfile,
    key: bytes = TRANSPORT_KEY,
    kind: CardKind = CardKind.FOUR_K,
    faults: FaultField | None = None,
) -> SimulatedCard:
    """Make a card with a UID (hexadecimal) and, where the profile keeps it, the student number under a key."""
    chip = Classic4K(bytes.fromhex(uid), storage_card_atr(_ATR_NAMES[kind]))
    if profile.number is not None:
        _write_field(chip, profile.number, student_no, key)
    return SimulatedCard(chip, faults or FaultField())


def _write_field(chip: Classic4K, field: CardField, content: str, key: bytes) -> None:
    """Write a field into its sector, and the sector into the card's directory when it is found there."""
    sector = _LISTED_SECTOR if field.sector is None else field.sector
    size = len(field.blocks) * mifare.BLOCK_SIZE
    raw = (bytes(field.offset) + CODECS[field.codec].encode(content)).ljust(size, b"\x00")
    _put_row(chip, field.blocks_from(sector), raw)
    chip.put_trailer(sector, Trailer(key, key, _ISSUED_ACCESS))
    if field.application is not None:
        _put_row(chip, mad.FIRST_BLOCKS, mad.write_directory({sector: field.application}))
        chip.put_trailer(0, Trailer(mad.MAD_KEY, key))


def _put_row(chip: Classic4K, blocks: tuple[int, ...], raw: bytes) -> None:
    for index, block in enumerate(blocks):
        chip.put(block, raw[index * mifare.BLOCK_SIZE : (index + 1) * mifare.BLOCK_SIZE])


def load_deck(path: Path, profile: CardProfile) -> tuple[DeckCard, ...]:
    """Make the cards of a list (CSV: key, uid, student_no, kind, behaviour) for a profile."""
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(_deck_card(row, profile) for row in csv.DictReader(lines))


def _deck_card(row: dict[str, str], profile: CardProfile) -> DeckCard:
    behaviour, kind = Behaviour(row["behaviour"]), CardKind(row["kind"])
    key = _OTHER_ISSUERS_KEY if behaviour is Behaviour.FOREIGN else TRANSPORT_KEY
    card = issue_card(row["uid"], row["student_no"], profile, key, kind, _faults(behaviour))
    return DeckCard(row["key"], row["uid"], row["student_no"], kind, card)


def _faults(behaviour: Behaviour) -> FaultField:
    match behaviour:
        case Behaviour.PULLED:
            return FaultField(pull_after=_PULLED_AFTER)
        case Behaviour.SLOW:
            return FaultField(delay=_SLOW_COMMAND_S)
        case _:
            return FaultField()
