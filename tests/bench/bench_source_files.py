# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast an office's lists are read by a mapping profile, beside what the bare csv module and calamine need for them.

python -m tests.bench.bench_source_files [ROWS]; 50,000 unless said.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import xlsxwriter
from python_calamine import CalamineWorkbook

from desk_app.domain.records import Graduate
from desk_app.resources import resource
from desk_app.services.clearance.pull import ClearancePull
from desk_app.source_settings import FolderSettings
from desk_app.sources.folder import FolderSource
from desk_app.sources.folder_files import read_delivery
from desk_app.sources.mapping.profile import load_profile
from desk_app.sources.surroundings import Surroundings
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import create_store
from tests.bench import dataset
from tests.bench.counter import counter_on
from tests.bench.table import Row, print_table, row_of, timed

_ROWS = 50_000
_RUNS = 5
_ZONE = ZoneInfo("Asia/Taipei")
_HEAD = ("學號", "館別", "借書狀態", "資料時間", "備註", "姓名", "系所")
_PLACES = ("本校", "臺大", "臺科大")
_STATES = ("已還清", "Overdue", "處理中", "Cleared")


def measure(count: int = _ROWS) -> list[Row]:
    """Measure both kinds of lists, written into a folder of their own."""
    with tempfile.TemporaryDirectory() as place:
        text, book = Path(place) / "list.csv", Path(place) / "list.xlsx"
        _write_text(text, count)
        _write_book(book, count)
        read = [_measured(text, count, _bare_text), _measured(book, count, _bare_book)]
        return [*read, _pulled(Path(place), text, count)]


def _measured(path: Path, count: int, bare: Callable[[Path], int]) -> Row:
    profile = load_profile(resource("clearance_profiles", "sample-library.toml"))
    latest = dataset.AT + timedelta(days=1)

    def read(_: int) -> None:
        delivery = read_delivery(path, profile, _ZONE, latest)
        if len(delivery.reports) != count:
            raise LookupError(delivery.problems[:3])

    def read_bare(_: int) -> None:
        if bare(path) != count + 1:
            raise LookupError(path)

    floor = median(timed(read_bare, _RUNS))
    note = f"{count:,} rows checked, a part of what is pulled; floor: bare reading into lists"
    return row_of(f"list of an office, {path.suffix[1:]}", timed(read, _RUNS), None, floor, note)


def _pulled(place: Path, text: Path, count: int) -> Row:
    """Measure the whole way of a list out of the drop folder into a store that knows all of its graduates."""
    store = create_store(place / "desk.db", FieldCipher(dataset.KEY))
    with store.write() as ledger:
        ledger.put_students(
            (Graduate(_number(index), "王測試", "CHU"), None) for index in range(count // len(_PLACES) + 1)
        )
    counter = counter_on(store)
    folder = FolderSettings("bench", place / "inbox", "sample-library", place)
    around = Surroundings(
        counter.clock.now,
        lambda: 0.0,
        _ZONE,
        timedelta(minutes=2),
        resource("clearance_profiles"),
        lambda file, _: file,
    )
    pull = ClearancePull(store, (FolderSource(folder, around),), counter.policy, counter.clock, counter.trail)
    folder.folder.mkdir()
    text.rename(folder.folder / text.name)

    def bring(_: int) -> None:
        (result,) = pull.run()
        if (result.rows, result.skipped) != (count, {}):
            raise LookupError(result)

    row = row_of("list pulled into a store", timed(bring, 1), 5000, note=f"{count:,} rows read, checked, kept durably")
    store.close()
    return row


def _number(index: int) -> str:
    return f"4{index:07}L"


def _rows(count: int) -> Iterator[tuple[str, ...]]:
    for place in range(count):
        number = _number(place // len(_PLACES))
        at = f"114/6/3 09:{place % 60:02}"
        note = "總館三樓還書" if place % 4 == 1 else ""
        yield (number, _PLACES[place % 3], _STATES[place % 4], at, note, "王測試", "教育學系")


def _write_text(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        writer.writerows(_rows(count))


def _write_book(path: Path, count: int) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet()
    for line, row in enumerate((_HEAD, *_rows(count))):
        page.write_row(line, 0, row)
    book.close()


def _bare_text(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return len(list(csv.reader(file)))


def _bare_book(path: Path) -> int:
    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


if __name__ == "__main__":
    print_table(measure(*(int(count) for count in sys.argv[1:2])))
