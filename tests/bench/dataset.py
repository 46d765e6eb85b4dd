# SPDX-License-Identifier: GPL-3.0-or-later
"""The big store of the benchmarks: 200,000 graduates, 1,000,000 clearance rows, 100,000 earlier releases,
1,000,000 audit entries; all invented.

The first graduates wait for their certificates with everything cleared, the last have collected them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from desk_app.domain.facts import CardGeneration, ItemState, Level, Mode, StockState
from desk_app.domain.records import (
    CardRecord,
    CardState,
    Graduate,
    HandedDocument,
    Holding,
    ItemRecord,
    Operator,
    ReceiptNumber,
    ReleaseRecord,
    Role,
)
from desk_app.domain.verdict import PolicyRef
from desk_app.resources import resource
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.release_rows import document_rows, release_row
from desk_app.storage.session import batches
from desk_app.storage.store import DeskStore, create_store, open_store
from desk_app.storage.tables import RELEASE, RELEASED_DOCUMENT
from tests.bench.entries import add_entries

STUDENTS = 200_000
ITEMS = 1_000_000
RELEASES = 100_000
ENTRIES = 1_000_000
WAITING = 75_000
"""So many of the first graduates have every item cleared, a card, and a certificate in the box of their counter."""

AT = datetime(2025, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
FILE = "big-with-log.db"
DOCUMENT = "DEGREE_CERTIFICATE"
KEY = b"a key for benchmarks, not secret"
_SEATS = 99
_EVERY_ITEM = (
    ("REG_GRADES", ("",)),
    ("GA_GOWN", ("",)),
    ("GA_FEES", ("",)),
    ("LIB_BOOKS", ("NTNU", "NTU", "NTUST")),
    ("LIB_FINES", ("NTNU", "NTU", "NTUST")),
    ("CUR_SURVEY", ("",)),
    ("ALU_DB", ("",)),
)
_ROWS = tuple((code, source) for code, sources in _EVERY_ITEM for source in sources)
_FAMILY = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐"
_GIVEN = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"
_CLERK = Operator("clerk-m1", "測試櫃員", Role.CLERK)
_POLICY = PolicyRef("ntnu-113-2", "113-2", "ab" * 32, date(2025, 1, 1))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the university as the sample graduates use it."""

    key: str
    code: str
    letter: str
    college: str
    counter: str


@cache
def units() -> tuple[Unit, ...]:
    """Give the units that have a counter."""
    with resource("policy", "units.csv").open(encoding="utf-8", newline="") as file:
        rows = [Unit(r["unit"], r["code"], r["letter"], r["college"], r["counter"]) for r in csv.DictReader(file)]
    return tuple(unit for unit in rows if unit.counter in ("MAIN", "GONGGUAN"))


def unit_of(index: int) -> Unit:
    """Give the unit of the graduate with this index."""
    return units()[index % len(units())]


def number_of(index: int) -> str:
    """Give the student number of the graduate with this index; class digit 9 marks it as invented."""
    unit, group = unit_of(index), index // len(units())
    entry = (10 + group // _SEATS) % 100
    return f"4{entry:02d}{unit.code}9{group % _SEATS + 1:02d}{unit.letter}"


def name_of(index: int) -> str:
    """Give an invented name; many graduates share one."""
    return f"{_FAMILY[index % 20]}測{_GIVEN[index // 20 % 20]}{_GIVEN[index // 400 % 20] if index % 3 else ''}"


def uid_of(index: int) -> str:
    """Give the UID of a graduate's card."""
    return f"04{index:012X}"


def serial_of(index: int) -> str:
    """Give the number of a graduate's certificate."""
    return f"D113-{index:06d}"


def open_big_store(folder: Path) -> DeskStore:
    """Open the big store in a folder; it is built there first when it is missing (under a minute)."""
    path = folder / FILE
    if not path.exists():
        unfinished = folder / "big.unfinished.db"
        for leftover in folder.glob("big.unfinished.db*"):
            leftover.unlink()
        store = create_store(unfinished, FieldCipher(KEY))
        fill(store)
        # Closing the last connection brings everything into the one file that is renamed.
        store.close()
        unfinished.rename(path)
    return open_store(path, FieldCipher(KEY))


def fill(store: DeskStore) -> None:
    """Put all of it into an empty store."""
    with store.write() as ledger:
        ledger.put_students((_graduate(index), None) for index in range(STUDENTS))
        ledger.put_items(items())
        ledger.put_cards(_card(index) for index in range(STUDENTS))
        ledger.put_holdings(_holding(index) for index in range(STUDENTS))
        ledger.put_operators([_CLERK])
    with store._writers.begin() as connection:
        add_entries(connection, ENTRIES, AT - timedelta(days=1))
        for batch in batches(range(RELEASES)):
            releases = [_release(number) for number in batch]
            connection.execute(insert(RELEASE), [release_row(release) for release in releases])
            documents = [{**document_rows(r)[0], "release_id": n + 1} for n, r in zip(batch, releases, strict=True)]
            connection.execute(insert(RELEASED_DOCUMENT), documents)
        connection.exec_driver_sql(
            "UPDATE holding SET released_by = (SELECT receipt_no FROM release r WHERE r.student_no = holding.student_no)"
        )


def _graduate(index: int) -> Graduate:
    unit = unit_of(index)
    return Graduate(
        number=number_of(index),
        name=name_of(index),
        unit=unit.key,
        name_romanised=f"TEST-{index % 977}, MARIA" if index % 17 == 0 else "",
        level=Level.BACHELOR,
        college=unit.college,
        entry_ay=110,
        enrolled_on=date(2021, 9, 1),
        graduation_ay=113,
    )


def items() -> Iterator[tuple[str, ItemRecord]]:
    """Give every item of those who wait, and for the others as many rows as the size needs."""
    as_of = AT - timedelta(hours=1)
    records = [ItemRecord(code, source, ItemState.CLEARED, as_of) for code, source in _ROWS]
    for index in range(WAITING):
        for record in records:
            yield number_of(index), record
    rest = ITEMS - WAITING * len(records)
    others = STUDENTS - WAITING
    for row in range(rest):
        yield number_of(WAITING + row % others), records[row // others]


def _card(index: int) -> CardRecord:
    return CardRecord(uid_of(index), number_of(index), CardGeneration.FOUR_K, CardState.ACTIVE, date(2021, 9, 1))


def _holding(index: int) -> Holding:
    counter = unit_of(index).counter
    box = f"{counter[0]}-{index // 200 + 1:03d}"
    return Holding(serial_of(index), number_of(index), DOCUMENT, counter, box, StockState.IN_BOX)


def _release(number: int) -> ReleaseRecord:
    """Give an earlier release, one of a hundred days before; the graduates with the last indexes have collected."""
    index = STUDENTS - RELEASES + number
    at = AT - timedelta(days=100 - number // 1000, seconds=-(number % 1000) * 20)
    counter = unit_of(index).counter
    content = f'{{"receipt":"{index}","signature":"{"ef" * 32}","text":"{"領取" * 300}"}}'
    return ReleaseRecord(
        key=f"earlier-{number}",
        receipt_no=ReceiptNumber(counter[0], at.date(), number % 1000 + 1),
        at=at,
        counter=counter,
        desk="1",
        operator=_CLERK,
        student_no=number_of(index),
        graduate_name=name_of(index),
        unit=unit_of(index).key,
        mode=Mode.IN_PERSON,
        proxy=None,
        documents=(HandedDocument(DOCUMENT, serial_of(index), "學位證書", "degree certificate"),),
        evidence=("GRAD_CARD",),
        policy=_POLICY,
        digital_due=None,
        signature_sha256="ef" * 32,
        content=content,
        content_sha256="cd" * 32,
        started_at=at - timedelta(minutes=2),
    )
