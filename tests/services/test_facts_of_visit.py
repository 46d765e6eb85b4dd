# SPDX-License-Identifier: GPL-3.0-or-later
"""How records and ticks become facts, where no journey passes by."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk_app.domain.errors import DeskError
from desk_app.domain.facts import CardGeneration, HistoryKind, StockState
from desk_app.domain.policy import Policy
from desk_app.domain.records import CardRecord, CardState, Dossier, Graduate, Holding, ReleaseRecord
from desk_app.domain.signature import Signature
from desk_app.domain.visit import Found, Visit
from desk_app.services.desk import Desk
from desk_app.services.facts_of_visit import card_of, facts_of_visit, holding_of
from desk_app.services.health import FREE_BYTES_WANTED, require_space
from desk_app.services.sample_day import sample_signature

NOW = datetime(2025, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
GRADUATE = Graduate("41020901L", "王測一", "CHU")
VISIT = Visit("v1", Found.NUMBER, "41020901L", NOW)


def test_a_reversal_stands_after_its_release(
    policy: Policy, desk: Desk, enrol: Callable[..., Graduate], signature: Signature
) -> None:
    enrol()
    case = desk.pickup.confirm_serial(desk.pickup.open_card("58237714", NOW), "M-0001")
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
    release: ReleaseRecord = desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    reversed_ = dataclasses.replace(release, voided_at=NOW + timedelta(minutes=5))
    dossier = Dossier(GRADUATE, releases=(reversed_,))
    facts = facts_of_visit(policy, "MAIN", VISIT, dossier, NOW + timedelta(hours=1))
    assert [(fact.event, fact.at) for fact in facts.history] == [
        (HistoryKind.RELEASE, NOW),
        (HistoryKind.REVERSAL, NOW + timedelta(minutes=5)),
    ]


def test_a_visit_never_begins_after_its_decision(policy: Policy) -> None:
    facts = facts_of_visit(policy, "MAIN", VISIT, Dossier(GRADUATE), NOW - timedelta(minutes=1))
    assert facts.started_at == facts.at


def test_a_certificate_in_its_box_goes_before_a_spoilt_one() -> None:
    spoilt = Holding("M-1", "41020901L", "D", "MAIN", "M-001", StockState.MISPRINT)
    good = dataclasses.replace(spoilt, serial="M-2", state=StockState.IN_BOX)
    assert holding_of(Dossier(GRADUATE, holdings=(spoilt, good)), "D") == good
    assert holding_of(Dossier(GRADUATE, holdings=(spoilt,)), "D") == spoilt
    assert holding_of(Dossier(GRADUATE), "D") is None


def test_the_card_in_force_goes_before_the_one_that_it_replaced() -> None:
    old = CardRecord("AA", "41020901L", CardGeneration.OLD, CardState.REVOKED)
    new = CardRecord("BB", "41020901L", CardGeneration.FOUR_K, CardState.ACTIVE)
    dossier = Dossier(GRADUATE, cards=(new, old))
    assert card_of(dossier, "") == new
    assert card_of(dossier, "AA") == old
    assert card_of(Dossier(GRADUATE, cards=(old,)), "") == old
    assert card_of(Dossier(GRADUATE), "") is None


def test_a_disk_that_is_nearly_full_is_told_in_megabytes() -> None:
    with pytest.raises(DeskError) as caught:
        require_space(FREE_BYTES_WANTED - 1)
    assert (caught.value.code, caught.value.data) == ("disk_low", {"free": 499, "wanted": 500})
    assert require_space(FREE_BYTES_WANTED) == "500 MB"


def test_the_sample_signature_is_one_that_the_desk_accepts() -> None:
    assert sample_signature().ink() > 100
