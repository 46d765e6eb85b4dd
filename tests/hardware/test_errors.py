# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader faults: one table, both signs of a code, and a text for every one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from hardware import errors
from hardware.errors import ProtocolFaultError, ReaderError, error_from_pcsc, error_from_status

FAULTS: list[type[ReaderError]] = [ReaderError, *ReaderError.__subclasses__()]
WORDED = [*FAULTS, errors.KeyMissingError]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0x8010001D, errors.ServiceDownError),
        (0x80100013, errors.ServiceDownError),
        (0x8010001E, errors.ServiceDownError),
        (0x80100012, errors.ServiceDownError),
        (0x8010002E, errors.NoReaderError),
        (0x80100017, errors.ReaderLostError),
        (0x80100009, errors.ReaderLostError),
        (0x8010000C, errors.CardGoneError),
        (0x80100016, errors.CardGoneError),
        (0x80100069, errors.CardGoneError),
        (0x8010000B, errors.CardBusyError),
        (0x80100068, errors.CardResetError),
        (0x80100066, errors.ReadTimeoutError),
        (0x80100067, errors.ReadTimeoutError),
        (0x8010006A, errors.AccessRefusedError),
        (0x80100001, errors.ProtocolFaultError),
    ],
)
def test_a_code_means_the_same_on_every_system(code: int, expected: type[ReaderError]) -> None:
    assert type(error_from_pcsc(code)) is expected
    as_on_windows = code - (1 << 32)
    assert type(error_from_pcsc(as_on_windows)) is expected
    assert error_from_pcsc(as_on_windows).raw == code


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (0x6300, errors.AuthFailedError),
        (0x6982, errors.AuthFailedError),
        (0x6A81, errors.UnsupportedCardError),
        (0x6A82, errors.UnsupportedCardError),
        (0x6F00, errors.ProtocolFaultError),
    ],
)
def test_a_status_word_becomes_a_fault(status: int, expected: type[ReaderError]) -> None:
    fault = error_from_status(status)
    assert type(fault) is expected
    assert fault.raw == status


@pytest.mark.parametrize("language", ["zh-TW", "en"])
@pytest.mark.parametrize("fault", WORDED, ids=lambda fault: fault.code)
def test_every_fault_says_what_happened_and_what_to_do(
    fault: type[ReaderError], language: str, project_root: Path
) -> None:
    table = tomllib.loads((project_root / f"resources/i18n/{language}/reader.toml").read_text(encoding="utf-8"))
    made = fault()
    assert made.message_key == f"error.{fault.code}"
    assert table["error"][fault.code]
    assert made.hint_key == f"reader.hint.{fault.code}"
    assert table["reader"]["hint"][fault.code]


def test_faults_of_the_set_up_and_of_the_card_itself_are_not_worth_a_retry() -> None:
    final = {fault for fault in FAULTS if not fault.retryable}
    assert final == {
        ReaderError,
        errors.LibraryMissingError,
        errors.AccessRefusedError,
        errors.UnsupportedCardError,
        errors.NotCalibratedError,
        errors.AmbiguousCardError,
        errors.UnknownCardError,
        errors.AuthFailedError,
        errors.BadCardDataError,
        errors.ProtocolFaultError,
    }


def test_a_fault_shows_its_code_and_its_number() -> None:
    assert str(error_from_pcsc(0x80100069)) == "reader_card_gone (80100069)"
    assert str(ProtocolFaultError()) == "reader_protocol"
