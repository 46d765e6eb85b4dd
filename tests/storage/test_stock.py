# SPDX-License-Identifier: GPL-3.0-or-later
"""The stock: no file brings back what was declared void or handed over, in whatever order files and desks come."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from desk_app.domain.errors import AlreadyReleasedError
from desk_app.domain.facts import StockState
from desk_app.services.store_port import Ledger
from desk_app.storage.store import DeskStore
from tests.storage.samples import LIN, NOW, WANG, graduate, hand_over, holding, serial_of

SERIAL = serial_of(WANG)


def test_a_stock_file_does_not_revive_a_misprint(store: DeskStore) -> None:
    spoilt = holding(WANG, state=StockState.MISPRINT)
    with store.write() as ledger:
        ledger.put_holdings([spoilt])
        ledger.put_holdings([holding(WANG), holding(LIN)])
        assert ledger.closed_holdings([SERIAL, serial_of(LIN)]) == {SERIAL: spoilt}
        assert ledger.stock_count("MAIN") == 1


def test_a_misprint_found_after_the_hand_over_stays_void(store: DeskStore) -> None:
    with store.write() as ledger:
        receipt = str(hand_over(ledger, WANG, "key-1").receipt_no)
        ledger.void_release(receipt, NOW, "印製有誤")
        ledger.put_back(receipt, StockState.MISPRINT)
        ledger.put_holdings([holding(WANG)])
        assert ledger.closed_holdings([SERIAL])[SERIAL].state is StockState.MISPRINT


def test_a_stock_file_gives_nobody_what_another_has_taken(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
        ledger.put_holdings([dataclasses.replace(holding(WANG), student_no=LIN)])
        dossier = ledger.dossier(LIN)
        assert ledger.closed_holdings([SERIAL]) == {SERIAL: holding(WANG)}
    assert dossier is not None
    assert [held.serial for held in dossier.holdings] == [serial_of(LIN)]


class Office:
    """Whoever works with one certificate: the stock file names it, a desk hands it over, two persons take it back."""

    def __init__(self, ledger: Ledger, number: str, keys: Iterator[int]) -> None:
        self.ledger = ledger
        self.number = number
        self.keys = keys
        self.receipt = ""
        self.void = False

    def file(self, state: StockState) -> None:
        self.ledger.put_holdings([holding(self.number, state=state)])
        self.void = self.void or (state is StockState.MISPRINT and not self.receipt)

    def desk(self) -> None:
        if self._in_box():
            self.receipt = str(hand_over(self.ledger, self.number, f"{self.number}-{next(self.keys)}").receipt_no)

    def take_back(self, state: StockState) -> None:
        if self.receipt:
            self.ledger.void_release(self.receipt, NOW, "發錯")
            self.ledger.put_back(self.receipt, state)
            self.receipt, self.void = "", state is StockState.MISPRINT

    def require_true(self) -> None:
        """Compare the store with what happened."""
        closed = self.ledger.closed_holdings([serial_of(self.number)])
        assert bool(closed) is (self.void or bool(self.receipt))
        if self.void:
            assert not self._in_box()
        if self.receipt:
            with pytest.raises(AlreadyReleasedError):
                hand_over(self.ledger, self.number, f"{self.number}-{next(self.keys)}")

    def _in_box(self) -> bool:
        dossier = self.ledger.dossier(self.number)
        assert dossier is not None
        return [held.state for held in dossier.holdings] == [StockState.IN_BOX] and not self.receipt


_NUMBERS = itertools.count()
_ACTS = st.one_of(
    st.tuples(st.just("file"), st.sampled_from(StockState)),
    st.tuples(st.just("take_back"), st.sampled_from([StockState.IN_BOX, StockState.MISPRINT])),
    st.tuples(st.just("desk")),
)


@hypothesis_settings(max_examples=25)
@given(acts=st.lists(_ACTS, min_size=2, max_size=8))
def test_in_whatever_order_files_and_desks_come_void_is_void_and_gone_is_gone(
    empty_store: DeskStore, acts: list[tuple[str, StockState]]
) -> None:
    number = f"4109{next(_NUMBERS):04d}S"
    with empty_store.write() as ledger:
        ledger.put_students([(graduate(number), None)])
        ledger.put_holdings([holding(number)])
        office = Office(ledger, number, itertools.count())
        for name, *what in acts:
            getattr(office, name)(*what)
            office.require_true()
