# SPDX-License-Identifier: GPL-3.0-or-later
"""Random and bent answers, block contents and answers to reset: never a crash, never a hang, never a wrong person.

The fast tier tries a few hundred examples of each, the slow one 20,000.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from hardware import apdu, mad
from hardware.apdu import Instruction, KeyType
from hardware.api import CardPresented, CardReadRecord, CardTransport, EventSink, ReadDone, ReaderBackend, ReadFailed
from hardware.errors import ReaderError, error_from_pcsc
from hardware.mifare import BLOCK_SIZE
from hardware.profile import CardChecks, CardField, CardProfile, UidRule
from hardware.simulated.classic import ATR_4K, TRANSPORT_KEY
from hardware.simulated.deck import issue_card
from hardware.simulated.part3 import Part3Reader
from hardware.student_card import read_card
from hardware.watcher import CardWatcher

KEYS = {"demo": TRANSPORT_KEY}
ROSTER = {
    "04112233445566": "41020901L",
    "5A0B0C0D": "41000901E",
    "04112233445567": "41020902L",
    "5A0B0C0C": "41020911L",
}
OWNER = "04112233445566"
MOST_COMMANDS = 80
IN_USE = 0x8010000B
"""A card in use is waited for, which thousands of examples have no time for."""

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
        written = "00000000" if self.profile is COUNTED else ROSTER[OWNER]
        self.part3 = Part3Reader(issue_card(OWNER, written, self.profile).chip)

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


BENDS = st.one_of(
    st.binary(max_size=20).map(lambda raw: lambda _command, _answer: apdu.split_response(raw)),
    st.binary(max_size=BLOCK_SIZE).map(lambda data: lambda _command, _answer: (data, apdu.SW_OK)),
    st.sampled_from([bytes.fromhex(uid) for uid in ROSTER]).map(
        lambda uid: lambda _command, _answer: (uid, apdu.SW_OK)
    ),
    st.sampled_from(list(ROSTER.values())).map(
        lambda number: lambda _command, _answer: (number.encode().ljust(BLOCK_SIZE, b"\x00"), apdu.SW_OK)
    ),
    st.integers(0, 0xFFFF).map(lambda status: lambda _command, answer: (answer[0], status)),
    st.integers(0, 159).map(_flipped),
    st.integers(0, 16).map(lambda size: lambda _command, answer: (answer[0][:size], answer[1])),
    st.integers(0x80100001, 0x8010006F).filter(lambda code: code != IN_USE).map(_fails),
)
SESSIONS = st.tuples(st.sampled_from(PROFILES), st.dictionaries(st.integers(0, 14), BENDS, max_size=4))
BLOCKS = st.tuples(st.sampled_from(PROFILES), st.lists(st.binary(min_size=BLOCK_SIZE, max_size=BLOCK_SIZE), min_size=1))
ATRS = st.tuples(
    st.sampled_from(PROFILES),
    st.one_of(
        st.binary(max_size=33),
        st.integers(0, 0xFFFF).map(apdu.storage_card_atr),
        st.integers(0, 159).map(
            lambda bit: bytes(byte ^ ((1 << bit % 8) if place == bit // 8 else 0) for place, byte in enumerate(ATR_4K))
        ),
    ),
)


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


def bent_answers(session: tuple[CardProfile, dict[int, Bend]]) -> None:
    profile, bends = session
    _require_honest(BentCard(profile, bends))


def random_blocks(content: tuple[CardProfile, list[bytes]]) -> None:
    profile, blocks = content

    def block(command: bytes, answer: Answer) -> Answer:
        number = command[3]
        return (blocks[number % len(blocks)], apdu.SW_OK) if command[1] == Instruction.READ_BINARY else answer

    _require_honest(BentCard(profile, dict.fromkeys(range(MOST_COMMANDS), block)))


def strange_atrs(given_: tuple[CardProfile, bytes]) -> None:
    profile, atr = given_
    read = _outcome(BentCard(profile, {}, atr))
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


def watched_cards(session: tuple[tuple[CardProfile, dict[int, Bend]], list[int]]) -> None:
    (profile, bends), refusals = session
    told: list[object] = []
    CardWatcher(BentBackend(BentCard(profile, bends), refusals), profile, KEYS, told.append).start()
    presented, outcome = told
    assert isinstance(presented, CardPresented)
    assert isinstance(outcome, (ReadDone, ReadFailed))
    assert outcome.generation == presented.generation


def any_directory(content: tuple[bytes, int]) -> None:
    raw, application = content
    try:
        sectors = mad.find_application(raw, application)
    except ValueError:
        return
    assert all(0 < sector < 40 for sector in sectors)


FAULTS = st.sampled_from([0x80100068, 0x80100069, 0x8010000C, 0x80100017, 0x8010001D, 0x80100066, 0x80101234])
CASES: list[tuple[Callable[[Any], None], st.SearchStrategy[Any]]] = [
    (bent_answers, SESSIONS),
    (random_blocks, BLOCKS),
    (strange_atrs, ATRS),
    (watched_cards, st.tuples(SESSIONS, st.lists(FAULTS, max_size=3))),
    (any_directory, st.tuples(st.binary(min_size=30, max_size=50), st.integers(0, 0xFFFF))),
]
NAMES = [body.__name__ for body, _ in CASES]


def _try(body: Callable[[Any], None], strategy: st.SearchStrategy[Any], examples: int) -> None:
    """Try a property without keeping a data base, so that thousands of examples take seconds."""

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(strategy)
    def run(example: Any) -> None:
        body(example)

    run()


@pytest.mark.parametrize(("body", "strategy"), CASES, ids=NAMES)
def test_nonsense_is_a_fault_and_never_a_crash_a_hang_or_a_wrong_person(
    body: Callable[[Any], None], strategy: st.SearchStrategy[Any]
) -> None:
    _try(body, strategy, 300)


@pytest.mark.slow
@pytest.mark.parametrize(("body", "strategy"), CASES, ids=NAMES)
def test_twenty_thousand_times_nonsense(body: Callable[[Any], None], strategy: st.SearchStrategy[Any]) -> None:
    _try(body, strategy, 20_000)
