# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a reader reports, the record that opens is that of the UID's row, and no number on the card speaks against it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk_app.domain.errors import DeskError
from desk_app.domain.records import Graduate
from desk_app.domain.student_number import normalise_number
from desk_app.domain.visit import OpenCase
from desk_app.services.desk import Desk
from tests.examples import examples

ROSTER = {"58237714": "41020901L", "58237715": "41020902L", "04112233445566": "41020911L"}
NUMBERS = [*ROSTER.values(), "", "41020901l", "４１０２０９０１Ｌ"]


def _mutated(text: str) -> st.SearchStrategy[str]:
    """Change one character, or none."""
    return st.tuples(st.integers(0, max(0, len(text) - 1)), st.sampled_from("0123456789ABCDEFL")).map(
        lambda change: text[: change[0]] + change[1] + text[change[0] + 1 :] if text else text
    )


@pytest.fixture
def roster(enrol: Callable[..., Graduate]) -> None:
    for serial, (uid, number) in enumerate(ROSTER.items()):
        enrol(number, uid=uid, serial=f"M-{serial}")


def _open(desk: Desk, uid: str, number: str, *, typed: bool) -> OpenCase | DeskError:
    try:
        return desk.pickup.open_card(uid, desk.clock.now(), number, typed=typed)
    except DeskError as error:
        return error


@pytest.mark.usefixtures("roster")
@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    uid=st.sampled_from(list(ROSTER)).flatmap(lambda uid: st.just(uid) | _mutated(uid)),
    number=st.sampled_from(NUMBERS).flatmap(lambda number: st.just(number) | _mutated(number)) | st.text(max_size=12),
    typed=st.booleans(),
)
def test_a_card_opens_the_record_of_its_own_row_or_none(desk: Desk, uid: str, number: str, typed: bool) -> None:
    opened = _open(desk, uid, number, typed=typed)
    if isinstance(opened, DeskError):
        assert opened.code in ("card_unknown", "card_mismatch")
        assert uid not in str(opened.data)
        return
    assert opened.dossier is not None
    assert opened.dossier.graduate.number == ROSTER[uid]
    assert number == "" or normalise_number(number) == ROSTER[uid]
    assert opened.visit.card_typed is typed
