# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole desk wired: the sample day, and the window with a card on the reader."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desk_app.bootstrap.desk import build_desk, demo_desk, demo_settings, initialise
from desk_app.bootstrap.window import open_window
from desk_app.domain.audit import AuditFilter
from desk_app.domain.errors import DocumentError, StoreError
from desk_app.domain.papers import Language
from desk_app.domain.verdict import VerdictCode
from desk_app.resources import resource
from desk_app.services.desk import Desk

EXPECTED = {
    "41020901L": VerdictCode.RELEASE_NOTICE,
    "41047901S": VerdictCode.REDIRECT,
    "41099901Z": VerdictCode.ESCALATE,
    "61240901S": VerdictCode.REFER,
    "41073901H": VerdictCode.HOLD,
    "41070901H": VerdictCode.HOLD,
    "41021903L": VerdictCode.NEED_EVIDENCE,
    "41000902E": VerdictCode.RELEASE_NOTICE,
    "41020904L": VerdictCode.DUPLICATE,
    "41022902L": VerdictCode.HOLD,
    "41068902T": VerdictCode.RELEASE_NOTICE,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample") / "desk"


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Desk]:
    desk = demo_desk(folder)
    yield desk
    desk.close()


def test_the_sample_graduates_are_as_their_states_say(desk: Desk) -> None:
    assert {number: desk.pickup.look_up(number).verdict.code for number in EXPECTED} == EXPECTED


def test_the_sample_day_begins_with_one_sealed_printed_hand_over_at_0941(desk: Desk, folder: Path) -> None:
    log = desk.day_logs.content(desk.clock.now().date(), "MAIN")
    (row,) = log.rows
    assert (row.receipt_no, row.at.strftime("%H:%M"), row.sealed, row.printed) == (
        "M-20250603-001",
        "09:41",
        True,
        True,
    )
    assert desk.clock.now().isoformat() == "2025-06-03T10:00:00+08:00"
    assert len(list((folder / "print").glob("*.pdf"))) == 2


def test_no_person_number_stands_in_the_shipped_samples() -> None:
    for file in ("students.csv", "items.csv", "stock.csv"):
        with resource("demo", file).open(encoding="utf-8", newline="") as lines:
            assert "id_number" not in (next(csv.reader(lines)))


def test_a_desk_is_never_set_up_over_another(folder: Path, desk: Desk) -> None:
    with pytest.raises(StoreError) as caught:
        initialise(demo_settings(folder))
    assert caught.value.code == "store_exists"
    assert desk.operators.current.id == "clerk-m1"


def test_keys_whose_store_is_lost_are_never_replaced(folder: Path, desk: Desk, tmp_path: Path) -> None:
    keys = shutil.copytree(folder / "keys", tmp_path / "keys")
    before = {file: file.read_bytes() for file in keys.rglob("*") if file.is_file()}
    with pytest.raises(DocumentError, match="keys_exist"):
        initialise(demo_settings(tmp_path))
    assert {file: file.read_bytes() for file in keys.rglob("*") if file.is_file()} == before


def test_keys_are_for_their_owner_only(folder: Path, desk: Desk) -> None:
    assert desk.identity.demo
    for name in ("store.key", "index.key"):
        assert (folder / "keys" / name).stat().st_mode & 0o077 == 0


def test_a_second_run_opens_the_same_store(folder: Path, desk: Desk) -> None:
    again = build_desk(demo_settings(folder))
    with again.store.read() as records:
        assert records.archived_paper("M-20250603-001") == desk.receipts.archived("M-20250603-001")
    again.close()


def test_a_card_on_the_reader_brings_up_the_graduate_without_a_click(desk: Desk, folder: Path, qtbot: QtBot) -> None:
    opened = open_window(desk, demo_settings(folder), Language.EN)
    try:
        card = next(card for card in opened.cards if card.key == "S15")
        opened.hand.present(card.card)

        def recorded() -> bool:
            with desk.store.read() as records:
                verdicts = records.audit_lines(AuditFilter(kind="VERDICT"), 1)
            return [one.subject for one in verdicts] == ["41068901T"]

        qtbot.waitUntil(recorded, timeout=10_000)
        assert opened.drawer is not None
        opened.context.set_language(Language.ZH)
        assert opened.drawer.windowTitle() == "示範卡片"
    finally:
        opened.close()
