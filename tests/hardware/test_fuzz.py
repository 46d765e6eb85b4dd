# SPDX-License-Identifier: GPL-3.0-or-later
"""Random and bent answers, block contents and answers to reset: never a crash, never a hang, never a wrong person.

The fast tier tries a few hundred examples of each, the slow one 20,000.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import shake_256
from typing import TypeVar

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from hardware import apdu, mad
from hardware.apdu import Instruction, KeyType
from hardware.api import CardPresented, CardReadRecord, CardTransport, EventSink, ReadDone, ReaderBackend, ReadFailed
from hardware.errors import ReaderError, error_from_pcsc
from hardware.mifare import BLOCK_SIZE, mad_crc
from hardware.profile import CardChecks, CardField, CardProfile, UidRule
from hardware.simulated.classic import ATR_4K, TRANSPORT_KEY, Classic4K
from hardware.simulated.deck import issue_card
from hardware.simulated.part3 import Part3Reader
from hardware.student_card import read_card
from hardware.watcher import CardWatcher
from tests.examples import examples

pytestmark = pytest.mark.slow

T = TypeVar("T")

KEYS = {"demo": TRANSPORT_KEY}
ROSTER = {
    "04112233445566": "41020901L",
    "5A0B0C0D": "41000901E",
    "04112233445567": "41020902L",
    "5A0B0C0C": "41020911L",
}
OWNER = "04112233445566"
MOST_COMMANDS = 80
MOST_BYTES = 120
FAULTS = [code for code in range(0x80100001, 0x80100070) if code != 0x8010000B]
"""Every code of PC/SC but that of a card in use, which is waited for: thousands of examples have no time for that."""

PLAIN = CardProfile("plain", CardField(10, (0, 1, 2), "demo", KeyType.A, 0, "ascii", 16))
LISTED = CardProfile(
    "listed",
    CardField(None, (0,), "demo", KeyType.B, 5, "ascii", 9, application=0x4801),
    issued=CardField(11, (1,), "demo", KeyType.A, 5, "bcd", 4),
)
COUNTED = CardProfile(
    "counted",
    CardField(3, (1,), "demo", KeyType.A, 0, "value", 16, digits=8),
    uid=UidRule(reversed=True),
    checks=CardChecks(digit="luhn", required=True),
)
UID_ONLY = CardProfile("uid-only")
PROFILES = (PLAIN, LISTED, COUNTED, UID_ONLY)


@cache
def _chip(profile_id: str) -> Classic4K:
    """Make the owner's card for a profile, once: reading changes nothing on it."""
    profile = next(profile for profile in PROFILES if profile.id == profile_id)
    return issue_card(OWNER, "00000000" if profile is COUNTED else ROSTER[OWNER], profile).chip


Answer = tuple[bytes, int]
Bend = Callable[[bytes, Answer], Answer]


@dataclass
class BentCard(CardTransport):
    """A card whose answers are bent by their number; it remembers what it said, and stops a read without an end."""

    profile: CardProfile
    bends: dict[int, Bend]
    atr: bytes = ATR_4K
    event_count: int = 0
    said: list[tuple[bytes, Answer]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.part3 = Part3Reader(_chip(self.profile.id))

    @override
    def transmit(self, apdu_: bytes) -> Answer:
        assert len(self.said) < MOST_COMMANDS, "a read without an end"
        answer = apdu.split_response(self.part3.exchange(apdu_))
        bend = self.bends.get(len(self.said))
        if bend is not None:
            answer = bend(apdu_, answer)
        self.said.append((apdu_, answer))
        return answer

    @override
    def close(self) -> None: ...

    @property
    def uids(self) -> list[bytes]:
        """The UIDs that the card gave."""
        return [data for command, (data, _) in self.said if command == apdu.GET_UID]


def _fails(code: int) -> Bend:
    def bend(_command: bytes, _answer: Answer) -> Answer:
        raise error_from_pcsc(code)

    return bend


def _flipped(bit: int) -> Bend:
    def bend(_command: bytes, answer: Answer) -> Answer:
        raw = bytearray(answer[0] + answer[1].to_bytes(2, "big"))
        raw[bit // 8 % len(raw)] ^= 1 << bit % 8
        return apdu.split_response(bytes(raw))

    return bend


class Bytes:
    """Makes decisions out of the bytes of one example, so that thousands of them take seconds; after the end come zeros."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, size: int) -> bytes:
        """Take some bytes."""
        taken = self._raw[self._at : self._at + size]
        self._at += size
        return taken.ljust(size, b"\x00")

    def below(self, limit: int) -> int:
        """Take a number from 0 up to but not including a limit."""
        return int.from_bytes(self.take(2 if limit > 256 else 1), "big") % limit

    def of(self, choices: Sequence[T]) -> T:
        """Take one of several."""
        return choices[self.below(len(choices))]


def _bend(source: Bytes) -> Bend:
    """Make one bend: random answers, answers of other cards, flipped bits, cut ends, status words, faults."""
    raw, status = source.take(source.below(19)), source.below(0x10000)
    uid, number = bytes.fromhex(source.of(list(ROSTER))), source.of(list(ROSTER.values()))
    bends: list[Bend] = [
        lambda _command, _answer: apdu.split_response(raw),
        lambda _command, _answer: (raw, apdu.SW_OK),
        lambda _command, _answer: (uid, apdu.SW_OK),
        lambda _command, _answer: (number.encode().ljust(BLOCK_SIZE, b"\x00"), apdu.SW_OK),
        lambda _command, answer: (answer[0], status),
        lambda _command, answer: (answer[0][: len(raw)], answer[1]),
        _flipped(status % 160),
        _fails(source.of(FAULTS)),
    ]
    return source.of(bends)


def _session(source: Bytes) -> tuple[CardProfile, dict[int, Bend]]:
    return source.of(PROFILES), {source.below(15): _bend(source) for _ in range(source.below(5))}


def _strange_atr(source: Bytes) -> bytes:
    flipped = bytearray(ATR_4K)
    flipped[source.below(len(flipped))] ^= 1 << source.below(8)
    return source.of([source.take(source.below(34)), apdu.storage_card_atr(source.below(0x10000)), bytes(flipped)])


def person(record: CardReadRecord) -> str | None:
    """Whose record the counter opens: the UID's row, if the number on the card does not speak against it."""
    number = ROSTER.get(record.uid)
    return number if number is not None and record.student_no in ("", number) else None


def _outcome(card: BentCard) -> CardReadRecord | ReaderError:
    try:
        return read_card(card, card.profile, KEYS)
    except ReaderError as fault:
        return fault


def _require_honest(card: BentCard) -> None:
    """Whatever is read was said by the card: twice the same UID of the roster, and no other number than that row's."""
    read = _outcome(card)
    if isinstance(read, ReaderError):
        assert read.message_key.startswith("error.")
        return
    assert len(set(card.uids)) == 1
    assert len(card.uids) == 2
    said = card.uids[0][::-1] if card.profile.uid.reversed else card.uids[0]
    assert read.uid == said.hex().upper()
    assert len(said) in (4, 7)
    opened = person(read)
    if opened is not None and read.student_no:
        blocks = b"".join(data for command, (data, _) in card.said if command[1] == Instruction.READ_BINARY)
        assert opened.encode() in blocks


def bent_answers(source: Bytes) -> None:
    _require_honest(BentCard(*_session(source)))


def random_blocks(source: Bytes) -> None:
    profile = source.of(PROFILES)
    blocks = [source.take(BLOCK_SIZE) for _ in range(1 + source.below(5))]

    def block(command: bytes, answer: Answer) -> Answer:
        number = command[3]
        return (blocks[number % len(blocks)], apdu.SW_OK) if command[1] == Instruction.READ_BINARY else answer

    _require_honest(BentCard(profile, dict.fromkeys(range(MOST_COMMANDS), block)))


def strange_atrs(source: Bytes) -> None:
    profile = source.of(PROFILES)
    read = _outcome(BentCard(profile, {}, _strange_atr(source)))
    if profile is COUNTED:
        assert isinstance(read, (ReaderError, CardReadRecord))
        return
    assert isinstance(read, CardReadRecord)
    assert person(read) == ROSTER[OWNER]


@dataclass
class BentBackend(ReaderBackend):
    """A reader on which one bent card lies, or which fails when it is opened."""

    card: BentCard
    refusals: list[int]
    opened: int = 0

    @override
    def start(self, sink: EventSink) -> None:
        sink(CardPresented("r", 7, self.card.atr))

    @override
    def stop(self) -> None: ...

    @override
    def open(self, reader: str, generation: int) -> CardTransport:
        self.opened += 1
        assert self.opened < 10, "a read that is begun again and again"
        if self.opened <= len(self.refusals):
            raise error_from_pcsc(self.refusals[self.opened - 1])
        return self.card


def watched_cards(source: Bytes) -> None:
    profile, bends = _session(source)
    refusals = [source.of(FAULTS) for _ in range(source.below(4))]
    told: list[object] = []
    CardWatcher(BentBackend(BentCard(profile, bends), refusals), profile, KEYS, told.append).start()
    presented, outcome = told
    assert isinstance(presented, CardPresented)
    assert isinstance(outcome, (ReadDone, ReadFailed))
    assert outcome.generation == presented.generation


def any_directory(source: Bytes) -> None:
    raw = source.take(source.of([32, 48, source.below(64)]))
    if source.below(2) and raw:
        raw = bytes((mad_crc(raw[1:]),)) + raw[1:]
    try:
        sectors = mad.find_application(raw, source.below(0x10000))
    except ValueError:
        return
    assert all(0 < sector < 40 for sector in sectors)


PROPERTIES: tuple[Callable[[Bytes], None], ...] = (
    bent_answers,
    random_blocks,
    strange_atrs,
    watched_cards,
    any_directory,
)
NAMES = [holds.__name__ for holds in PROPERTIES]


def _held(holds: Callable[[Bytes], None], count: int) -> int:
    """Try a property on bytes of any content and length, shorten those on which it fails; give on how many it held."""
    held = 0

    @settings(max_examples=count, database=None, deadline=None, phases=(Phase.generate, Phase.shrink))
    @given(st.binary(max_size=MOST_BYTES))
    def run(raw: bytes) -> None:
        nonlocal held
        # Hypothesis likes short examples: what it gives is the seed of a longer one.
        holds(Bytes(raw + shake_256(raw).digest(MOST_BYTES)))
        held += 1

    run()
    return held


@pytest.mark.parametrize("holds", PROPERTIES, ids=NAMES)
def test_nonsense_is_a_fault_and_never_a_crash_a_hang_or_a_wrong_person(holds: Callable[[Bytes], None]) -> None:
    assert _held(holds, examples(300)) == examples(300)


@pytest.mark.slow
@pytest.mark.parametrize("holds", PROPERTIES, ids=NAMES)
def test_twenty_thousand_times_nonsense(holds: Callable[[Bytes], None]) -> None:
    assert _held(holds, 20_000) == 20_000
