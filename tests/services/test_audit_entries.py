# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that the audit log promises is an entry: each act driven through the services, its kind looked up."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from desk_app.clock import StandingClock
from desk_app.documents.audit_tables import AuditTables
from desk_app.domain.audit import AuditFilter, AuditLine
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import SignInError
from desk_app.domain.records import AuditKind, Graduate, Operator, ReleaseRecord, Role
from desk_app.domain.retention import Period, PeriodSource, RecordKind
from desk_app.domain.signature import Signature
from desk_app.domain.visit import OpenCase
from desk_app.services.audit_log import AuditForm
from desk_app.services.closures import ClosureDraft
from desk_app.services.corrections import CorrectionKind, CorrectionRequest
from desk_app.services.day_logs import LogFormat
from desk_app.services.desk import Desk
from desk_app.services.import_files import ImportKind
from desk_app.services.imports import Imports
from desk_app.services.overrides import OverrideRequest
from desk_app.services.settings_log import SettingsLog
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore
from tests.plain_desk import CLERK, PHRASE, SUPERVISOR, TAIPEI, Tray, give_phrases
from tests.services.delivered import Delivered

pytestmark = pytest.mark.slow

BOSS = Credential(SUPERVISOR.id, PHRASE)
EVENING = datetime(2025, 6, 3, 18, 0, tzinfo=TAIPEI)
TODAY = date(2025, 6, 3)


@dataclasses.dataclass
class Day:
    """A staffed desk with a graduate whose certificate lies in its box."""

    desk: Desk
    store: DeskStore
    clock: StandingClock
    signature: Signature
    tray: Tray

    def case(self) -> OpenCase:
        desk = self.desk
        case = desk.pickup.confirm_serial(desk.pickup.open_card("58237714", desk.clock.now()), "M-0001")
        return desk.pickup.revise(case, dataclasses.replace(case.visit, signature=self.signature))

    def release(self) -> ReleaseRecord:
        case = self.case()
        record = self.desk.pickup.release(case, self.desk.pickup.begin_confirmation(case))
        self.desk.receipts.finish(record)
        return record

    def decided(self) -> OpenCase:
        self.clock.move_to(EVENING)
        case = self.case()
        visit = self.desk.overrides.decide(case, OverrideRequest("OUTSIDE_HOURS", BOSS, "系統故障"))
        return self.desk.pickup.revise(case, visit)

    def jammed(self) -> int:
        self.tray.empty = True
        self.desk.print_queue.add("P2", "slip", b"%PDF")
        self.desk.print_queue.deliver()
        return self.desk.print_queue.attention()[-1].id


@pytest.fixture
def day(
    desk: Desk,
    store: DeskStore,
    clock: StandingClock,
    enrol: Callable[..., Graduate],
    signature: Signature,
    tray: Tray,
) -> Day:
    give_phrases(desk, CLERK)
    enrol()
    return Day(desk, store, clock, signature, tray)


def _override(day: Day) -> None:
    case = day.decided()
    day.desk.pickup.release(case, day.desk.pickup.begin_confirmation(case))


def _reverse(day: Day) -> None:
    number = str(day.release().receipt_no)
    day.desk.corrections.reverse(CorrectionRequest(number, CorrectionKind.RETURNED, "拿錯證書", BOSS))


def _refused(day: Day) -> None:
    with pytest.raises(SignInError):
        day.desk.staff.sign_in(CLERK.id, "wrong")


def _supervisor(day: Day) -> Desk:
    day.desk.operators.switch(SUPERVISOR.id)
    return day.desk


def _import(day: Day) -> None:
    _supervisor(day)
    trail = Trail(day.desk.identity, day.desk.policy, day.desk.operators)
    imports = Imports(day.store, Delivered(), day.clock, trail, day.desk.papers.unprintable)
    imports.run(ImportKind.CARDS, Path("cards.csv"))


def _settings(day: Day) -> None:
    day.desk.settings_log.note({"printer": "folder"})
    day.desk.settings_log.note({"printer": "folder"})
    day.desk.settings_log.note({"printer": "cups"})


ACTS: Mapping[str, tuple[AuditKind, Mapping[str, object], Callable[[Day], object]]] = {
    "search": (AuditKind.LOOKUP, {"hits": 1}, lambda day: day.desk.pickup.search("王")),
    "look-up": (AuditKind.LOOKUP, {"searched": ""}, lambda day: day.desk.pickup.look_up("41020901L")),
    "unmasking": (
        AuditKind.UNMASK,
        {"why": "詢問證號"},
        lambda day: day.desk.receipts.unmask(str(day.release().receipt_no), "詢問證號"),
    ),
    "verdict": (
        AuditKind.VERDICT,
        {"found": "CARD", "calendar": "2024-07-09"},
        lambda day: day.desk.pickup.record_verdict(day.case()),
    ),
    "evidence": (
        AuditKind.EVIDENCE,
        {"shown": ["CARD:GRAD_CARD", "SERIAL:DEGREE_CERTIFICATE", "SIGNATURE"], "taken_back": []},
        lambda day: day.desk.pickup.record_evidence(day.case(), frozenset()),
    ),
    "evidence taken back": (
        AuditKind.EVIDENCE,
        {"shown": [], "taken_back": ["LETTER:LETTER"]},
        lambda day: day.desk.pickup.record_evidence(
            case := day.case(), frozenset({"LETTER:LETTER", *_shown(day, case)})
        ),
    ),
    "print": (AuditKind.PRINT, {"paper": "P2"}, lambda day: day.desk.print_queue.add("P2", "slip", b"%PDF")),
    "print again": (AuditKind.PRINT, {"action": "retry"}, lambda day: day.desk.print_queue.retry(day.jammed())),
    "print seen": (AuditKind.PRINT, {"action": "confirm"}, lambda day: day.desk.print_queue.confirm(day.jammed())),
    "receipt sealed": (AuditKind.PRINT, {"paper": "P1"}, lambda day: day.release()),
    "release": (AuditKind.RELEASE, {"overrides": [], "calendar": "2024-07-09"}, lambda day: day.release()),
    "override": (AuditKind.OVERRIDE, {"used": True, "by": SUPERVISOR.id}, _override),
    "override not used": (
        AuditKind.OVERRIDE,
        {"used": False, "by": SUPERVISOR.id},
        lambda day: day.desk.overrides.give_up(day.decided().visit.id),
    ),
    "proof": (
        AuditKind.PROOF,
        {"purpose": "decide", "reason": "OUTSIDE_HOURS", "why": "系統故障"},
        lambda day: day.decided(),
    ),
    "incident note": (
        AuditKind.INCIDENT,
        {"incident": "照片不符"},
        lambda day: day.desk.print_queue.add("P10", "note", b"%PDF", subject="41020901L", noted="照片不符"),
    ),
    "correction": (AuditKind.REVERSAL, {"why": "拿錯證書", "second": SUPERVISOR.id}, _reverse),
    "login": (AuditKind.LOGIN, {"unlocked": False}, lambda day: day.desk.staff.sign_in(CLERK.id, PHRASE)),
    "login refused": (AuditKind.LOGIN_FAILED, {"failures": 1}, _refused),
    "logout": (AuditKind.LOGOUT, {}, lambda day: day.desk.staff.sign_out()),
    "lock": (AuditKind.LOCK, {"idle_minutes": 3}, lambda day: day.desk.staff.lock(idle_minutes=3)),
    "account": (
        AuditKind.STAFF_EDIT,
        {"action": "add", "account": "new"},
        lambda day: _supervisor(day).staff.add(Operator("new", "新測人", Role.CLERK), "long enough 1"),
    ),
    "log exported": (
        AuditKind.EXPORT,
        {"what": "P8"},
        lambda day: day.desk.day_logs.export(day.desk.day_logs.content(TODAY, "MAIN"), LogFormat.CSV),
    ),
    "audit exported": (
        AuditKind.EXPORT,
        {"what": "AUDIT"},
        lambda day: _supervisor(day).audit.export(AuditFilter(), AuditForm.CSV, AuditTables()),
    ),
    "checkpoint": (
        AuditKind.EXPORT,
        {"what": "CHECKPOINT"},
        lambda day: day.desk.audit.set_checkpoint(day.desk.papers),
    ),
    "import": (AuditKind.IMPORT, {}, _import),
    "closure": (
        AuditKind.CALENDAR_EDIT,
        {"action": "enter", "reason": "TYPHOON"},
        lambda day: _supervisor(day).closures.enter(
            ClosureDraft(date(2025, 6, 5), date(2025, 6, 5), "TYPHOON", "公告", TODAY)
        ),
    ),
    "settings": (AuditKind.SETTING, {"changed": ["printer"], "values": {"printer": "cups"}}, _settings),
}


def _shown(day: Day, case: OpenCase) -> frozenset[str]:
    return day.desk.pickup.record_evidence(case, frozenset())


def newest(store: DeskStore, kind: AuditKind) -> AuditLine | None:
    with store.read() as records:
        return next(iter(records.audit_lines(AuditFilter(kind=kind.value), 1)), None)


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_an_entry(day: Day, act: str) -> None:
    kind, told, do = ACTS[act]
    before = newest(day.store, kind)
    do(day)
    entry = newest(day.store, kind)
    assert entry is not None
    assert entry != before
    assert {name: entry.payload.get(name) for name in told} == dict(told)
    assert entry.operator in (CLERK.id, SUPERVISOR.id)


@pytest.mark.parametrize("kind", [AuditKind.SETTING, AuditKind.POLICY_LOAD])
def test_what_a_start_finds_unchanged_is_no_entry(day: Day, kind: AuditKind) -> None:
    day.desk.settings_log.note({"printer": "folder"})
    first = newest(day.store, kind)
    assert first is not None
    assert first.payload["changed"] == []
    day.desk.settings_log.note({"printer": "folder"})
    assert newest(day.store, kind) == first


def test_rules_that_were_edited_are_an_entry_at_the_next_start(day: Day) -> None:
    day.desk.settings_log.note({})
    edited = dataclasses.replace(day.desk.policy, digest="f" * 64)
    _supervisor(day)
    trail = Trail(day.desk.identity, edited, day.desk.operators)
    SettingsLog(day.store, day.clock, trail).note({})
    entry = newest(day.store, AuditKind.POLICY_LOAD)
    assert entry is not None
    assert entry.payload["changed"] == ["digest"]


def test_other_retention_periods_are_an_entry_with_what_was_before(day: Day) -> None:
    def note(years: int | None, source: PeriodSource) -> AuditLine | None:
        periods = (Period(RecordKind.SIGNATURES, years, source), Period(RecordKind.LEDGER, None, PeriodSource.DEFAULT))
        SettingsLog(day.store, day.clock, day.desk.audit.trail, periods).note({})
        return newest(day.store, AuditKind.RETENTION)

    first = note(5, PeriodSource.DEFAULT)
    assert first is not None
    assert first.payload["changed"] == []
    assert note(5, PeriodSource.DEFAULT) == first
    shorter = note(1, PeriodSource.OFFICE)
    assert shorter is not None
    assert shorter.payload["changed"] == ["digest", "signatures"]
    before, values = shorter.payload["before"], shorter.payload["values"]
    assert isinstance(before, dict)
    assert isinstance(values, dict)
    assert (before["signatures"], values["signatures"], values["ledger"]) == (
        "5 default",
        "1 office",
        "permanent default",
    )
    assert before["digest"] != values["digest"]
    forever = note(None, PeriodSource.OFFICE)
    assert forever is not None
    assert forever.payload["changed"] == ["digest", "signatures"]


def test_what_is_shown_already_is_no_entry(day: Day) -> None:
    case = day.case()
    shown = day.desk.pickup.record_evidence(case, frozenset())
    entry = newest(day.store, AuditKind.EVIDENCE)
    assert day.desk.pickup.record_evidence(case, shown) == shown
    assert newest(day.store, AuditKind.EVIDENCE) == entry
