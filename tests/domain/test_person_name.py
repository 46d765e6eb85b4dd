# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be a name, and what cannot."""

from __future__ import annotations

import pytest

from desk_app.domain.person_name import LONGEST_NAME, name_fault, typed_name_fault


@pytest.mark.parametrize(
    "name",
    [
        "王測一",
        "WANG, TEST-ONE",
        "\U00020bb7\u5803",
        "王\ue000",
        "\uf9dc",
        "測\U000e0101",
        "=1+1",
        "\U0001f600",
        "測" * LONGEST_NAME,
    ],
)
def test_a_name_is_taken_as_it_is_written(name: str) -> None:
    assert name_fault(name) == ""


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("測" * (LONGEST_NAME + 1), "name_too_long"),
        ("王\n測一", "name_control"),
        ("王\0測", "name_control"),
        ("王\u202e一測", "name_control"),
        ("王\u2066測", "name_control"),
        ("王\u2028測", "name_control"),
        ("王\ud800", "name_control"),
        ("王Y190000016", "name_holds_number"),
        ("Ｙ１９０００００１６", "name_holds_number"),
        ("y190000016 wang", "name_holds_number"),
    ],
)
def test_what_forges_a_line_or_hides_a_number_is_no_name(name: str, fault: str) -> None:
    assert name_fault(name) == fault


@pytest.mark.parametrize(
    "name", ["王測一", "WANG, TEST-ONE", "Ceʉsu ’Tesita", "\U00020bb7\u5803", "\ue000", "N. Thử·Nghiệm"]
)
def test_a_typed_name_of_letters_is_taken(name: str) -> None:
    assert typed_name_fault(name) == ""


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("\U0001f600" * 60, "name_not_letters"),
        ("王測一\U0001f600", "name_not_letters"),
        ("1234", "name_not_letters"),
        ("---", "name_not_letters"),
        ("王\n測", "name_control"),
    ],
)
def test_a_typed_name_is_made_of_letters(name: str, fault: str) -> None:
    assert typed_name_fault(name) == fault
