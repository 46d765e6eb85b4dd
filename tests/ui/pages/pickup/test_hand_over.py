# SPDX-License-Identifier: GPL-3.0-or-later
"""A hand-over by the presenter: once only, after another desk, on a full disk, with a printer that refuses."""

from __future__ import annotations

import dataclasses
from typing import Any

from desk_app.domain.errors import StoreFullError
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.ui.pages.pickup.model import Middle, Work
from desk_app.ui.pages.pickup.state import PaperStage, Phase
from tests.ui.pages.pickup.conftest import UID
from tests.ui.pages.pickup.presented import model_of, phase_of, verdict_of


def make_ready(presenter: Any, signature: Signature) -> None:
    """Do all that a graduate in person needs before RELEASE."""
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.signed(signature)


def test_a_hand_over_happens_once(counter: Any, signature: Signature, tray: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial(" m-0123 ")
    presenter.signed(signature)
    assert model_of(presenter).work.ready
    presenter.release()
    presenter.release()
    assert counter.released == ["M-20250603-001"]
    assert phase_of(presenter) is Phase.RELEASED
    assert presenter.state.papers is PaperStage.SENT
    assert len(tray.papers) == 2
    assert model_of(presenter).middle.kind is Middle.RELEASED
    presenter.next()
    assert phase_of(presenter) is Phase.IDLE
    assert presenter.state.idle.counts.released == 1


def test_release_is_deaf_while_it_is_busy(late: Any, signature: Signature) -> None:
    presenter, tasks = late
    presenter.open_card(UID)
    tasks.let_go()
    presenter.confirm_serial("M-0123")
    tasks.let_go()
    presenter.signed(signature)
    tasks.waiting.clear()
    presenter.release()
    presenter.release()
    assert presenter.state.busy
    assert len(tasks.waiting) == 1
    presenter.clear()
    presenter.open_card("FFFFFFFF")
    assert presenter.state.busy
    tasks.let_go()
    assert phase_of(presenter) is Phase.RELEASED


def test_a_dot_is_no_signature(counter: Any, dot: Signature, signature: Signature) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.signed(dot)
    assert presenter.state.field_fault.code == "signature_dot"
    assert not presenter.state.case.ready
    presenter.signed(signature)
    assert presenter.state.case.ready
    presenter.clear_signature()
    assert not presenter.state.case.ready


def test_what_another_desk_did_first_is_shown(counter: Any, signature: Signature, desk: Any) -> None:
    presenter = counter.presenter
    make_ready(presenter, signature)
    case = presenter.state.case
    other = desk.pickup.revise(case, dataclasses.replace(case.visit, id="other"))
    desk.pickup.release(other, desk.pickup.begin_confirmation(other))
    presenter.release()
    assert counter.released == []
    assert presenter.state.fault.code == "already_released"
    assert verdict_of(presenter) is VerdictCode.DUPLICATE
    model = model_of(presenter)
    assert model.middle.record.receipt_no == "M-20250603-001"
    assert model.work.kind is Work.HELP


class _FullDisk:
    """A counter's use cases whose disk is full when something is to be handed over."""

    def __init__(self, pickup: Any) -> None:
        self._pickup = pickup

    def release(self, *_args: object) -> None:
        raise StoreFullError

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pickup, name)


def test_a_full_disk_changes_nothing_and_can_be_tried_again(counter: Any, signature: Signature, desk: Any) -> None:
    presenter = counter.presenter
    make_ready(presenter, signature)
    presenter._desk = dataclasses.replace(desk, pickup=_FullDisk(desk.pickup))
    presenter.release()
    assert presenter.state.fault.code == "store_full"
    assert not presenter.state.busy
    presenter._desk = desk
    presenter.release()
    assert counter.released == ["M-20250603-001"]


def test_a_printer_without_paper_does_not_undo_the_hand_over(counter: Any, signature: Signature, tray: Any) -> None:
    tray.empty = True
    presenter = counter.presenter
    make_ready(presenter, signature)
    presenter.release()
    assert phase_of(presenter) is Phase.RELEASED
    assert presenter.state.papers is PaperStage.FAILED
    assert {line.icon for line in model_of(presenter).work.lines} == {"warning"}


def test_refused_sheets_are_printed_once_more_when_a_person_asks(counter: Any, signature: Signature, tray: Any) -> None:
    tray.empty = True
    presenter = counter.presenter
    make_ready(presenter, signature)
    presenter.release()
    tray.empty = False
    presenter.print_again()
    presenter.print_again()
    assert presenter.state.papers is PaperStage.SENT
    assert [title for title, _pdf in tray.papers] == ["M-20250603-001-1", "M-20250603-001-2"]
