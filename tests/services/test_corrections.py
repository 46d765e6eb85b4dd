# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a hand-over back: two persons, a reason, the original stays, and what becomes of the certificate."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.audit import readable
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import CorrectionError, DeskError, StaffError
from desk_app.domain.facts import StockState
from desk_app.domain.papers import SealFault, SealReport, SlipContent
from desk_app.domain.records import Graduate, Operator, ReleaseRecord, Role
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import ReasonCode
from desk_app.services.corrections import CorrectionKind, CorrectionRequest
from desk_app.services.desk import Desk
from desk_app.services.verification import verify_receipt
from desk_app.storage.store import DeskStore, prove_store
from tests.plain_desk import CLERK, PHRASE, SUPERVISOR, give_phrases
from tests.services.visits import hand_over

pytestmark = pytest.mark.slow

BOSS = Credential(SUPERVISOR.id, PHRASE)


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    return give_phrases(desk, CLERK)


@pytest.fixture
def release(staffed: Desk, enrol: Callable[..., Graduate], signature: Signature) -> ReleaseRecord:
    enrol()
    record = hand_over(staffed, signature)
    staffed.receipts.finish(record)
    return record


def request(release: ReleaseRecord, **changes: object) -> CorrectionRequest:
    made = CorrectionRequest(str(release.receipt_no), CorrectionKind.RETURNED, "發給錯的人", BOSS)
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def test_two_persons_take_it_back_and_the_certificate_goes_out_again(
    staffed: Desk, release: ReleaseRecord, store: DeskStore, signature: Signature
) -> None:
    back = staffed.corrections.reverse(request(release))
    assert (back.void_reason, back.content_sha256) == ("發給錯的人", release.content_sha256)
    assert back.voided_at is not None
    with store.read() as records:
        entry = records.last_audit()
        assert records.stock_count("MAIN") == 1
    assert entry is not None
    payload = readable(entry)["payload"]
    assert (payload["voided"], payload["second"]) == (str(release.receipt_no), SUPERVISOR.id)
    assert str(hand_over(staffed, signature).receipt_no) == "M-20250603-002"
    staffed.receipts.finish_pending()
    prove_store(store)


def test_the_slip_is_printed_once(staffed: Desk, release: ReleaseRecord, store: DeskStore) -> None:
    staffed.print_queue.deliver()
    staffed.corrections.reverse(request(release))
    assert staffed.print_queue.deliver() == ()
    tray = staffed.printer
    assert tray.papers[-1] == (f"P9-{release.receipt_no}-1", b"%PDF slip P9 zh-TW")  # type: ignore[attr-defined]


def test_it_is_taken_back_once(staffed: Desk, release: ReleaseRecord) -> None:
    staffed.corrections.reverse(request(release))
    with pytest.raises(CorrectionError, match="correction_done"):
        staffed.corrections.reverse(request(release))


def test_a_misprint_is_void_and_never_handed_out(staffed: Desk, release: ReleaseRecord, signature: Signature) -> None:
    staffed.corrections.reverse(request(release, kind=CorrectionKind.MISPRINT))
    case = staffed.pickup.open_card("58237714", staffed.clock.now())
    assert case.verdict.has_reason(ReasonCode.MISPRINT)
    with pytest.raises(DeskError, match="serial_mismatch"):
        staffed.pickup.confirm_serial(case, "M-0001")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"why": ""}, "correction_why"),
        ({"second": Credential(CLERK.id, PHRASE)}, "override_same_person"),
        ({"second": Credential(SUPERVISOR.id, "wrong")}, "sign_in_wrong"),
        ({"receipt_no": "M-20250603-099"}, "receipt_unknown"),
    ],
)
def test_without_reason_or_second_person_it_stands(
    staffed: Desk, release: ReleaseRecord, store: DeskStore, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(DeskError, match=code):
        staffed.corrections.reverse(request(release, **changes))
    with store.read() as records:
        found = records.release_by_receipt(str(release.receipt_no))
    assert found is not None
    assert found.voided_at is None


def test_nobody_takes_it_back_alone_under_two_accounts(staffed: Desk, release: ReleaseRecord) -> None:
    staffed.operators.switch(SUPERVISOR.id)
    staffed.staff.add(Operator("boss-2", SUPERVISOR.name, Role.SUPERVISOR), PHRASE)
    with pytest.raises(StaffError, match="override_same_person"):
        staffed.corrections.reverse(request(release, second=Credential("boss-2", PHRASE)))


def test_a_receipt_that_was_taken_back_is_not_genuine_any_more(
    staffed: Desk, release: ReleaseRecord, store: DeskStore
) -> None:
    class Sound:
        def verify(self, pdf: bytes, ledger_sha256: str | None) -> SealReport:
            assert pdf.startswith(b"%PDF")
            return SealReport((), str(release.receipt_no), "", "", None, ledger_asked=ledger_sha256 is not None)

    assert verify_receipt(Sound(), store, b"%PDF").genuine
    staffed.corrections.reverse(request(release))
    assert verify_receipt(Sound(), store, b"%PDF").faults == (SealFault.REVERSED,)


class TestDayLog:
    """What was taken back stands in the log of its day, with its reason, and the stock adds up."""

    def test_a_certificate_that_is_back_in_its_box_counts_there(self, staffed: Desk, release: ReleaseRecord) -> None:
        staffed.corrections.reverse(request(release))
        log = staffed.day_logs.content(release.at.date(), "MAIN")
        assert (log.in_person, log.voided) == (0, 1)
        assert (log.opening_stock, log.closing_stock) == (1, 1)
        assert [(row.voided, row.void_reason) for row in log.rows] == [(True, "發給錯的人")]

    def test_a_misprint_left_its_box_and_came_never_back(self, staffed: Desk, release: ReleaseRecord) -> None:
        staffed.corrections.reverse(request(release, kind=CorrectionKind.MISPRINT))
        log = staffed.day_logs.content(release.at.date(), "MAIN")
        assert (log.opening_stock, log.closing_stock) == (1, 0)

    @pytest.mark.parametrize(("kind", "lying"), [(CorrectionKind.RETURNED, 1), (CorrectionKind.MISPRINT, 0)])
    def test_a_hand_over_taken_back_on_a_later_day_leaves_the_first_days_stock_as_it_was(
        self, staffed: Desk, release: ReleaseRecord, clock: StandingClock, kind: CorrectionKind, lying: int
    ) -> None:
        day = release.at.date()
        before = staffed.day_logs.content(day, "MAIN")
        clock.move_on(timedelta(days=1))
        staffed.corrections.reverse(request(release, kind=kind))
        after = staffed.day_logs.content(day, "MAIN")
        assert (after.opening_stock, after.closing_stock) == (before.opening_stock, before.closing_stock) == (1, 0)
        next_day = staffed.day_logs.content(day + timedelta(days=1), "MAIN")
        assert (next_day.opening_stock, next_day.closing_stock) == (0, lying)

    def test_it_goes_out_again_and_is_counted_once(
        self, staffed: Desk, release: ReleaseRecord, signature: Signature, store: DeskStore
    ) -> None:
        staffed.corrections.reverse(request(release))
        hand_over(staffed, signature)
        log = staffed.day_logs.content(release.at.date(), "MAIN")
        assert (log.in_person, log.voided, log.sequence_gaps) == (1, 1, ())
        assert (log.opening_stock, log.closing_stock) == (1, 0)
        with store.read() as records:
            assert records.day_counts(release.at.date(), "MAIN").released == 1


def test_a_certificate_found_misprinted_before_any_hand_over_is_never_handed_out(
    staffed: Desk, enrol: Callable[..., Graduate], signature: Signature, store: DeskStore
) -> None:
    enrol(stock_state=StockState.MISPRINT)
    enrol(stock_state=StockState.IN_BOX)  # a later list says otherwise
    case = staffed.pickup.open_card("58237714", staffed.clock.now())
    assert case.verdict.has_reason(ReasonCode.MISPRINT)
    with pytest.raises(DeskError, match="serial_mismatch"):
        hand_over(staffed, signature)
    enrol(serial="M-0002")  # printed anew, under a number of its own
    assert hand_over(staffed, signature, serial="M-0002").documents[0].serial == "M-0002"
    with store.read() as records:
        assert records.closed_holdings(["M-0001"])["M-0001"].state is StockState.MISPRINT


def test_the_slip_states_facts_and_has_a_line_for_both_to_sign(
    staffed: Desk, release: ReleaseRecord, papers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[SlipContent] = []

    def draw(content: SlipContent) -> bytes:
        drawn.append(content)
        return b"%PDF slip"

    monkeypatch.setattr(papers, "slip", draw)
    staffed.corrections.reverse(request(release))
    assert drawn[0].signs == ("clerk-m1 林○一", "super-m 周○主")
    assert "發給錯的人" in [line.detail for line in drawn[0].lines]
