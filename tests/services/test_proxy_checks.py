# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy's papers at a desk that asks for a verifier: who stands for them, what lapses, what is recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.audit import AuditFilter
from desk_app.domain.decisions import DECIDED_FOR, Credential
from desk_app.domain.errors import OverrideError, PermissionRefusedError, ReleaseRefusedError, SignInError
from desk_app.domain.facts import EvidenceCode, EvidenceFact, LetterFacts, Mode, PhotoIdKind
from desk_app.domain.records import Graduate, Operator, Relation, Role
from desk_app.domain.signature import Signature
from desk_app.domain.visit import OpenCase, ProxyConfirmation, StepKind, StepState
from desk_app.services.desk import Desk
from desk_app.storage.store import DeskStore
from tests.plain_desk import CLERK, PHRASE, SUPERVISOR, give_phrases
from tests.services.conftest import DeskAt

VERIFIER = Operator("verify-m", "吳測驗", Role.VERIFIER)
BY_VERIFIER = Credential(VERIFIER.id, PHRASE)


@pytest.fixture
def careful(desk_at: DeskAt, store: DeskStore) -> Desk:
    desk = desk_at(needs_verifier=True)
    with store.write() as ledger:
        ledger.put_operators([VERIFIER])
    return give_phrases(desk, CLERK, VERIFIER)


@pytest.fixture
def shown(careful: Desk, enrol: Callable[..., Graduate], signature: Signature) -> OpenCase:
    """A proxy of whom all has been seen, whose letter and ID nobody has confirmed."""
    enrol(has_national_id=True)
    return proxy_at(careful, signature)


def proxy_at(desk: Desk, signature: Signature) -> OpenCase:
    case = desk.pickup.open_card("58237714", desk.clock.now())
    visit = dataclasses.replace(
        case.visit,
        mode=Mode.BY_PROXY,
        letter=LetterFacts(date=date(2025, 6, 2)),
        letter_date=date(2025, 6, 2),
        relation=Relation.FAMILY,
        evidence=(EvidenceFact(EvidenceCode.GRAD_NATIONAL_ID_COPY),),
        signature=signature,
    )
    case = desk.pickup.check_proxy_id(desk.pickup.revise(case, visit), PhotoIdKind.NATIONAL_ID, "A123456789", "王測二")
    return desk.pickup.confirm_serial(case, "M-0001")


def confirmed(desk: Desk, case: OpenCase) -> OpenCase:
    return desk.pickup.revise(case, desk.proxy_checks.confirm(case, BY_VERIFIER))


def release(desk: Desk, case: OpenCase) -> object:
    return desk.pickup.release(case, desk.pickup.begin_confirmation(case))


def step_of(case: OpenCase) -> StepState | None:
    return next((step.state for step in case.steps if step.kind is StepKind.VERIFIER), None)


def test_without_the_verifier_it_is_not_handed_over(careful: Desk, shown: OpenCase) -> None:
    assert [step.kind for step in shown.missing] == [StepKind.VERIFIER]
    with pytest.raises(ReleaseRefusedError) as refused:
        release(careful, shown)
    assert refused.value.data["missing"] == ("VERIFIER",)


def test_with_the_verifier_it_is_and_everything_says_so(careful: Desk, shown: OpenCase, store: DeskStore) -> None:
    case = confirmed(careful, shown)
    assert case.ready
    record = careful.pickup.release(case, careful.pickup.begin_confirmation(case))
    assert record.evidence[-1] == "PROXY_VERIFIED"
    assert record.operator == CLERK
    assert careful.receipts.content(record).confirmed_by == "verify-m 吳○驗"
    with store.read() as records:
        (entry,) = records.audit_lines(AuditFilter(kind="RELEASE"), 5)
    assert entry.payload["verified_by"] == VERIFIER.id


@pytest.mark.parametrize("operator", [VERIFIER, SUPERVISOR])
def test_a_verifier_at_the_desk_stands_for_the_papers(
    careful: Desk, enrol: Callable[..., Graduate], signature: Signature, operator: Operator
) -> None:
    enrol(has_national_id=True)
    careful.operators.switch(operator.id)
    case = proxy_at(careful, signature)
    assert step_of(case) is None
    record = careful.pickup.release(case, careful.pickup.begin_confirmation(case))
    assert careful.receipts.content(record).confirmed_by.startswith(operator.id)


def test_who_comes_in_person_needs_none(careful: Desk, enrol: Callable[..., Graduate]) -> None:
    enrol()
    assert step_of(careful.pickup.open_card("58237714", careful.clock.now())) is None


def test_a_desk_that_asks_for_none_records_none(
    desk: Desk, enrol: Callable[..., Graduate], signature: Signature
) -> None:
    enrol(has_national_id=True)
    case = proxy_at(desk, signature)
    record = desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    assert "PROXY_VERIFIED" not in record.evidence
    assert desk.receipts.content(record).confirmed_by == ""


def test_papers_that_change_afterwards_must_be_confirmed_again(careful: Desk, shown: OpenCase) -> None:
    case = confirmed(careful, shown)
    changed = careful.pickup.check_proxy_id(case, PhotoIdKind.NATIONAL_ID, "A123456789", "王測三")
    assert step_of(changed) is StepState.NOW
    with pytest.raises(ReleaseRefusedError):
        release(careful, changed)


def test_a_name_in_the_field_opens_nothing(careful: Desk, shown: OpenCase) -> None:
    true = confirmed(careful, shown).visit.confirmed
    assert isinstance(true, ProxyConfirmation)
    careful.operators.held.drop(shown.visit.id)
    forged = careful.pickup.revise(shown, dataclasses.replace(shown.visit, confirmed=true))
    assert forged.ready
    with pytest.raises(PermissionRefusedError, match="permission_verify"):
        release(careful, forged)


def test_a_confirmation_grows_old(careful: Desk, shown: OpenCase, clock: StandingClock) -> None:
    case = confirmed(careful, shown)
    clock.move_to(clock.now() + DECIDED_FOR + timedelta(seconds=1))
    with pytest.raises(PermissionRefusedError, match="permission_verify"):
        release(careful, case)


def test_a_verifier_whose_account_was_closed_stands_for_nothing(
    careful: Desk, shown: OpenCase, store: DeskStore
) -> None:
    case = confirmed(careful, shown)
    with store.write() as ledger:
        ledger.close_account(VERIFIER.id)
    with pytest.raises(PermissionRefusedError, match="permission_verify"):
        release(careful, case)


def test_a_clerk_confirms_nothing(careful: Desk, shown: OpenCase) -> None:
    with pytest.raises(PermissionRefusedError, match="permission_verify"):
        careful.proxy_checks.confirm(shown, Credential(CLERK.id, PHRASE))


def test_without_the_phrase_nothing_is_confirmed(careful: Desk, shown: OpenCase) -> None:
    with pytest.raises(SignInError, match="sign_in_wrong"):
        careful.proxy_checks.confirm(shown, Credential(VERIFIER.id, "wrong"))


def test_what_is_still_to_be_shown_cannot_be_confirmed(careful: Desk, shown: OpenCase) -> None:
    unread = careful.pickup.revise(shown, dataclasses.replace(shown.visit, relation=None))
    with pytest.raises(OverrideError, match="verifier_papers_first"):
        careful.proxy_checks.confirm(unread, BY_VERIFIER)
