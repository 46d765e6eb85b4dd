# SPDX-License-Identifier: GPL-3.0-or-later
"""What bad input gets at the whole desk: one test for each thing that can be wrong, on the real store and page.

Nothing is half-done, nothing is lost, and the clerk is told in words of either language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytestqt.qtbot import QtBot
from sqlcipher3 import dbapi2

from desk_app.bootstrap.desk import build_desk
from desk_app.bootstrap.window import DeskWindow, open_window
from desk_app.cli.root import cli
from desk_app.domain.errors import DeskError, SignatureError, StoreFullError
from desk_app.domain.papers import Language
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.domain.visit import OpenCase
from desk_app.i18n import catalogue
from desk_app.services.desk import Desk
from desk_app.settings import load_settings
from desk_app.ui.pages import PICKUP
from desk_app.ui.pages.pickup.page import PickupPage
from desk_app.ui.pages.pickup.state import Phase

pytestmark = pytest.mark.slow

READY = "41020901L"
STROKE = tuple(PenPoint(40 + 6 * step, 80 + (step % 5) * 9, 500, 12 * step) for step in range(30))
HEAD = "number,name,unit,loss_report_at\n"


def signature(*strokes: tuple[PenPoint, ...]) -> Signature:
    return Signature(strokes, PenDevice.PEN, 520, 180, 96)


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    desk = build_desk(load_settings(home / "desk.toml", home))
    yield desk
    desk.close()


@pytest.fixture
def opened(desk: Desk, home: Path) -> Iterator[DeskWindow]:
    opened = open_window(desk, load_settings(home / "desk.toml", home), Language.EN, drawer=False)
    yield opened
    opened.close()


@pytest.fixture
def page(opened: DeskWindow) -> PickupPage:
    page = opened.window.page(PICKUP)
    assert isinstance(page, PickupPage)
    return page


@pytest.fixture
def run(home: Path) -> Callable[..., Result]:
    def at(*arguments: object, language: str = "en_US.UTF-8") -> Result:
        environment = {"DESK_HOME": str(home), "LANG": language, "LC_ALL": ""}
        return CliRunner(env=environment).invoke(cli, [str(argument) for argument in arguments])

    return at


@pytest.fixture
def case(desk: Desk) -> OpenCase:
    """Give a case in which everything but the signature is there."""
    with desk.store.read() as records:
        dossier = records.dossier(READY)
    assert dossier is not None
    case = desk.pickup.open_card(dossier.cards[0].uid, desk.clock.now())
    return desk.pickup.confirm_serial(case, dossier.holdings[0].serial)


def signed(desk: Desk, case: OpenCase, made: Signature | None = None) -> OpenCase:
    return desk.pickup.revise(case, dataclasses.replace(case.visit, signature=made or signature(STROKE)))


def released(desk: Desk) -> list[str]:
    with desk.store.read() as records:
        return [str(row.release.receipt_no) for row in records.ledger(desk.clock.now().date(), None)]


def assert_told(error: DeskError) -> None:
    """Check that both languages have words for an error and its data."""
    for language in Language:
        assert catalogue(language)(f"error.{error.code}", **{"detail": "", **error.data})


@pytest.mark.parametrize("typed", ["41999999Z", "", "4102", "Y190000016", "A" * 5000, "4102\x000901L", "'; DROP"])
def test_an_unknown_or_malformed_number_is_answered_and_opens_nothing(desk: Desk, typed: str) -> None:
    case = desk.pickup.open_number(typed)
    assert case.verdict.code is VerdictCode.NOT_FOUND
    assert (case.dossier, case.steps) == (None, ())


def test_bytes_that_are_no_text_are_an_unknown_number(run: Callable[..., Result]) -> None:
    result = run("lookup", "\udcff")
    assert result.exit_code == 1
    assert "NOT_FOUND" in result.stdout


@pytest.mark.parametrize("instant", ["0001-01-01T00:00", "9999-12-31T23:59-14:00", "tomorrow"])
def test_an_instant_outside_of_the_calendar_cannot_be_asked_for(run: Callable[..., Result], instant: str) -> None:
    result = run("lookup", READY, "--at", instant)
    assert result.exit_code == 2
    assert "--at" in result.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_without_a_ledger_has_no_log(run: Callable[..., Result], tmp_path: Path, day: str) -> None:
    result = run("log", "--date", day, "-o", tmp_path / "log.csv")
    assert result.exit_code == 2
    assert "--date" in result.stderr
    assert not (tmp_path / "log.csv").exists()


def test_a_log_that_cannot_be_written_there_is_said(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("log", "-o", tmp_path / "file" / "log.csv")
    assert result.exit_code == 2
    assert "log.csv" in result.stderr


def test_an_unknown_card_is_told_on_the_page(page: PickupPage, qtbot: QtBot) -> None:
    page.presenter.open_card("DEADBEEF")
    qtbot.waitUntil(lambda: page.presenter.state.fault.code == "card_unknown", timeout=10_000)
    assert page.presenter.state.phase is Phase.IDLE


def test_a_card_pulled_mid_read_shows_nobody(opened: DeskWindow, page: PickupPage, qtbot: QtBot) -> None:
    pulled = next(card for card in opened.cards if card.key == "X4")
    opened.hand.present(pulled.card)
    qtbot.waitUntil(lambda: bool(page.presenter.state.fault.code), timeout=10_000)
    assert page.presenter.state.fault.code == "reader_card_gone"
    assert page.presenter.state.case is None


def test_two_people_of_one_name_are_both_offered_and_never_one_chosen(desk: Desk) -> None:
    with desk.store.write() as ledger:
        dossier = ledger.dossier(READY)
        assert dossier is not None
        twin = dataclasses.replace(dossier.graduate, number="41020999L")
        ledger.put_students([(twin, None)])
    hits = desk.pickup.search(dossier.graduate.name)
    assert [(hit.number, hit.name) for hit in hits] == [(READY, twin.name), ("41020999L", twin.name)]


def test_a_wrong_certificate_number_is_refused_at_the_field_and_at_the_release(desk: Desk, case: OpenCase) -> None:
    with pytest.raises(DeskError, match="serial_mismatch") as caught:
        desk.pickup.confirm_serial(case, "M-9999")
    assert_told(caught.value)
    before = released(desk)
    forged = signed(
        desk, desk.pickup.revise(case, dataclasses.replace(case.visit, serials=(("DEGREE_CERTIFICATE", "M-9999"),)))
    )
    with pytest.raises(DeskError):
        desk.pickup.release(forged, desk.pickup.begin_confirmation(forged))
    assert released(desk) == before


@pytest.mark.parametrize(
    "drawn", [signature(), signature(()), signature((PenPoint(5, 5, 500, 0),)), signature((STROKE[0], STROKE[1]))]
)
def test_an_empty_or_dot_signature_releases_nothing(desk: Desk, case: OpenCase, drawn: Signature) -> None:
    before = released(desk)
    dot = signed(desk, case, drawn)
    assert not dot.ready
    with pytest.raises(SignatureError) as caught:
        desk.pickup.release(dot, desk.pickup.begin_confirmation(dot))
    assert_told(caught.value)
    assert released(desk) == before


def test_a_broken_policy_file_keeps_the_desk_closed(run: Callable[..., Result], home: Path) -> None:
    packs = home / "packs"
    packs.mkdir()
    (packs / "ntnu-113-2.toml").write_text("schema = 1\n[edition]\npack = 1\n", encoding="utf-8")
    settings = home / "desk.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[data]\npolicy_folder = "packs"\n', encoding="utf-8")
    result = run("run")
    assert result.exit_code == 2
    assert "ntnu-113-2.toml" in result.stderr
    assert "edition.pack" in result.stderr


@pytest.mark.parametrize(
    ("data", "exit_code", "told"),
    [
        ((HEAD + "41020901L,王測一,CHU,\n").encode("utf-16"), 2, "UTF-8"),
        ((HEAD + "41020901L,王測一,CHU,\n").encode("cp950"), 2, "Big5"),
        (f"{HEAD}{READY},王測一,CHU,\n{READY},王測二,CHU,\n".encode(), 1, "line 2"),
        (b"number,name\n41020901L,X\n", 1, "column unit"),
        (f"{HEAD}{READY},王測一,CHU,14.6.3 10:00\n".encode(), 1, "either calendar"),
        (f"{HEAD}{READY},王測一,NOWHERE,\n".encode(), 1, "NOWHERE"),
    ],
    ids=["encoding", "big5", "duplicate rows", "missing column", "ROC day", "unknown unit"],
)
def test_an_unreadable_import_names_its_place_and_changes_nothing(
    run: Callable[..., Result], home: Path, tmp_path: Path, data: bytes, exit_code: int, told: str
) -> None:
    before = roster(home)
    file = tmp_path / "students.csv"
    file.write_bytes(data)
    result = run("import", "students", file, "--as", "super-m")
    assert result.exit_code == exit_code, result.output
    assert told in result.stderr
    assert "nothing was changed" in result.stderr
    assert roster(home) == before


def roster(home: Path) -> list[object]:
    store = dbapi2.connect(str(home / "desk.db"))
    rows: list[object] = store.execute("SELECT * FROM student ORDER BY number").fetchall()
    store.close()
    return rows


def test_a_full_disk_at_the_release_loses_nothing_and_the_same_key_tries_again(desk: Desk, case: OpenCase) -> None:
    ready = signed(desk, case, signature(*[STROKE] * 400))
    confirmation = desk.pickup.begin_confirmation(ready)
    before = released(desk)
    allow_pages(desk, 1)
    with pytest.raises(StoreFullError) as caught:
        desk.pickup.release(ready, confirmation)
    assert_told(caught.value)
    assert released(desk) == before
    allow_pages(desk, 1_000_000)
    assert str(desk.pickup.release(ready, confirmation).receipt_no) == "M-20250603-002"


def allow_pages(desk: Desk, pages: int) -> None:
    """Let the store have so many pages at most: the engine then says that the disk is full."""
    with desk.store.read() as records:
        records._connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined] # see above


def test_a_program_killed_between_release_and_receipt_makes_it_up_at_the_next_start(
    desk: Desk, case: OpenCase, home: Path
) -> None:
    """The steps inside the transaction are killed one by one in tests/storage/test_processes.py."""
    ready = signed(desk, case)
    record = desk.pickup.release(ready, desk.pickup.begin_confirmation(ready))
    desk.close()
    again = build_desk(load_settings(home / "desk.toml", home))
    try:
        (paper,) = again.receipts.finish_pending()
        assert paper.receipt_no == str(record.receipt_no)
        assert again.receipts.finish_pending() == ()
        assert len(again.print_queue.deliver()) == 0
        assert len(list((home / "print").glob(f"{paper.receipt_no}*.pdf"))) == 2
    finally:
        again.close()


def test_one_receipt_that_cannot_be_made_does_not_hold_up_the_others(desk: Desk, case: OpenCase, home: Path) -> None:
    first = signed(desk, case)
    bad = desk.pickup.release(first, desk.pickup.begin_confirmation(first))
    store = dbapi2.connect(str(home / "desk.db"), isolation_level=None)
    store.execute("DROP TRIGGER release_no_update")
    store.execute("UPDATE release SET content = replace(content, 'MAIN', 'MAYN') WHERE key = ?", (bad.key,))
    store.close()
    other = desk.pickup.open_card(uid_of(desk, "41020902L"), desk.clock.now())
    assert other.dossier is not None
    other = signed(desk, desk.pickup.confirm_serial(other, other.dossier.holdings[0].serial))
    good = desk.pickup.release(other, desk.pickup.begin_confirmation(other))
    with pytest.raises(DeskError, match="receipt_altered"):
        desk.receipts.finish_pending()
    assert desk.receipts.archived(str(good.receipt_no)).pdf.startswith(b"%PDF")


def uid_of(desk: Desk, number: str) -> str:
    with desk.store.read() as records:
        dossier = records.dossier(number)
    assert dossier is not None
    return dossier.cards[0].uid


def test_a_receipt_with_an_absurd_byte_range_is_refused_in_words(run: Callable[..., Result], home: Path) -> None:
    forged = home / "forged.pdf"
    forged.write_bytes(b"%PDF-1.7\n/ByteRange [0 " + b"9" * 5000 + b" 1 1]")
    result = run("receipt", "verify", forged, language="zh_TW.UTF-8")
    assert result.exit_code == 1
    assert "不予採認" in result.stdout
