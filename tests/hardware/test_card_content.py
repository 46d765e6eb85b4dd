# SPDX-License-Identifier: GPL-3.0-or-later
"""What a card says is read as the profile expects it, or refused with what was read and what was expected, masked."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.apdu import KeyType, storage_card_atr
from hardware.api import CardKind
from hardware.card_content import as_date, as_number, masked
from hardware.codecs import CODECS
from hardware.errors import AuthFailedError, BadCardDataError, KeyMissingError, UnsupportedCardError
from hardware.profile import CardChecks, CardField, CardProfile, UidRule
from hardware.simulated.classic import TRANSPORT_KEY, Classic4K
from hardware.simulated.deck import issue_card
from hardware.simulated.reader import SimulatedCard
from hardware.student_card import read_card
from tests.hardware.card_wire import CardWire

FIELD = CardField(10, (0, 1, 2), "demo", KeyType.A, 0, "ascii", 16)
KEYS = {"demo": TRANSPORT_KEY}
NUMBERS = st.from_regex(r"[0-9]{8}[A-Z]", fullmatch=True)
LAYOUTS = st.builds(
    CardField,
    sector=st.integers(1, 39),
    blocks=st.permutations((0, 1, 2)).map(tuple),
    key=st.just("demo"),
    key_type=st.sampled_from(KeyType),
    slot=st.integers(0, 255),
    codec=st.just("ascii"),
    length=st.integers(9, 20),
    offset=st.integers(0, 28),
)


def _read(profile: CardProfile, card: SimulatedCard) -> str:
    return read_card(CardWire(card), profile, KEYS).student_no


@given(LAYOUTS, NUMBERS)
def test_what_the_issuer_writes_is_read_wherever_the_profile_puts_it(field: CardField, number: str) -> None:
    profile = CardProfile("any", field)
    assert _read(profile, issue_card("04112233445566", number, profile)) == number


@given(st.integers(0x0100, 0xFFFF), NUMBERS)
def test_a_number_is_found_by_the_cards_directory(application: int, number: str) -> None:
    profile = CardProfile("any", dataclasses.replace(FIELD, sector=None, application=application))
    assert _read(profile, issue_card("5A0B0C0D", number, profile)) == number


@given(st.integers(1, 10**9))
def test_a_value_block_gives_the_number_with_its_zeros(number: int) -> None:
    field = dataclasses.replace(FIELD, codec="value", digits=10)
    profile = CardProfile("any", field)
    assert _read(profile, issue_card("5A0B0C0D", str(number), profile)) == f"{number:010}"


def test_a_card_without_the_application_is_said_to_lack_it() -> None:
    wanted = CardProfile("any", dataclasses.replace(FIELD, sector=None, application=0x4802))
    other = CardProfile("any", dataclasses.replace(FIELD, sector=None, application=0x4801))
    card = issue_card("5A0B0C0D", "41020901L", other)
    card.chip.put_trailer(16, dataclasses.replace(card.chip._trailer(16), key_a=bytes.fromhex("A0A1A2A3A4A5")))
    second = CODECS["ascii"].encode("no directory").ljust(16, b".")
    card.chip.put(64, second)
    with pytest.raises(BadCardDataError) as caught:
        _read(wanted, card)
    assert caught.value.data == {"expected": "directory", "seen": "6E 6F … (48)"}
    card.chip.uid, card.chip.atr = card.chip.uid, storage_card_atr(0x0001)
    with pytest.raises(BadCardDataError) as caught:
        _read(wanted, card)
    assert caught.value.data["expected"] == "application"


@pytest.mark.parametrize(
    ("raw", "checks", "expected", "seen"),
    [
        (b"41020901l", CardChecks(), "ascii", "41*******"),
        (b"\x01" * 9, CardChecks(), "ascii", "01 01 … (9)"),
        (b"A1234567", CardChecks(re.compile("[0-9]+")), "pattern", "A1******"),
        (b"79927398710", CardChecks(digit="luhn"), "digit", "79*********"),
        (bytes(9), CardChecks(required=True), "number", "– (9)"),
    ],
)
def test_a_number_of_another_form_is_refused_with_what_was_read_and_expected(
    raw: bytes, checks: CardChecks, expected: str, seen: str
) -> None:
    with pytest.raises(BadCardDataError) as caught:
        as_number(raw, FIELD, checks)
    assert caught.value.data == {"expected": expected, "seen": seen}


def test_a_number_that_keeps_every_check_is_given() -> None:
    assert as_number(b"79927398713", FIELD, CardChecks(re.compile("[0-9]{11}"), "luhn", required=True)) == "79927398713"
    assert as_number(bytes(16), FIELD, CardChecks(re.compile("[0-9]{11}"), "luhn")) == ""


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_date_is_read_in_either_codec(day: date) -> None:
    written = f"{day:%Y%m%d}"
    for codec, length in (("ascii", 8), ("bcd", 4)):
        field = dataclasses.replace(FIELD, codec=codec, length=length)
        assert as_date(CODECS[codec].encode(written), field) == day


@pytest.mark.parametrize("raw", [b"20250230", b"2025060", b"JUNE2025"])
def test_what_is_no_date_is_refused(raw: bytes) -> None:
    with pytest.raises(BadCardDataError) as caught:
        as_date(raw, FIELD)
    assert caught.value.data["expected"] == "date"
    assert as_date(bytes(8), FIELD) is None


@given(st.binary(max_size=48))
def test_what_is_told_of_a_card_never_shows_more_than_two_bytes(raw: bytes) -> None:
    told = masked(raw)
    assert len(told.replace("*", "")) <= len("FF FF … (48)")


def test_the_date_of_issue_comes_with_the_record() -> None:
    issued = dataclasses.replace(FIELD, sector=11, length=8)
    profile = CardProfile("any", FIELD, issued=issued)
    card = issue_card("5A0B0C0D", "41020901L", profile)
    card.chip.put(44, b"20210901".ljust(16, b"\x00"))
    assert read_card(CardWire(card), profile, KEYS).issued_on == date(2021, 9, 1)


def test_a_roster_may_write_uids_the_other_way_round() -> None:
    profile = CardProfile("any", uid=UidRule(reversed=True))
    assert read_card(CardWire(issue_card("5A0B0C0D", "", profile)), profile, {}).uid == "0D0C0B5A"
    with pytest.raises(UnsupportedCardError):
        read_card(CardWire(issue_card("5A0B0C0D", "", profile)), CardProfile("any", uid=UidRule((7,))), {})


def test_a_key_that_is_not_there_is_named() -> None:
    profile = CardProfile("any", FIELD)
    with pytest.raises(KeyMissingError) as caught:
        read_card(CardWire(issue_card("5A0B0C0D", "41020901L", profile)), profile, {})
    assert caught.value.data == {"key": "demo"}


def test_a_card_that_speaks_no_classic_is_unsupported_and_support_is_told_its_answer_to_reset() -> None:
    profile = CardProfile("any", FIELD)
    plus = SimulatedCard(Classic4K(bytes.fromhex("04112233445566"), storage_card_atr(0x0039)))
    with pytest.raises(UnsupportedCardError) as caught:
        read_card(CardWire(plus), profile, {"demo": b"school"})
    assert caught.value.data["atr"].startswith("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 39")


def test_a_strange_answer_to_reset_alone_refuses_no_card() -> None:
    profile = CardProfile("any", FIELD)
    card = issue_card("5A0B0C0D", "41020901L", profile)
    for atr in (storage_card_atr(0x0039), b"\x3b\x00"):
        card.chip.atr = atr
        record = read_card(CardWire(card), profile, KEYS)
        assert (record.student_no, record.kind) == ("41020901L", CardKind.UNKNOWN)
    with pytest.raises(AuthFailedError):
        read_card(CardWire(card), profile, {"demo": b"school"})
