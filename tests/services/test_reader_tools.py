# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks in words, in both languages and for every system; the calibration with the roster's own cards."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

import pytest

from desk_app.domain.errors import DeskError
from desk_app.domain.papers import Language
from desk_app.i18n import catalogue
from desk_app.services.reader_calibration import Calibration, reads_short_uids_only
from desk_app.services.reader_words import (
    system_of,
    words_of_check,
    words_of_fault,
    words_of_layout,
)
from hardware.api import CardReadRecord
from hardware.errors import BadCardDataError, ReaderError, UnsupportedCardError
from hardware.probe import CheckLine, CheckState, CheckStep
from hardware.wedge.formats import FORMATS
from hardware.wedge.layout import Cut, Layout

SYSTEMS = ("linux", "windows", "macos")
TEXTS = [catalogue(language) for language in Language]
CARD = CardReadRecord("04112233445566", "41020901L")


def _all_faults() -> list[type[ReaderError]]:
    faults = [ReaderError]
    for fault in faults:
        faults += fault.__subclasses__()
    return faults


@pytest.mark.parametrize(("fault", "system"), list(product(_all_faults(), SYSTEMS)), ids=str)
def test_every_fault_says_what_happened_and_how_to_mend_it(fault: type[ReaderError], system: str) -> None:
    for texts in TEXTS:
        words = words_of_check(
            texts, CheckLine(CheckStep.READ, CheckState.WRONG, fault.code, {"key": "school"}), system
        )
        assert words.told == texts(f"error.{fault.code}")
        assert words.mend
        assert words.word


def test_hints_are_of_the_system_at_hand() -> None:
    line = CheckLine(CheckStep.SERVICE, CheckState.WRONG, "reader_service_down")
    hints = {words_of_check(TEXTS[0], line, system).mend for system in SYSTEMS}
    assert len(hints) == 3
    assert [system_of(platform) for platform in ("linux", "win32", "darwin", "freebsd")] == [*SYSTEMS, "linux"]


def test_what_was_read_is_shown_masked() -> None:
    for texts in TEXTS:
        words = words_of_check(texts, CheckLine(CheckStep.READ, CheckState.OK, "read_number", record=CARD), "linux")
        assert "5566" in words.told
        assert "41020***L" in words.told
        assert CARD.uid not in words.told
        assert words.mend == ""


def test_a_profile_that_does_not_fit_says_what_was_read_and_what_was_expected() -> None:
    english = catalogue(Language.EN)
    told = words_of_fault(english, BadCardDataError(seen="41*******", expected="pattern"))
    assert "Read: 41*******" in told
    assert "the form in the profile" in told
    assert words_of_fault(english, UnsupportedCardError(atr="3B 00")).endswith("For support: answer to reset 3B 00.")


@pytest.mark.parametrize("expected", [*FORMATS, *Cut])
def test_every_layout_has_words(expected: str) -> None:
    for texts, cut, backwards in product(TEXTS, Cut, (False, True)):
        for name in FORMATS:
            words = words_of_layout(texts, Layout(name, backwards, cut))
            assert not re.search(r"[{}]", words)


def test_without_a_layout_it_is_said() -> None:
    assert words_of_layout(catalogue(Language.EN), None) == "Not calibrated yet."


Learn = Callable[[str, str], Layout]


@pytest.fixture
def kept() -> list[Layout]:
    return []


@pytest.fixture
def learn(kept: list[Layout]) -> Learn:
    return Calibration(None, kept.append, lambda: kept[-1] if kept else None).learn


@pytest.mark.parametrize("known", ["5A0B0C0D", "5a0b0c0d", " 5A 0B 0C 0D ", "5A:0B:0C:0D"])
def test_a_printed_uid_is_enough(learn: Learn, kept: list[Layout], known: str) -> None:
    assert learn(known, "1510673421") == Layout("8H10D")
    assert kept == [Layout("8H10D")]


@pytest.mark.parametrize(
    ("known", "typed", "code"),
    [
        ("41020901L", "1510673421", "calibration_known"),
        ("5A0B0C", "1510673421", "calibration_known"),
        ("", "1510673421", "calibration_known"),
        ("5A0B0C0D", "1510673422", "calibration_other"),
        ("5A0B0C0D", "", "calibration_other"),
        ("5A5C5C5A", "5A5C5C5A", "calibration_open"),
    ],
)
def test_what_teaches_nothing_changes_nothing(
    learn: Learn, kept: list[Layout], known: str, typed: str, code: str
) -> None:
    with pytest.raises(DeskError) as caught:
        learn(known, typed)
    assert caught.value.code == code
    assert kept == []


def test_a_layout_of_a_short_uid_is_told() -> None:
    assert reads_short_uids_only(Layout("8H10D"))
    assert not reads_short_uids_only(Layout("8H10D", cut=Cut.LAST))
    assert not reads_short_uids_only(Layout("hex"))
