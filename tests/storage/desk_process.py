# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk as a process of its own, for races and for being killed: ``python desk_process.py WORK STORE NAME [COUNT [FIRST]]``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from desk_app.domain.errors import AlreadyReleasedError, StoreBusyError
from desk_app.domain.records import ReleaseRecord
from desk_app.storage.store import DeskStore
from tests.storage.places import open_at
from tests.storage.samples import SIGNATURE, TODAY, WANG, event, hand_over, release

FEW = 40
"""As many certificates as several processes race for."""

MANY = 5000
"""More certificates than a process hands over before it is killed."""


def numbers(count: int) -> tuple[str, ...]:
    """Give the student numbers that the processes race for."""
    return tuple(f"4109{index:04d}S" for index in range(count))


def race(store: DeskStore, name: str, count: int = FEW, first: int = 0) -> None:
    """Hand over every certificate that no other desk has handed over; say which receipts are durable."""
    _reached("ready")
    for number in numbers(first + count)[first:]:
        made = _wait_and_hand_over(store, name, number)
        if made is not None:
            print(made.receipt_no, flush=True)


def _wait_and_hand_over(store: DeskStore, name: str, number: str) -> ReleaseRecord | None:
    """Hand over, again while the store is busy, as a clerk would; ``None`` when another desk was first."""
    while True:
        try:
            with store.write(about=(number,)) as ledger:
                # The use case reads before it writes: without the lock from the beginning the write would then fail.
                ledger.release_by_key(name)
                return hand_over(ledger, number, f"{name}-{number}")
        except AlreadyReleasedError:
            return None
        except StoreBusyError:
            continue  # so many desks on a slow disk can keep one waiting longer than its patience


def forever(store: DeskStore, name: str, count: int = MANY) -> None:
    """Do the same with so many certificates that the process is killed before the end."""
    race(store, name, count)


def lax(store: DeskStore, name: str, count: int = FEW) -> None:
    """Do the same without waiting for the disk: a power cut must then lose what was confirmed."""
    with store._engine.connect() as connection:
        driver: Any = connection.connection.driver_connection  # the pool's one connection, which all that follows uses
        driver.execute("PRAGMA synchronous=NORMAL")
    race(store, name, count)


def steps(store: DeskStore, name: str, _count: int = 1) -> None:
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


def kept(store: DeskStore, _name: str) -> None:
    """List the receipts that stand."""
    with store.read() as records:
        print("kept:", *(str(row.release.receipt_no) for row in records.ledger(TODAY, None)))


def _reached(step: str) -> None:
    print(step, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    works: dict[str, Callable[..., None]] = {
        "race": race,
        "lax": lax,
        "forever": forever,
        "steps": steps,
        "kept": kept,
    }
    opened = open_at(sys.argv[2])
    works[sys.argv[1]](opened, sys.argv[3], *map(int, sys.argv[4:]))
    opened.close()
