# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk as a process of its own, for races and for being killed: ``python desk_process.py race|steps|forever STORE NAME``."""

from __future__ import annotations

import sys
from pathlib import Path

from desk_app.domain.errors import AlreadyReleasedError
from desk_app.storage.cipher import FieldCipher
from desk_app.storage.store import DeskStore, open_store
from tests.storage.samples import KEY, SIGNATURE, TODAY, WANG, event, hand_over, release

FEW = 40
"""As many certificates as several processes race for."""

MANY = 5000
"""More certificates than a process hands over before it is killed."""


def numbers(count: int) -> tuple[str, ...]:
    """Give the student numbers that the processes race for."""
    return tuple(f"4109{index:04d}S" for index in range(count))


def race(store: DeskStore, name: str, count: int = FEW) -> None:
    """Hand over every certificate that no other desk has handed over; say which receipts are durable."""
    _reached("ready")
    for number in numbers(count):
        try:
            with store.write() as ledger:
                # The use case reads before it writes: without the lock from the beginning the write would then fail.
                ledger.release_by_key(name)
                made = hand_over(ledger, number, f"{name}-{number}")
        except AlreadyReleasedError:
            continue
        print(made.receipt_no, flush=True)


def forever(store: DeskStore, name: str) -> None:
    """Do the same with so many certificates that the process is killed before the end."""
    race(store, name, MANY)


def steps(store: DeskStore, name: str) -> None:
    """Hand over step by step, waiting after each to be told to go on, or to be killed."""
    with store.write() as ledger:
        _reached("begun")
        mine = ledger.release_by_key(name)
        if mine is None:
            record = release(WANG, name, ledger.draw_receipt_number("MAIN", "M", TODAY))
            _reached("numbered")
            ledger.add_release(record, SIGNATURE)
            _reached("added")
            ledger.record(event())
            _reached("recorded")
    _reached("committed")


def _reached(step: str) -> None:
    print(step, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    work = {"race": race, "forever": forever, "steps": steps}[sys.argv[1]]
    work(open_store(Path(sys.argv[2]), FieldCipher(KEY)), sys.argv[3])
