# SPDX-License-Identifier: GPL-3.0-or-later
"""An office's word by telephone: only for what nobody knows, only by a supervisor, only for the day."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.audit import AuditFilter, AuditLine
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import DeskError
from desk_app.domain.facts import ItemState, Mode
from desk_app.domain.papers import Language
from desk_app.domain.policy import Policy
from desk_app.domain.records import AuditKind, Graduate, ItemRecord, Operator, Role
from desk_app.domain.verdict import NoticeCode, ReasonCode
from desk_app.domain.visit import OpenCase
from desk_app.services.clearance.phone_confirmations import PhoneRequest
from desk_app.services.desk import Desk
from desk_app.services.explain.case import explain
from desk_app.services.explain.items import BY_PHONE
from desk_app.storage.store import DeskStore
from tests.plain_desk import CLERK, PHRASE, SUPERVISOR, give_phrases
from tests.services.conftest import TEN

pytestmark = pytest.mark.slow

NUMBER = "41020901L"
BOSS = Credential(SUPERVISOR.id, PHRASE)
UNKNOWN = "ITEM_UNKNOWN:LIB_BOOKS.NTU"
CALL = PhoneRequest((UNKNOWN,), "圖書館 陳館員", "02-7749-0003", BOSS)
OLD = TEN - timedelta(hours=30)
FRESH = TEN - timedelta(minutes=2)
BOOKS = ItemRecord("LIB_BOOKS", "NTU", ItemState.UNKNOWN, FRESH)

Cleared = Callable[..., OpenCase]


@pytest.fixture
def staffed(desk: Desk, store: DeskStore) -> Desk:
    others = [Operator(f"{role.value}-9", "某測人", role) for role in Role]
    with store.write() as ledger:
        ledger.put_operators(others)
    return give_phrases(desk, CLERK, *others)


@pytest.fixture
def books(staffed: Desk, enrol: Callable[..., Graduate], policy: Policy) -> Cleared:
    """Open the record of a graduate for whom all is cleared but what is said about the books at NTU."""

    def opened(state: ItemState | None, as_of: datetime = FRESH) -> OpenCase:
        keys = [
            (item.code, source)
            for item in policy.clearance
            if item.applies_to_all and not item.closed_by_release
            for source in item.source_keys
        ]
        cleared = {key: ItemRecord(*key, ItemState.CLEARED, FRESH) for key in keys}
        del cleared["LIB_BOOKS", "NTU"]
        said = () if state is None else (dataclasses.replace(BOOKS, state=state, as_of=as_of),)
        enrol(NUMBER, items=[*cleared.values(), *said])
        return staffed.pickup.open_card("58237714", staffed.clock.now())

    return opened


def reasons(desk: Desk, case: OpenCase) -> list[str]:
    return [str(one) for one in desk.pickup.reload(case).verdict.reasons if one.code is not ReasonCode.MISSING]


def refusal(desk: Desk, case: OpenCase, call: PhoneRequest = CALL) -> str:
    with pytest.raises(DeskError) as caught:
        desk.phone.confirm(case, call)
    return caught.value.code


def entries(store: DeskStore) -> list[AuditLine]:
    with store.read() as records:
        return list(records.audit_lines(AuditFilter(kind=AuditKind.CONFIRM_BY_PHONE.value), 50))


@pytest.mark.parametrize(
    ("state", "as_of"),
    [(ItemState.UNKNOWN, FRESH), (ItemState.CLEARED, OLD), (ItemState.NOT_APPLICABLE, OLD), (None, FRESH)],
    ids=["unknown", "cleared but old", "not needed but old", "never delivered"],
)
def test_what_nobody_knows_is_settled_for_the_day(
    staffed: Desk, store: DeskStore, books: Cleared, clock: StandingClock, state: ItemState | None, as_of: datetime
) -> None:
    case = books(state, as_of)
    assert reasons(staffed, case) == [UNKNOWN]
    staffed.phone.confirm(case, CALL)
    assert reasons(staffed, case) == []
    confirmed = staffed.pickup.reload(case)
    assert NoticeCode.CONFIRMED_BY_PHONE in [notice.code for notice in confirmed.verdict.notices]
    (entry,) = entries(store)
    assert (entry.subject, entry.payload["by"], entry.payload["number"]) == (NUMBER, SUPERVISOR.id, CALL.number)
    assert entry.payload["items"] == ["LIB_BOOKS.NTU"]
    assert "陳館員" not in str(entry.payload)
    clock.move_to(TEN + timedelta(days=1))
    assert UNKNOWN in reasons(staffed, case)


@pytest.mark.parametrize("as_of", [FRESH, OLD])
@pytest.mark.parametrize("state", [ItemState.OPEN, ItemState.PENDING])
def test_what_an_office_calls_open_no_call_settles(
    staffed: Desk, store: DeskStore, books: Cleared, state: ItemState, as_of: datetime
) -> None:
    case = books(state, as_of)
    assert refusal(staffed, case) == "phone_open"
    assert reasons(staffed, case) == [f"ITEM_{state.value}:LIB_BOOKS.NTU"]
    assert entries(store) == []


@pytest.mark.parametrize("state", [ItemState.CLEARED, ItemState.NOT_APPLICABLE])
def test_what_is_settled_needs_no_call(staffed: Desk, books: Cleared, state: ItemState) -> None:
    assert refusal(staffed, books(state)) == "phone_settled"


def test_an_office_that_answers_during_the_call_is_heard(staffed: Desk, store: DeskStore, books: Cleared) -> None:
    case = books(ItemState.UNKNOWN)
    with store.write() as ledger:
        ledger.put_items([(NUMBER, dataclasses.replace(BOOKS, state=ItemState.OPEN, as_of=TEN))])
    assert refusal(staffed, case) == "phone_open"


@pytest.mark.parametrize("role", Role)
def test_only_a_supervisor_records_it(staffed: Desk, store: DeskStore, books: Cleared, role: Role) -> None:
    case = books(ItemState.UNKNOWN)
    called = dataclasses.replace(CALL, by=Credential(f"{role.value}-9", PHRASE))
    if role is Role.SUPERVISOR:
        staffed.phone.confirm(case, called)
        assert len(entries(store)) == 1
    else:
        assert refusal(staffed, case, called) == "permission_confirm_phone"
        assert reasons(staffed, case) == [UNKNOWN]


@pytest.mark.parametrize("role", Role)
def test_without_a_phrase_only_a_supervisor_at_work_records_it(staffed: Desk, books: Cleared, role: Role) -> None:
    case = books(ItemState.UNKNOWN)
    staffed.operators.switch(f"{role.value}-9")
    alone = dataclasses.replace(CALL, by=None)
    if role is Role.SUPERVISOR:
        staffed.phone.confirm(case, alone)
        assert reasons(staffed, case) == []
    else:
        assert refusal(staffed, case, alone) in ("permission_confirm_phone", "permission_hand_over")


def test_a_wrong_phrase_records_nothing(staffed: Desk, store: DeskStore, books: Cleared) -> None:
    case = books(ItemState.UNKNOWN)
    wrong = dataclasses.replace(CALL, by=Credential(SUPERVISOR.id, "guess"))
    assert refusal(staffed, case, wrong) == "sign_in_wrong"
    assert entries(store) == []


@pytest.mark.parametrize(
    ("person", "number", "code"),
    [
        ("", "02-7749-0003", "phone_person"),
        ("陳館員 A123456789", "02-7749-0003", "override_person_number"),
        ("陳館員", "", "phone_number"),
        ("陳館員", "12", "phone_number"),
        ("陳館員", "call me", "phone_number"),
        ("陳館員", "A123456789", "override_person_number"),
        ("陳館員", "Ａ１２３４５６７８９", "override_person_number"),
    ],
)
def test_texts_that_say_nothing_or_too_much_are_refused(
    staffed: Desk, store: DeskStore, books: Cleared, person: str, number: str, code: str
) -> None:
    case = books(ItemState.UNKNOWN)
    assert refusal(staffed, case, dataclasses.replace(CALL, person=person, number=number)) == code
    assert entries(store) == []


@pytest.mark.parametrize(
    "number", ["0277490003", "(02) 7749-0003", "1077", "02-7749-0003 分機 21", "０２－７７４９－０００３"]
)
def test_numbers_as_people_write_them_are_taken(staffed: Desk, books: Cleared, number: str) -> None:
    case = books(ItemState.UNKNOWN)
    staffed.phone.confirm(case, dataclasses.replace(CALL, number=number))
    assert reasons(staffed, case) == []


@pytest.mark.parametrize(("state", "stays"), [(ItemState.UNKNOWN, True), (ItemState.OPEN, False)])
def test_newer_data_end_it_only_when_they_say_no(
    staffed: Desk, store: DeskStore, books: Cleared, state: ItemState, stays: bool
) -> None:
    case = books(ItemState.UNKNOWN)
    staffed.phone.confirm(case, CALL)
    with store.write() as ledger:
        ledger.put_items([(NUMBER, dataclasses.replace(BOOKS, state=state, as_of=TEN))])
    assert (reasons(staffed, case) == []) is stays
    with store.write() as ledger:  # known no longer: what was said before the office said no is over
        ledger.put_items([(NUMBER, dataclasses.replace(BOOKS, as_of=TEN + timedelta(seconds=1)))])
    assert (reasons(staffed, case) == []) is stays


def test_several_items_of_one_call_are_recorded_or_none(staffed: Desk, store: DeskStore, books: Cleared) -> None:
    case = books(ItemState.UNKNOWN)
    both = dataclasses.replace(CALL, reasons=(UNKNOWN, "ITEM_UNKNOWN:GA_GOWN"))
    assert refusal(staffed, case, both) == "phone_settled"
    assert reasons(staffed, case) == [UNKNOWN]
    assert entries(store) == []


def test_row_and_notice_say_who_and_when(staffed: Desk, books: Cleared) -> None:
    case = books(ItemState.CLEARED, OLD)
    staffed.phone.confirm(case, CALL)
    said = explain(staffed.policy, staffed.pickup.reload(case), Language.ZH, staffed.clock.now())
    row = next(one for one in said.clearance if one.state == BY_PHONE)
    assert (row.item, row.word, row.settled, row.age) == ("LIB_BOOKS", "電話確認", True, "剛剛")
    assert [one.text for one in said.notes if one.code is NoticeCode.CONFIRMED_BY_PHONE] == [
        "臺大圖書館圖書已電話確認：圖書館 陳館員，02-7749-0003，10:00"
    ]


def test_a_call_about_several_items_is_said_once(staffed: Desk, store: DeskStore, books: Cleared) -> None:
    case = books(ItemState.UNKNOWN)
    with store.write() as ledger:
        ledger.put_items([(NUMBER, dataclasses.replace(BOOKS, item="LIB_FINES", state=ItemState.UNKNOWN))])
    unknown = tuple(reasons(staffed, case))
    staffed.phone.confirm(staffed.pickup.reload(case), dataclasses.replace(CALL, reasons=unknown))
    said = explain(staffed.policy, staffed.pickup.reload(case), Language.ZH, staffed.clock.now())
    assert len(unknown) == 2
    assert [one.text for one in said.notes if one.code is NoticeCode.CONFIRMED_BY_PHONE] == [
        "臺大圖書館圖書、臺大圖書館罰款已電話確認：圖書館 陳館員，02-7749-0003，10:00"
    ]


def test_a_word_given_for_a_proxy_counts_as_well(staffed: Desk, books: Cleared) -> None:
    case = books(ItemState.UNKNOWN)
    proxy = staffed.pickup.revise(case, dataclasses.replace(case.visit, mode=Mode.BY_PROXY))
    staffed.phone.confirm(proxy, CALL)
    assert UNKNOWN not in reasons(staffed, proxy)
