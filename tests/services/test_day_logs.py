# SPDX-License-Identifier: GPL-3.0-or-later
"""The day's log: rows, sums, what is missing, and the chain of days."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.clock import StandingClock
from desk_app.domain.errors import NotFoundError
from desk_app.domain.records import LedgerRow, ReceiptNumber, ReleaseRecord
from desk_app.domain.signature import Signature
from desk_app.services.day_logs import CHAIN_START, LogFormat, chain_hash, ledger_entries, median_seconds, sequence_gaps
from desk_app.services.desk import Desk
from tests.plain_desk import last_entry
from tests.services.visits import Enrol

HandOver = Callable[..., ReleaseRecord]
DAY = date(2025, 6, 3)


@pytest.fixture
def hand_over(enrol: Enrol, signature: Signature, clock: StandingClock) -> HandOver:
    def do(desk: Desk, number: str, serial: str, uid: str, **changes: object) -> ReleaseRecord:
        enrol(number, serial=serial, uid=uid, **changes)
        case = desk.pickup.open_card(uid, clock.now())
        clock.move_on(timedelta(seconds=40))
        case = desk.pickup.confirm_serial(case, serial)
        case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
        return desk.pickup.release(case, desk.pickup.begin_confirmation(case))

    return do


def test_a_day_without_hand_overs(desk: Desk) -> None:
    log = desk.day_logs.content(DAY, "MAIN")
    assert (log.rows, log.hours, log.sequence_gaps, log.median_seconds) == ((), (), (), None)
    assert (log.ledger_sha256, log.previous_ledger_sha256) == (CHAIN_START, CHAIN_START)
    assert log.office.zh == "教務處註冊組"
    assert log.printed_by == "clerk-m1 林○一"


def test_rows_are_masked_and_the_stock_adds_up(desk: Desk, enrol: Enrol, hand_over: HandOver) -> None:
    enrol("41020903L", serial="M-0003", uid="")
    first = hand_over(desk, "41020901L", "M-0001", "58237714")
    desk.receipts.finish(first)
    hand_over(desk, "41020902L", "M-0002", "04580B102D9407")
    desk.pickup.record_verdict(desk.pickup.open_number("41020903L"))
    log = desk.day_logs.content(DAY, "MAIN")
    assert [(row.sequence, row.name_masked, row.serials) for row in log.rows] == [
        (1, "王○一", ("M-0001",)),
        (2, "王○一", ("M-0002",)),
    ]
    assert (log.opening_stock, log.closing_stock) == (3, 1)
    assert log.unsealed == ("M-20250603-002",)
    assert log.unprinted == ("M-20250603-001", "M-20250603-002")
    assert log.refused == (("NEED_EVIDENCE", 1),)
    assert [(hour.hour, hour.in_person, hour.by_proxy) for hour in log.hours] == [(10, 2, 0)]
    assert log.median_seconds == 40
    desk.print_queue.deliver()
    assert desk.day_logs.content(DAY, "MAIN").unprinted == ("M-20250603-002",)


def test_all_counters_together(desk_at: Callable[..., Desk], hand_over: HandOver) -> None:
    main, gongguan = desk_at(), desk_at("GONGGUAN")
    hand_over(main, "41020901L", "M-0001", "58237714")
    hand_over(gongguan, "41047901S", "G-0001", "04580B102D9407", unit="CSU", counter="GONGGUAN")
    both = main.day_logs.content(DAY, None)
    assert [row.receipt_no for row in both.rows] == ["M-20250603-001", "G-20250603-001"]
    assert (both.counter, both.office.en, both.opening_stock) == ("", "All pick-up counters", 2)
    assert [row.receipt_no for row in main.day_logs.content(DAY, "GONGGUAN").rows] == ["G-20250603-001"]


def test_the_days_are_chained_and_the_past_keeps_its_hash_and_stock(
    desk: Desk, hand_over: HandOver, clock: StandingClock
) -> None:
    hand_over(desk, "41020901L", "M-0001", "58237714")
    monday = desk.day_logs.content(DAY, "MAIN")
    clock.move_on(timedelta(days=1) - timedelta(minutes=60))
    hand_over(desk, "41020902L", "M-0002", "04580B102D9407")
    tuesday = desk.day_logs.content(DAY + timedelta(days=1), "MAIN")
    assert tuesday.previous_ledger_sha256 == monday.ledger_sha256
    assert tuesday.ledger_sha256 not in (monday.ledger_sha256, CHAIN_START)
    assert len(tuesday.rows) == 1
    later = desk.day_logs.content(DAY, "MAIN")
    assert later.ledger_sha256 == monday.ledger_sha256
    assert (later.opening_stock, later.closing_stock) == (2, 1)


@pytest.mark.parametrize(
    ("form", "expected"), [(LogFormat.PDF, b"%PDF log"), (LogFormat.CSV, b"csv 1"), (LogFormat.XLSX, b"xlsx 1")]
)
def test_every_export_is_written_and_recorded(
    desk: Desk, hand_over: HandOver, form: LogFormat, expected: bytes
) -> None:
    hand_over(desk, "41020901L", "M-0001", "58237714")
    data = desk.day_logs.export(desk.day_logs.content(DAY, "MAIN"), form)
    assert data.startswith(expected)
    entry = last_entry(desk.store)
    body = json.loads(entry.body)
    assert (body["kind"], body["payload"]["form"], body["payload"]["rows"]) == ("EXPORT", form.value, 1)


@given(st.sets(st.integers(1, 60), min_size=1))
def test_the_gaps_and_the_drawn_numbers_make_the_whole_row(drawn: set[int]) -> None:
    numbers = [ReceiptNumber("M", DAY, number) for number in drawn]
    gaps = sequence_gaps(numbers)
    whole = {str(ReceiptNumber("M", DAY, number)) for number in range(1, max(drawn) + 1)}
    assert set(gaps) | {str(number) for number in numbers} == whole
    assert not set(gaps) & {str(number) for number in numbers}


def test_gaps_are_of_each_counter_by_itself() -> None:
    numbers = [ReceiptNumber("M", DAY, 3), ReceiptNumber("M", DAY, 1), ReceiptNumber("G", DAY, 1)]
    assert sequence_gaps(numbers) == ("M-20250603-002",)


def test_a_changed_receipt_changes_the_hash_and_a_reversal_does_not(desk: Desk, hand_over: HandOver) -> None:
    record = hand_over(desk, "41020901L", "M-0001", "58237714")
    row = LedgerRow(record, sealed=True, printed=True)
    altered = dataclasses.replace(row, release=dataclasses.replace(record, content_sha256="0" * 64))
    reversed_ = dataclasses.replace(row, release=dataclasses.replace(record, voided_at=record.at))
    hashes = [chain_hash(CHAIN_START, ledger_entries([one])) for one in (row, altered, reversed_)]
    assert hashes[0] != hashes[1]
    assert hashes[0] == hashes[2]
    assert median_seconds([row]) == 40


class TestOperators:
    def test_the_desk_changes_hands(self, desk: Desk) -> None:
        assert {operator.id for operator in desk.operators.all()} == {"clerk-m1", "super-m"}
        assert desk.operators.switch("super-m").name == "周測主"
        assert desk.day_logs.content(DAY, "MAIN").printed_by == "super-m 周○主"

    def test_nobody_works_under_an_unknown_name(self, desk: Desk) -> None:
        with pytest.raises(NotFoundError) as caught:
            desk.operators.switch("nobody")
        assert caught.value.code == "operator_unknown"
        assert desk.operators.current.id == "clerk-m1"
