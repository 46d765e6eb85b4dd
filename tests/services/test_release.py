# SPDX-License-Identifier: GPL-3.0-or-later
"""The refused and the granted hand-over: once only, with what is true at its instant."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.errors import AlreadyReleasedError, ReleaseRefusedError, SignatureError, StoreFullError
from desk_app.domain.facts import LetterFacts, Mode, PhotoIdKind, StockState
from desk_app.domain.papers import Language
from desk_app.domain.records import Relation
from desk_app.domain.signature import PenPoint, Signature
from desk_app.domain.verdict import ReasonCode, VerdictCode
from desk_app.domain.visit import StepKind, StepState
from desk_app.services.desk import Desk
from desk_app.services.explain.case import explain
from desk_app.services.receipt_content import signed_text
from desk_app.storage.audit import AuditReads
from desk_app.storage.store import DeskStore
from tests.plain_desk import PROXY_NUMBER
from tests.services.visits import Enrol, ready_by_proxy, ready_in_person, states


def test_in_person(desk: Desk, enrol: Enrol, signature: Signature, store: DeskStore) -> None:
    enrol()
    case = ready_in_person(desk, signature)
    assert case.ready
    record = desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    assert str(record.receipt_no) == "M-20250603-001"
    assert (record.mode, record.proxy, record.evidence) == (Mode.IN_PERSON, None, ("GRAD_CARD",))
    assert [document.serial for document in record.documents] == ["M-0001"]
    assert record.digital_due == date(2025, 6, 6)
    with store.read() as records:
        assert records.release_by_receipt("M-20250603-001") == record
        assert records.stock_count("MAIN") == 0
        assert isinstance(records, AuditReads)
        assert records.first_bad_audit() is None


def test_by_proxy(desk: Desk, enrol: Enrol, signature: Signature) -> None:
    enrol()
    case = ready_by_proxy(desk, signature)
    assert case.missing == ()
    record = desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    assert record.proxy is not None
    assert (record.proxy.name, record.proxy.id_masked) == ("許試言", "Y19000****")
    assert (record.proxy.relation, record.proxy.letter_date) == (Relation.FRIEND, date(2025, 6, 2))
    assert "（代）" in json.loads(record.content)["signed_text"]["zh"]
    assert PROXY_NUMBER not in record.content


def test_the_proxys_graduates_are_counted_over_both_counters(
    desk_at: Callable[..., Desk], enrol: Enrol, signature: Signature
) -> None:
    enrol()
    desk = desk_at()
    case = ready_by_proxy(desk, signature)
    desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    enrol("41047901S", unit="CSU", serial="G-0001", counter="GONGGUAN", uid="04580B102D9407")
    other = desk_at("GONGGUAN")
    second = other.pickup.open_card("04580B102D9407", other.clock.now())
    second = other.pickup.check_proxy_id(second, PhotoIdKind.NATIONAL_ID, PROXY_NUMBER, "許試言")
    assert second.visit.proxy is not None
    assert second.visit.proxy.graduates_today == 2


def test_a_letter_without_a_recorded_date_counts_as_undated(desk: Desk, enrol: Enrol, signature: Signature) -> None:
    enrol()
    case = ready_by_proxy(desk, signature)
    undated = desk.pickup.revise(case, dataclasses.replace(case.visit, letter=LetterFacts()))
    assert undated.verdict.has_reason(ReasonCode.LETTER_UNDATED)
    assert states(undated)[StepKind.LETTER] is StepState.NOW
    dated = desk.pickup.revise(undated, dataclasses.replace(undated.visit, letter_date=date(2025, 6, 1)))
    assert dated.ready


def test_the_same_confirmation_gives_the_same_release(desk: Desk, enrol: Enrol, signature: Signature) -> None:
    enrol()
    case = ready_in_person(desk, signature)
    confirmation = desk.pickup.begin_confirmation(case)
    first = desk.pickup.release(case, confirmation)
    assert desk.pickup.release(case, confirmation) == first


def test_a_visit_after_the_proxys_says_so(desk: Desk, enrol: Enrol, signature: Signature) -> None:
    enrol()
    case = ready_by_proxy(desk, signature)
    desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    again = desk.pickup.open_card("58237714", desk.clock.now())
    said = explain(desk.policy, again, Language.EN, again.verdict.at).banner
    assert said.line == "Handed to a proxy Tue 3 June 10:00, not again"


def test_a_second_visit_says_when_where_and_to_whom(desk: Desk, enrol: Enrol, signature: Signature) -> None:
    enrol()
    case = ready_in_person(desk, signature)
    desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    again = desk.pickup.open_card("58237714", desk.clock.now())
    assert again.verdict.code is VerdictCode.DUPLICATE
    assert again.steps == ()
    said = explain(desk.policy, again, Language.ZH, again.verdict.at).banner
    assert said.line == "6 月 3 日（二）10:00 已發給本人，不再發給"
    with pytest.raises(AlreadyReleasedError) as caught:
        desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    told = caught.value.data
    assert (told["receipt_no"], told["counter"], told["collector"]) == ("M-20250603-001", "MAIN", "王○一")
    assert isinstance(told["at"], datetime)


def test_of_two_desks_one_wins_and_the_other_is_told(
    desk_at: Callable[..., Desk], enrol: Enrol, signature: Signature, store: DeskStore
) -> None:
    enrol()
    first, second = desk_at(), desk_at(desk="2", own_connection=True)
    at_first, at_second = ready_in_person(first, signature), ready_in_person(second, signature)
    assert at_first.ready
    assert at_second.ready
    first.pickup.release(at_first, first.pickup.begin_confirmation(at_first))
    with pytest.raises(AlreadyReleasedError):
        second.pickup.release(at_second, second.pickup.begin_confirmation(at_second))
    with store.read() as records:
        assert len(records.ledger(date(2025, 6, 3), None)) == 1


def test_what_became_open_meanwhile_is_found_at_the_release(
    desk: Desk, enrol: Enrol, signature: Signature, store: DeskStore
) -> None:
    enrol()
    case = ready_in_person(desk, signature)
    enrol(stock_state=StockState.MISSING)
    with pytest.raises(ReleaseRefusedError) as caught:
        desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    assert caught.value.data["verdict"] == "HOLD"
    assert caught.value.data["reasons"] == ("NOT_IN_BOX:DEGREE_CERTIFICATE",)
    with store.read() as records:
        assert records.ledger(date(2025, 6, 3), None) == ()


def test_a_certificate_printed_anew_meanwhile_must_be_scanned_again(
    desk: Desk, enrol: Enrol, signature: Signature
) -> None:
    enrol()
    case = ready_in_person(desk, signature)
    enrol(serial="M-0099")
    enrol(serial="M-0001", stock_state=StockState.MISPRINT)
    with pytest.raises(ReleaseRefusedError) as caught:
        desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    assert caught.value.code == "serial_mismatch"


def test_the_grace_counts_from_the_opening_to_the_release(
    desk: Desk, enrol: Enrol, signature: Signature, clock: StandingClock
) -> None:
    enrol()
    clock.move_to(datetime(2025, 6, 3, 11, 58, tzinfo=clock.now().tzinfo))
    case = ready_in_person(desk, signature)
    late = desk.pickup.begin_confirmation(case)
    clock.move_on(timedelta(minutes=13))
    with pytest.raises(ReleaseRefusedError) as caught:
        desk.pickup.release(case, late)
    assert caught.value.data["reasons"] == ("OUTSIDE_HOURS",)
    clock.move_on(timedelta(minutes=-5))
    assert desk.pickup.release(case, late).at.minute == 6


def test_without_signature_or_with_a_dot_nothing_is_released(desk: Desk, enrol: Enrol, signature: Signature) -> None:
    enrol()
    case = ready_in_person(desk, signature)
    unsigned = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=None))
    with pytest.raises(SignatureError):
        desk.pickup.release(unsigned, desk.pickup.begin_confirmation(unsigned))
    dot = dataclasses.replace(signature, strokes=((PenPoint(10, 10, 500, 0), PenPoint(11, 10, 500, 8)),))
    dotted = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=dot))
    assert states(dotted)[StepKind.SIGNATURE] is StepState.NOW
    with pytest.raises(SignatureError):
        desk.pickup.release(dotted, desk.pickup.begin_confirmation(dotted))


def test_without_the_certificates_number_the_refusal_names_it(desk: Desk, enrol: Enrol, signature: Signature) -> None:
    enrol()
    case = ready_in_person(desk, signature)
    bare = desk.pickup.revise(case, dataclasses.replace(case.visit, serials=()))
    with pytest.raises(ReleaseRefusedError) as caught:
        desk.pickup.release(bare, desk.pickup.begin_confirmation(bare))
    assert caught.value.data["missing"] == ("SERIAL",)


def test_a_full_disk_releases_nothing_and_the_retry_does(
    desk: Desk, enrol: Enrol, signature: Signature, store: DeskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol()
    case = ready_in_person(desk, signature)
    confirmation = desk.pickup.begin_confirmation(case)

    def full(*_: object) -> None:
        raise StoreFullError

    with monkeypatch.context() as patch:
        patch.setattr("desk_app.storage.ledger.Transaction.record", full)
        with pytest.raises(StoreFullError):
            desk.pickup.release(case, confirmation)
    with store.read() as records:
        assert records.ledger(date(2025, 6, 3), None) == ()
    assert desk.pickup.release(case, confirmation).receipt_no.sequence == 1


def test_the_sentence_that_is_signed_stands_in_both_languages(desk: Desk) -> None:
    by_proxy = signed_text(Mode.BY_PROXY, desk.policy.documents)
    in_person = signed_text(Mode.IN_PERSON, desk.policy.documents)
    assert by_proxy.zh == "本人受畢業生委託代領學位證書一份（代）"
    assert in_person.zh == "本人簽收學位證書一份"
    assert in_person.en == "I have received one degree certificate"
