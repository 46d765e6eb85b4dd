# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that a verdict rests on: whoever changes one beside the program is seen, and nobody else waits for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Engine, LargeBinary, Table, insert, select, text, update

from desk_app.domain.errors import AlteredRecordError, StoreError
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
from desk_app.domain.records import CardRecord, CardState
from desk_app.services.store_port import Ledger
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.server.store import open_server_store
from desk_app.storage.store import DeskStore, open_store, prove_store
from desk_app.storage.tables import CARD, CLEARANCE_ITEM, HOLDING, STUDENT
from tests.storage.places import FilePlace, Place
from tests.storage.row_evidence import dossier, prove_rows
from tests.storage.samples import KEY, LIN, NOW, WANG, event, graduate, hand_over, holding, item, serial_of

pytestmark = pytest.mark.slow

UID, OTHER_UID = "58237714", "0102A3B4"
WORD = PhoneConfirmation("super-m", "圖書館 陳館員", "02-7749-0003", NOW)
BOOKS = item(
    window_closed=True, detail=CertDetail.NOT_NOTIFIED, certificate_date=date(2025, 6, 1), note="三本書", confirmed=WORD
)
FULL = graduate(
    WANG,
    name_romanised="WANG, TEST-ONE",
    level=Level.MASTER,
    college="C01",
    other_units=("MATH",),
    entry_ay=110,
    enrolled_on=date(2021, 9, 1),
    graduation_ay=113,
    groups=frozenset({Group.INTERNATIONAL, Group.LONG_TERM}),
    has_national_id=False,
    loss_report=LossReport(NOW, "遺失", reissue=True),
    overseas=OverseasFacts(date(2025, 1, 2), (OverseasSemester(3, 9),)),
)
_OTHER_VALUES: tuple[tuple[type, Any], ...] = ((bool, True), (int, 1), (date, timedelta(days=1)), (bytes, b"!"))
_NOT_SEALED = {"confirmed": CLEARANCE_ITEM, "released_by": HOLDING}


@pytest.fixture(autouse=True)
def _persons(store: DeskStore) -> None:
    """Give the two graduates of the store cards and clearance data; one of them has every value that there can be."""
    with store.write() as ledger:
        ledger.put_students([(FULL, "blind-of-wang")])
        ledger.put_items([(WANG, BOOKS), (WANG, item("GA_FEES", "")), (LIN, item())])
        ledger.put_cards([card(UID, WANG), card(OTHER_UID, LIN)])


def card(uid: str, number: str, state: CardState = CardState.ACTIVE) -> CardRecord:
    return CardRecord(uid, number, CardGeneration.FOUR_K, state, date(2021, 9, 1), date(2026, 9, 1))


def require_seen(store: DeskStore, table: Table) -> None:
    """Require that whoever was changed is refused, that the proof finds the row, and that the other one is served."""
    with pytest.raises(AlteredRecordError) as refused:
        dossier(store)
    assert refused.value.code == "record_altered"
    assert refused.value.data == {"table": table.name, "student_no": WANG}
    with pytest.raises(StoreError) as found:
        prove_rows(store)
    assert (found.value.code, found.value.data["table"]) == ("store_row_altered", table.name)
    assert dossier(store, LIN).graduate.number == LIN


def change(owner: Engine, table: Table, **values: object) -> None:
    """Change one row of the full graduate by hand."""
    with owner.begin() as connection:
        connection.execute(update(table).where(_of_wang(table)).values(values))


def other(value: Any, column: Column[Any]) -> object:
    """Give another value than the one that a column holds."""
    if value is None:
        return "X"
    if hasattr(type(value), "__members__"):
        return next(one for one in type(value) if one is not value)
    if isinstance(value, (list, dict)):
        return [] if column.name != "overseas" else None
    for kind, more in _OTHER_VALUES:
        if isinstance(value, kind):
            return (not value) if kind is bool else value + more
    return f"{value}X"


def protected() -> Iterator[Column[Any]]:
    """Give every column of the four tables that is no primary key, refers to nothing and is sealed."""
    for table in (STUDENT, CARD, CLEARANCE_ITEM, HOLDING):
        for column in table.columns:
            own = column.primary_key or column.foreign_keys or column.name == "seal"
            if not own and _NOT_SEALED.get(column.name) is not table:
                yield column


class TestEdited:
    @pytest.mark.parametrize("table", [STUDENT, CARD, CLEARANCE_ITEM, HOLDING], ids=str)
    def test_every_column_of_a_row_is_protected(self, store: DeskStore, owner: Engine, table: Table) -> None:
        columns = [column for column in protected() if column.table is table]
        assert len(columns) > 2
        with owner.begin() as connection:
            kept = connection.execute(select(table).where(_of_wang(table))).one()
        for column in columns:
            before = kept._mapping[column]
            change(owner, table, **{column.name: other(before, column)})
            require_seen(store, table)
            change(owner, table, **{column.name: before})
        prove_rows(store)

    @pytest.mark.parametrize("table", [STUDENT, CARD, CLEARANCE_ITEM, HOLDING], ids=str)
    @pytest.mark.parametrize("seal", [None, b"", b"\x01" + bytes(16), b"\x09" + bytes(16)])
    def test_a_row_without_its_seal_counts_as_altered(
        self, store: DeskStore, owner: Engine, table: Table, seal: bytes | None
    ) -> None:
        change(owner, table, seal=seal)
        require_seen(store, table)

    @pytest.mark.parametrize("table", [CARD, CLEARANCE_ITEM, HOLDING], ids=str)
    def test_what_belongs_to_another_person_cannot_be_given_away(
        self, store: DeskStore, owner: Engine, table: Table
    ) -> None:
        with owner.begin() as connection:
            connection.execute(table.delete().where(table.c.student_no == WANG))
            connection.execute(update(table).where(table.c.student_no == LIN).values(student_no=WANG))
        require_seen(store, table)

    def test_a_copied_row_is_seen(self, store: DeskStore, owner: Engine) -> None:
        with owner.begin() as connection:
            row = connection.execute(select(CARD).where(CARD.c.uid == OTHER_UID)).one()._asdict()
            connection.execute(insert(CARD), {**row, "uid": "99999999", "student_no": WANG})
        require_seen(store, CARD)
        with store.read() as records, pytest.raises(AlteredRecordError):
            records.card("99999999")

    def test_a_seal_of_another_row_does_not_help(self, store: DeskStore, owner: Engine) -> None:
        with owner.begin() as connection:
            seal = connection.execute(select(STUDENT.c.seal).where(STUDENT.c.number == LIN)).scalar_one()
        change(owner, STUDENT, seal=seal)
        require_seen(store, STUDENT)
        with store.read() as records, pytest.raises(AlteredRecordError):
            records.matches_person_number(WANG, "blind-of-wang")

    def test_the_proof_tells_where_the_row_stands_and_not_whose_it_is(self, store: DeskStore, owner: Engine) -> None:
        change(owner, HOLDING, box="M-999")
        with pytest.raises(StoreError) as found:
            prove_store(store)
        assert found.value.data == {"table": "holding", "number": 2}

    def test_a_word_by_telephone_cannot_be_made_nor_moved(self, store: DeskStore, owner: Engine) -> None:
        with owner.begin() as connection:
            word = connection.execute(text("SELECT confirmed FROM clearance_item WHERE confirmed IS NOT NULL"))
            connection.execute(
                update(CLEARANCE_ITEM).where(CLEARANCE_ITEM.c.item == "GA_FEES").values(confirmed=word.scalar_one())
            )
        require_seen(store, CLEARANCE_ITEM)
        change(owner, CLEARANCE_ITEM, confirmed='{"by":"super-m"}')
        require_seen(store, CLEARANCE_ITEM)

    def test_a_delivery_on_its_way_is_protected_too(self, store: DeskStore, owner: Engine) -> None:
        with store.write() as ledger:
            delivery = ledger.begin_delivery(NOW)
            ledger.add_items(delivery, [(WANG, item(state=ItemState.OPEN))])
            ledger.let_items_count(delivery, NOW)
        prove_rows(store)
        with owner.begin() as connection:
            connection.execute(text("UPDATE clearance_arrival SET state = 'CLEARED'"))
        with pytest.raises(AlteredRecordError):
            dossier(store)
        with pytest.raises(StoreError) as found:
            prove_rows(store)
        assert found.value.data == {"table": "clearance_arrival", "number": 1}

    def test_who_has_taken_a_document_is_proven_from_the_receipts(self, store: DeskStore, owner: Engine) -> None:
        with store.write() as ledger:
            receipt = str(hand_over(ledger, LIN, "key-1").receipt_no)
        prove_rows(store)
        for serial, released_by in ((serial_of(WANG), receipt), (serial_of(LIN), None)):
            with owner.begin() as connection:
                kept = connection.execute(select(HOLDING.c.released_by).where(HOLDING.c.serial == serial)).scalar()
                one = update(HOLDING).where(HOLDING.c.serial == serial)
                connection.execute(one.values(released_by=released_by))
            with pytest.raises(StoreError, match="store_row_altered"):
                prove_rows(store)
            with owner.begin() as connection:
                connection.execute(one.values(released_by=kept))
        prove_rows(store)


class TestHealed:
    """A fresh import or pull puts an altered row right, whatever was done to keep it from that."""

    @pytest.mark.parametrize("as_file", [False, True])
    @pytest.mark.parametrize(
        "forged",
        [
            {"state": ItemState.CLEARED},
            {"state": ItemState.CLEARED, "as_of": NOW + timedelta(days=900)},
            {"confirmed": "Zm9yZ2Vk"},
        ],
    )
    def test_clearance_data(self, store: DeskStore, owner: Engine, forged: dict[str, object], *, as_file: bool) -> None:
        change(owner, CLEARANCE_ITEM, **forged)
        fresh = item(state=ItemState.UNKNOWN, hours_old=-1)
        deliver(store, fresh, as_file=as_file)
        prove_rows(store)
        kept = next(one for one in dossier(store).items if one.item == BOOKS.item)
        assert dataclasses.replace(kept, confirmed=None) == fresh

    def test_a_file_about_somebody_else_heals_nothing(self, store: DeskStore, owner: Engine) -> None:
        change(owner, CLEARANCE_ITEM, state=ItemState.OPEN, as_of=NOW + timedelta(days=900))
        with store.write() as ledger:
            ledger.put_items([(LIN, item(hours_old=-1)), (WANG, item("GA_FEES", "", hours_old=-1))])
        require_seen(store, CLEARANCE_ITEM)

    def test_a_whole_row_keeps_what_it_always_kept(self, store: DeskStore) -> None:
        deliver(store, item(state=ItemState.UNKNOWN, hours_old=5), as_file=True)
        assert next(one for one in dossier(store).items if one.item == BOOKS.item) == BOOKS
        deliver(store, item(state=ItemState.UNKNOWN, hours_old=-5), as_file=True)
        assert next(one for one in dossier(store).items if one.item == BOOKS.item).confirmed == WORD

    def test_a_roster_without_person_numbers_keeps_a_true_hash_and_no_forged_one(
        self, store: DeskStore, owner: Engine
    ) -> None:
        with store.write() as ledger:
            ledger.put_students([(FULL, None)])
            assert ledger.matches_person_number(WANG, "blind-of-wang") is True
        change(owner, STUDENT, person_blind="forged")
        with store.write() as ledger:
            ledger.put_students([(FULL, None)])
            assert ledger.matches_person_number(WANG, "forged") is None
        prove_rows(store)

    def test_cards(self, store: DeskStore, owner: Engine) -> None:
        change(owner, CARD, state=CardState.LOST)
        with store.write() as ledger:
            ledger.put_cards([card(UID, WANG)])
        prove_rows(store)
        assert dossier(store).cards == (card(UID, WANG),)

    @pytest.mark.parametrize(
        "forged", [{"box": "M-999"}, {"state": StockState.MISPRINT}, {"released_by": "M-1", "box": "X"}]
    )
    def test_stock(self, store: DeskStore, owner: Engine, forged: dict[str, object]) -> None:
        change(owner, HOLDING, **forged)
        with store.write() as ledger:
            ledger.put_holdings([holding(WANG)])
        prove_rows(store)
        assert dossier(store).holdings == (holding(WANG),)

    def test_no_file_heals_a_document_that_a_hand_over_names(self, store: DeskStore, owner: Engine) -> None:
        with store.write() as ledger:
            receipt = str(hand_over(ledger, WANG, "key-1").receipt_no)
            ledger.void_release(receipt, NOW, "印製有誤")
            ledger.put_back(receipt, StockState.MISPRINT)
        change(owner, HOLDING, state=StockState.IN_BOX)
        with store.write() as ledger:
            ledger.put_holdings([holding(WANG), holding(LIN, box="M-002")])
        require_seen(store, HOLDING)
        assert dossier(store, LIN).holdings == (holding(LIN, box="M-002"),)

    def test_taking_back_does_not_make_an_altered_document_true(self, store: DeskStore, owner: Engine) -> None:
        with store.write() as ledger:
            receipt = str(hand_over(ledger, WANG, "key-1").receipt_no)
        change(owner, HOLDING, counter="EAST")
        with store.write() as ledger, pytest.raises(AlteredRecordError):
            ledger.put_back(receipt, StockState.IN_BOX)
        require_seen(store, HOLDING)


def test_after_a_rotation_of_keys_old_seals_hold_and_new_rows_have_new_ones(place: Place, store: DeskStore) -> None:
    newer = b"another key of thirty-two bytes!"
    rotated = opened_with(place, {1: KEY, 2: newer})
    prove_rows(rotated)
    with rotated.write() as ledger:
        ledger.put_cards([card(UID, WANG, CardState.LOST)])
        ledger.put_items([(WANG, item(hours_old=-1))])
    prove_rows(rotated)
    assert dossier(rotated).cards == (card(UID, WANG, CardState.LOST),)
    with rotated.read() as records:
        seals = records._connection.execute(select(CARD.c.uid, CARD.c.seal)).all()
    assert {row.uid: row.seal[0] for row in seals} == {UID: 2, OTHER_UID: 1}
    rotated.close()


def test_every_protected_column_is_known_to_this_test() -> None:
    assert {column.table for column in protected()} == {STUDENT, CARD, CLEARANCE_ITEM, HOLDING}
    assert not [column for column in protected() if isinstance(column.type, LargeBinary) and column.name != "note"]


def opened_with(place: Place, keys: dict[int, bytes]) -> DeskStore:
    if isinstance(place, FilePlace):
        return open_store(place.path, FieldCipher(keys))
    return open_server_store(place.address, FieldCipher(keys))


def deliver(store: DeskStore, fresh: Any, *, as_file: bool) -> None:
    def log(ledger: Ledger, rows: int) -> None:
        ledger.record(event(rows=rows))

    if as_file:
        store.take_over_items([(WANG, fresh)], NOW, log)
        return
    with store.write() as ledger:
        ledger.put_items([(WANG, fresh)])


def _of_wang(table: Table) -> Any:
    own = table.c.number == WANG if table is STUDENT else table.c.student_no == WANG
    return own & (table.c.item == BOOKS.item) if table is CLEARANCE_ITEM else own
