# SPDX-License-Identifier: GPL-3.0-or-later
"""Every use case under every role: what the table of acts does not give is refused before anything is done."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date

import pytest

from desk_app.domain.decisions import Credential
from desk_app.domain.errors import DeskError
from desk_app.domain.records import Operator, Role
from desk_app.domain.visit import OpenCase
from desk_app.services.closures import ClosureDraft
from desk_app.services.corrections import CorrectionKind, CorrectionRequest
from desk_app.services.day_logs import LogFormat
from desk_app.services.desk import Desk
from desk_app.services.overrides import OverrideRequest
from desk_app.services.rights import ACTS_OF, Act
from desk_app.storage.store import DeskStore

SOMEBODY = Operator("somebody", "某測人", Role.CLERK)
DRAFT = ClosureDraft(date(2025, 6, 5), date(2025, 6, 5), "TYPHOON", "公告", date(2025, 6, 3))

GUARDED: dict[str, tuple[Act, Callable[[Desk, OpenCase], object]]] = {
    "pickup.open_card": (Act.OPEN_RECORD, lambda desk, _case: desk.pickup.open_card("58237714", desk.clock.now())),
    "pickup.open_number": (Act.OPEN_RECORD, lambda desk, _case: desk.pickup.open_number("41020901L")),
    "pickup.search": (Act.OPEN_RECORD, lambda desk, _case: desk.pickup.search("王")),
    "pickup.look_up": (Act.OPEN_RECORD, lambda desk, _case: desk.pickup.look_up("41020901L")),
    "pickup.reload": (Act.OPEN_RECORD, lambda desk, case: desk.pickup.reload(case)),
    "pickup.release": (
        Act.HAND_OVER,
        lambda desk, case: desk.pickup.release(case, desk.pickup.begin_confirmation(case)),
    ),
    "print_queue.add": (Act.PRINT, lambda desk, _case: desk.print_queue.add("P2", "slip", b"%PDF")),
    "print_queue.confirm": (Act.PRINT, lambda desk, _case: desk.print_queue.confirm(1)),
    "print_queue.retry": (Act.PRINT, lambda desk, _case: desk.print_queue.retry(1)),
    "print_queue.retry_refused": (Act.PRINT, lambda desk, _case: desk.print_queue.retry_refused("M-1")),
    "day_logs.export": (
        Act.EXPORT,
        lambda desk, _case: desk.day_logs.export(desk.day_logs.content(date(2025, 6, 3), "MAIN"), LogFormat.CSV),
    ),
    "closures.enter": (Act.CLOSURE, lambda desk, _case: desk.closures.enter(DRAFT)),
    "closures.withdraw": (Act.CLOSURE, lambda desk, _case: desk.closures.withdraw("none", "mistake")),
    "overrides.decide": (
        Act.HAND_OVER,
        lambda desk, case: desk.overrides.decide(case, OverrideRequest("X", Credential("boss", ""), "because")),
    ),
    "corrections.reverse": (
        Act.HAND_OVER,
        lambda desk, _case: desk.corrections.reverse(
            CorrectionRequest("M-1", CorrectionKind.RETURNED, "why", Credential("boss", ""))
        ),
    ),
    "staff.add": (Act.STAFF, lambda desk, _case: desk.staff.add(SOMEBODY, "long enough 1")),
    "staff.close": (Act.STAFF, lambda desk, _case: desk.staff.close("clerk-m1")),
    "staff.set_phrase": (Act.STAFF, lambda desk, _case: desk.staff.set_phrase("clerk-m1", "long enough 1")),
}

FREE = {
    # What is already on the screen, decided again; nothing is loaded and nothing kept.
    "pickup.revise", "pickup.renew", "pickup.announced_closures", "pickup.record_verdict", "pickup.confirm_serial",
    "pickup.check_proxy_id", "pickup.check_person_number", "pickup.begin_confirmation",
    # What a hand-over that has happened still owes, whoever works here by now.
    "receipts.content", "receipts.finish", "receipts.finish_pending", "print_queue.deliver", "print_queue.attention",
    # Masked lists and sealed papers, which every role sees.
    "receipts.archived", "day_logs.content", "closures.may_change", "closures.all", "closures.preview",
    "closures.preview_withdrawal",
    # Who one is must be proven before one is anybody.
    "staff.accounts", "staff.sign_in", "staff.sign_out", "staff.lock", "staff.prove", "staff.begin",
}  # fmt: skip
SERVICES = ("corrections", "pickup", "overrides", "receipts", "print_queue", "day_logs", "closures", "staff")


@pytest.fixture
def case(desk: Desk, enrol: Callable[..., object]) -> OpenCase:
    enrol()
    return desk.pickup.open_number("41020901L")


def test_every_use_case_is_guarded_or_free_for_a_reason(desk: Desk) -> None:
    found = set()
    for service in SERVICES:
        kind = type(getattr(desk, service))
        fields = set(getattr(kind, "__dataclass_fields__", ()))
        found |= {
            f"{service}.{name}"
            for name, _ in inspect.getmembers_static(kind)
            if not name.startswith("_") and name not in fields
        }
    assert found == set(GUARDED) | FREE


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", GUARDED)
def test_a_role_does_what_the_table_gives_it_and_nothing_else(
    desk: Desk, store: DeskStore, case: OpenCase, name: str, role: Role
) -> None:
    act, do = GUARDED[name]
    with store.write() as ledger:
        ledger.put_operators([Operator("tried", "試測員", role)])
    desk.operators.switch("tried")
    with store.read() as records:
        before = records.last_audit()
    code = _refusal(lambda: do(desk, case))
    if act in ACTS_OF[role]:
        assert not code.startswith("permission_")
    else:
        assert code == f"permission_{act.value}"
        with store.read() as records:
            assert records.last_audit() == before


@pytest.mark.parametrize("name", GUARDED)
def test_nobody_does_anything_at_a_locked_or_empty_desk(desk: Desk, case: OpenCase, name: str) -> None:
    _act, do = GUARDED[name]
    desk.operators.lock()
    assert _refusal(lambda: do(desk, case)) == "permission_locked"
    desk.operators.leave()
    assert _refusal(lambda: do(desk, case)) == "permission_nobody"


def test_an_auditor_exports_and_prints_but_opens_nothing() -> None:
    assert ACTS_OF[Role.AUDITOR] == {Act.EXPORT, Act.PRINT}
    assert ACTS_OF[Role.SUPERVISOR] == set(Act)


def _refusal(do: Callable[[], object]) -> str:
    """Give the code of the refusal, "" when it was done."""
    try:
        do()
    except DeskError as error:
        return error.code
    return ""
