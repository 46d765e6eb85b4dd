# SPDX-License-Identifier: GPL-3.0-or-later
"""A visit at the counter, brought to where RELEASE may be pressed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

from desk_app.domain.facts import LetterFacts, Mode, PhotoIdKind
from desk_app.domain.records import Graduate, Relation, ReleaseRecord
from desk_app.domain.signature import Signature
from desk_app.domain.visit import OpenCase, StepKind, StepState
from desk_app.services.desk import Desk
from tests.plain_desk import PROXY_NUMBER

Enrol = Callable[..., Graduate]


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


def hand_over(desk: Desk, signature: Signature, uid: str = "58237714", serial: str = "M-0001") -> ReleaseRecord:
    """Hand a certificate over to the graduate of a card."""
    case = desk.pickup.confirm_serial(desk.pickup.open_card(uid, desk.clock.now()), serial)
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
    return desk.pickup.release(case, desk.pickup.begin_confirmation(case))
