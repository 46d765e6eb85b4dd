# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the program itself does to rows, in whatever order, they carry their seals afterwards."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from desk_app.domain.facts import CardGeneration, ItemState, PhoneConfirmation, StockState
from desk_app.domain.records import CardRecord, CardState, ItemRecord
from desk_app.services.store_port import Ledger
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.row_seals import CARD_SEAL
from desk_app.storage.store import DeskStore
from tests.storage.row_evidence import dossier, prove_rows
from tests.storage.samples import KEY, NOW, event, graduate, hand_over, holding, item

_NUMBERS = itertools.count()
_CIPHER = FieldCipher(KEY)
_TEXTS = st.text("0123456789:-CX", max_size=6)
_CARDS = st.fixed_dictionaries({
    "uid": _TEXTS,
    "student_no": _TEXTS,
    "generation": _TEXTS,
    "state": _TEXTS,
    "valid_from": st.none() | st.dates(),
    "valid_to": st.none() | st.dates(),
})  # fmt: skip


class Life:
    """All that can happen to one graduate; each act takes a number that decides what exactly."""

    def __init__(self, store: DeskStore) -> None:
        self._store = store
        self.number = f"4109{next(_NUMBERS):04d}S"
        self._keys = itertools.count()
        self._receipt = ""
        self._act(lambda ledger: ledger.put_students([(graduate(self.number), None)]))

    def acts(self) -> tuple[Callable[[int], None], ...]:
        return (
            lambda n: self._act(lambda ledger: ledger.put_students([(graduate(self.number), (None, "blind")[n % 2])])),
            lambda n: self._act(lambda ledger: ledger.put_items([(self.number, self._item(n))])),
            lambda n: self._file([self._item(n), self._item(n + 7)]),
            self._leave_a_delivery,
            lambda n: self._act(lambda ledger: ledger.settle(n + 1)),
            lambda n: self._act(lambda ledger: ledger.put_phone_confirmation(self.number, _code(n), "NTU", _word(n))),
            lambda n: self._act(lambda ledger: ledger.put_cards([self._card(n)])),
            lambda n: self._act(lambda ledger: ledger.put_holdings([holding(self.number, state=_stock(n))])),
            self._hand_over,
            self._take_back,
        )

    def require_true(self) -> None:
        """Read all of it, as a desk does, and prove it."""
        dossier(self._store, self.number)
        prove_rows(self._store)

    def _act(self, act: Callable[..., object]) -> None:
        with self._store.write() as ledger:
            act(ledger)

    def _file(self, items: list[ItemRecord]) -> None:
        def log(ledger: Ledger, rows: int) -> None:
            ledger.record(event(rows=rows))

        self._store.take_over_items([(self.number, one) for one in items], NOW, log)

    def _leave_a_delivery(self, n: int) -> None:
        with self._store.write() as ledger:
            delivery = ledger.begin_delivery(NOW)
            ledger.add_items(delivery, [(self.number, self._item(n))])
            ledger.let_items_count(delivery, NOW)

    def _hand_over(self, _n: int) -> None:
        with self._store.write() as ledger:
            ledger.put_holdings([holding(self.number)])
            if not self._receipt:
                record = hand_over(ledger, self.number, f"{self.number}-{next(self._keys)}")
                self._receipt = str(record.receipt_no)

    def _take_back(self, n: int) -> None:
        if self._receipt:
            with self._store.write() as ledger:
                ledger.void_release(self._receipt, NOW, "發錯")
                ledger.put_back(self._receipt, (StockState.IN_BOX, StockState.MISPRINT)[n % 2])
            self._receipt = ""

    def _item(self, n: int) -> ItemRecord:
        states = list(ItemState)
        word, note = (None, _word(n))[n % 2], ("", "三本書")[n // 2 % 2]
        state = states[n % len(states)]
        return item(_code(n), "NTU", hours_old=n % 5, state=state, note=note, confirmed=word)

    def _card(self, n: int) -> CardRecord:
        states = list(CardState)
        return CardRecord(f"04{self.number[4:8]}", self.number, CardGeneration.FOUR_K, states[n % len(states)])


def _code(n: int) -> str:
    return ("LIB_BOOKS", "GA_FEES")[n % 2]


def _word(n: int) -> PhoneConfirmation:
    return PhoneConfirmation("super-m", "圖書館 陳館員", "02-7749-0003", NOW + timedelta(minutes=n))


def _stock(n: int) -> StockState:
    states = list(StockState)
    return states[n % len(states)]


@pytest.mark.slow
@hypothesis_settings(max_examples=20)
@given(turns=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 11)), min_size=2, max_size=10))
def test_in_whatever_order_things_happen_every_row_carries_its_seal(
    empty_store: DeskStore, turns: list[tuple[int, int]]
) -> None:
    life = Life(empty_store)
    for act, n in turns:
        life.acts()[act](n)
    life.require_true()


@pytest.mark.slow
def test_a_long_life_keeps_its_seals_on_every_database(store: DeskStore) -> None:
    chance = random.Random(41)  # noqa: S311 - the same life every time
    life = Life(store)
    for turn in range(60):
        life.acts()[turn % 10](chance.randrange(12))
    life.require_true()


@given(one=_CARDS, another=_CARDS)
def test_no_two_rows_have_the_same_seal(one: dict[str, object], another: dict[str, object]) -> None:
    seals = [CARD_SEAL.sealed(_CIPHER, row)["seal"] for row in (one, another)]
    assert (seals[0] == seals[1]) is (one == another)
