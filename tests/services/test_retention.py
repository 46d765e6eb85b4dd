# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention as a use case: who may, with whom, for which reason; what is due by the desk's periods; copies of the store."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.audit import AuditFilter, readable
from desk_app.domain.backups import BackupProof
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import DeskError, NotFoundError
from desk_app.domain.papers import SealReport
from desk_app.domain.records import AuditKind, Graduate, Operator, ReleaseRecord, Role
from desk_app.domain.retention import Period, PeriodSource, RecordKind
from desk_app.domain.signature import Signature
from desk_app.services.backups import Backups, backup_files
from desk_app.services.desk import Desk
from desk_app.services.retention import PurgeRequest, Retention
from desk_app.services.verification import verify_receipt
from desk_app.storage.store import DeskStore, prove_store
from tests.plain_desk import CLERK, PHRASE, SUPERVISOR, give_phrases, last_entry
from tests.services.conftest import TEN
from tests.services.visits import hand_over

pytestmark = pytest.mark.slow

WITNESS = Credential(CLERK.id, PHRASE)
FOREVER = {RecordKind.LEDGER}
PERIODS = tuple(Period(kind, None if kind in FOREVER else 1, PeriodSource.DEFAULT) for kind in RecordKind)
IN_TWO_YEARS = TEN + timedelta(days=731)


@pytest.fixture
def release(desk: Desk, enrol: Callable[..., Graduate], signature: Signature) -> ReleaseRecord:
    """Hand over today, by a desk whose staff have pass phrases."""
    give_phrases(desk, CLERK)
    enrol()
    record = hand_over(desk, signature)
    desk.receipts.finish(record)
    desk.print_queue.deliver()
    return record


@pytest.fixture
def retention(desk: Desk, release: ReleaseRecord, clock: StandingClock) -> Retention:
    """Give the supervisor's use cases two years later."""
    clock.move_to(IN_TWO_YEARS)
    desk.operators.switch(SUPERVISOR.id)
    return dataclasses.replace(desk.retention, periods=PERIODS)


def request(**changes: object) -> PurgeRequest:
    return dataclasses.replace(PurgeRequest("保存年限屆滿", WITNESS), **changes)  # type: ignore[arg-type] # by name


def test_the_preview_counts_what_has_a_period_and_changes_nothing(retention: Retention, store: DeskStore) -> None:
    before = last_entry(store)
    due = {one.kind: one for one in retention.preview()}
    assert FOREVER.isdisjoint(due)
    assert due[RecordKind.SIGNATURES].count == due[RecordKind.CARDS].count == 1
    assert due[RecordKind.SIGNATURES].oldest == TEN.date()
    assert last_entry(store) == before


def test_the_periods_of_a_purge_stand_in_the_log_before_it(retention: Retention, store: DeskStore, desk: Desk) -> None:
    log = dataclasses.replace(desk.settings_log, periods=PERIODS)
    dataclasses.replace(retention, log=log).purge(request())
    with store.read() as records:
        lines = records.audit_lines(AuditFilter(), 100)
    kinds = [line.kind for line in lines]  # the newest first
    assert kinds.count(AuditKind.RETENTION) == 1
    assert kinds.index(AuditKind.RETENTION) > max(at for at, kind in enumerate(kinds) if kind == AuditKind.PURGE)
    (entry,) = (line for line in lines if line.kind == AuditKind.RETENTION)
    values = entry.payload["values"]
    assert isinstance(values, dict)
    assert values["signatures"] == "1 default"


def test_two_persons_purge_and_the_hand_over_stays(
    retention: Retention, store: DeskStore, release: ReleaseRecord, desk: Desk
) -> None:
    told: list[tuple[RecordKind, int]] = []
    report = retention.purge(request(), lambda kind, done: told.append((kind, done)))
    assert report.counts[RecordKind.SIGNATURES] == 1
    assert report.compacted
    assert (RecordKind.SIGNATURES, 1) in told
    assert all(one.count == 0 for one in retention.preview())
    prove_store(store)
    with store.read() as records:
        assert records.release_by_receipt(str(release.receipt_no)) == release
    with pytest.raises(NotFoundError, match="receipt_purged"):
        desk.receipts.archived(str(release.receipt_no))
    assert retention.purge(request()).counts == dict.fromkeys(report.counts, 0)


def test_the_entry_says_by_whom_with_whom_and_why(retention: Retention, store: DeskStore) -> None:
    retention.purge(request(kinds=frozenset({RecordKind.PHOTOS, RecordKind.SIGNATURES})))
    body = readable(last_entry(store))
    said = {name: body["payload"][name] for name in ("record", "count", "by", "witness", "reason")}
    assert said == {
        "record": "signatures", "count": 1, "by": SUPERVISOR.id, "witness": CLERK.id, "reason": "保存年限屆滿",
    }  # fmt: skip
    assert body["subject"] == ""


def test_only_the_kinds_that_are_asked_for(retention: Retention) -> None:
    assert retention.purge(request(kinds=frozenset({RecordKind.CARDS}))).counts == {RecordKind.CARDS: 1}
    assert {one.kind: one.count for one in retention.preview()}[RecordKind.SIGNATURES] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"why": " "}, "retention_why"),
        ({"why": "身分證 A123456789"}, "override_person_number"),
        ({"witness": Credential(SUPERVISOR.id, PHRASE)}, "override_same_person"),
        ({"witness": Credential("boss-2", PHRASE)}, "override_same_person"),
        ({"witness": Credential(CLERK.id, "wrong")}, "sign_in_wrong"),
        ({"witness": Credential("nobody", PHRASE)}, "operator_unknown"),
    ],
)
def test_without_reason_or_witness_nothing_is_purged(
    retention: Retention, changes: dict[str, object], code: str
) -> None:
    retention.staff.add(Operator("boss-2", SUPERVISOR.name, Role.CLERK), PHRASE)
    before = retention.preview()
    with pytest.raises(DeskError, match=code):
        retention.purge(request(**changes))
    assert retention.preview() == before


def test_an_auditor_is_no_witness(retention: Retention, desk: Desk, store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_operators([Operator("auditor-1", "稽測核", Role.AUDITOR)])
    desk.operators.switch("auditor-1")
    desk.staff.set_phrase("auditor-1", PHRASE)
    desk.operators.switch(SUPERVISOR.id)
    with pytest.raises(DeskError, match="permission_witness"):
        retention.purge(request(witness=Credential("auditor-1", PHRASE)))


def test_who_may_see_it(retention: Retention, desk: Desk) -> None:
    seen = [retention.may_purge]
    desk.operators.switch(CLERK.id)
    seen.append(retention.may_purge)
    desk.operators.leave()
    seen.append(retention.may_purge)
    assert seen == [True, False, False]


def test_a_store_of_another_owner_is_left_alone(retention: Retention, monkeypatch: pytest.MonkeyPatch) -> None:
    from desk_app.storage.purge.retention import RetentionReads

    monkeypatch.setattr(RetentionReads, "may_purge", lambda _self: False)
    with pytest.raises(DeskError, match="retention_owner"):
        retention.purge(request())


class TestCopies:
    @pytest.fixture
    def copied(self, retention: Retention, desk: Desk, tmp_path: Path) -> Retention:
        folder = tmp_path / "backups"
        folder.mkdir()
        (folder / "desk-20250603-170000.db").write_bytes(b"old")

        def copy(target: Path) -> BackupProof:
            target.write_bytes(b"new")
            return BackupProof(str(target), "ab", 1, "cd", 1, "", None, ())

        backups = Backups(desk.store, desk.clock, retention.trail, copy, folder, 30)
        return dataclasses.replace(retention, backups=backups, copies=lambda: backup_files(folder))

    def test_older_ones_are_named(self, copied: Retention) -> None:
        report = copied.purge(request())
        assert [file.name for file in report.copies] == ["desk-20250603-170000.db"]
        assert report.copies[0].exists()

    def test_older_ones_are_deleted_when_asked_once_there_is_a_new_one(
        self, copied: Retention, store: DeskStore
    ) -> None:
        report = copied.purge(request(delete_copies=True))
        assert (report.copies, report.deleted) == ((), 1)
        assert [file.read_bytes() for file in copied.copies()] == [b"new"]
        payload = readable(last_entry(store))["payload"]
        assert (payload["what"], payload["count"], payload["witness"]) == ("BACKUPS", 1, CLERK.id)
        prove_store(store)

    def test_one_that_cannot_be_deleted_is_named(self, copied: Retention, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_file: Path, *, missing_ok: bool) -> None:
            raise PermissionError("read-only")

        monkeypatch.setattr(Path, "unlink", refuse)
        report = copied.purge(request(delete_copies=True))
        assert (len(report.copies), report.deleted) == (1, 0)

    def test_without_older_ones_no_new_one_is_made(self, retention: Retention) -> None:
        assert retention.purge(request(delete_copies=True)).copies == ()


def test_a_purged_receipt_on_paper_is_still_genuine(
    retention: Retention, store: DeskStore, release: ReleaseRecord
) -> None:
    class Sound:
        def verify(self, pdf: bytes, ledger_sha256: str | None) -> SealReport:
            assert pdf.startswith(b"%PDF")
            return SealReport((), str(release.receipt_no), "", "", None, ledger_asked=ledger_sha256 is not None)

    retention.purge(request())
    report = verify_receipt(Sound(), store, b"%PDF")
    assert report.genuine
    assert report.ledger_asked


def test_a_day_before_its_time_nothing_is_due(retention: Retention, clock: StandingClock) -> None:
    clock.move_to(datetime(2026, 6, 3, 23, 59, tzinfo=TEN.tzinfo))
    assert {one.kind: one.count for one in retention.preview()}[RecordKind.SIGNATURES] == 0
    clock.move_to(datetime(2026, 6, 4, tzinfo=TEN.tzinfo))
    assert {one.kind: one.count for one in retention.preview()}[RecordKind.SIGNATURES] == 1
