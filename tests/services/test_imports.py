# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports change everything or nothing, and say what they did."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.clearance_sources import SourceStatus
from desk_app.domain.errors import ImportRefusedError, PermissionRefusedError
from desk_app.domain.facts import StockState
from desk_app.domain.findings import Finding
from desk_app.domain.records import Graduate, Holding, Operator, Role
from desk_app.domain.signature import Signature
from desk_app.services.desk import Desk
from desk_app.services.import_files import ImportKind
from desk_app.services.imports import Imports
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore
from tests.plain_desk import SUPERVISOR, last_entry
from tests.services.delivered import NUMBER, PNG, Delivered
from tests.services.visits import hand_over


@pytest.fixture
def imports_of(desk: Desk, store: DeskStore, clock: StandingClock) -> Callable[[Delivered], Imports]:
    desk.operators.switch(SUPERVISOR.id)
    trail = Trail(desk.identity, desk.policy, desk.operators)
    return lambda delivered: Imports(store, delivered, clock, trail, desk.papers.unprintable)


def test_somebody_new_in_the_roster_has_every_source_asked_for_everything(
    imports_of: Callable[[Delivered], Imports], store: DeskStore, clock: StandingClock
) -> None:
    """What came about the number before it was known was left out; the cursor would pass it by for good."""
    later = clock.now() + timedelta(minutes=15)
    reached = SourceStatus("portal", cursor="page-9", last_success=clock.now(), next_try=later)
    with store.write() as ledger:
        ledger.put_source_status(reached)
    imports_of(Delivered()).import_students(Path("students.csv"))
    with store.read() as records:
        assert records.source_status("portal") == replace(reached, cursor="", next_try=None)
    with store.write() as ledger:
        ledger.put_source_status(reached)
    imports_of(Delivered()).import_students(Path("students.csv"))
    with store.read() as records:
        assert records.source_status("portal") == reached


def test_every_kind_arrives_in_the_dossier(imports_of: Callable[[Delivered], Imports], store: DeskStore) -> None:
    imports = imports_of(Delivered())
    for kind in ImportKind:
        assert imports.run(kind, Path(f"{kind.value}.csv")).rows == 1
    with store.read() as records:
        dossier = records.dossier(NUMBER)
        assert records.matches_person_number(NUMBER, "hash") is True
        entry = records.last_audit()
    assert dossier is not None
    assert (dossier.graduate.name, dossier.photo) == ("測\ue000", PNG)
    assert [card.uid for card in dossier.cards] == ["58237714"]
    assert [item.item for item in dossier.items] == ["GA_GOWN"]
    assert [holding.serial for holding in dossier.holdings] == ["M-0001"]
    assert entry is not None
    body = json.loads(entry.body)
    assert (body["kind"], body["payload"]["what"], body["payload"]["rows"]) == ("IMPORT", "photos", 1)


def test_a_name_that_cannot_be_printed_is_told_at_the_import(imports_of: Callable[[Delivered], Imports]) -> None:
    summary = imports_of(Delivered()).import_students(Path("students.csv"))
    assert summary.notes == (Finding("name_unprintable", 2, "name", "U+E000"),)


@pytest.mark.parametrize("kind", [ImportKind.ITEMS, ImportKind.STOCK, ImportKind.CARDS, ImportKind.PHOTOS])
def test_rows_of_strangers_refuse_the_whole_file(
    imports_of: Callable[[Delivered], Imports], store: DeskStore, kind: ImportKind
) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        imports_of(Delivered(number="41020999L")).run(kind, Path("file.csv"))
    problems = caught.value.data["problems"]
    assert isinstance(problems, tuple)
    assert [(problem.code, problem.value) for problem in problems] == [("student_unknown", "41020999L")]
    with store.read() as records:
        assert records.last_audit() is None


def test_problems_of_file_and_roster_are_told_together_in_the_order_of_lines(
    imports_of: Callable[[Delivered], Imports], store: DeskStore
) -> None:
    late = Finding("value_unknown", 9, "state", "GOLD")
    with pytest.raises(ImportRefusedError) as caught:
        imports_of(Delivered(number="41020999L", problems=(late,))).import_cards(Path("cards.csv"))
    problems = caught.value.data["problems"]
    assert isinstance(problems, tuple)
    assert [problem.line for problem in problems] == [2, 9]
    with store.read() as records:
        assert records.card("58237714") is None


def test_a_missing_column_is_told_without_asking_the_roster(imports_of: Callable[[Delivered], Imports]) -> None:
    missing = Finding("column_missing", 0, "state")
    with pytest.raises(ImportRefusedError) as caught:
        imports_of(Delivered(number="41020999L", problems=(missing,))).import_items(Path("items.csv"))
    assert caught.value.data["problems"] == (missing,)


@pytest.mark.parametrize(
    ("age", "codes"),
    [(timedelta(hours=2), []), (timedelta(hours=24), ["export_old"]), (-timedelta(minutes=3), ["as_of_future"])],
)
def test_an_export_that_is_a_day_old_or_of_the_future_is_told(
    imports_of: Callable[[Delivered], Imports], clock: StandingClock, age: timedelta, codes: list[str]
) -> None:
    imports_of(Delivered()).import_students(Path("students.csv"))
    summary = imports_of(Delivered(as_of=clock.now() - age)).import_items(Path("items.csv"))
    assert [note.code for note in summary.notes] == codes


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        (Holding("M-0001", NUMBER, "DEGREE_CERTIFICATE", "MAIN", "M-001", StockState.MISPRINT), "stock_void"),
        (Holding("M-0001", "41000901E", "DEGREE_CERTIFICATE", "MAIN", "M-001", StockState.IN_BOX), "stock_handed_over"),
    ],
)
def test_a_stock_file_that_contradicts_a_void_or_taken_certificate_is_told_of_it_and_changes_nothing(
    imports_of: Callable[[Delivered], Imports],
    enrol: Callable[..., Graduate],
    desk: Desk,
    signature: Signature,
    kept: Holding,
    code: str,
) -> None:
    enrol(serial="")
    enrol(kept.student_no, serial="", uid="58237715" if kept.student_no != NUMBER else "")
    with desk.store.write() as ledger:
        ledger.put_holdings([kept])
    if kept.state is StockState.IN_BOX:
        hand_over(desk, signature, "58237715")
    summary = imports_of(Delivered()).import_stock(Path("stock.csv"))
    assert [(note.code, note.line, note.value) for note in summary.notes] == [(code, 2, "M-0001")]
    assert summary.rows == 0
    with desk.store.read() as records:
        assert records.closed_holdings(["M-0001"]) == {"M-0001": kept}


def test_a_stock_file_that_repeats_what_is_known_is_no_news(
    imports_of: Callable[[Delivered], Imports], enrol: Callable[..., Graduate], desk: Desk, signature: Signature
) -> None:
    enrol()
    hand_over(desk, signature)
    summary = imports_of(Delivered()).import_stock(Path("stock.csv"))
    assert (summary.rows, summary.notes) == (1, ())


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.VERIFIER, Role.CLERK])
def test_nobody_but_a_supervisor_takes_anything_over(
    imports_of: Callable[[Delivered], Imports], desk: Desk, store: DeskStore, role: Role
) -> None:
    with store.write() as ledger:
        ledger.put_operators([Operator("somebody", "蔡測核", role)])
    desk.operators.switch("somebody")
    for kind in ImportKind:
        with pytest.raises(PermissionRefusedError, match="permission_take_over"):
            imports_of(Delivered()).run(kind, Path("file.csv"))
    with store.read() as records:
        assert records.dossier(NUMBER) is None


def test_an_import_of_clearance_data_tells_how_far_it_is_and_leaves_an_entry(
    imports_of: Callable[[Delivered], Imports], store: DeskStore
) -> None:
    told: list[tuple[int, int]] = []
    imports = imports_of(Delivered())
    imports.import_students(Path("students.csv"))
    assert imports.run(ImportKind.ITEMS, Path("items.csv"), lambda *step: told.append(step)).rows == 1
    assert told[-1] == (2, 2)
    entry = last_entry(store)
    payload = json.loads(entry.body)["payload"]
    assert (payload["what"], payload["rows"], payload["sha256"]) == ("items", 1, "1" * 64)
