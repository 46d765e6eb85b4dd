# SPDX-License-Identifier: GPL-3.0-or-later
"""What opens a record at the counter, and what the first look at it says."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from desk_app.domain.audit import readable
from desk_app.domain.errors import DeskError, NotFoundError
from desk_app.domain.records import CardState
from desk_app.domain.verdict import ReasonCode, VerdictCode
from desk_app.domain.visit import Found, StepKind, StepState
from desk_app.services.desk import Desk
from tests.plain_desk import last_entry
from tests.services.visits import Enrol, states


def test_a_card_opens_the_record_and_counts_as_shown(desk: Desk, enrol: Enrol) -> None:
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


def test_a_card_that_nobody_has_is_said_to_be_unknown_without_its_number(desk: Desk) -> None:
    with pytest.raises(NotFoundError) as caught:
        desk.pickup.open_card("04010203040506", desk.clock.now())
    assert caught.value.code == "card_unknown"
    assert caught.value.data["uid"] == "…0506"


def test_a_number_on_the_card_that_is_not_the_rosters_stops(desk: Desk, enrol: Enrol) -> None:
    enrol()
    with pytest.raises(DeskError) as caught:
        desk.pickup.open_card("58237714", desk.clock.now(), "41020902L")
    assert caught.value.code == "card_mismatch"
    assert desk.pickup.open_card("58237714", desk.clock.now(), "41020901L").visit.card_presented


def test_a_date_of_issue_that_is_not_the_rosters_stops(desk: Desk, enrol: Enrol) -> None:
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


def test_a_card_that_was_typed_is_marked_in_the_visit_and_in_the_audit_log(desk: Desk, enrol: Enrol) -> None:
    enrol()
    for typed, found in ((False, "CARD"), (True, "CARD_TYPED")):
        case = desk.pickup.open_card("58237714", desk.clock.now(), typed=typed)
        assert (case.visit.found, case.visit.card_typed) == (Found.CARD, typed)
        desk.pickup.record_verdict(case)
        entry = last_entry(desk.store)
        assert readable(entry)["payload"]["found"] == found


@pytest.mark.parametrize("state", [CardState.LOST, CardState.REVOKED])
def test_a_dead_card_opens_the_record_but_is_not_shown(desk: Desk, enrol: Enrol, state: CardState) -> None:
    enrol(card_state=state)
    case = desk.pickup.open_card("58237714", desk.clock.now())
    assert not case.visit.card_presented
    assert case.verdict.code is VerdictCode.NEED_EVIDENCE
    notices = {str(notice) for notice in case.verdict.notices}
    assert ("LOST_CARD_PRESENTED" in notices) == (state is CardState.LOST)


def test_a_typed_number_is_brought_to_its_form_and_needs_the_card(desk: Desk, enrol: Enrol) -> None:
    enrol()
    case = desk.pickup.open_number(" ４１０２０９０１l")
    assert case.dossier is not None
    assert case.verdict.code is VerdictCode.NEED_EVIDENCE
    assert case.verdict.missing_evidence == ("GRAD_CARD",)
    assert "NUMBER_NORMALISED" in {str(notice) for notice in case.verdict.notices}


def test_a_graduate_whose_only_card_is_lost_is_asked_for_the_report(desk: Desk, enrol: Enrol) -> None:
    enrol(card_state=CardState.LOST)
    case = desk.pickup.open_number("41020901L")
    assert case.verdict.missing_evidence == ("GRAD_PHOTO_ID", "LOSS_REPORT")


@pytest.mark.parametrize(
    ("typed", "reason"), [("hello", ReasonCode.NUMBER_FORMAT), ("41020999L", ReasonCode.NUMBER_UNKNOWN)]
)
def test_a_wrong_number_is_a_case_without_steps(desk: Desk, typed: str, reason: ReasonCode) -> None:
    case = desk.pickup.open_number(typed)
    assert case.verdict.code is VerdictCode.NOT_FOUND
    assert case.verdict.has_reason(reason)
    assert (case.dossier, case.steps, case.ready) == (None, (), False)


def test_what_no_file_has_delivered_is_unknown(desk: Desk, enrol: Enrol) -> None:
    enrol(items=[])
    case = desk.pickup.open_card("58237714", desk.clock.now())
    assert case.verdict.code is VerdictCode.HOLD
    assert {str(reason) for reason in case.verdict.reasons} >= {
        "ITEM_UNKNOWN:LIB_BOOKS.NTU",
        "ITEM_UNKNOWN:GA_FEES",
    }
    assert not any("OIA_DB" in str(part) for part in (*case.verdict.reasons, *case.verdict.notices))


def test_a_certificate_without_a_row_or_in_the_other_counters_box_is_not_at_hand(desk: Desk, enrol: Enrol) -> None:
    enrol(serial="")
    assert desk.pickup.open_number("41020901L").verdict.has_reason(ReasonCode.NOT_PRINTED)
    enrol("41020902L", serial="G-0009", counter="GONGGUAN", uid="")
    assert desk.pickup.open_number("41020902L").verdict.has_reason(ReasonCode.NOT_IN_BOX)


def test_the_other_counters_graduate_is_sent_there_and_the_box_there_counts(desk: Desk, enrol: Enrol) -> None:
    enrol("41047901S", unit="CSU", serial="G-0001", counter="GONGGUAN")
    case = desk.pickup.open_card("58237714", desk.clock.now())
    assert case.verdict.code is VerdictCode.REDIRECT
    assert case.verdict.send_to == "GONGGUAN"
    assert not case.verdict.has_reason(ReasonCode.NOT_IN_BOX)


def test_reload_takes_the_new_data_and_keeps_what_was_recorded(desk: Desk, enrol: Enrol) -> None:
    enrol(items=[])
    case = desk.pickup.open_card("58237714", desk.clock.now())
    case = desk.pickup.confirm_serial(case, "M-0001")
    enrol()
    again = desk.pickup.reload(case)
    assert again.verdict.code.releases
    assert again.visit == case.visit
