# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes a delivery of clearance data in while the desks go on: many short transactions, none of which keeps them waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from desk_app.domain.errors import StoreError

if TYPE_CHECKING:
    from desk_app.domain.records import ItemRecord
    from desk_app.storage.ledger import Snapshot, Transaction

ABANDONED_AFTER = timedelta(hours=1)
"""A delivery takes seconds: one that was begun so long ago and does not count has lost its desk."""

_HOLD_S = 0.06
_FIRST_ROWS, _FEWEST_ROWS, _MOST_ROWS = 1000, 100, 10_000


class Turns(Protocol):
    """A store in whose transactions the desks take turns."""

    def read(self) -> AbstractContextManager[Snapshot]:
        """Open a read-only snapshot."""
        ...

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that nobody else writes beside."""
        ...

    def let_others_write(self) -> None:
        """Let a desk that waits have its turn."""
        ...


class Intake:
    """One delivery on its way; the size of its slices follows the speed of the disk.

    ``progress`` is told how many steps are done, and of how many.
    """

    def __init__(self, store: Turns, progress: Callable[[int, int], None] | None = None) -> None:
        self._store = store
        self._progress = progress
        self._rows = _FIRST_ROWS
        self._done = self._steps = 0

    def take_over(
        self, rows: Iterable[tuple[str, ItemRecord]], at: datetime, conclude: Callable[[Transaction, int], None]
    ) -> int:
        """Take rows in, all or none; ``conclude`` writes in the transaction that lets them count. Give their count."""
        newest = _newest_of_each(rows)
        self._steps = 2 * len(newest)
        self._tidy(at)
        self._bring(newest, at, conclude)
        # It counts from here on: what keeps its rows from their place now hinders nobody, and is made good later.
        with suppress(StoreError):
            self._run(lambda ledger: ledger.settle(self._rows))
        return len(newest)

    def _bring(
        self, rows: list[tuple[str, ItemRecord]], at: datetime, conclude: Callable[[Transaction, int], None]
    ) -> None:
        with self._slice() as ledger:
            delivery = ledger.begin_delivery(at)
        counts = False
        try:
            self._fill(delivery, rows)
            with self._slice() as ledger:
                ledger.let_items_count(delivery, max((item.as_of for _, item in rows), default=None))
                conclude(ledger, len(rows))
            counts = True
        finally:
            if not counts:
                # What went wrong is told, not what it keeps from being tidied up: a later delivery does that.
                with suppress(StoreError):
                    self._withdraw(delivery)

    def _fill(self, delivery: int, rows: list[tuple[str, ItemRecord]]) -> None:
        begin = 0
        while begin < len(rows):
            part = rows[begin : begin + self._rows]
            with self._slice() as ledger:
                ledger.add_items(delivery, part)
            begin += len(part)
            self._tell(len(part))

    def _withdraw(self, delivery: int) -> None:
        with self._slice() as ledger:
            ledger.give_up_delivery(delivery)
        self._run(lambda ledger: ledger.forget(self._rows))

    def _tidy(self, at: datetime) -> None:
        """Finish and forget what desks have left behind that died."""
        with self._store.read() as records:
            if not records.deliveries_left():
                return
        with self._slice() as ledger:
            ledger.give_up(at - ABANDONED_AFTER)
        progress, self._progress = self._progress, None
        self._run(lambda ledger: ledger.settle(self._rows))
        self._run(lambda ledger: ledger.forget(self._rows))
        self._progress = progress

    def _run(self, step: Callable[[Transaction], int | None]) -> None:
        """Repeat a step, each time in a slice of its own, until there is nothing left to do."""
        done: int | None = 0
        while done is not None:
            with self._slice() as ledger:
                done = step(ledger)
            self._tell(done or 0)

    @contextmanager
    def _slice(self) -> Iterator[Transaction]:
        """Open a short transaction; afterwards let whoever waits write, and choose how much the next one does."""
        with self._store.write() as ledger:
            begin = time.perf_counter()
            yield ledger
        fit = int(self._rows * _HOLD_S / max(time.perf_counter() - begin, 0.001))
        self._rows = max(_FEWEST_ROWS, min(fit, 2 * self._rows, _MOST_ROWS))
        self._store.let_others_write()

    def _tell(self, done: int) -> None:
        self._done += done
        if self._progress is not None:
            self._progress(self._done, self._steps)


def _newest_of_each(rows: Iterable[tuple[str, ItemRecord]]) -> list[tuple[str, ItemRecord]]:
    """Give the newest datum of each item, sorted as the store keeps them: what lies together is written together."""
    newest: dict[tuple[str, str, str], tuple[str, ItemRecord]] = {}
    for number, item in rows:
        key = (number, item.item, item.source)
        kept = newest.get(key)
        if kept is None or kept[1].as_of <= item.as_of:
            newest[key] = (number, item)
    return [newest[key] for key in sorted(newest)]
