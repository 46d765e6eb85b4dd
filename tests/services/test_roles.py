# SPDX-License-Identifier: GPL-3.0-or-later
"""Every use case under every role: what the table of acts does not give is refused before anything is done."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from desk_app import services
from desk_app.documents.audit_tables import AuditTables
from desk_app.domain.audit import AuditFilter
from desk_app.domain.backups import BackupProof
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import DeskError, StoreError
from desk_app.domain.facts import PhotoIdKind
from desk_app.domain.records import Operator, Role
from desk_app.domain.visit import OpenCase
from desk_app.services.audit_log import AuditForm
from desk_app.services.backups import Backups
from desk_app.services.clearance.phone_confirmations import PhoneRequest
from desk_app.services.clearance.pull import ClearancePull
from desk_app.services.closures import ClosureDraft
from desk_app.services.corrections import CorrectionKind, CorrectionRequest
from desk_app.services.day_logs import LogFormat
from desk_app.services.desk import Desk
from desk_app.services.import_files import ImportKind
from desk_app.services.imports import Imports
from desk_app.services.key_keeping import KeyChange, KeyKeeping
from desk_app.services.operators import Operators
from desk_app.services.overrides import OverrideRequest
from desk_app.services.retention import PurgeRequest
from desk_app.services.rights import ACTS_OF, UNATTENDED, Act
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore
from tests.services.delivered import Delivered

pytestmark = pytest.mark.slow

TODAY = date(2025, 6, 3)
NOWHERE = Path("delivered.csv")
SINGLE_IMPORTS = ("import_students", "import_items", "import_stock", "import_cards", "import_photos")
SOMEBODY = Operator("somebody", "某測人", Role.CLERK)
DRAFT = ClosureDraft(date(2025, 6, 5), date(2025, 6, 5), "TYPHOON", "公告", date(2025, 6, 3))


def _trail(desk: Desk) -> Trail:
    return Trail(desk.identity, desk.policy, desk.operators)


def _backups(desk: Desk) -> Backups:
    def full(_target: Path) -> BackupProof:
        raise StoreError("store_full")

    return Backups(desk.store, desk.clock, _trail(desk), full, Path("backups"), 30)


def _imports(desk: Desk) -> Imports:
    return Imports(desk.store, Delivered(), desk.clock, _trail(desk), desk.papers.unprintable)


def _importing(name: str) -> Callable[[Desk, OpenCase], object]:
    return lambda desk, _case: getattr(_imports(desk), name)(NOWHERE)


def _pull(desk: Desk) -> ClearancePull:
    return ClearancePull(desk.store, (), desk.policy, desk.clock, _trail(desk))


GUARDED: dict[str, tuple[Act, Callable[[Desk, OpenCase], object]]] = {
    "Pickup.open_card": (Act.OPEN_RECORD, lambda desk, _case: desk.pickup.open_card("58237714", desk.clock.now())),
    "Pickup.open_number": (Act.OPEN_RECORD, lambda desk, _case: desk.pickup.open_number("41020901L")),
    "Pickup.search": (Act.OPEN_RECORD, lambda desk, _case: desk.pickup.search("王")),
    "Pickup.look_up": (Act.OPEN_RECORD, lambda desk, _case: desk.pickup.look_up("41020901L")),
    "Pickup.reload": (Act.OPEN_RECORD, lambda desk, case: desk.pickup.reload(case)),
    "Pickup.check_proxy_id": (
        Act.OPEN_RECORD,
        lambda desk, case: desk.pickup.check_proxy_id(case, PhotoIdKind.PASSPORT, "P1234567", "王測二"),
    ),
    "Pickup.check_person_number": (
        Act.OPEN_RECORD,
        lambda desk, case: desk.pickup.check_person_number(case, "A123456789"),
    ),
    "Pickup.release": (
        Act.HAND_OVER,
        lambda desk, case: desk.pickup.release(case, desk.pickup.begin_confirmation(case)),
    ),
    "PrintQueue.take_over": (Act.PRINT, lambda desk, _case: desk.print_queue.take_over(1)),
    "PrintQueue.add": (Act.PRINT, lambda desk, _case: desk.print_queue.add("P2", "slip", b"%PDF")),
    "PrintQueue.confirm": (Act.PRINT, lambda desk, _case: desk.print_queue.confirm(1)),
    "PrintQueue.retry": (Act.PRINT, lambda desk, _case: desk.print_queue.retry(1)),
    "PrintQueue.retry_refused": (Act.PRINT, lambda desk, _case: desk.print_queue.retry_refused("M-1")),
    "DayLogs.of_day": (Act.LEDGER, lambda desk, _case: desk.day_logs.of_day(TODAY)),
    "DayLogs.newest": (Act.LEDGER, lambda desk, _case: desk.day_logs.newest(6)),
    "DayLogs.content": (Act.LEDGER, lambda desk, _case: desk.day_logs.content(TODAY, "MAIN")),
    "DayLogs.export": (
        Act.EXPORT,
        lambda desk, _case: desk.day_logs.export(desk.day_logs.content(TODAY, "MAIN"), LogFormat.CSV),
    ),
    "Closures.enter": (Act.CLOSURE, lambda desk, _case: desk.closures.enter(DRAFT)),
    "Closures.preview": (Act.LEDGER, lambda desk, _case: desk.closures.preview(DRAFT)),
    "Closures.preview_withdrawal": (Act.LEDGER, lambda desk, _case: desk.closures.preview_withdrawal("none")),
    "Closures.withdraw": (Act.CLOSURE, lambda desk, _case: desk.closures.withdraw("none", "mistake")),
    "ProxyChecks.confirm": (
        Act.HAND_OVER,
        lambda desk, case: desk.proxy_checks.confirm(case, Credential("boss", "")),
    ),
    "ReceiptCopies.make": (Act.HAND_OVER, lambda desk, _case: desk.copies.make("M-1", "lost")),
    "Receipts.archived": (Act.LEDGER, lambda desk, _case: desk.receipts.archived("M-1")),
    "Receipts.unmask": (Act.LEDGER, lambda desk, _case: desk.receipts.unmask("M-1", "asked")),
    "QueueForecast.count": (Act.LEDGER, lambda desk, _case: desk.queue.count()),
    "Recounts.record": (Act.RECOUNT, lambda desk, _case: desk.recounts.record(Credential("boss", ""), "counted")),
    "AuditLog.find": (Act.AUDIT, lambda desk, _case: desk.audit.find(AuditFilter())),
    "AuditLog.export": (
        Act.AUDIT,
        lambda desk, _case: desk.audit.export(AuditFilter(), AuditForm.CSV, AuditTables()),
    ),
    "AuditLog.set_checkpoint": (Act.EXPORT, lambda desk, _case: desk.audit.set_checkpoint(desk.papers)),
    "Backups.make": (Act.BACKUP, lambda desk, _case: _backups(desk).make()),
    "Backups.close_day": (Act.BACKUP, lambda desk, _case: _backups(desk).close_day()),
    "KeyKeeping.change": (
        Act.KEYS,
        lambda desk, _case: KeyKeeping(desk.store, desk.clock, _trail(desk)).change(KeyChange.ROTATE, lambda: None),
    ),
    "ClearancePull.run": (Act.IMPORT, lambda desk, _case: _pull(desk).run()),
    **{f"Imports.{name}": (Act.TAKE_OVER, _importing(name)) for name in SINGLE_IMPORTS},
    "Imports.run": (Act.TAKE_OVER, lambda desk, _case: _imports(desk).run(ImportKind.CARDS, NOWHERE)),
    "PhoneConfirmations.confirm": (
        Act.HAND_OVER,
        lambda desk, case: desk.phone.confirm(case, PhoneRequest((), "x", "1077", Credential("boss", ""))),
    ),
    "Overrides.decide": (
        Act.HAND_OVER,
        lambda desk, case: desk.overrides.decide(case, OverrideRequest("X", Credential("boss", ""), "because")),
    ),
    "Corrections.reverse": (
        Act.HAND_OVER,
        lambda desk, _case: desk.corrections.reverse(
            CorrectionRequest("M-1", CorrectionKind.RETURNED, "why", Credential("boss", ""))
        ),
    ),
    "Retention.preview": (Act.RETENTION, lambda desk, _case: desk.retention.preview()),
    "Retention.purge": (
        Act.RETENTION,
        lambda desk, _case: desk.retention.purge(PurgeRequest("over", Credential("boss", ""))),
    ),
    "Staff.add": (Act.STAFF, lambda desk, _case: desk.staff.add(SOMEBODY, "long enough 1")),
    "Staff.close": (Act.STAFF, lambda desk, _case: desk.staff.close("clerk-m1")),
    "Staff.set_phrase": (Act.STAFF, lambda desk, _case: desk.staff.set_phrase("clerk-m1", "long enough 1")),
}

FREE = {
    # What is already on the screen, decided again; nothing is loaded and nothing kept.
    "Pickup.revise", "Pickup.renew", "Pickup.announced_closures", "Pickup.confirm_serial", "Pickup.begin_confirmation",
    # What was done is logged whoever works here by now; what was decided is given up when nobody does any more.
    "Pickup.record_verdict", "Pickup.record_evidence", "Overrides.give_up", "Overrides.give_up_all", "Desk.close",
    "SettingsLog.note", "SettingsLog.note_periods", "Trail.event", "Ground.trail",
    # What a hand-over that has happened still owes, whoever works here by now.
    "Receipts.content", "Receipts.finish", "Receipts.finish_pending", "PrintQueue.deliver",
    # Nobody is named: closures, states of papers and sources, a chain of hashes, a file's name, a reader's layout.
    "Closures.may_change", "Closures.all", "Retention.may_purge", "PrintQueue.attention", "PrintQueue.elsewhere",
    "AuditLog.verify", "Backups.newest", "ClearancePull.standings", "ClearancePull.troubles", "Calibration.learn", "Calibration.uids_of",
    # The schedule's act, for which nobody need sit at the desk.
    "ClearancePull.has_come", "ClearancePull.run_due", "ClearancePull.run_unattended",
    # Who one is must be proven before one is anybody; the owner of a desk is none of the staff.
    "Staff.accounts", "Staff.sign_in", "Staff.admit", "Staff.sign_out", "Staff.lock", "Staff.prove", "Staff.prove_for", "Staff.begin",
    "Staff.change_own_phrase", "Staff.phrase_is_given",
    "Recovery.recover", "Recovery.newest", "Operators.all", "Operators.at_work", "Operators.current", "Operators.leave",
    "Operators.lock", "Operators.locked", "Operators.name_for_log", "Operators.signed_in", "Operators.switch",
}  # fmt: skip

_TOUCHES_THE_DESK = ("Store", "Trail", "Operators")
"""Whoever holds one of these can read the store, change it, or say who works here."""


def use_cases() -> set[str]:
    """Find every public member of every class of the services that can touch the desk."""
    found = set()
    for module in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if inspect.isclass(kind) and kind.__module__ == module.name and _touches_the_desk(kind):
                fields = set(getattr(kind, "__dataclass_fields__", ()))
                members = {member for member, _ in inspect.getmembers_static(kind) if not member.startswith("_")}
                found |= {f"{name}.{member}" for member in members - fields}
    return found


def _touches_the_desk(kind: type) -> bool:
    if getattr(kind, "_is_protocol", False):
        return False
    if kind is Operators:
        return True
    held = [str(note) for one in kind.__mro__ for note in getattr(one, "__annotations__", {}).values()]
    return any(re.search(rf"\b{name}\b", note) for note in held for name in _TOUCHES_THE_DESK)


@pytest.fixture
def case(desk: Desk, enrol: Callable[..., object]) -> OpenCase:
    enrol()
    return desk.pickup.open_number("41020901L")


def test_every_use_case_is_guarded_or_free_for_a_reason() -> None:
    assert use_cases() == set(GUARDED) | FREE


def test_a_class_that_is_new_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass
    class Leak:
        store: Store

        def everybody(self) -> None: ...

    Leak.__module__ = "desk_app.services.desk"
    monkeypatch.setattr("desk_app.services.desk.Leak", Leak, raising=False)
    assert "Leak.everybody" in use_cases()


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
    assert ACTS_OF[Role.AUDITOR] == UNATTENDED == {Act.LEDGER, Act.EXPORT, Act.PRINT, Act.AUDIT, Act.BACKUP}
    assert ACTS_OF[Role.SUPERVISOR] == set(Act)


def _refusal(do: Callable[[], object]) -> str:
    """Give the code of the refusal, "" when it was done."""
    try:
        do()
    except DeskError as error:
        return error.code
    return ""
