# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of receipts: numbered without doubles, with a reason that is logged; the original stays as it was sealed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from desk_app.domain.audit import AuditFilter
from desk_app.domain.errors import CorrectionError, DeskError, NotFoundError
from desk_app.domain.papers import SealFault, SealReport
from desk_app.domain.records import AuditKind, Graduate, PaperState, ReleaseRecord
from desk_app.domain.signature import Signature
from desk_app.services.desk import Desk
from desk_app.services.verification import verify_receipt
from desk_app.storage.store import DeskStore
from tests.services.visits import hand_over

NUMBER = "M-20250603-001"


@pytest.fixture
def released(desk: Desk, enrol: Callable[..., Graduate], signature: Signature) -> ReleaseRecord:
    enrol()
    release = hand_over(desk, signature)
    desk.receipts.finish(release)
    desk.print_queue.deliver()
    return release


class SaysCopy:
    """A verifier that finds every seal sound, and takes the number of the copy from the paper's last but one words."""

    def verify(self, pdf: bytes, ledger_sha256: str | None) -> SealReport:
        words = pdf.decode().split()
        copy = int(words[words.index("copy") + 1]) if "copy" in words else 0
        digest = hashlib.sha256(pdf).hexdigest()
        faults = () if ledger_sha256 in (None, digest) else (SealFault.DIFFERS_FROM_LEDGER,)
        return SealReport(faults, NUMBER, digest, "desk", None, ledger_sha256 is not None, copy)


@pytest.mark.usefixtures("released")
def test_a_copy_is_numbered_printed_here_and_logged_with_its_reason(desk: Desk, tray: Any, store: DeskStore) -> None:
    original = desk.receipts.archived(NUMBER)
    assert [desk.copies.make(NUMBER, "遺失").number for _ in range(2)] == [1, 2]
    desk.print_queue.deliver()
    assert [title for title, _ in tray.papers[2:]] == [f"{NUMBER}-copy1-1", f"{NUMBER}-copy2-1"]
    assert desk.receipts.archived(NUMBER) == original
    with store.read() as records:
        lines = records.audit_lines(AuditFilter(kind=AuditKind.PRINT.value, subject="41020901L"), 9)
        (row,) = records.ledger(desk.clock.now().date(), "MAIN")
    logged = [line.payload for line in reversed(lines) if "copy_sha256" in line.payload]
    assert [(one["receipt"], one["copy"], one["why"]) for one in logged] == [(NUMBER, 1, "遺失"), (NUMBER, 2, "遺失")]
    assert (row.printed, row.reprints) == (True, 2)


@pytest.mark.usefixtures("released")
def test_two_desks_never_print_the_same_number(desk: Desk, desk_at: Callable[..., Desk], papers: Any) -> None:
    other = desk_at(desk="2", own_connection=True)
    make = papers.receipt_copy

    def overtaken(original: bytes, mark: Any) -> bytes:
        papers.receipt_copy = make
        assert other.copies.make(NUMBER, "遺失").number == 1
        return bytes(make(original, mark))

    papers.receipt_copy = overtaken
    assert desk.copies.make(NUMBER, "遺失").number == 2


@pytest.mark.usefixtures("released")
def test_a_copy_is_known_as_the_copy_of_a_genuine_receipt(desk: Desk, store: DeskStore, tray: Any) -> None:
    desk.copies.make(NUMBER, "遺失")
    desk.print_queue.deliver()
    copy = tray.papers[-1][1]
    report = verify_receipt(SaysCopy(), store, copy)
    assert (report.genuine, report.copy, report.ledger_asked) == (True, 1, True)
    assert verify_receipt(SaysCopy(), store, copy + b" ").faults == (SealFault.DIFFERS_FROM_LEDGER,)
    assert verify_receipt(SaysCopy(), store, copy.replace(b"copy 1", b"copy 7")).faults == (SealFault.NOT_IN_LEDGER,)


@pytest.mark.parametrize(
    ("number", "why", "code"),
    [
        (NUMBER, " ", "copy_why"),
        (NUMBER, "A123456789", "override_person_number"),
        ("M-20250603-009", "遺失", "receipt_unknown"),
    ],
)
@pytest.mark.usefixtures("released")
def test_without_reason_or_receipt_nothing_is_printed(
    desk: Desk, store: DeskStore, number: str, why: str, code: str
) -> None:
    with pytest.raises(DeskError, match=code):
        desk.copies.make(number, why)
    with store.read() as records:
        assert records.print_jobs([PaperState.QUEUED]) == ()


def test_a_receipt_that_was_taken_back_is_not_printed_again(
    desk: Desk, released: ReleaseRecord, store: DeskStore
) -> None:
    with store.write() as ledger:
        ledger.void_release(NUMBER, desk.clock.now(), "發錯")
    with pytest.raises(CorrectionError, match="copy_reversed"):
        desk.copies.make(str(released.receipt_no), "遺失")


def test_a_receipt_that_is_not_sealed_yet_has_no_copies(
    desk: Desk, enrol: Callable[..., Graduate], signature: Signature
) -> None:
    enrol()
    hand_over(desk, signature)
    with pytest.raises(NotFoundError, match="receipt_unknown"):
        desk.copies.make(NUMBER, "遺失")
