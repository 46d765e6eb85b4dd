# SPDX-License-Identifier: GPL-3.0-or-later
"""The pick-up page without a window: events come in, one plain state goes out.

A result that belongs to an older case is dropped; a press of RELEASE is heard once; what was recorded is never lost
without a question.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from desk_app.domain.closures import AnnouncedClosure, standing_closures
from desk_app.domain.errors import AlreadyReleasedError, DeskError, ReleaseRefusedError, SignatureError
from desk_app.domain.papers import Language
from desk_app.domain.person_number import holds_person_number
from desk_app.domain.records import PrintJob, ReleaseRecord
from desk_app.domain.signature import Signature, require_signature
from desk_app.domain.visit import Confirmation, OpenCase, Visit
from desk_app.services.desk import Desk
from desk_app.services.facts_of_visit import belongs_to, card_of, counts_as_shown
from desk_app.services.slips import slip_for
from desk_app.ui.pages.pickup.case_log import CaseLog
from desk_app.ui.pages.pickup.state import Fault, IdleNews, PaperStage, Phase, PickupState, Question
from desk_app.ui.tasks import Lane, Tasks

T = TypeVar("T")

_RECENT = 6


class CaseDesk:
    """What both halves of the presenter share: the state, the use cases, and the guard against late results."""

    def __init__(self, desk: Desk, tasks: Tasks, on_change: Callable[[], None]) -> None:
        self._desk = desk
        self._tasks = tasks
        self._on_change = on_change
        self._generation = 0
        self._confirmation: Confirmation | None = None
        self._log = CaseLog(desk, tasks, self._show_fault)
        self._prepared = False
        self.state = PickupState()

    def _change(self, **changes: object) -> None:
        """Go to a new state and tell about it."""
        self.state = dataclasses.replace(self.state, **changes)  # type: ignore[arg-type]  # checked by the dataclass
        self._on_change()

    def _run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[DeskError], None]) -> None:
        """Run a use case; its outcome is heard only while the page still shows what it was asked for."""
        asked_for = self._generation

        def if_current(news: Callable[[T], None], value: T) -> None:
            if asked_for == self._generation:
                news(value)

        def if_current_failed(error: DeskError) -> None:
            if asked_for == self._generation:
                failed(error)

        self._tasks.run(work, lambda value: if_current(done, value), if_current_failed)

    def _forget(self) -> None:
        """Begin a new case: whatever is still under way belongs to the one before."""
        self._generation += 1
        self._confirmation = None
        self._log.close(self.state.case if self.state.phase is Phase.CASE else None)

    def _show_fault(self, error: DeskError) -> None:
        self._change(fault=Fault.of(error), busy=False)

    def _show_case(self, case: OpenCase, **changes: object) -> None:
        """Show a decided case; when nothing is missing any more, the key of the hand-over is made."""
        if case.ready and self._confirmation is None:
            self._confirmation = self._desk.pickup.begin_confirmation(case)
        self._change(phase=Phase.CASE, case=case, busy=False, **changes)
        self._log.note(case)

    def prepare_papers(self) -> None:
        """Load, once and beside the screen, what papers need: a desk waiting for its first visitor holds no memory for it."""
        if not self._prepared:
            self._prepared = True
            self._tasks.run(self._desk.papers.warm_up, _ignore, self._show_fault, lane=Lane.BACKGROUND)

    def _revise(self, case: OpenCase, visit: Visit, **changes: object) -> None:
        self._show_case(self._desk.pickup.revise(case, visit), field_fault=Fault(), fault=Fault(), **changes)


def _ignore(_value: object) -> None:
    """Want nothing of the outcome."""


def _always() -> bool:
    return True


@dataclasses.dataclass(frozen=True, slots=True)
class _Opening:
    """A record to be looked up, and the question whether it is still wanted."""

    work: Callable[[], OpenCase]
    wanted: Callable[[], bool]


class CounterPresenter(CaseDesk):
    """Opening, clearing, signing and handing over."""

    def __init__(
        self, desk: Desk, tasks: Tasks, on_change: Callable[[], None], on_released: Callable[[str], None]
    ) -> None:
        super().__init__(desk, tasks, on_change)
        self._on_released = on_released
        self._waiting: _Opening | None = None

    def refresh_idle(self) -> None:
        """Ask for the day's counts and newest releases."""
        self._tasks.run(self._idle_news, lambda news: self._change(idle=news), self._show_fault)

    def come_forward(self) -> None:
        """Ask for the day's news; an open case is decided again when closures were announced or withdrawn meanwhile."""
        self.refresh_idle()
        if self.state.case is not None and self.state.phase is Phase.CASE:
            self._run(self._desk.pickup.announced_closures, self._renew, self._show_fault)

    def _renew(self, announced: tuple[AnnouncedClosure, ...]) -> None:
        """Decide about the visit as it is by now: what was recorded since the question stays."""
        case = self.state.case
        if case is None or self.state.busy or self.state.phase is not Phase.CASE:
            return
        renewed = self._desk.pickup.renew(case, announced)
        if renewed.facts.closures != case.facts.closures:
            self._show_case(renewed)

    def _idle_news(self) -> IdleNews:
        desk = self._desk
        now = desk.clock.now()
        return IdleNews(now, *desk.day_logs.newest(_RECENT), standing_closures(desk.closures.all(), now))

    def card_presented(self) -> None:
        """Show that a card is being read; an open record stays until the card was read."""
        if self.state.phase is Phase.IDLE:
            self._change(phase=Phase.READING, fault=Fault())

    def open_card(
        self,
        uid: str,
        number_on_card: str = "",
        wanted: Callable[[], bool] = _always,
        *,
        issued_on: date | None = None,
        typed: bool = False,
    ) -> None:
        """Open the record of a card that was read; the card of the open case counts as shown.

        ``number_on_card`` is what a sector of the card says; the record is opened only if the roster agrees, and only if
        it is still ``wanted`` when it is found: by then another person's card may lie there.
        """
        read_at = self._desk.clock.now()
        case = self.state.case
        if self.state.busy:
            return
        if case is not None and self.state.phase is Phase.CASE and belongs_to(case.dossier, uid, number_on_card):
            self._take_card(case, uid, typed=typed)
            return
        pickup = self._desk.pickup
        self._open(lambda: pickup.open_card(uid, read_at, number_on_card, issued_on, typed=typed), wanted)

    def _take_card(self, case: OpenCase, uid: str, *, typed: bool) -> None:
        if case.visit.card_uid == uid and case.visit.card_presented:
            return
        card = card_of(case.dossier, uid) if case.dossier is not None else None
        counts = card is not None and counts_as_shown(card)
        now = self._desk.clock.now()
        self._revise(
            case,
            dataclasses.replace(case.visit, card_uid=uid, card_read_at=now, card_presented=counts, card_typed=typed),
        )

    def open_number(self, typed: str) -> None:
        """Open the record of a typed student number."""
        if not self.state.busy and typed.strip():
            self._open(lambda: self._desk.pickup.open_number(typed), question=Question.SEARCHED)

    def _open(
        self,
        work: Callable[[], OpenCase],
        wanted: Callable[[], bool] = _always,
        *,
        question: Question = Question.REPLACE,
    ) -> None:
        """Open a case; when the one before holds evidence, ask first, in the words of what was done."""
        if self.state.has_evidence:
            self._waiting = _Opening(work, wanted)
            self._change(question=question)
            return
        self._forget()
        self._change(fault=Fault(), question=None)
        self._begin(_Opening(work, wanted))

    def _begin(self, opening: _Opening) -> None:
        """Look a record up; what is not wanted any more when it is found is not shown."""

        def if_wanted(news: Callable[[T], None], value: T) -> None:
            if opening.wanted():
                news(value)
            else:
                self._on_change()

        self._run(
            opening.work,
            lambda case: if_wanted(self._opened, case),
            lambda error: if_wanted(self._not_opened, error),
        )

    def _opened(self, case: OpenCase) -> None:
        language, idle = self.state.slip_language, self.state.idle
        self.state = PickupState(slip_language=language, idle=idle)
        self._show_case(case)

    def _not_opened(self, error: DeskError) -> None:
        """Keep an open record; without one go back to the invitation, with the fault in place."""
        phase = Phase.CASE if self.state.case is not None and self.state.phase is Phase.CASE else Phase.IDLE
        self._change(phase=phase, fault=Fault.of(error), busy=False)

    def read_failed(self, code: str, **data: object) -> None:
        """Say in place that a card could not be read; an open record stays."""
        phase = Phase.IDLE if self.state.phase is Phase.READING else self.state.phase
        self._change(phase=phase, fault=Fault(code, data))

    def card_removed(self) -> None:
        """End a read that was broken off; a record that is open stays."""
        if self.state.phase is Phase.READING:
            self._change(phase=Phase.IDLE)

    def clear(self) -> None:
        """Clear the page; when evidence was recorded, ask first."""
        if self.state.question is not None:
            self.answer(agreed=False)
        elif self.state.has_evidence and not self.state.busy:
            self._change(question=Question.CLEAR)
        elif not self.state.busy:
            self._go_idle()

    def forget_person(self) -> None:
        """Clear the page without asking: that was done where the operator changed."""
        self._go_idle()

    def next(self) -> None:
        """Go on to the next visitor after a hand-over."""
        if self.state.phase is Phase.RELEASED:
            self._go_idle()

    def _go_idle(self) -> None:
        self._forget()
        self._waiting = None
        self.state = PickupState(slip_language=self.state.slip_language, idle=self.state.idle)
        self._on_change()
        self.refresh_idle()

    def answer(self, *, agreed: bool) -> None:
        """Hear the answer to the question that is asked."""
        question, opening = self.state.question, self._waiting
        self._waiting = None
        if question is None:
            return
        if not agreed:
            self._change(question=None)
        elif opening is not None:
            self._forget()
            self.state = PickupState(slip_language=self.state.slip_language, idle=self.state.idle)
            self._begin(opening)
        else:
            self._go_idle()

    def signed(self, signature: Signature) -> None:
        """Take the signature; one that is only a dot is refused in place."""
        case = self.state.case
        if case is None or self.state.phase is not Phase.CASE or self.state.busy:
            return
        visit = dataclasses.replace(case.visit, signature=signature)
        self._show_case(self._desk.pickup.revise(case, visit), field_fault=_signature_fault(signature))

    def clear_signature(self) -> None:
        """Take the signature away."""
        case = self.state.case
        if case is not None and self.state.phase is Phase.CASE and not self.state.busy:
            self._revise(case, dataclasses.replace(case.visit, signature=None))

    def release(self) -> None:
        """Hand over: heard once, and only when nothing is missing."""
        case, confirmation = self.state.case, self._confirmation
        if case is None or confirmation is None or self.state.busy or self.state.phase is not Phase.CASE:
            return
        if not case.ready or self.state.question is not None:  # first it must be clear whose case this is
            return
        self.state = dataclasses.replace(self.state, busy=True, fault=Fault())
        self._run(lambda: self._desk.pickup.release(case, confirmation), self._released, self._refused)
        if self.state.busy:  # painted while the release is already under way
            self._on_change()

    def _released(self, release: ReleaseRecord) -> None:
        self._change(phase=Phase.RELEASED, busy=False, release=release, papers=PaperStage.WORKING, question=None)
        self._on_released(str(release.receipt_no))
        self._print(lambda: self._finish(release))

    def print_again(self) -> None:
        """Hand the sheets over once more that the printer would not take; a person has asked for it."""
        release = self.state.release
        if release is None or self.state.papers is not PaperStage.FAILED:
            return
        self._change(papers=PaperStage.WORKING, fault=Fault())
        self._print(lambda: self._finish_again(release))

    def _print(self, work: Callable[[], tuple[int, ...]]) -> None:
        """Make and print papers beside the screen, and tell how that went while the visitor is still here."""
        asked_for = self._generation

        def told(refused: tuple[int, ...]) -> None:
            if asked_for == self._generation:
                self._change(papers=PaperStage.FAILED if refused else PaperStage.SENT, refused_copies=refused)

        def failed(error: DeskError) -> None:
            if asked_for == self._generation:
                self._change(papers=PaperStage.FAILED, fault=Fault.of(error))

        self._tasks.run(work, told, failed, lane=Lane.BACKGROUND)

    def _finish(self, release: ReleaseRecord) -> tuple[int, ...]:
        """Seal and print the receipt; give the copies that the printer would not take."""
        self._desk.receipts.finish(release)
        return self._refused_copies(release)

    def _finish_again(self, release: ReleaseRecord) -> tuple[int, ...]:
        self._desk.receipts.finish(release)
        self._desk.print_queue.retry_refused(str(release.receipt_no))
        return self._refused_copies(release)

    def _refused_copies(self, release: ReleaseRecord) -> tuple[int, ...]:
        number = str(release.receipt_no)
        return tuple(job.copy for job in self._desk.print_queue.deliver() if job.receipt_no == number)

    def _refused(self, error: DeskError) -> None:
        """Say why nothing was handed over; what another desk did first is read anew and shown."""
        self._show_fault(error)
        case = self.state.case
        if case is not None and isinstance(error, (AlreadyReleasedError, ReleaseRefusedError)):
            self._confirmation = None
            self._run(lambda: self._desk.pickup.reload(case), self._show_case, self._show_fault)

    def print_slip(self) -> None:
        """Print the slip that the verdict asks for, in the visitor's language."""
        case, language, note = self.state.case, self.state.slip_language, self.state.note
        desk = self._desk
        if case is None or self.state.phase is not Phase.CASE or self.state.slip_stage is PaperStage.WORKING:
            return
        if holds_person_number(unicodedata.normalize("NFKC", note)):
            self._change(fault=Fault("note_person_number"))
            return
        slip = slip_for(desk.policy, case, language, desk.clock.now(), note=note, demo=desk.identity.demo)
        if slip is None:
            return
        subject = case.dossier.graduate.number if case.dossier else ""

        def work() -> tuple[PrintJob, ...]:
            desk.print_queue.add(slip.code, slip.title, desk.papers.slip(slip), subject=subject, noted=note.strip())
            return desk.print_queue.deliver()

        self._change(slip_stage=PaperStage.WORKING)
        self._run(work, self._slip_sent, self._slip_failed)

    def _slip_sent(self, refused: tuple[PrintJob, ...]) -> None:
        self._change(slip_stage=PaperStage.FAILED if refused else PaperStage.SENT)

    def _slip_failed(self, error: DeskError) -> None:
        self._change(slip_stage=PaperStage.FAILED, fault=Fault.of(error))

    def set_slip_language(self, language: Language) -> None:
        """Change the language of the slip only."""
        self._change(slip_language=language)

    def set_note(self, note: str) -> None:
        """Keep the incident note; it tells nobody, because the clerk is typing it."""
        self.state = dataclasses.replace(self.state, note=note)

    def do_act(self, number: int) -> None:
        """Tick one of the acts of a STOP."""
        if all(done != number for done, _at in self.state.acts_done):
            self._change(acts_done=(*self.state.acts_done, (number, self._desk.clock.now())))


def _signature_fault(signature: Signature) -> Fault:
    try:
        require_signature(signature)
    except SignatureError as error:
        return Fault.of(error)
    return Fault()
