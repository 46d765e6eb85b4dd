# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of a reader: every one has its place, its outcome, and everything after a wrong one is open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hardware import api
from hardware.apdu import storage_card_atr
from hardware.api import CardPresented, CardReadRecord, ReadDone, ReaderArrived, ReaderEvent, ReadFailed, ServiceUp
from hardware.errors import (
    AccessRefusedError,
    BadCardDataError,
    LibraryMissingError,
    NotCalibratedError,
    ReaderError,
    ServiceDownError,
)
from hardware.journal import ReaderJournal
from hardware.probe import CheckLine, CheckState, CheckStep, assess, run_checks
from hardware.profile import CardProfile
from hardware.simulated.classic import ATR_4K, TRANSPORT_KEY
from hardware.simulated.deck import issue_card
from hardware.simulated.reader import SimulatedReader
from hardware.watcher import CardWatcher

KEYS = {"demo": TRANSPORT_KEY}
NO_PATIENCE = dict.fromkeys(CheckStep, 0.0)
UP = (ServiceUp(), ReaderArrived("r"))


def _lines(profile: CardProfile, *events: ReaderEvent, keys: dict[str, bytes] | None = None) -> tuple[CheckLine, ...]:
    journal = ReaderJournal()
    for event in events:
        journal(event)
    return assess(journal.standing, profile, KEYS if keys is None else keys)


def _states(lines: tuple[CheckLine, ...]) -> str:
    return " ".join(line.state.value for line in lines)


def test_a_card_that_was_read_makes_every_check_sound(profile: CardProfile) -> None:
    record = CardReadRecord("5A0B0C0D", "41020901L")
    lines = _lines(profile, *UP, CardPresented("r", 1, ATR_4K), ReadDone(1, record))
    assert [line.step for line in lines] == list(CheckStep)
    assert _states(lines) == "ok ok ok ok ok ok ok"
    assert [line.code for line in lines] == [
        "profile_number", "service_up", "permission_given", "readers", "card_lies", "answer_four_k", "read_number",
    ]  # fmt: skip
    assert lines[-1].record is record


def test_a_card_without_a_number_is_sound_where_the_profile_reads_none() -> None:
    profile = CardProfile("uid-only")
    lines = _lines(profile, *UP, CardPresented("r", 1, ATR_4K), ReadDone(1, CardReadRecord("5A0B0C0D")))
    assert (lines[0].code, lines[-1].code) == ("profile_uid", "read_uid")


def test_a_missing_key_does_not_keep_the_service_from_being_checked(profile: CardProfile) -> None:
    lines = _lines(profile, *UP, keys={})
    assert _states(lines) == "wrong ok open open open open open"
    assert (lines[0].code, lines[0].data) == ("reader_key_missing", {"key": "demo"})


@pytest.mark.parametrize(
    ("fault", "place", "states"),
    [
        (LibraryMissingError(), 1, "ok wrong open open open open open"),
        (ServiceDownError(), 1, "ok wrong open open open open open"),
        (AccessRefusedError(), 2, "ok ok wrong open open open open"),
        (NotCalibratedError(), 3, "ok ok ok wrong open open open"),
    ],
)
def test_each_fault_of_the_service_stands_at_its_check(
    profile: CardProfile, fault: ReaderError, place: int, states: str
) -> None:
    lines = _lines(profile, api.ServiceDown(fault))
    assert _states(lines) == states
    assert lines[place].code == fault.code


@pytest.mark.parametrize(
    ("events", "states", "code"),
    [
        ((), "ok open open open open open open", "waiting"),
        ((ServiceUp(),), "ok ok ok wrong open open open", "reader_none"),
        (UP, "ok ok ok ok open open open", "card_missing"),
        ((*UP, CardPresented("r", 1, ATR_4K)), "ok ok ok ok ok ok open", "waiting"),
    ],
)
def test_what_has_not_come_yet_is_open(
    profile: CardProfile, events: tuple[ReaderEvent, ...], states: str, code: str
) -> None:
    lines = _lines(profile, *events)
    assert _states(lines) == states
    assert code in [line.code for line in lines]


@pytest.mark.parametrize(
    ("atr", "state", "code"),
    [
        (ATR_4K, CheckState.OK, "answer_four_k"),
        (storage_card_atr(0x0001), CheckState.OK, "answer_old"),
        (storage_card_atr(0x0037), CheckState.OK, "answer_old"),
        (storage_card_atr(0x0039), CheckState.NOTE, "answer_other"),
        (b"\x3b\x00", CheckState.NOTE, "answer_strange"),
        (b"", CheckState.NOTE, "answer_typed"),
    ],
)
def test_an_answer_to_reset_is_judged_and_never_refuses(
    profile: CardProfile, atr: bytes, state: CheckState, code: str
) -> None:
    line = _lines(profile, *UP, CardPresented("r", 1, atr), ReadDone(1, CardReadRecord("5A0B0C0D", "1")))[5]
    assert (line.state, line.code) == (state, code)


def test_a_card_that_is_not_read_says_why(profile: CardProfile) -> None:
    fault = BadCardDataError(expected="ascii", seen="41*******")
    line = _lines(profile, *UP, CardPresented("r", 1, ATR_4K), ReadFailed(1, fault))[6]
    assert (line.state, line.code, line.data) == (CheckState.WRONG, "reader_bad_data", fault.data)


@pytest.fixture
def watched(reader: SimulatedReader, profile: CardProfile) -> Iterator[ReaderJournal]:
    journal = ReaderJournal()
    watcher = CardWatcher(reader, profile, KEYS, journal)
    watcher.start()
    yield journal
    watcher.stop()


def test_the_checks_of_a_reader_come_one_after_the_other(
    watched: ReaderJournal, reader: SimulatedReader, profile: CardProfile
) -> None:
    running = run_checks(watched, profile, KEYS)
    before_the_card = [next(running) for _ in range(4)]
    assert [line.state for line in before_the_card] == [CheckState.OK] * 4
    reader.present(issue_card("5A0B0C0D", "41020901L", profile))
    assert [line.code for line in running] == ["card_lies", "answer_four_k", "read_number"]


def test_a_check_does_not_wait_for_ever(watched: ReaderJournal, reader: SimulatedReader, profile: CardProfile) -> None:
    reader.settle()
    lines = list(run_checks(watched, profile, KEYS, NO_PATIENCE))
    assert [line.code for line in lines[3:]] == ["readers", "card_missing", "open", "open"]
