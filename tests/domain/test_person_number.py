# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a number that can be no personal number."""

from __future__ import annotations

import pytest

from desk_app.domain.person_number import NumberFault, holds_person_number, person_number_fault


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("Y190000016", None),
        ("YB90000276", None),
        ("Y19000001", NumberFault.LENGTH),
        ("", NumberFault.LENGTH),
        ("Y390000016", NumberFault.FORM),
        ("1190000016", NumberFault.FORM),
        ("Y190000017", NumberFault.CHECK_DIGIT),
    ],
)
def test_a_number_is_refused_for_what_is_wrong_with_it(number: str, fault: NumberFault | None) -> None:
    assert person_number_fault(number) is fault


@pytest.mark.parametrize(
    "text",
    [
        "身分證A123456789號",
        "a123456780",
        "Ａ１２３４５６７８９",
        "A1２3４56789",
        "A123\u200b456789",
        "A123 456 789",
        "A-123456789",
        "Ａ－１２３－４５６－７８９",
        "收據 M-001，A 1234 56789 補正",
    ],
)
def test_a_number_in_a_text_is_known_however_it_was_typed(text: str) -> None:
    assert holds_person_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "王小明",
        "41020901L",
        "M-20250603-001",
        "M-20250603-001 收據重印",
        "A-123456780",
        "C1 2025 0603",
        "02-7749-1234",
    ],
)
def test_other_numbers_in_a_text_are_none(text: str) -> None:
    assert not holds_person_number(text)
