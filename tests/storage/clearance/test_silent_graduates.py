# SPDX-License-Identifier: GPL-3.0-or-later
"""Of whom a source has said nothing since an instant: what is kept and what is on its way are looked at as one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from desk_app.storage.store import DeskStore
from desk_app.storage.tables import CLEARANCE_ITEM, STUDENT
from tests.storage.samples import LIN, NOW, WANG, graduate, item

OTHER_YEAR, NO_YEAR = "41098901H", "41075901H"
ASKED = ((113,), "LIB_BOOKS", "NTNU", item(hours_old=2).as_of)


@pytest.fixture
def roster(store: DeskStore) -> DeskStore:
    years = {WANG: 113, LIN: 113, OTHER_YEAR: 112, NO_YEAR: None}
    with store.write() as ledger:
        ledger.put_students([(graduate(number, graduation_ay=year), None) for number, year in years.items()])
    return store


def _silent(store: DeskStore) -> set[str]:
    with store.read() as records:
        return set(records.graduates_without_word(*ASKED))


def test_the_years_that_are_asked_for_count(roster: DeskStore) -> None:
    assert _silent(roster) == {WANG, LIN}
    with roster.read() as records:
        assert records.graduates_without_word((112, 113), *ASKED[1:]) == {WANG, LIN, OTHER_YEAR}
        assert records.graduates_without_word((), *ASKED[1:]) == frozenset()


@pytest.mark.parametrize(("hours", "silent"), [(1, {LIN}), (2, {LIN}), (3, {WANG, LIN})])
def test_a_word_of_that_very_instant_counts(roster: DeskStore, hours: int, silent: set[str]) -> None:
    with roster.write() as ledger:
        ledger.put_items([(WANG, item(hours_old=hours))])
    assert _silent(roster) == silent


def test_another_item_or_source_is_no_word(roster: DeskStore) -> None:
    with roster.write() as ledger:
        ledger.put_items([(WANG, item(source="NTU")), (LIN, item("LIB_FINES"))])
    assert _silent(roster) == {WANG, LIN}


def test_a_delivery_on_its_way_counts_from_the_instant_on_that_all_of_it_does(roster: DeskStore) -> None:
    with roster.write() as ledger:
        delivery, given_up = ledger.begin_delivery(NOW), ledger.begin_delivery(NOW)
    with roster.write() as ledger:
        ledger.add_items(delivery, [(WANG, item(hours_old=1))])
        ledger.add_items(given_up, [(LIN, item(hours_old=1))])
        ledger.give_up_delivery(given_up)
    assert _silent(roster) == {WANG, LIN}
    with roster.write() as ledger:
        ledger.let_items_count(delivery, NOW)
    assert _silent(roster) == {LIN}
    with roster.write() as ledger:
        ledger.settle(100)
    assert _silent(roster) == {LIN}


def test_a_year_that_was_altered_beside_the_program_lets_nobody_pass(roster: DeskStore, owner: Engine) -> None:
    """Cleared as of another year, the row would carry a sound seal when the year has been put back."""
    with owner.begin() as connection:
        connection.execute(update(STUDENT).where(STUDENT.c.number == OTHER_YEAR).values(graduation_ay=113))
    assert _silent(roster) == {WANG, LIN}


@pytest.mark.parametrize("change", [{"as_of": NOW - timedelta(days=90)}, {"confirmed": "AAAA"}], ids=str)
def test_silence_makes_no_altered_row_good(roster: DeskStore, owner: Engine, change: dict[str, object]) -> None:
    with roster.write() as ledger:
        ledger.put_items([(WANG, item(hours_old=3)), (LIN, item(hours_old=3))])
    with owner.begin() as connection:
        connection.execute(update(CLEARANCE_ITEM).where(CLEARANCE_ITEM.c.student_no == WANG).values(**change))
    assert _silent(roster) == {LIN}
