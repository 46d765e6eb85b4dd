# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that were worked out apart from the program."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from desk_app.domain.card_cutover import door_switch, next_update
from desk_app.domain.engine import decide, is_open, next_opening, situation_of
from desk_app.domain.facts import CardFacts, Facts, Level, OverseasSemester, Request
from desk_app.domain.masking import mask_name, mask_person_number
from desk_app.domain.overseas_credit import (
    CreditMatch,
    credits_of_ects,
    is_late,
    match_credits,
    months_later,
    needs_annotation,
    recognisable_credits,
)
from desk_app.domain.person_number import PersonNumberKind, holds_person_number, is_void, person_number_kind
from desk_app.domain.policy import Policy
from desk_app.domain.roc_dates import dotted, long_form, parse_day, parse_range, term_days
from desk_app.domain.student_number import normalise_number, read_student_number, trim
from desk_app.policy.library import PolicyLibrary

TAIPEI = ZoneInfo("Asia/Taipei")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("at", "is_served"),
    [
        ("2025-06-02T08:29:59", False),
        ("2025-06-02T08:30:00", True),
        ("2025-06-02T12:00:00", False),
        ("2025-06-02T13:29:59", False),
        ("2025-06-02T13:30:00", True),
        ("2025-06-02T17:00:00", False),
        ("2025-06-07T10:00:00", False),
        ("2025-07-11T10:00:00", False),
    ],
)
@pytest.mark.parametrize("counter", ["MAIN", "GONGGUAN"])
def test_service_time(policy: Policy, at: str, counter: str, is_served: bool) -> None:
    situation = situation_of(policy, Facts(at=_at(at), counter=counter))
    assert is_open(situation, counter, situation.instant) is is_served
    assert (next_opening(situation, counter) is None) is is_served


def test_next_opening_after_the_day_before_the_test(policy: Policy) -> None:
    situation = situation_of(policy, Facts(at=_at("2025-07-10T17:00:00"), counter="MAIN"))
    assert next_opening(situation, "MAIN") == _at("2025-07-14T08:30:00")


@pytest.mark.parametrize(
    ("pack", "released", "due"),
    [
        ("ntnu-113-2", "2025-06-02", "2025-06-05"),
        ("ntnu-113-2", "2025-06-05", "2025-06-10"),
        ("ntnu-113-1", "2025-02-05", "2025-02-08"),
        ("ntnu-113-1", "2025-01-24", "2025-02-05"),
        ("ntnu-113-2", "2025-07-08", "2025-07-11"),
        ("ntnu-113-2", "2025-10-01", "2025-10-07"),
        ("ntnu-113-2", "2025-10-08", "2025-10-14"),
        ("ntnu-113-2", "2025-12-24", "2025-12-30"),
        ("ntnu-113-2", "2025-12-30", "2026-01-05"),
    ],
)
def test_due_dates(library: PolicyLibrary, ready: Facts, pack: str, released: str, due: str) -> None:
    verdict = decide(library.load(pack), dataclasses.replace(ready, at=_at(f"{released}T10:00:00")))
    assert verdict.code.releases
    assert verdict.digital_due == date.fromisoformat(due)


def test_due_date_when_the_closure_does_not_count(library: PolicyLibrary, ready: Facts) -> None:
    raw = library.raw("ntnu-113-2")["closure"]
    assert isinstance(raw, list)
    policy = library.load("ntnu-113-2", {"closure": [{**raw[0], "counts_as_working_day": False}]})
    verdict = decide(policy, dataclasses.replace(ready, at=_at("2025-07-08T10:00:00")))
    assert verdict.digital_due == date(2025, 7, 14)


def test_due_date_with_the_calendar_before_its_revision(policy: Policy, ready: Facts) -> None:
    facts = dataclasses.replace(ready, at=_at("2025-12-24T10:00:00"), calendar_as_of=date(2025, 6, 16))
    verdict = decide(policy, facts)
    assert verdict.digital_due == date(2025, 12, 29)
    assert verdict.policy.calendar_version == date(2024, 7, 9)


@pytest.mark.parametrize(
    ("activated", "update"),
    [
        ("2025-06-03T11:00:00", "2025-06-03T15:00:00"),
        ("2025-06-03T09:59:00", "2025-06-03T10:00:00"),
        ("2025-06-03T14:59:59", "2025-06-03T15:00:00"),
        ("2025-06-03T23:30:00", "2025-06-04T01:00:00"),
        ("2025-06-03T01:00:00", "2025-06-03T10:00:00"),
    ],
)
def test_card_updates(policy: Policy, activated: str, update: str) -> None:
    assert policy.card is not None
    assert next_update(policy.card, _at(activated), TAIPEI) == _at(update)


def test_door_switch_lies_half_an_hour_to_an_hour_after_the_update(policy: Policy) -> None:
    assert policy.card is not None
    span = door_switch(policy.card, _at("2025-06-03T11:00:00"), TAIPEI)
    assert span == (_at("2025-06-03T15:30:00"), _at("2025-06-03T16:00:00"))


def test_the_day_of_an_update_is_the_edition_s_day(policy: Policy) -> None:
    assert policy.card is not None
    rule = dataclasses.replace(policy.card, cutover_times=(time(22, 0),))
    for name in ("America/New_York", "Asia/Taipei", "Pacific/Auckland"):
        zone = ZoneInfo(name)
        evening, morning = datetime(2025, 6, 3, 21, 30, tzinfo=zone), datetime(2025, 6, 3, 0, 30, tzinfo=zone)
        for activated in (evening, morning):
            assert next_update(rule, activated, zone) == datetime(2025, 6, 3, 22, 0, tzinfo=zone)


def test_door_switch_in_a_night_without_three_o_clock(policy: Policy) -> None:
    assert policy.card is not None
    berlin = ZoneInfo("Europe/Berlin")
    rule = dataclasses.replace(policy.card, cutover_times=(time(1, 45),))
    span = door_switch(rule, datetime(2025, 3, 30, 1, 0, tzinfo=berlin), berlin)
    assert span is not None
    earliest, latest = span
    assert (earliest.hour, earliest.minute, latest.hour, latest.minute) == (3, 15, 3, 45)


def test_no_door_switch_after_the_last_day(policy: Policy, ready: Facts) -> None:
    card = CardFacts(activated_at=datetime(9999, 12, 31, 23, 0, tzinfo=TAIPEI))
    facts = dataclasses.replace(ready, request=Request.CARD_DOOR, card=card)
    assert decide(policy, facts).notices == ()


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2024-12-31", 2, "2025-02-28"), ("2025-06-30", 2, "2025-08-30"), ("2023-12-31", 2, "2024-02-29")],
)
def test_months(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


def test_first_week(policy: Policy) -> None:
    assert policy.overseas is not None
    assert not is_late(date(2025, 9, 7), policy.overseas)
    assert is_late(date(2025, 9, 8), policy.overseas)


def test_credits() -> None:
    assert [credits_of_ects(ects) for ects in (1, 2, 5, 6, 30)] == [Fraction(1, 2), 1, Fraction(5, 2), 3, 15]
    assert recognisable_credits(128) == Fraction(128, 3)
    assert int(recognisable_credits(128)) == 42
    assert recognisable_credits(130) == Fraction(130, 3)


@pytest.mark.parametrize(("subjects", "credits", "light"), [(2, 4, False), (1, 5, True), (0, 0, True), (1, 6, False)])
def test_semester_load(policy: Policy, subjects: int, credits: int, light: bool) -> None:  # noqa: A002 - the domain's word
    assert policy.overseas is not None
    assert needs_annotation(OverseasSemester(subjects, credits), policy.overseas) is light


def test_credit_match() -> None:
    assert match_credits(4, 3, passed=True) == CreditMatch(3)
    assert match_credits(2, 3, passed=True) == CreditMatch(2, needs_expert_note=True)
    assert match_credits(3, 3, passed=True) == CreditMatch(3)
    assert match_credits(4, 3, passed=False) == CreditMatch(0)
    assert match_credits(2, 3, passed=False) == CreditMatch(0)
    assert match_credits(4, 3, passed=True, passed_here=True) == CreditMatch(0)


@pytest.mark.parametrize("typed", ["4104790S", "91047901S", "S41047901", "", "41047901S1", "410479O1S"])
def test_malformed_student_numbers(policy: Policy, typed: str) -> None:
    assert read_student_number(policy.student_no, typed) is None


def test_well_formed_student_numbers(policy: Policy) -> None:
    number = read_student_number(policy.student_no, "61047901S")
    assert number is not None
    assert (number.level, number.entry_ay, number.unit, number.letter) == (Level.MASTER, 110, "47", "S")
    assert read_student_number(policy.student_no, "41000000E") is not None
    ordinary = read_student_number(policy.student_no, "41047901s")
    assert ordinary is not None
    assert (ordinary.text, ordinary.level, ordinary.entry_ay) == ("41047901S", Level.BACHELOR, 110)
    example = read_student_number(policy.student_no, "40871999H")
    assert example is not None
    assert (example.entry_ay, example.unit, example.letter) == (108, "71", "H")
    old = read_student_number(policy.student_no, "48047901S")
    assert old is not None
    assert old.entry_ay == 80
    younger = read_student_number(policy.student_no, "47947901S")
    assert younger is not None
    assert younger.entry_ay == 179


def test_normal_form() -> None:
    assert normalise_number("41047901s") == "41047901S"
    assert normalise_number("\u3000４１０４７９０１ｓ\u2009") == "41047901S"
    assert trim("\u0085 x\x1c ") == "x\x1c"


def test_entry_digits_that_are_no_digits_tell_no_year(library: PolicyLibrary) -> None:
    patch = {"student_no": {"pattern": "^(?P<entry>[A-Z0-9]{2})(?P<level>[0-9])?.*$"}}
    rule = library.load("ntnu-113-2", patch).student_no
    number = read_student_number(rule, "AB")
    assert number is not None
    assert (number.entry_ay, number.level, number.unit) == (None, None, None)


VALID = [
    "A123456789",
    "F131104093",
    "A800000014",
    "A900000016",
    "A803095426",
    "B801300667",
    "H802717288",
    "T900251126",
    "A823456783",
    "A923456785",
    "A870000015",
    "AB12345677",
    "AA00000009",
    "AB23456789",
    "AB00207171",
    "AC03095424",
    "CC00151114",
    "HD02717288",
    "SB40558330",
    "C987654321",
    "A123456798",
]
INVALID = [
    "A123456788",
    "A234567890",
    "A800000015",
    "A323456789",
    "AE01234567",
    "D012345678",
    "a123456789",
    "A12345678",
    "A12345678X",
    "1123456789",
]


@pytest.mark.parametrize("number", VALID)
def test_valid_person_numbers(number: str) -> None:
    kind = person_number_kind(number)
    expected = {
        True: PersonNumberKind.LEGACY_RESIDENT,
        False: PersonNumberKind.NATIONAL_ID if number[1] in "12" else PersonNumberKind.RESIDENT,
    }
    assert kind is expected[number[1].isalpha()]


@pytest.mark.parametrize("number", INVALID)
def test_invalid_person_numbers(number: str) -> None:
    assert person_number_kind(number) is None


# The number of each letter, as the rule of the check digit is published (F33); the other letters follow the alphabet.
LETTERS = dict(zip("ABCDEFGHJKLMNPQRSTUV", range(10, 30), strict=True)) | {
    "X": 30,
    "Y": 31,
    "W": 32,
    "Z": 33,
    "I": 34,
    "O": 35,
}


@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_every_letter_enters_the_sum_with_its_number(letter: str) -> None:
    value = LETTERS[letter]
    for second, body in (("1", "2345678"), ("2", "0000000"), ("8", "0030954"), ("9", "7654321")):
        digits = [int(second), *map(int, body)]
        total = (
            value // 10
            + 9 * (value % 10)
            + sum(weight * digit for weight, digit in zip(range(8, 0, -1), digits, strict=True))
        )
        right = -total % 10
        valid = [check for check in range(10) if person_number_kind(f"{letter}{second}{body}{check}")]
        assert valid == [right]


@pytest.mark.parametrize(("second", "stands_for"), [("A", 0), ("B", 1), ("C", 2), ("D", 3)])
def test_the_second_letter_of_a_legacy_number_enters_as_its_last_digit(second: str, stands_for: int) -> None:
    total = 1 + 9 * 0 + 8 * stands_for
    assert person_number_kind(f"A{second}0000000{-total % 10}") is PersonNumberKind.LEGACY_RESIDENT
    assert person_number_kind(f"A{second}0000000{(1 - total) % 10}") is None


def test_seven_of_81_single_errors_pass() -> None:
    # Eight have a right sum; A623456789 among them has the form of no kind of number.
    number = "A123456789"
    others = [
        number[:place] + digit + number[place + 1 :]
        for place in range(1, 10)
        for digit in "0123456789"
        if digit != number[place]
    ]
    assert len(others) == 81
    assert sum(person_number_kind(other) is not None for other in others) == 7


def test_legacy_numbers_end_with_2030() -> None:
    assert not is_void(PersonNumberKind.LEGACY_RESIDENT, date(2030, 12, 31))
    assert is_void(PersonNumberKind.LEGACY_RESIDENT, date(2031, 1, 1))
    assert not is_void(PersonNumberKind.NATIONAL_ID, date(2040, 1, 1))


def test_free_text_with_a_person_number() -> None:
    assert holds_person_number("she said y190000017, I think")
    assert holds_person_number("證號AB12345677。")
    assert not holds_person_number("41047901S at 10:00, box M-001")
    assert holds_person_number("41044901SY190000016"), "a number glued to another text is still a person's"
    assert not holds_person_number("serial X12345678")


def test_masks() -> None:
    assert mask_person_number("A123456789") == "A12345****"
    assert mask_name("王測一") == "王○一"
    assert mask_name("王測") == "王○"


@pytest.mark.parametrize(
    "text",
    ["2025-08-01", "114.8.1", "民國114年8月1日", "2025.8.1", "１１４．８．１", "中華民國114年08月01日", "114/8/1"],
)
def test_one_day_in_all_its_spellings(text: str) -> None:
    assert parse_day(text) == date(2025, 8, 1)


@pytest.mark.parametrize("text", ["", "114.13.1", "114.2.30", "8.1", "tomorrow", "114.8.1.2"])
def test_what_is_no_day(text: str) -> None:
    assert parse_day(text) is None


def test_days_written_the_republic_s_way() -> None:
    assert dotted(date(2025, 8, 1)) == "114.8.1"
    assert long_form(date(2025, 8, 1)) == "民國114年8月1日"


@pytest.mark.parametrize("text", ["2025.7.11 - 7.12", "114.7.11~114.7.12", "114年7月11日至7月12日"])
def test_ranges(text: str) -> None:
    assert parse_range(text) == (date(2025, 7, 11), date(2025, 7, 12))


def test_the_first_year_that_is_no_year_of_the_republic_and_a_range_of_one_day() -> None:
    assert parse_day("999.1.1") == date(2910, 1, 1)
    assert parse_day("1000.1.1") == date(1000, 1, 1)
    assert parse_range("2025.7.11 - 7.11") == (date(2025, 7, 11), date(2025, 7, 11))


@pytest.mark.parametrize("text", ["2025.7.11", "7.11 - 7.12", "2025.7.12 - 7.11", "2025.7.11 - 7.32", "a - b - c"])
def test_what_is_no_range(text: str) -> None:
    assert parse_range(text) is None


def test_terms() -> None:
    assert term_days("113-2") == (date(2025, 2, 1), date(2025, 7, 31))
    assert term_days("113-1") == (date(2024, 8, 1), date(2025, 1, 31))
    assert term_days("113-3") is None
