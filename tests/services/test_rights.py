# SPDX-License-Identifier: GPL-3.0-or-later
"""What no screen may make possible: a hand-over by an auditor, a decision in a supervisor's name, a number in a name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.errors import DeskError, PermissionRefusedError
from desk_app.domain.facts import Mode, OverrideFact, PhotoIdKind
from desk_app.domain.records import Graduate, Operator, Role
from desk_app.domain.signature import Signature
from desk_app.domain.visit import OpenCase
from desk_app.services.desk import Desk
from tests.plain_desk import last_entry


@pytest.fixture
def ready(desk: Desk, enrol: Callable[..., Graduate], clock: StandingClock, signature: Signature) -> OpenCase:
    """Give a case that lacks nothing."""
    enrol()
    case = desk.pickup.confirm_serial(desk.pickup.open_card("58237714", clock.now()), "M-0001")
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
    assert case.ready
    return case


def test_an_auditor_hands_nothing_over(desk: Desk, ready: OpenCase) -> None:
    with desk.store.write() as ledger:
        ledger.put_operators([Operator("auditor", "蔡測核", Role.AUDITOR)])
    desk.operators.switch("auditor")
    with pytest.raises(PermissionRefusedError, match="permission_hand_over"):
        desk.pickup.release(ready, desk.pickup.begin_confirmation(ready))
    desk.operators.switch("clerk-m1")
    assert desk.pickup.reload(ready).ready


def test_a_supervisors_decision_cannot_be_put_into_a_visit(desk: Desk, ready: OpenCase) -> None:
    """Nobody has signed in for it: a name in a field is no supervisor."""
    smuggled = OverrideFact(reason="UNIT_NOT_ROUTED", by="boss", why="because", role="supervisor", second="other")
    case = desk.pickup.revise(ready, dataclasses.replace(ready.visit, overrides=(smuggled,)))
    with pytest.raises(PermissionRefusedError, match="permission_override"):
        desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    assert desk.pickup.reload(ready).ready


@pytest.mark.parametrize("name", ["陳Y190000016", "陳\n測", "陳" * 500])
def test_what_is_no_name_is_not_recorded_as_a_proxys(desk: Desk, ready: OpenCase, name: str) -> None:
    by_proxy = desk.pickup.revise(ready, dataclasses.replace(ready.visit, mode=Mode.BY_PROXY))
    with pytest.raises(DeskError, match="name_"):
        desk.pickup.check_proxy_id(by_proxy, PhotoIdKind.NATIONAL_ID, "Y190000016", name)


@pytest.mark.parametrize(
    "typed", ["Y190000016", "Y190000016 王", "1Y190000016", "41044901SY190000016", "ａＹ１９０００００１６"]
)
def test_a_number_typed_into_the_wrong_field_is_logged_masked(desk: Desk, typed: str) -> None:
    desk.pickup.search(typed)
    desk.pickup.record_verdict(desk.pickup.open_number(typed))
    desk.pickup.look_up(typed)
    last = last_entry(desk.store)
    assert last.sequence == 3
    assert_nowhere(desk, "0000016")
    assert_nowhere(desk, "Y19000")


def assert_nowhere(desk: Desk, digits: str) -> None:
    """Look through the raw bytes of the store and its side files."""
    with desk.store.read() as records:
        path = records._connection.engine.url.database  # type: ignore[attr-defined] # the test reads the file itself
    from pathlib import Path

    files = list(Path(path).parent.glob("desk.db*"))
    assert files
    assert all(digits.encode() not in file.read_bytes() for file in files)
