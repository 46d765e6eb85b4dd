# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a number that can be no personal number."""

from __future__ import annotations

import pytest

from desk_app.domain.person_number import NumberFault, person_number_fault


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
