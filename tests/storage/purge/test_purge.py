# SPDX-License-Identifier: GPL-3.0-or-later
"""A purge erases what is due and nothing else, leaves chain and ledger provable, and is no way to rewrite history."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from desk_app.domain.decisions import OverrideDecision
from desk_app.domain.errors import AlreadyReleasedError, StoreError
from desk_app.domain.facts import CardGeneration, StockState
from desk_app.domain.records import (
    AuditKind,
    CardRecord,
    CardState,
    ReceiptNumber,
    ReleaseRecord,
)
from desk_app.domain.retention import RecordKind
from desk_app.storage.store import DeskStore, prove_store
from desk_app.storage.transactions import desk_errors
from desk_app.storage.triggers import recreate_triggers
from tests.storage.places import Place
from tests.storage.purge.aged import CUT_OFF, OLD, described, hand_over_at, seal
from tests.storage.samples import (
    CLERK,
    LIN,
    NOW,
    SIGNATURE,
    WANG,
    event,
    graduate,
    handed,
    holding,
    item,
    release,
)

pytestmark = pytest.mark.slow

KINDS = tuple(RecordKind)
BOOKS = "LIB_BOOKS.NTU"


@pytest.fixture
def aged(store: DeskStore) -> ReleaseRecord:
    """Give a hand-over by proxy of 2019 with everything that it left, beside one of today."""
    with store.write() as ledger:
        ledger.put_students([(graduate(LIN, "林測二", name_romanised="LIN, TEST-TWO"), "blind")])
        ledger.put_items([(LIN, item(hours_old=60_000)), (WANG, item())])
        ledger.put_cards([CardRecord("58237714", LIN, CardGeneration.FOUR_K, CardState.ACTIVE)])
        ledger.put_photo(LIN, b"\x89PNG face")
        decision = OverrideDecision("d1", "v", LIN, "HOLD", "HOLD", CLERK, None, "說明文字", "", OLD)
        ledger.add_decision(decision)
        said = {"visit_id": "v", "reason": "HOLD", "verdict": "HOLD", "by": CLERK.id, "second": "", "incident": ""}
        told = event(AuditKind.OVERRIDE, decision="d1", why="說明文字", receipt="", **said)
        ledger.record(dataclasses.replace(told, at=OLD, subject=LIN))
        looked = event(AuditKind.VERDICT, visit="v-old", verdict="HOLD", reasons=["LIB_BOOKS"])
        ledger.record(dataclasses.replace(looked, at=OLD, subject=LIN))
        old = hand_over_at(ledger, LIN, OLD, by_proxy=True, by_phone=BOOKS)
        seal(ledger, old)
        seal(ledger, hand_over_at(ledger, WANG, NOW))
    return old


@pytest.fixture
def purge(place: Place) -> Callable[..., dict[RecordKind, int]]:
    """Purge as whoever may: the owner of the store."""

    def run(*kinds: RecordKind, cut_off: date = CUT_OFF, limit: int = 100) -> dict[RecordKind, int]:
        counts: dict[RecordKind, int] = {}
        owner = place.open_as_owner()
        try:
            for kind in kinds or KINDS:
                counts[kind] = 0
                while True:
                    with owner.write() as ledger:
                        done = ledger.purge_slice(kind, cut_off, limit, described)
                    counts[kind] += done
                    if not done:
                        break
        finally:
            owner.close()
        return counts

    return run


Purge = Callable[..., dict[RecordKind, int]]


def test_what_is_old_enough_is_counted_by_kind(store: DeskStore, aged: ReleaseRecord) -> None:
    with store.read() as records:
        due = {kind: records.due(kind, CUT_OFF) for kind in KINDS}
        none = [records.due(kind, date(2019, 1, 1)).count for kind in KINDS]
    counts = {kind.value: one.count for kind, one in due.items()}
    assert counts == {
        "prints": 1, "visits": 2, "clearance": 1, "cards": 1, "photos": 1, "signatures": 1, "receipts": 1, "proxies": 1,
        "decisions": 1, "trail": 1, "roster": 0, "ledger": 0,
    }  # fmt: skip
    assert due[RecordKind.LEDGER].held == 1
    assert due[RecordKind.SIGNATURES].oldest == OLD.date()
    assert set(none) == {0}


def test_a_day_that_is_not_over_keeps_its_records(store: DeskStore, aged: ReleaseRecord) -> None:
    with store.read() as records:
        assert records.due(RecordKind.SIGNATURES, OLD.date()).count == 0
        assert records.due(RecordKind.SIGNATURES, OLD.date() + timedelta(days=1)).count == 1


def test_the_store_is_proven_after_each_kind_and_the_ledger_says_what_happened(
    store: DeskStore, aged: ReleaseRecord, purge: Purge
) -> None:
    prove_store(store)
    for kinds in (KINDS[:6], KINDS[6:8], KINDS[8:11], KINDS[11:]):
        purge(*kinds)
        prove_store(store)
    number = str(aged.receipt_no)
    with store.read() as records:
        kept = records.release_by_receipt(number)
        paper = records.archived_paper(number)
        assert records.signature_of(number) is None
        dossier = records.dossier(LIN)
        assert records.verify_chain().whole
    assert kept is not None
    assert paper is not None
    assert (kept.purged_at, kept.student_no, kept.documents) == (NOW, LIN, aged.documents)
    assert (kept.graduate_name, kept.proxy, kept.content, kept.evidence) == ("", None, "", ())
    assert paper.pdf == b""
    assert dossier is not None
    assert (dossier.graduate.name, dossier.photo, dossier.cards, dossier.items) == ("", None, (), ())
    assert dossier.standing_release == kept


def test_who_was_called_goes_with_the_content_and_that_somebody_was_with_the_names(
    store: DeskStore, aged: ReleaseRecord, purge: Purge
) -> None:
    number = str(aged.receipt_no)
    left = []
    for kinds in (KINDS[:7], (RecordKind.PROXIES,), (RecordKind.DECISIONS, RecordKind.TRAIL, RecordKind.LEDGER)):
        purge(*kinds)
        prove_store(store)
        with store.read() as records:
            kept = records.release_by_receipt(number)
        assert kept is not None
        left.append(("圖○○員" in kept.content, kept.by_phone))
    assert left == [(True, (BOOKS,)), (False, (BOOKS,)), (False, ())]


def test_a_purged_hand_over_still_stands_in_the_way_of_a_second_one(
    store: DeskStore, aged: ReleaseRecord, purge: Purge
) -> None:
    purge()
    for documents in ((handed(LIN),), (dataclasses.replace(handed(LIN), serial="OTHER"),)):
        again = release(LIN, "again", ReceiptNumber("M", NOW.date(), 9), documents=documents)
        with pytest.raises(AlreadyReleasedError), store.write() as ledger:
            ledger.add_release(again, SIGNATURE)
    with store.read() as records:
        known = records.release_by_key(aged.key)
    assert known is not None


def test_todays_hand_over_is_untouched(store: DeskStore, aged: ReleaseRecord, purge: Purge) -> None:
    with store.read() as records:
        before = records.dossier(WANG)
    purge()
    with store.read() as records:
        assert records.dossier(WANG) == before


def test_the_audit_log_names_counts_and_nobody(store: DeskStore, aged: ReleaseRecord, purge: Purge) -> None:
    purge(RecordKind.SIGNATURES)
    with store.read() as records:
        entry = records.last_audit()
    assert entry is not None
    payload = json.loads(entry.body)["payload"]
    assert (payload["record"], payload["count"], payload["before"]) == ("signatures", 1, "2020-06-04")
    assert LIN not in entry.body


def test_nothing_is_purged_of_what_is_still_open(store: DeskStore, purge: Purge) -> None:
    with store.write() as ledger:
        ledger.put_items([(LIN, item())])
        ledger.put_holdings([holding(LIN, "SECOND")])
        hand_over_at(ledger, LIN, OLD)  # never sealed, and a second document still waits
        half = hand_over_at(ledger, WANG, OLD)
        seal(ledger, half, printed=False)
    counts = purge()
    assert {kind: count for kind, count in counts.items() if count} == {RecordKind.VISITS: 2}
    with store.read() as records:
        assert records.due(RecordKind.CLEARANCE, CUT_OFF).held == 1
        assert records.due(RecordKind.SIGNATURES, CUT_OFF).held == 2
        assert records.due(RecordKind.PRINTS, CUT_OFF).held == 1


def test_who_never_came_goes_with_the_roster_unless_a_certificate_waits(store: DeskStore, purge: Purge) -> None:
    gone, waiting, unknown = "40700001L", "40700002L", "40700003L"
    with store.write() as ledger:
        ledger.put_students([(graduate(one, graduation_ay=107), None) for one in (gone, waiting)])
        ledger.put_students([(graduate(unknown), None)])
        ledger.put_items([(gone, item())])
        ledger.put_photo(gone, b"\x89PNG face")
        ledger.put_holdings([holding(gone, state=StockState.MISPRINT), holding(waiting)])
    with store.read() as records:
        due = records.due(RecordKind.ROSTER, CUT_OFF)
        assert records.due(RecordKind.ROSTER, date(2019, 7, 31)).count == 0
        assert records.due(RecordKind.ROSTER, date(2019, 8, 1)).count == 1
    assert (due.count, due.held, due.oldest, due.undated) == (1, 1, date(2019, 7, 31), 1)
    assert purge(RecordKind.ROSTER) == {RecordKind.ROSTER: 1}
    with store.read() as records:
        assert records.known_students([gone, waiting, unknown]) == {waiting, unknown}
        assert records.due(RecordKind.ROSTER, CUT_OFF).undated == 1
        assert records.due(RecordKind.CARDS, CUT_OFF).undated == 0
    with store.write() as ledger:
        ledger.put_students([(graduate(unknown, graduation_ay=107), None)])
    with store.read() as records:
        assert (records.due(RecordKind.ROSTER, CUT_OFF).count, records.due(RecordKind.ROSTER, CUT_OFF).undated) == (
            1,
            0,
        )
    prove_store(store)


def test_a_graduate_whose_row_was_altered_is_emptied_and_the_alteration_is_still_found(
    store: DeskStore, aged: ReleaseRecord, purge: Purge, owner: Engine
) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE student SET unit = 'MATH' WHERE number = :number"), {"number": LIN})
    purge()
    with owner.begin() as connection:
        name = text("SELECT name FROM student WHERE number = :number")
        assert connection.execute(name, {"number": LIN}).scalar_one() == ""
    with pytest.raises(StoreError) as found:
        prove_store(store)
    assert found.value.data == {"table": "student", "number": 1}


def test_slices_are_small_and_go_on_where_the_last_one_ended(store: DeskStore, purge: Purge) -> None:
    with store.write() as ledger:
        for number in (LIN, WANG):
            seal(ledger, hand_over_at(ledger, number, OLD))
    with store.read() as records:
        last = records.last_audit()
    assert last is not None
    assert purge(RecordKind.SIGNATURES, limit=1) == {RecordKind.SIGNATURES: 2}
    with store.read() as records:
        end = records.last_audit()
        assert records.due(RecordKind.SIGNATURES, CUT_OFF).count == 0
    assert end is not None
    assert end.sequence == last.sequence + 2
    prove_store(store)


def test_a_slice_that_fails_leaves_nothing_behind(store: DeskStore, aged: ReleaseRecord, place: Place) -> None:
    owner = place.open_as_owner()

    def interrupted() -> None:
        with owner.write() as ledger:
            assert ledger.purge_slice(RecordKind.LEDGER, CUT_OFF, 10, described) == 0
            assert ledger.purge_slice(RecordKind.PROXIES, CUT_OFF, 10, described) == 1
            raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        interrupted()
    owner.close()
    with store.read() as records:
        kept = records.release_by_receipt(str(aged.receipt_no))
    assert kept == aged
    prove_store(store)


ERASE_BY_HAND = (
    "DELETE FROM signature",
    "UPDATE archived_paper SET pdf = {empty}",
    "UPDATE override_decision SET why = '', incident = '', student_no = ''",
    "UPDATE release SET content = '', proxy_name = NULL, proxy_id_kind = NULL, proxy_id_masked = NULL, proxy_relation = NULL, proxy_letter_date = NULL, proxy_day_key = NULL",
    "DELETE FROM subject_key",
    "INSERT INTO purge (sequence, record, cut_off, at, sealed) SELECT 1, 'signatures', receipt_day, at, {empty} FROM release LIMIT 1",
    "INSERT INTO tombstone (record, id, purge, kept) SELECT 'signatures', receipt_no, 1, '' FROM release",
)


@pytest.mark.parametrize("statement", ERASE_BY_HAND)
def test_the_database_erases_nothing_without_a_purge(
    store: DeskStore, aged: ReleaseRecord, owner: Engine, statement: str
) -> None:
    empty = "''::bytea" if owner.dialect.name == "postgresql" else "x''"
    with pytest.raises(StoreError, match="history is never changed"), desk_errors(), owner.begin() as connection:
        connection.exec_driver_sql(statement.format(empty=empty))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM signature",  # today's is not due, whatever was purged before
        "UPDATE release SET graduate_name = '別人' WHERE content = ''",
        "UPDATE release SET content = 'x', proxy_name = 'y' WHERE content = ''",
        "UPDATE release SET graduate_name = '' WHERE content = ''",  # without the purge of names
        "UPDATE tombstone SET kept = ''",
        "DELETE FROM purge",
        "DELETE FROM tombstone",
    ],
)
def test_a_purge_opens_the_way_for_its_own_records_alone(
    store: DeskStore, aged: ReleaseRecord, owner: Engine, purge: Purge, statement: str
) -> None:
    purge(RecordKind.PROXIES, RecordKind.SIGNATURES)
    with pytest.raises(StoreError, match="history"), desk_errors(), owner.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.postgres
def test_a_desk_of_a_shared_store_cannot_purge(store: DeskStore, aged: ReleaseRecord, place: Place) -> None:
    shared = "://" in place.address
    with store.read() as records:
        assert records.may_purge() is not shared
    if shared:
        with pytest.raises(StoreError, match="store_not_allowed"), store.write() as ledger:
            ledger.purge_slice(RecordKind.SIGNATURES, CUT_OFF, 10, described)


def test_the_store_is_written_anew_unless_a_desk_is_in_the_way(aged: ReleaseRecord, place: Place) -> None:
    owner = place.open_as_owner(busy_timeout_ms=50)
    assert owner.compact()
    desk = place.open()
    with desk.write() as ledger:
        ledger.put_items([(LIN, item())])
        assert not owner.compact()
    desk.close()
    owner.close()


def test_words_of_a_decision_that_no_purge_has_erased_are_missed(
    store: DeskStore, aged: ReleaseRecord, owner: Engine
) -> None:
    guard = "DROP TRIGGER override_decision_no_update"
    with owner.begin() as connection:
        connection.exec_driver_sql(guard + (" ON override_decision" if owner.dialect.name == "postgresql" else ""))
        connection.exec_driver_sql("UPDATE override_decision SET why = ''")
        recreate_triggers(connection)
    with pytest.raises(StoreError, match="store_decision_altered"):
        prove_store(store)
