# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases: each certificate once, receipt numbers without gaps, nothing half-done."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from desk_app.domain.errors import AlreadyReleasedError, StoreError
from desk_app.domain.facts import Mode
from desk_app.domain.records import ReceiptNumber
from desk_app.storage.store import DeskStore
from tests.storage.samples import (
    LIN,
    NOW,
    PROXY,
    SIGNATURE,
    TODAY,
    WANG,
    graduate,
    hand_over,
    handed,
    holding,
    release,
)


def test_a_release_comes_back_as_it_was_written(store: DeskStore) -> None:
    with store.write() as ledger:
        written = hand_over(ledger, WANG, "key-1", mode=Mode.BY_PROXY, proxy=PROXY)
    with store.read() as records:
        assert records.release_by_key("key-1") == written
        assert records.release_by_receipt("M-20250603-001") == written
        assert records.release_by_key("key-2") is None
        assert records.release_by_receipt("M-20250603-002") is None
        dossier = records.dossier(WANG)
    assert dossier is not None
    assert dossier.releases == (written,)
    assert dossier.standing_release == written


def test_the_signature_comes_back_deciphered_and_lies_enciphered(store: DeskStore) -> None:
    with store.write() as ledger:
        written = hand_over(ledger, WANG, "key-1")
    with store.read() as records:
        assert records.signature_of(str(written.receipt_no)) == SIGNATURE
        assert records.signature_of("M-20250603-999") is None
    with store._engine.begin() as connection:
        (stored,) = connection.exec_driver_sql("SELECT strokes FROM signature").one()
    assert b"strokes" not in stored


def test_handing_over_takes_the_document_out_of_the_stock_but_keeps_its_place_known(store: DeskStore) -> None:
    with store.write() as ledger:
        assert ledger.stock_count("MAIN") == 2
        hand_over(ledger, WANG, "key-1")
        assert ledger.stock_count("MAIN") == 1
        dossier = ledger.dossier(WANG)
    assert dossier is not None
    assert dossier.holdings == (holding(WANG),)


def test_a_later_stock_file_does_not_bring_a_handed_out_document_back(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
        ledger.put_holdings([holding(WANG, box="M-009")])
        assert ledger.stock_count("MAIN") == 1


def test_the_second_release_of_a_certificate_is_refused_and_says_when_and_to_whom(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1", mode=Mode.BY_PROXY, proxy=PROXY)
    with pytest.raises(AlreadyReleasedError) as refused, store.write() as ledger:
        hand_over(ledger, WANG, "key-2")
    assert refused.value.code == "already_released"
    assert refused.value.data == {
        "receipt_no": "M-20250603-001",
        "at": NOW,
        "counter": "MAIN",
        "desk": "1",
        "mode": Mode.BY_PROXY,
        "collector": "陳○友",
    }


def test_in_person_the_refusal_names_the_graduate_masked(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
    with pytest.raises(AlreadyReleasedError) as refused, store.write() as ledger:
        hand_over(ledger, WANG, "key-2")
    assert refused.value.data["collector"] == "王○一"


def test_a_serial_cannot_go_to_another_graduate_either(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
    with pytest.raises(AlreadyReleasedError), store.write() as ledger:
        hand_over(ledger, LIN, "key-2", documents=(handed(WANG),))


def test_a_refused_release_leaves_no_trace_even_when_the_transaction_goes_on(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
    both = (handed(LIN), handed(WANG))
    with store.write() as ledger:
        with pytest.raises(AlreadyReleasedError):
            hand_over(ledger, LIN, "key-2", documents=both)
        assert ledger.release_by_key("key-2") is None
        assert ledger.stock_count("MAIN") == 1
    with store.read() as records:
        assert len(records.ledger(TODAY, None)) == 1


def test_the_same_key_is_refused_by_the_database_too(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
    with pytest.raises(AlreadyReleasedError), store.write() as ledger:
        hand_over(ledger, LIN, "key-1")


def test_an_unknown_graduate_cannot_be_released_to(store: DeskStore) -> None:
    with pytest.raises(StoreError) as refused, store.write() as ledger:
        hand_over(ledger, "41099999Z", "key-1")
    assert not isinstance(refused.value, AlreadyReleasedError)


def test_after_a_reversal_the_certificate_can_be_handed_over_again(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
    with store._writers.begin() as connection:
        connection.exec_driver_sql("UPDATE release SET voided_at = '2025-06-03T03:00:00.000000+00:00'")
    with store.write() as ledger:
        again = hand_over(ledger, WANG, "key-2")
        dossier = ledger.dossier(WANG)
    assert dossier is not None
    assert [kept.voided_at is None for kept in dossier.releases] == [False, True]
    assert dossier.standing_release == again


def test_receipt_numbers_count_by_prefix_and_day(store: DeskStore) -> None:
    with store.write() as ledger:
        drawn = [
            ledger.draw_receipt_number("MAIN", "M", TODAY),
            ledger.draw_receipt_number("MAIN", "M", TODAY),
            ledger.draw_receipt_number("GONGGUAN", "G", TODAY),
            ledger.draw_receipt_number("MAIN", "M", TODAY + timedelta(days=1)),
        ]
    assert [str(number) for number in drawn] == [
        "M-20250603-001",
        "M-20250603-002",
        "G-20250603-001",
        "M-20250604-001",
    ]


def test_the_days_releases_come_in_order_and_the_newest_first(store: DeskStore) -> None:
    with store.write() as ledger:
        late = hand_over(ledger, WANG, "key-1", at=NOW + timedelta(hours=1))
        early = hand_over(ledger, LIN, "key-2", at=NOW, counter="GONGGUAN")
    with store.read() as records:
        assert [row.release for row in records.ledger(TODAY, None)] == [early, late]
        assert [row.release for row in records.ledger(TODAY, "MAIN")] == [late]
        assert records.ledger(TODAY + timedelta(days=1), None) == ()
        assert records.recent_releases(TODAY, "MAIN", 5) == (late,)


def test_recent_releases_keep_to_their_limit(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1", at=NOW)
        newest = hand_over(ledger, LIN, "key-2", at=NOW + timedelta(minutes=5))
    with store.read() as records:
        assert records.recent_releases(TODAY, "MAIN", 1) == (newest,)


def test_a_proxys_graduates_of_the_day_are_counted_once_each(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1", mode=Mode.BY_PROXY, proxy=PROXY)
        assert ledger.proxies_today("day-key", TODAY) == 1
        assert ledger.proxies_today("other-key", TODAY) == 0
        assert ledger.proxies_today("day-key", TODAY + timedelta(days=1)) == 0
        hand_over(ledger, LIN, "key-2", mode=Mode.BY_PROXY, proxy=PROXY, counter="GONGGUAN")
        assert ledger.proxies_today("day-key", TODAY) == 2


def test_several_documents_keep_their_order(store: DeskStore) -> None:
    documents = (handed(WANG, "SECOND"), handed(WANG, "DEGREE"))
    with store.write() as ledger:
        ledger.put_holdings([holding(WANG, "SECOND")])
        hand_over(ledger, WANG, "key-1", documents=documents)
        kept = ledger.release_by_key("key-1")
    assert kept is not None
    assert kept.documents == documents


def test_an_exception_undoes_the_whole_hand_over(store: DeskStore) -> None:
    def broken_hand_over() -> None:
        with store.write() as ledger:
            hand_over(ledger, WANG, "key-1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_hand_over()
    with store.read() as records:
        assert records.release_by_key("key-1") is None
        assert records.last_audit() is None
        assert records.stock_count("MAIN") == 2
    with store.write() as ledger:
        assert ledger.draw_receipt_number("MAIN", "M", TODAY) == ReceiptNumber("M", TODAY, 1)


def test_a_release_without_a_proxy_key_is_kept_whole(store: DeskStore) -> None:
    proxy = dataclasses.replace(PROXY, day_key="", letter_date=None)
    with store.write() as ledger:
        ledger.put_students([(graduate("41021901L"), None)])
        record = release("41021901L", "key-9", ReceiptNumber("X", TODAY, 7), proxy=proxy)
        ledger.add_release(record, SIGNATURE)
        assert ledger.release_by_key("key-9") == record
