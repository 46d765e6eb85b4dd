# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipt numbers have no gaps and no doubles, whatever is undone in between and however many desks draw."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from desk_app.domain.errors import AlreadyReleasedError
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import DeskStore, open_store
from tests.empty_store import new_store
from tests.examples import examples
from tests.storage.samples import KEY, SIGNATURE, fill_roster, release

DAYS = (date(2025, 6, 3), date(2025, 6, 4))
NUMBERS = tuple(f"4104790{index}S" for index in range(6))
PREFIX, DAY, DESK = st.sampled_from("MG"), st.sampled_from(DAYS), st.integers(0, 1)


class _UndoneError(Exception):
    """Ends a transaction on purpose."""


class Desks(RuleBasedStateMachine):
    """Two desks on one file hand over, fail, undo and reopen in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "desk.db"
        self.keys = itertools.count()
        self.expected: dict[tuple[str, date], int] = {}
        self.released: set[str] = set()
        self.stores: list[DeskStore] = []

    @initialize()
    def open_both(self) -> None:
        self.stores = [new_store(self.path, KEY), open_store(self.path, FieldCipher(KEY))]
        fill_roster(self.stores[0], NUMBERS)

    @rule(number=st.sampled_from(NUMBERS), prefix=PREFIX, day=DAY, desk=DESK)
    def hand_over(self, number: str, prefix: str, day: date, desk: int) -> None:
        try:
            with self._drawn(desk, prefix, day, number):
                pass
        except AlreadyReleasedError:
            assert number in self.released
            return
        assert number not in self.released
        self.released.add(number)
        self.expected[prefix, day] = self.expected.get((prefix, day), 0) + 1

    @rule(number=st.sampled_from(NUMBERS), prefix=PREFIX, day=DAY, desk=DESK)
    def hand_over_and_undo(self, number: str, prefix: str, day: date, desk: int) -> None:
        with suppress(_UndoneError, AlreadyReleasedError), self._drawn(desk, prefix, day, number):
            raise _UndoneError

    @rule(desk=DESK)
    def reopen(self, desk: int) -> None:
        self.stores[desk].close()
        self.stores[desk] = open_store(self.path, FieldCipher(KEY))

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        for store in self.stores:
            kept: dict[tuple[str, date], list[int]] = {}
            with store.read() as records:
                for row in itertools.chain(*(records.ledger(day, None) for day in DAYS)):
                    number = row.release.receipt_no
                    kept.setdefault((number.prefix, number.day), []).append(number.sequence)
            assert {key: sorted(found) for key, found in kept.items()} == {
                key: list(range(1, last + 1)) for key, last in self.expected.items()
            }

    @override
    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        self.folder.cleanup()

    @contextmanager
    def _drawn(self, desk: int, prefix: str, day: date, number: str) -> Iterator[None]:
        with self.stores[desk].write() as ledger:
            drawn = ledger.draw_receipt_number("MAIN", prefix, day)
            ledger.add_release(release(number, f"key-{next(self.keys)}", drawn), SIGNATURE)
            yield


TestDesks = Desks.TestCase
TestDesks.settings = settings(max_examples=examples(15), stateful_step_count=15, deadline=None)
