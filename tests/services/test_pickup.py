# SPDX-License-Identifier: GPL-3.0-or-later
"""The visit at the counter, from the card to the refused and the granted hand-over."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.audit import readable
from desk_app.domain.errors import (
    AlreadyReleasedError,
    DeskError,
    NotFoundError,
    ReleaseRefusedError,
    SignatureError,
    StoreFullError,
)
from desk_app.domain.facts import EvidenceCode, Flags, LetterFacts, Mode, PhotoIdKind, StockState
from desk_app.domain.papers import Language
from desk_app.domain.records import CardState, Graduate, Relation
from desk_app.domain.signature import PenPoint, Signature
from desk_app.domain.verdict import ReasonCode, VerdictCode
from desk_app.domain.visit import Found, OpenCase, StepKind, StepState
from desk_app.services.desk import Desk
from desk_app.services.explain.case import explain
from desk_app.services.keyed_index import KeyedIndex
from desk_app.services.receipt_content import signed_text
from desk_app.storage.audit import AuditReads
from desk_app.storage.store import DeskStore

Enrol = Callable[..., Graduate]
PROXY_NUMBER = "Y190000016"


def signed(desk: Desk, case: OpenCase, signature: Signature) -> OpenCase:
    case = desk.pickup.confirm_serial(case, "m-0001 ")
    return desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))


def ready_in_person(desk: Desk, signature: Signature, uid: str = "58237714") -> OpenCase:
    return signed(desk, desk.pickup.open_card(uid, desk.clock.now()), signature)


def ready_by_proxy(desk: Desk, signature: Signature) -> OpenCase:
    case = desk.pickup.open_card("58237714", desk.clock.now())
    letter = dataclasses.replace(case.visit, mode=Mode.BY_PROXY, letter=LetterFacts(date=date(2025, 6, 2)))
    case = desk.pickup.revise(case, letter)
    case = desk.pickup.check_proxy_id(case, PhotoIdKind.NATIONAL_ID, PROXY_NUMBER, " 許試言 ")
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, relation=Relation.FRIEND))
    return signed(desk, case, signature)


def states(case: OpenCase) -> dict[StepKind, StepState]:
    return {step.kind: step.state for step in case.steps}


class TestOpening:
    def test_a_card_opens_the_record_and_counts_as_shown(self, desk: Desk, enrol: Enrol) -> None:
        enrol()
        case = desk.pickup.open_card("58237714", desk.clock.now())
        assert case.visit.found is Found.CARD
        assert case.visit.card_presented
        assert case.verdict.code is VerdictCode.RELEASE_NOTICE
        assert states(case) == {
            StepKind.CARD: StepState.DONE,
            StepKind.SERIAL: StepState.NOW,
            StepKind.SIGNATURE: StepState.TODO,
        }
        assert not case.ready

    def test_a_card_that_nobody_has_is_said_to_be_unknown_without_its_number(self, desk: Desk) -> None:
        with pytest.raises(NotFoundError) as caught:
            desk.pickup.open_card("04010203040506", desk.clock.now())
        assert caught.value.code == "card_unknown"
        assert caught.value.data["uid"] == "…0506"

    def test_a_number_on_the_card_that_is_not_the_rosters_stops(self, desk: Desk, enrol: Enrol) -> None:
        enrol()
        with pytest.raises(DeskError) as caught:
            desk.pickup.open_card("58237714", desk.clock.now(), "41020902L")
        assert caught.value.code == "card_mismatch"
        assert desk.pickup.open_card("58237714", desk.clock.now(), "41020901L").visit.card_presented

    def test_a_date_of_issue_that_is_not_the_rosters_stops(self, desk: Desk, enrol: Enrol) -> None:
        enrol()
        issued = date(2021, 9, 1)
        assert desk.pickup.open_card("58237714", desk.clock.now(), "", issued).visit.card_presented
        with desk.store.write() as ledger:
            card = ledger.card("58237714")
            assert card is not None
            ledger.put_cards([dataclasses.replace(card, valid_from=issued)])
        assert desk.pickup.open_card("58237714", desk.clock.now(), "", issued).visit.card_presented
        with pytest.raises(DeskError) as caught:
            desk.pickup.open_card("58237714", desk.clock.now(), "", date(2022, 9, 1))
        assert caught.value.code == "card_mismatch"

    def test_a_card_that_was_typed_is_marked_in_the_visit_and_in_the_audit_log(self, desk: Desk, enrol: Enrol) -> None:
        enrol()
        for typed, found in ((False, "CARD"), (True, "CARD_TYPED")):
            case = desk.pickup.open_card("58237714", desk.clock.now(), typed=typed)
            assert (case.visit.found, case.visit.card_typed) == (Found.CARD, typed)
            desk.pickup.record_verdict(case)
            with desk.store.read() as records:
                entry = records.last_audit()
            assert entry is not None
            assert readable(entry)["payload"]["found"] == found

    @pytest.mark.parametrize("state", [CardState.LOST, CardState.REVOKED])
    def test_a_dead_card_opens_the_record_but_is_not_shown(self, desk: Desk, enrol: Enrol, state: CardState) -> None:
        enrol(card_state=state)
        case = desk.pickup.open_card("58237714", desk.clock.now())
        assert not case.visit.card_presented
        assert case.verdict.code is VerdictCode.NEED_EVIDENCE
        notices = {str(notice) for notice in case.verdict.notices}
        assert ("LOST_CARD_PRESENTED" in notices) == (state is CardState.LOST)

    def test_a_typed_number_is_brought_to_its_form_and_needs_the_card(self, desk: Desk, enrol: Enrol) -> None:
        enrol()
        case = desk.pickup.open_number(" ４１０２０９０１l")
        assert case.dossier is not None
        assert case.verdict.code is VerdictCode.NEED_EVIDENCE
        assert case.verdict.missing_evidence == ("GRAD_CARD",)
        assert "NUMBER_NORMALISED" in {str(notice) for notice in case.verdict.notices}

    def test_a_graduate_whose_only_card_is_lost_is_asked_for_the_report(self, desk: Desk, enrol: Enrol) -> None:
        enrol(card_state=CardState.LOST)
        case = desk.pickup.open_number("41020901L")
        assert case.verdict.missing_evidence == ("GRAD_PHOTO_ID", "LOSS_REPORT")

    @pytest.mark.parametrize(
        ("typed", "reason"), [("hello", ReasonCode.NUMBER_FORMAT), ("41020999L", ReasonCode.NUMBER_UNKNOWN)]
    )
    def test_a_wrong_number_is_a_case_without_steps(self, desk: Desk, typed: str, reason: ReasonCode) -> None:
        case = desk.pickup.open_number(typed)
        assert case.verdict.code is VerdictCode.NOT_FOUND
        assert case.verdict.has_reason(reason)
        assert (case.dossier, case.steps, case.ready) == (None, (), False)

    def test_what_no_file_has_delivered_is_unknown(self, desk: Desk, enrol: Enrol) -> None:
        enrol(items=[])
        case = desk.pickup.open_card("58237714", desk.clock.now())
        assert case.verdict.code is VerdictCode.HOLD
        assert {str(reason) for reason in case.verdict.reasons} >= {
            "ITEM_UNKNOWN:LIB_BOOKS.NTU",
            "ITEM_UNKNOWN:GA_FEES",
        }
        assert not any("OIA_DB" in str(part) for part in (*case.verdict.reasons, *case.verdict.notices))

    def test_a_certificate_without_a_row_or_in_the_other_counters_box_is_not_at_hand(
        self, desk: Desk, enrol: Enrol
    ) -> None:
        enrol(serial="")
        assert desk.pickup.open_number("41020901L").verdict.has_reason(ReasonCode.NOT_PRINTED)
        enrol("41020902L", serial="G-0009", counter="GONGGUAN", uid="")
        assert desk.pickup.open_number("41020902L").verdict.has_reason(ReasonCode.NOT_IN_BOX)

    def test_the_other_counters_graduate_is_sent_there_and_the_box_there_counts(self, desk: Desk, enrol: Enrol) -> None:
        enrol("41047901S", unit="CSU", serial="G-0001", counter="GONGGUAN")
        case = desk.pickup.open_card("58237714", desk.clock.now())
        assert case.verdict.code is VerdictCode.REDIRECT
        assert case.verdict.send_to == "GONGGUAN"
        assert not case.verdict.has_reason(ReasonCode.NOT_IN_BOX)

    def test_reload_takes_the_new_data_and_keeps_what_was_recorded(self, desk: Desk, enrol: Enrol) -> None:
        enrol(items=[])
        case = desk.pickup.open_card("58237714", desk.clock.now())
        case = desk.pickup.confirm_serial(case, "M-0001")
        enrol()
        again = desk.pickup.reload(case)
        assert again.verdict.code.releases
        assert again.visit == case.visit


class TestChecks:
    def test_another_certificates_number_is_refused(self, desk: Desk, enrol: Enrol) -> None:
        enrol()
        case = desk.pickup.open_card("58237714", desk.clock.now())
        with pytest.raises(DeskError) as caught:
            desk.pickup.confirm_serial(case, "M-0002")
        assert (caught.value.code, caught.value.data) == ("serial_mismatch", {"typed": "M-0002"})
        with pytest.raises(DeskError):
            desk.pickup.confirm_serial(case, "  ")

    def test_the_serial_is_taken_full_width_and_in_small_letters(self, desk: Desk, enrol: Enrol) -> None:
        enrol()
        case = desk.pickup.confirm_serial(desk.pickup.open_number("41020901L"), "ｍ-０００１　")
        assert case.visit.serials == (("DEGREE_CERTIFICATE", "M-0001"),)

    def test_a_certificate_that_is_not_in_its_box_cannot_be_confirmed(self, desk: Desk, enrol: Enrol) -> None:
        enrol(stock_state=StockState.MISSING)
        with pytest.raises(DeskError):
            desk.pickup.confirm_serial(desk.pickup.open_number("41020901L"), "M-0001")

    def test_an_unknown_number_has_no_certificate_to_confirm(self, desk: Desk) -> None:
        with pytest.raises(DeskError):
            desk.pickup.confirm_serial(desk.pickup.open_number("41020999L"), "M-0001")

    def test_a_proxys_number_is_kept_as_mask_and_keyed_hash_only(self, desk: Desk, enrol: Enrol) -> None:
        enrol()
        case = desk.pickup.open_card("58237714", desk.clock.now())
        case = desk.pickup.check_proxy_id(case, PhotoIdKind.NATIONAL_ID, "ｙ190000016", "許試言")
        shown = case.visit.proxy
        assert shown is not None
        assert (shown.id_masked, shown.id_valid, shown.graduates_today) == ("Y19000****", True, 1)
        assert shown.day_key == KeyedIndex(b"k" * 32).blind(PROXY_NUMBER)
        assert PROXY_NUMBER not in repr(case)

    @pytest.mark.parametrize(
        ("kind", "number", "valid"),
        [
            (PhotoIdKind.NATIONAL_ID, "Y190000017", False),
            (PhotoIdKind.PASSPORT, "X1234567", None),
            (PhotoIdKind.PASSPORT, "no!", False),
        ],
    )
    def test_a_photo_id_counts_unless_its_number_cannot_be_right(
        self, desk: Desk, enrol: Enrol, kind: PhotoIdKind, number: str, valid: bool | None
    ) -> None:
        enrol()
        case = desk.pickup.open_card("58237714", desk.clock.now())
        case = desk.pickup.revise(case, dataclasses.replace(case.visit, mode=Mode.BY_PROXY))
        case = desk.pickup.check_proxy_id(case, kind, number, "許試言")
        assert case.visit.proxy is not None
        assert case.visit.proxy.id_valid is valid
        assert (EvidenceCode.PROXY_ID in {shown.code for shown in case.visit.evidence}) == (valid is not False)
        assert states(case)[StepKind.PROXY_ID] is (StepState.BAD if valid is False else StepState.DONE)

    def test_the_graduates_number_is_compared_with_the_keyed_hash(self, desk: Desk, enrol: Enrol) -> None:
        enrol(blind=KeyedIndex(b"k" * 32).blind("Y290000027"), has_person_number=True)
        case = desk.pickup.open_card("58237714", desk.clock.now())
        assert desk.pickup.check_person_number(case, "y290000027").verdict.code.releases
        other = desk.pickup.check_person_number(case, PROXY_NUMBER)
        assert other.verdict.code is VerdictCode.STOP
        assert other.visit.flags == Flags(id_mismatch=True)
        assert PROXY_NUMBER not in repr(other)

    def test_a_typing_error_in_the_number_proves_nothing(self, desk: Desk, enrol: Enrol) -> None:
        enrol()
        case = desk.pickup.open_card("58237714", desk.clock.now())
        wrong = desk.pickup.check_person_number(case, "Y290000028")
        assert wrong.verdict.has_reason(ReasonCode.ID_CHECKSUM_FAILED)
        assert wrong.visit.id_number_typed == "Y29000****"
        assert desk.pickup.check_person_number(wrong, "Y290000027").verdict.code.releases

    def test_a_search_is_logged_with_its_text_masked(self, desk: Desk, enrol: Enrol, store: DeskStore) -> None:
        enrol()
        hits = desk.pickup.search(" 王測一")
        assert [hit.number for hit in hits] == ["41020901L"]
        assert desk.pickup.search("  ") == ()
        with store.read() as records:
            entry = records.last_audit()
        assert entry is not None
        assert readable(entry)["payload"]["searched"] == "王○一"
        assert "王測一" not in entry.body

    def test_a_verdict_is_recorded_for_the_day(self, desk: Desk, enrol: Enrol, store: DeskStore) -> None:
        enrol(items=[])
        desk.pickup.record_verdict(desk.pickup.open_number("41020901L"))
        desk.pickup.record_verdict(desk.pickup.open_number("王測一 has no number"))
        with store.read() as records:
            counts = records.day_counts(date(2025, 6, 3), "MAIN")
            entry = records.last_audit()
        assert counts.refused == {"HOLD": 1, "NOT_FOUND": 1}
        assert entry is not None
        assert "王測一 has no number" not in entry.body


class TestRelease:
    def test_in_person(self, desk: Desk, enrol: Enrol, signature: Signature, store: DeskStore) -> None:
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

    def test_by_proxy(self, desk: Desk, enrol: Enrol, signature: Signature) -> None:
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
        self, desk_at: Callable[..., Desk], enrol: Enrol, signature: Signature
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

    def test_a_letter_without_a_recorded_date_counts_as_undated(
        self, desk: Desk, enrol: Enrol, signature: Signature
    ) -> None:
        enrol()
        case = ready_by_proxy(desk, signature)
        undated = desk.pickup.revise(case, dataclasses.replace(case.visit, letter=LetterFacts()))
        assert undated.verdict.has_reason(ReasonCode.LETTER_UNDATED)
        assert states(undated)[StepKind.LETTER] is StepState.NOW
        dated = desk.pickup.revise(undated, dataclasses.replace(undated.visit, letter_date=date(2025, 6, 1)))
        assert dated.ready

    def test_the_same_confirmation_gives_the_same_release(self, desk: Desk, enrol: Enrol, signature: Signature) -> None:
        enrol()
        case = ready_in_person(desk, signature)
        confirmation = desk.pickup.begin_confirmation(case)
        first = desk.pickup.release(case, confirmation)
        assert desk.pickup.release(case, confirmation) == first

    def test_a_visit_after_the_proxys_says_so(self, desk: Desk, enrol: Enrol, signature: Signature) -> None:
        enrol()
        case = ready_by_proxy(desk, signature)
        desk.pickup.release(case, desk.pickup.begin_confirmation(case))
        again = desk.pickup.open_card("58237714", desk.clock.now())
        said = explain(desk.policy, again, Language.EN, again.verdict.at).banner
        assert said.line == "Handed to a proxy Tue 3 June 10:00, not again"

    def test_a_second_visit_says_when_where_and_to_whom(self, desk: Desk, enrol: Enrol, signature: Signature) -> None:
        enrol()
        case = ready_in_person(desk, signature)
        desk.pickup.release(case, desk.pickup.begin_confirmation(case))
        again = desk.pickup.open_card("58237714", desk.clock.now())
        assert again.verdict.code is VerdictCode.DUPLICATE
        assert again.steps == ()
        said = explain(desk.policy, again, Language.ZH, again.verdict.at).banner
        assert said.line == "6 月 3 日（二） 10:00 已發給本人，不再發給"
        with pytest.raises(AlreadyReleasedError) as caught:
            desk.pickup.release(case, desk.pickup.begin_confirmation(case))
        told = caught.value.data
        assert (told["receipt_no"], told["counter"], told["collector"]) == ("M-20250603-001", "MAIN", "王○一")
        assert isinstance(told["at"], datetime)

    def test_of_two_desks_one_wins_and_the_other_is_told(
        self, desk_at: Callable[..., Desk], enrol: Enrol, signature: Signature, store: DeskStore
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
        self, desk: Desk, enrol: Enrol, signature: Signature, store: DeskStore
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
        self, desk: Desk, enrol: Enrol, signature: Signature
    ) -> None:
        enrol()
        case = ready_in_person(desk, signature)
        enrol(serial="M-0099")
        enrol(serial="M-0001", stock_state=StockState.MISPRINT)
        with pytest.raises(ReleaseRefusedError) as caught:
            desk.pickup.release(case, desk.pickup.begin_confirmation(case))
        assert caught.value.code == "serial_mismatch"

    def test_the_grace_counts_from_the_opening_to_the_release(
        self, desk: Desk, enrol: Enrol, signature: Signature, clock: StandingClock
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

    def test_without_signature_or_with_a_dot_nothing_is_released(
        self, desk: Desk, enrol: Enrol, signature: Signature
    ) -> None:
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

    def test_without_the_certificates_number_the_refusal_names_it(
        self, desk: Desk, enrol: Enrol, signature: Signature
    ) -> None:
        enrol()
        case = ready_in_person(desk, signature)
        bare = desk.pickup.revise(case, dataclasses.replace(case.visit, serials=()))
        with pytest.raises(ReleaseRefusedError) as caught:
            desk.pickup.release(bare, desk.pickup.begin_confirmation(bare))
        assert caught.value.data["missing"] == ("SERIAL",)

    def test_a_full_disk_releases_nothing_and_the_retry_does(
        self, desk: Desk, enrol: Enrol, signature: Signature, store: DeskStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        enrol()
        case = ready_in_person(desk, signature)
        confirmation = desk.pickup.begin_confirmation(case)

        def full(*_: object) -> None:
            raise StoreFullError

        with monkeypatch.context() as patch:
            patch.setattr("desk_app.storage.store.Transaction.record", full)
            with pytest.raises(StoreFullError):
                desk.pickup.release(case, confirmation)
        with store.read() as records:
            assert records.ledger(date(2025, 6, 3), None) == ()
        assert desk.pickup.release(case, confirmation).receipt_no.sequence == 1

    def test_the_sentence_that_is_signed_stands_in_both_languages(self, desk: Desk) -> None:
        by_proxy = signed_text(Mode.BY_PROXY, desk.policy.documents)
        in_person = signed_text(Mode.IN_PERSON, desk.policy.documents)
        assert by_proxy.zh == "本人受畢業生委託代領學位證書一份（代）"
        assert in_person.zh == "本人簽收學位證書一份"
        assert in_person.en == "I have received one degree certificate"
