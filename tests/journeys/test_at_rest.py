# SPDX-License-Identifier: GPL-3.0-or-later
"""After a whole day nothing that must not rest in the open does: every file that a desk leaves behind is searched.

Names and student numbers are not looked for in a plain store: they are kept readable, because people search by parts of
names. In a store that is enciphered as a whole they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from typing_extensions import override

from desk_app.bootstrap.desk import demo_settings
from desk_app.bootstrap.shared_store import Sharing
from desk_app.domain.store_keys import KeyPhrase, StoreKeys
from desk_app.settings import KeyKind, Settings
from tests.journeys.at_rest import (
    IN_PERSON,
    PERSON_NUMBERS,
    STAFF_PHRASE,
    LeftBehind,
    files_of,
    forms_of,
    forms_of_key,
    marks_of_signature,
    spend_day,
    windows,
)
from tests.postgres import DESK, OWNER, Cluster

pytestmark = pytest.mark.slow

KEY_PHRASE = "Schlüssel Satz 2025"


class Known(KeyPhrase):
    """Somebody who knows the pass phrase of the keys."""

    def __init__(self) -> None:
        self.opened: dict[str, StoreKeys] = {}

    @override
    def known(self, *, wrong: bool) -> str:
        assert not wrong
        return KEY_PHRASE

    @override
    def new(self) -> str:
        return KEY_PHRASE


def settings_of(folder: Path, **changes: object) -> Settings:
    own = dataclasses.replace(demo_settings(folder), demo_phrase="", operator="", key_phrase=Known())
    return dataclasses.replace(own, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> LeftBehind:
    """Give a day at a desk as most are: a plain store, keys in files."""
    folder = tmp_path_factory.mktemp("plain")
    return spend_day(settings_of(folder / "desk"), folder / "out")


@pytest.fixture(scope="module")
def wrapped(tmp_path_factory: pytest.TempPathFactory) -> LeftBehind:
    """Give a day at a desk whose store is enciphered as a whole and whose keys are under a pass phrase."""
    folder = tmp_path_factory.mktemp("wrapped")
    return spend_day(settings_of(folder / "desk", keys=KeyKind.PHRASE, whole_file=True), folder / "out")


@pytest.fixture(params=["plain", "wrapped"])
def day(request: pytest.FixtureRequest) -> LeftBehind:
    found: LeftBehind = request.getfixturevalue(request.param)
    return found


def everything(day: LeftBehind) -> dict[str, bytes]:
    return files_of(day.home, day.taken_out)


def store_files(day: LeftBehind) -> dict[str, bytes]:
    """Give database, log, shared memory, copies and the program's log: all but papers, exports and keys."""
    apart = (day.home / "print", day.home / "keys")
    return {
        name: content for name, content in files_of(day.home).items() if not name.startswith(tuple(map(str, apart)))
    }


def holders(files: dict[str, bytes], needles: Iterable[bytes]) -> set[tuple[str, bytes]]:
    """Give which file holds which needle."""
    wanted = [needle for needle in needles if needle]
    assert wanted
    return {(name, needle) for name, content in files.items() for needle in wanted if needle in content}


def test_the_search_has_something_to_search(day: LeftBehind) -> None:
    names = {Path(name).name for name in everything(day)}
    assert {"desk.db", "desk.log", "log.pdf", "log.csv", "log.xlsx", "audit.csv", "audit.jsonl"} <= names
    assert any(name.startswith("desk-2025") or "backup" in name for name in map(str, (day.home / "backups").iterdir()))
    assert len(list((day.home / "print").glob("*.pdf"))) >= 3
    # What may stand there does: the search reads logs, workbooks and PDFs.
    found = {(Path(name).name, needle) for name, needle in holders(everything(day), [b"M-20250603-001", b"Y190*****"])}
    assert {("log.pdf!text", b"M-20250603-001"), ("desk.log", b"Y190*****")} <= found
    assert any(name.startswith("sharedStrings") or "sheet1" in name for name, _ in found)
    assert holders(files_of(day.home / "print"), [b"Y19000****"])
    assert len(day.receipts) == 3


@pytest.mark.parametrize("number", PERSON_NUMBERS)
def test_no_person_number_rests_anywhere(day: LeftBehind, number: str) -> None:
    assert holders(everything(day), forms_of(number)) == set()


def test_no_drawn_line_rests_in_store_log_or_copy(day: LeftBehind) -> None:
    assert holders(store_files(day), marks_of_signature()) == set()


def test_no_paper_rests_in_store_log_or_copy(day: LeftBehind) -> None:
    """Neither a paper's beginning nor any piece of it, in which the drawn lines could lie compressed."""
    assert holders(store_files(day), [b"%PDF-", b"endstream"]) == set()
    assert holders(store_files(day), [piece for paper in day.receipts for piece in windows(paper)]) == set()


def test_no_photo_rests_in_the_open(day: LeftBehind) -> None:
    assert holders(store_files(day), [b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", *windows(day.photo)]) == set()


def test_no_pass_phrase_rests_anywhere(day: LeftBehind) -> None:
    phrases = [text.encode(encoding) for text in (STAFF_PHRASE, KEY_PHRASE) for encoding in ("utf-8", "utf-16-le")]
    assert holders(everything(day), phrases) == set()


def test_no_key_rests_outside_the_folder_of_keys(day: LeftBehind) -> None:
    keys = str(day.home / "keys")
    outside = {name: content for name, content in everything(day).items() if not name.startswith(keys)}
    assert holders(outside, [form for secret in day.secrets.values() for form in forms_of_key(secret)]) == set()


def test_the_recovery_key_rests_nowhere(day: LeftBehind) -> None:
    written = day.secrets["recovery"]
    assert holders(everything(day), [written, written.replace(b"-", b""), *written.split(b"-")]) == set()


def test_wrapped_keys_rest_nowhere_at_all(wrapped: LeftBehind) -> None:
    assert (
        holders(everything(wrapped), [form for key in wrapped.secrets.values() for form in forms_of_key(key)]) == set()
    )


def test_in_a_store_that_is_enciphered_as_a_whole_nobody_can_be_found(wrapped: LeftBehind) -> None:
    names = ["王測一".encode(), IN_PERSON.encode(), "許試言".encode(), b"WANG, TEST-ONE"]
    assert holders(files_of(wrapped.home / "backups"), names) == set()
    assert holders({name: one for name, one in store_files(wrapped).items() if "desk.db" in name}, names) == set()


def test_a_shared_store_holds_none_of_it_either(tmp_path: Path, cluster: Cluster) -> None:
    """Neither in the files of its database nor in the server's log of writes, which other tests write too."""
    name = f"rest_{uuid4().hex}"
    cluster.administer(f"CREATE DATABASE {name} OWNER {OWNER}")
    settings = settings_of(tmp_path / "desk", database=cluster.address(name))
    day = spend_day(settings, tmp_path / "out", Sharing(cluster.address(name, OWNER), DESK))
    cluster.administer("CHECKPOINT")
    with psycopg.connect(cluster.address(name, "postgres")) as connection:
        found = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
    assert found is not None
    rows, log = files_of(cluster.data / "base" / str(found[0])), files_of(cluster.data / "pg_wal")
    assert holders(rows, [IN_PERSON.encode()])
    drawn = [piece for paper in (*day.receipts, day.photo) for piece in windows(paper)]
    assert holders(rows | log, [*marks_of_signature(), *drawn]) == set()
    numbers = [form for number in PERSON_NUMBERS for form in forms_of(number)]
    keys = [form for secret in day.secrets.values() for form in forms_of_key(secret)]
    assert holders(rows, [b"%PDF-", b"\x89PNG\r\n", STAFF_PHRASE.encode(), *numbers, *keys]) == set()


def test_what_the_desk_writes_is_for_its_account_alone(day: LeftBehind) -> None:
    """Each file, or the folder in which it lies (the program's log)."""
    files = [path for path in day.home.rglob("*") if path.is_file()]
    assert len(files) > 10
    open_to_others = [path for path in files if path.stat().st_mode & 0o077]
    assert [path for path in open_to_others if path.parent.stat().st_mode & 0o077] == []
