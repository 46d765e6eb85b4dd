# SPDX-License-Identifier: GPL-3.0-or-later
"""Graduates, cards, clearance, stock, staff and papers come back as they went in; searches find what a clerk types."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.errors import StoreError
from desk_app.domain.facts import (
    CardGeneration,
    CertDetail,
    Group,
    ItemState,
    Level,
    LossReport,
    OverseasFacts,
    OverseasSemester,
    PhoneConfirmation,
    StockState,
)
from desk_app.domain.records import (
    ArchivedPaper,
    CardRecord,
    CardState,
    Dossier,
    Graduate,
    ItemRecord,
    Operator,
    PaperState,
    PrintOrder,
    Role,
    SearchHit,
)
from desk_app.services.store_port import Records
from desk_app.storage.names import search_form
from desk_app.storage.store import DeskStore
from tests.storage.samples import CLERK, LIN, NOW, TODAY, WANG, graduate, hand_over, holding, item

FULL = Graduate(
    number="41084901I",
    name="TESTER, MARIA EXAMPLE",
    unit="CLU",
    name_romanised="Tester Maria",
    level=Level.BACHELOR,
    college="INTL_SOC",
    other_units=("CHU", "EAU"),
    entry_ay=110,
    enrolled_on=date(2021, 9, 1),
    graduation_ay=113,
    groups=frozenset({Group.INTERNATIONAL, Group.STUDIED_OVERSEAS}),
    has_national_id=False,
    procedure_started=False,
    email_on_record=False,
    loss_report=LossReport(NOW, "graduate", reissue=True),
    overseas=OverseasFacts(date(2024, 6, 1), (OverseasSemester(2, 6), OverseasSemester(1, 3, summer=True))),
)
BARE = Graduate("41020999L", "測", "CHU", overseas=OverseasFacts())
CARD = CardRecord("04A1B2C3D4E5F6", WANG, CardGeneration.FOUR_K, CardState.ACTIVE, date(2021, 9, 1), date(2025, 10, 31))
PAPER = ArchivedPaper("M-20250603-001", b"%PDF-", hashlib.sha256(b"%PDF-").hexdigest(), NOW)


@pytest.mark.parametrize("written", [FULL, BARE], ids=["full", "bare"])
def test_a_graduate_comes_back_as_written(store: DeskStore, written: Graduate) -> None:
    with store.write() as ledger:
        assert ledger.put_students([(written, None)]) == 1
        dossier = ledger.dossier(written.number)
    assert dossier is not None
    assert dossier.graduate == written
    assert dossier == Dossier(written)


def test_a_second_file_updates_a_graduate(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_students([(FULL, None)])
        ledger.put_students([(dataclasses.replace(BARE, number=FULL.number), None)])
        dossier = ledger.dossier(FULL.number)
    assert dossier is not None
    assert dossier.graduate == dataclasses.replace(BARE, number=FULL.number)


def test_nobody_is_known_of_an_unknown_number(store: DeskStore) -> None:
    with store.read() as records:
        assert records.dossier("41099999Z") is None
        assert records.matches_person_number("41099999Z", "aa") is None
        assert records.card("00000000") is None


def test_a_person_number_is_compared_by_its_keyed_hash_and_kept_over_later_files(store: DeskStore) -> None:
    with store.write() as ledger:
        assert ledger.matches_person_number(WANG, "aa") is None
        ledger.put_students([(graduate(WANG), "aa")])
        ledger.put_students([(graduate(WANG, "王測改"), None)])
        assert ledger.matches_person_number(WANG, "aa") is True
        assert ledger.matches_person_number(WANG, "ab") is False
        dossier = ledger.dossier(WANG)
    assert dossier is not None
    assert dossier.graduate.has_person_number
    assert dossier.graduate.name == "王測改"


def test_cards_are_found_by_the_beginning_or_the_end_of_their_uid(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_cards([dataclasses.replace(CARD, uid=uid) for uid in ("0102A3B4", "5502A3B4", "0102A3B4C5D6E7")])
        assert ledger.card_uids("0102A3B4", "", 9) == ("0102A3B4", "0102A3B4C5D6E7")
        assert ledger.card_uids("", "02A3B4", 9) == ("0102A3B4", "5502A3B4")
        assert ledger.card_uids("", "02A3B4", 1) == ("0102A3B4",)
        assert ledger.card_uids("FF", "", 9) == ()


def test_cards_are_found_by_uid_and_in_the_dossier(store: DeskStore) -> None:
    lost = dataclasses.replace(CARD, state=CardState.LOST, valid_from=None)
    with store.write() as ledger:
        assert ledger.put_cards([CARD, dataclasses.replace(CARD, uid="0102A3B4")]) == 2
        assert ledger.card(CARD.uid) == CARD
        ledger.put_cards([lost])
        assert ledger.card(CARD.uid) == lost
        dossier = ledger.dossier(WANG)
    assert dossier is not None
    assert [card.uid for card in dossier.cards] == ["0102A3B4", CARD.uid]


def test_a_photo_lies_enciphered_and_comes_back_plain(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_photo(WANG, b"\x89PNG first")
        ledger.put_photo(WANG, b"\x89PNG second")
        dossier = ledger.dossier(WANG)
    assert dossier is not None
    assert dossier.photo == b"\x89PNG second"
    with store._engine.begin() as connection:
        assert b"PNG" not in connection.exec_driver_sql("SELECT image FROM photo").scalar_one()


def test_known_students_are_told_from_unknown_ones(store: DeskStore) -> None:
    with store.write() as ledger:
        assert ledger.known_students([WANG, "41099999Z", LIN]) == {WANG, LIN}
        assert ledger.known_students([]) == frozenset()


def test_rows_of_an_unknown_graduate_are_refused_whole(store: DeskStore) -> None:
    with pytest.raises(StoreError), store.write() as ledger:
        ledger.put_items([(WANG, item()), ("41099999Z", item())])
    with store.read() as records:
        dossier = records.dossier(WANG)
    assert dossier is not None
    assert dossier.items == ()


def test_items_come_back_as_written(store: DeskStore) -> None:
    confirmed = PhoneConfirmation("clerk-m1", "測試人員", "02-0000-0000", NOW)
    detailed = item(
        "DEPT_CERT",
        "",
        state=ItemState.PENDING,
        window_closed=True,
        detail=CertDetail.NOT_NOTIFIED,
        certificate_date=date(2024, 5, 1),
        confirmed=confirmed,
    )
    with store.write() as ledger:
        assert ledger.clearance_as_of() is None
        assert ledger.put_items([(WANG, item()), (WANG, item(source="NTU")), (WANG, detailed)]) == 3
        dossier = ledger.dossier(WANG)
    assert dossier is not None
    assert dossier.items == (detailed, item(source="NTNU"), item(source="NTU"))


def test_older_clearance_data_never_replace_newer_ones(store: DeskStore) -> None:
    newer = item(state=ItemState.OPEN)
    with store.write() as ledger:
        ledger.put_items([(WANG, newer)])
        ledger.put_items([(WANG, item(hours_old=1))])
        assert _items(ledger, WANG) == (newer,)
        assert ledger.clearance_as_of() == NOW
        ledger.put_items([(WANG, item(hours_old=-1))])
        assert _items(ledger, WANG) == (item(hours_old=-1),)
        assert ledger.clearance_as_of() == NOW + timedelta(hours=1)


def test_an_empty_file_of_items_changes_nothing(store: DeskStore) -> None:
    with store.write() as ledger:
        assert ledger.put_items([]) == 0
        assert ledger.clearance_as_of() is None


@given(ages=st.lists(st.integers(min_value=-50, max_value=50), min_size=1, max_size=6))
def test_whatever_the_order_of_files_the_newest_datum_stands(empty_store: DeskStore, ages: list[int]) -> None:
    with empty_store.write() as ledger:
        ledger.put_students([(graduate(WANG), None)])
        code = f"ITEM-{ages!r}"
        for age in ages:
            ledger.put_items([(WANG, item(code, hours_old=age))])
        dossier = ledger.dossier(WANG)
    assert dossier is not None
    assert {kept.as_of for kept in dossier.items if kept.item == code} == {NOW - timedelta(hours=min(ages))}


def test_the_stock_counts_what_lies_in_the_boxes_of_a_counter(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_holdings(
            [
                holding(LIN, state=StockState.MISSING),
                holding(WANG, "SECOND"),
                holding(WANG, "THIRD", counter="GONGGUAN"),
            ]
        )
        assert ledger.stock_count("MAIN") == 2
        assert ledger.stock_count("GONGGUAN") == 1
        assert ledger.stock_count("NOWHERE") == 0


def test_operators_are_kept_by_id(store: DeskStore) -> None:
    supervisor = Operator("super-m", "測試督導", Role.SUPERVISOR)
    with store.write() as ledger:
        assert ledger.put_operators([supervisor, CLERK]) == 2
        ledger.put_operators([dataclasses.replace(CLERK, role=Role.VERIFIER)])
        assert ledger.operators() == (dataclasses.replace(CLERK, role=Role.VERIFIER), supervisor)


def test_instants_come_back_in_the_desks_zone(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_items([(WANG, item(as_of=datetime(2025, 6, 3, 1, 30, tzinfo=UTC)))])
        newest = ledger.clearance_as_of()
    assert newest is not None
    assert newest.isoformat() == "2025-06-03T09:30:00+08:00"


def test_an_instant_without_a_zone_is_refused(store: DeskStore) -> None:
    with pytest.raises(StoreError), store.write() as ledger:
        ledger.put_items([(WANG, item(as_of=datetime(2025, 6, 3, 1, 30)))])  # noqa: DTZ001 - the fault under test


def test_a_release_waits_for_its_seal_until_the_paper_is_archived(store: DeskStore) -> None:
    with store.write() as ledger:
        first = hand_over(ledger, WANG, "key-1")
        second = hand_over(ledger, LIN, "key-2")
        assert ledger.unsealed_releases() == (first, second)
        assert [row.sealed for row in ledger.ledger(TODAY, None)] == [False, False]
        assert ledger.archived_paper(PAPER.receipt_no) is None
        ledger.archive(PAPER)
        ledger.archive(PAPER)
        assert ledger.unsealed_releases() == (second,)
        assert [row.sealed for row in ledger.ledger(TODAY, None)] == [True, False]
        assert ledger.archived_paper(PAPER.receipt_no) == PAPER


def test_an_archived_paper_is_never_replaced(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.archive(PAPER)
    with pytest.raises(StoreError) as refused, store.write() as ledger:
        ledger.archive(dataclasses.replace(PAPER, pdf=b"other", sha256="00"))
    assert refused.value.code == "store_paper_exists"
    with store.read() as records:
        assert records.archived_paper(PAPER.receipt_no) == PAPER


def test_print_jobs_pass_through_their_states(store: DeskStore) -> None:
    later = NOW + timedelta(seconds=9)
    with store.write() as ledger:
        ledger.enqueue(PrintOrder("P1", "Receipt", b"%PDF-", 2, "M-20250603-001", "MAIN", "1"), NOW)
        ledger.enqueue(PrintOrder("P2", "Slip", b"%PDF-2"), NOW)
        ledger.enqueue(PrintOrder("P2", "Nothing", b"", 0), NOW)
        jobs = ledger.print_jobs([PaperState.QUEUED])
        ledger.mark_print(jobs[1].id, PaperState.FAILED, later, "no paper")
        (failed,) = ledger.print_jobs([PaperState.FAILED])
        assert ledger.print_jobs([]) == ()
        assert len(ledger.print_jobs([PaperState.QUEUED, PaperState.FAILED])) == 3
    assert [(job.paper, job.copy, job.receipt_no, job.counter, job.desk) for job in jobs] == [
        ("P1", 1, "M-20250603-001", "MAIN", "1"),
        ("P1", 2, "M-20250603-001", "MAIN", "1"),
        ("P2", 1, "", "", ""),
    ]
    assert failed == dataclasses.replace(jobs[1], state=PaperState.FAILED, changed_at=later, note="no paper")


def test_a_print_job_belongs_to_one_desk_until_it_is_moved(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.enqueue(PrintOrder("P1", "Receipt", b"%PDF-", counter="MAIN", desk="1"), NOW)
        ledger.enqueue(PrintOrder("P2", "Slip of nobody", b"%PDF-2"), NOW)

        def titles(counter: str, desk: str) -> list[str]:
            return [job.title for job in ledger.print_jobs_at(counter, desk, [PaperState.QUEUED])]

        assert titles("MAIN", "1") == ["Receipt", "Slip of nobody"]
        assert titles("MAIN", "2") == titles("GONGGUAN", "1") == ["Slip of nobody"]
        ledger.move_print(1, "MAIN", "2")
        assert titles("MAIN", "2") == ["Receipt", "Slip of nobody"]
        assert titles("MAIN", "1") == ["Slip of nobody"]


def test_the_ledger_tells_what_was_printed_and_how_often_again(store: DeskStore) -> None:
    with store.write() as ledger:
        receipt = str(hand_over(ledger, WANG, "key-1").receipt_no)
        assert [(row.printed, row.reprints) for row in ledger.ledger(TODAY, None)] == [(False, 0)]
        ledger.enqueue(PrintOrder("P1", "Receipt", b"1", 2, receipt), NOW)
        ledger.mark_print(1, PaperState.SENT, NOW)
        assert [(row.printed, row.reprints) for row in ledger.ledger(TODAY, None)] == [(False, 0)]
        ledger.mark_print(1, PaperState.PRINTED, NOW)
        ledger.enqueue(PrintOrder("P1", "Receipt", b"1", 1, receipt), NOW)
        ledger.enqueue(PrintOrder("P7", "Notice", b"1", 1, receipt), NOW)
        assert [(row.printed, row.reprints) for row in ledger.ledger(TODAY, None)] == [(True, 1)]


def test_searches_find_numbers_names_and_receipts(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_students([(FULL, None), (graduate("41084902I", "Nguyễn Thị Thử Nghiệm"), None)])
        receipt = str(hand_over(ledger, WANG, "key-1").receipt_no)

        def numbers(text: str, limit: int = 10) -> list[str]:
            return [hit.number for hit in ledger.search(text, limit)]

        assert ledger.search(WANG, 10) == (SearchHit(WANG, "王測一", "CHU", released=True),)
        assert ledger.search("41000", 10) == (SearchHit(LIN, "王測一", "CHU", released=False),)
        assert ledger.search(receipt.lower(), 10) == (SearchHit(WANG, "王測一", "CHU", True, receipt),)
        assert numbers("\uff14\uff11\uff10\uff18\uff14") == ["41084901I", "41084902I"]
        assert numbers("410", 2) == [LIN, WANG]
        assert numbers("測一") == [LIN, WANG]
        assert numbers("測一", 1) == [LIN]
        assert numbers("maria") == ["41084901I"]
        assert numbers("tester maria ex") == ["41084901I"]
        assert numbers("nguyen thi") == ["41084902I"]
        assert numbers("example tester") == []
        assert numbers("M-20250603-999") == []
        assert numbers("  ") == []
        assert numbers("%") == []


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("TESTER, MARIA", "testermaria"),
        ("歐陽\u3000測三", "歐陽測三"),
        ("Nguyễn Thị", "nguyenthi"),
        ("測\ufa10", "測\u585a"),
        ("𠮷測堃", "𠮷測堃"),
        ("測\ue000", "測\ue000"),
        ("Ceʉsu ’Tesita", "ceʉsutesita"),
        ("ＷＡＴＩ", "wati"),
    ],
)
def test_names_are_compared_in_one_form(name: str, form: str) -> None:
    assert search_form(name) == form


@given(st.text(max_size=40))
def test_the_compared_form_of_a_compared_form_is_itself(name: str) -> None:
    assert search_form(search_form(name)) == search_form(name)


def _items(records: Records, number: str) -> tuple[ItemRecord, ...]:
    dossier = records.dossier(number)
    return dossier.items if dossier else ()
