# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts are made exactly once, also by the next start of a program that was killed; printing never doubles."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from desk_app.domain.errors import DocumentError, NotFoundError
from desk_app.domain.facts import LetterFacts, Mode, PhotoIdKind
from desk_app.domain.records import PaperState, Relation, ReleaseRecord
from desk_app.domain.signature import Signature
from desk_app.services.desk import Desk
from desk_app.services.receipt_content import rebuild_receipt
from desk_app.storage.store import DeskStore
from tests.plain_desk import last_entry
from tests.services.visits import Enrol

pytestmark = pytest.mark.slow


@pytest.fixture
def released(desk: Desk, enrol: Enrol, signature: Signature) -> ReleaseRecord:
    enrol(other_units=("CSU",), email_on_record=False)
    case = desk.pickup.open_card("58237714", desk.clock.now())
    case = desk.pickup.confirm_serial(case, "M-0001")
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
    return desk.pickup.release(case, desk.pickup.begin_confirmation(case))


def test_what_was_altered_by_hand_gets_no_seal(desk: Desk, released: ReleaseRecord, store: DeskStore) -> None:
    """The edit agrees with itself, and still the log says that something else was handed over."""
    content = released.content.replace("M-0001", "M-9999")
    altered = dataclasses.replace(
        released, content=content, content_sha256=hashlib.sha256(content.encode()).hexdigest()
    )
    assert desk.receipts.content(altered).documents[0].serial == "M-9999"
    with pytest.raises(DocumentError, match="receipt_altered"):
        desk.receipts.finish(altered)
    with store.read() as records:
        assert records.archived_paper(str(released.receipt_no)) is None


def test_the_content_is_rebuilt_as_it_was_hashed(desk: Desk, released: ReleaseRecord, signature: Signature) -> None:
    content = desk.receipts.content(released)
    assert content.sha256() == released.content_sha256
    assert content == rebuild_receipt(released.content, signature)
    assert content.institution.zh == "國立臺灣師範大學"
    assert content.unit.en == "Dept. of Chinese"
    assert content.clerk_name_masked == "林○一"
    texts = [notice.en for notice in content.notices]
    assert "The EasyCard student fare holds until 31 October 2025." in texts
    assert any("Computer Science" in text for text in texts)
    assert any("e-mail" in text for text in texts)
    assert any("民國114年10月31日" in notice.zh for notice in content.notices)


def test_a_proxys_receipt_is_rebuilt_too(desk: Desk, enrol: Enrol, signature: Signature) -> None:
    enrol()
    case = desk.pickup.open_card("58237714", desk.clock.now())
    visit = dataclasses.replace(
        case.visit,
        mode=Mode.BY_PROXY,
        letter=LetterFacts(date=date(2025, 6, 2)),
        relation=Relation.FAMILY,
        signature=signature,
    )
    case = desk.pickup.revise(case, visit)
    case = desk.pickup.check_proxy_id(case, PhotoIdKind.PASSPORT, "X1234567", "許試言")
    case = desk.pickup.confirm_serial(case, "M-0001")
    release = desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    content = desk.receipts.content(release)
    assert content.proxy is not None
    assert (content.proxy.relation, content.proxy.id_masked) == (Relation.FAMILY, "X123****")
    assert content.sha256() == release.content_sha256
    paper = desk.receipts.finish(release)
    with desk.store.read() as records:
        assert {job.paper for job in records.print_jobs([PaperState.QUEUED])} == {"P6"}
    assert paper.receipt_no == str(release.receipt_no)


def test_finishing_twice_gives_one_paper_and_two_copies(
    desk: Desk, released: ReleaseRecord, papers: Any, store: DeskStore
) -> None:
    first = desk.receipts.finish(released)
    assert desk.receipts.finish(released) == first
    assert desk.receipts.archived("M-20250603-001") == first
    with store.read() as records:
        jobs = records.print_jobs([PaperState.QUEUED])
    assert [(job.paper, job.copy, job.pdf) for job in jobs] == [("P1", 1, first.pdf), ("P1", 2, first.pdf)]


def test_a_program_killed_before_sealing_makes_exactly_one_paper_at_the_next_start(
    desk: Desk, released: ReleaseRecord, desk_at: Callable[..., Desk]
) -> None:
    restarted = desk_at(own_connection=True)
    finished = restarted.receipts.finish_pending()
    assert [paper.receipt_no for paper in finished] == ["M-20250603-001"]
    assert restarted.receipts.finish_pending() == ()
    assert desk.receipts.finish(released) == finished[0]


def test_two_desks_that_seal_at_once_keep_the_first_paper(
    desk: Desk, released: ReleaseRecord, desk_at: Callable[..., Desk], papers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = desk_at(own_connection=True)
    lay_out = desk.papers.receipt

    def overtaken(content: object) -> bytes:
        monkeypatch.setattr(papers, "receipt", lay_out)
        other.receipts.finish(released)
        return b"%PDF too late"

    monkeypatch.setattr(papers, "receipt", overtaken)
    assert desk.receipts.finish(released).pdf != b"%PDF too late"
    with desk.store.read() as records:
        assert len(records.print_jobs([PaperState.QUEUED])) == 2


@pytest.mark.parametrize("forge", [lambda text: text.replace("M-0001", "M-0002"), lambda _: "{}", lambda _: "no JSON"])
def test_a_content_that_does_not_fit_its_hash_is_not_printed(
    desk: Desk, released: ReleaseRecord, forge: Callable[[str], str]
) -> None:
    forged = dataclasses.replace(released, content=forge(released.content))
    with pytest.raises(DocumentError) as caught:
        desk.receipts.finish(forged)
    assert caught.value.code == "receipt_altered"


def test_a_receipt_that_nobody_made_is_not_found(desk: Desk, released: ReleaseRecord) -> None:
    with pytest.raises(NotFoundError):
        desk.receipts.archived("M-20250603-999")
    stranger = dataclasses.replace(released, receipt_no=dataclasses.replace(released.receipt_no, sequence=9))
    with pytest.raises(NotFoundError):
        desk.receipts.content(stranger)


class TestPrintQueue:
    def test_every_copy_is_handed_over_once(self, desk: Desk, released: ReleaseRecord, tray: Any) -> None:
        desk.receipts.finish(released)
        assert desk.print_queue.deliver() == ()
        assert desk.print_queue.deliver() == ()
        assert [title for title, _ in tray.papers] == ["M-20250603-001-1", "M-20250603-001-2"]
        assert desk.print_queue.attention() == ()

    def test_a_machine_that_only_takes_papers_waits_for_a_person(
        self, desk: Desk, released: ReleaseRecord, tray: Any
    ) -> None:
        tray.delivers = False
        desk.receipts.finish(released)
        desk.print_queue.deliver()
        waiting = desk.print_queue.attention()
        assert [job.state for job in waiting] == [PaperState.SENT, PaperState.SENT]
        desk.print_queue.confirm(waiting[0].id)
        assert [job.id for job in desk.print_queue.attention()] == [waiting[1].id]

    def test_a_refused_paper_waits_for_a_person_and_is_sent_again_when_asked(self, desk: Desk, tray: Any) -> None:
        tray.empty = True
        desk.print_queue.add("P2", "slip", b"%PDF slip", subject="41020901L")
        refused = desk.print_queue.deliver()
        assert len(refused) == 1
        (job,) = desk.print_queue.attention()
        assert (job.state, job.note) == (PaperState.FAILED, "print_out_of_paper")
        tray.empty = False
        assert desk.print_queue.deliver() == ()
        assert tray.papers == []
        desk.print_queue.retry(job.id)
        desk.print_queue.deliver()
        assert len(tray.papers) == 1

    @pytest.mark.usefixtures("released")
    def test_a_receipt_comes_out_at_the_desk_of_its_hand_over_whoever_seals_it(
        self, desk: Desk, desk_at: Callable[..., Desk], tray: Any
    ) -> None:
        other = desk_at(desk="2", own_connection=True)
        assert len(other.receipts.finish_pending()) == 1
        assert other.print_queue.deliver() == ()
        assert tray.papers == []
        desk.print_queue.deliver()
        assert [title for title, _ in tray.papers] == ["M-20250603-001-1", "M-20250603-001-2"]

    def test_another_desk_prints_only_what_somebody_there_has_taken_over(
        self, desk: Desk, desk_at: Callable[..., Desk], tray: Any, store: DeskStore
    ) -> None:
        other = desk_at(desk="2", own_connection=True)
        desk.print_queue.add("P2", "slip", b"%PDF slip")
        (waiting,) = other.print_queue.elsewhere()
        assert desk.print_queue.elsewhere() == ()
        other.print_queue.take_over(waiting.id)
        entry = last_entry(store)
        assert json.loads(entry.body)["payload"]["taken_over_from"] == "MAIN 1"
        assert desk.print_queue.deliver() == ()
        other.print_queue.deliver()
        assert [title for title, _ in tray.papers] == ["slip-1"]

    def test_nothing_is_taken_over_that_has_come_out_or_is_ones_own(
        self, desk: Desk, desk_at: Callable[..., Desk]
    ) -> None:
        desk.print_queue.add("P2", "slip", b"%PDF slip")
        with desk.store.read() as records:
            (job,) = records.print_jobs([PaperState.QUEUED])
        with pytest.raises(NotFoundError, match="print_job_unknown"):
            desk.print_queue.take_over(job.id)
        desk.print_queue.deliver()
        with pytest.raises(NotFoundError, match="print_job_unknown"):
            desk_at(desk="2").print_queue.take_over(job.id)

    def test_a_refused_copy_of_another_desk_is_left_to_it(
        self, desk: Desk, released: ReleaseRecord, desk_at: Callable[..., Desk], tray: Any
    ) -> None:
        desk.receipts.finish(released)
        tray.empty = True
        assert len(desk.print_queue.deliver()) == 2
        tray.empty = False
        other = desk_at(desk="2")
        assert other.print_queue.attention() == ()
        other.print_queue.retry_refused(str(released.receipt_no))
        assert other.print_queue.deliver() == ()
        assert tray.papers == []

    def test_a_program_killed_while_handing_over_prints_nothing_twice(
        self, desk: Desk, tray: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.print_queue.add("P2", "slip", b"%PDF slip")

        def killed(title: str, pdf: bytes) -> str:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(tray, "send", killed)
            with pytest.raises(KeyboardInterrupt):
                desk.print_queue.deliver()
        assert desk.print_queue.deliver() == ()
        assert tray.papers == []
        assert [job.state for job in desk.print_queue.attention()] == [PaperState.SENT]
