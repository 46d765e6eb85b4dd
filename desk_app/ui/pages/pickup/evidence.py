# SPDX-License-Identifier: GPL-3.0-or-later
"""The other half of the presenter: how to collect, the proxy's checklist, papers, certificate numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

from desk_app.domain.decisions import Credential
from desk_app.domain.errors import DeskError
from desk_app.domain.facts import EvidenceCode, EvidenceFact, Mode, PhotoIdKind
from desk_app.domain.records import Relation
from desk_app.domain.roc_dates import parse_day
from desk_app.domain.signature import Signature
from desk_app.domain.visit import OpenCase, Step, StepKind, StepState, Visit
from desk_app.services.identity_checks import with_proxy
from desk_app.services.overrides import OverrideRequest
from desk_app.ui.pages.pickup.letter import LetterDraft, LetterTick
from desk_app.ui.pages.pickup.presenter import CounterPresenter
from desk_app.ui.pages.pickup.state import Choice, Fault, Phase

_BY_TICK = frozenset({StepKind.AFFIDAVIT, StepKind.ID_COPY, StepKind.LEAVING_FORM, StepKind.PHOTO_ID})


class PickupPresenter(CounterPresenter):
    """The whole presenter of the pick-up page."""

    def lift(self, request: OverrideRequest, done: Callable[[], None], failed: Callable[[DeskError], None]) -> None:
        """Let a supervisor decide on one reason; what was recorded since stays."""
        case = self._open_case()
        if case is None:
            return
        overrides = self._desk.overrides

        def lifted(visit: Visit) -> None:
            open_now = self._open_case()
            if open_now is not None:
                self._revise(open_now, dataclasses.replace(open_now.visit, overrides=visit.overrides))
            done()

        self._run(lambda: overrides.decide(case, request), lifted, failed)

    def verify(self, by: Credential, done: Callable[[], None], failed: Callable[[DeskError], None]) -> None:
        """Let a verifier confirm the proxy's papers; what was changed since asks for it again."""
        case = self._open_case()
        if case is None:
            return
        checks = self._desk.proxy_checks

        def confirmed(visit: Visit) -> None:
            open_now = self._open_case()
            if open_now is not None:
                self._revise(open_now, dataclasses.replace(open_now.visit, confirmed=visit.confirmed), open_step=None)
            done()

        self._run(lambda: checks.confirm(case, by), confirmed, failed)

    def choose(self, choice: Choice) -> None:
        """Change the way to collect; F4 beside a proxy means that the graduate's card is lost."""
        case = self._open_case()
        if case is None:
            return
        visit = case.visit
        if choice is Choice.LOST:
            visit = dataclasses.replace(visit, card_lost=not visit.card_lost or visit.mode is Mode.IN_PERSON)
        else:
            mode = Mode.BY_PROXY if choice is Choice.BY_PROXY else Mode.IN_PERSON
            lost = visit.card_lost and mode is Mode.BY_PROXY and visit.mode is Mode.BY_PROXY
            visit = dataclasses.replace(visit, mode=mode, card_lost=lost, signature=self._kept_signature(visit, mode))
        self._revise(case, visit, open_step=None)

    @staticmethod
    def _kept_signature(visit: Visit, mode: Mode) -> Signature | None:
        """Drop a signature when somebody else is to sign."""
        return visit.signature if visit.mode is mode else None

    def _open_case(self) -> OpenCase | None:
        """Give the case that may be changed now."""
        return self.state.case if self.state.phase is Phase.CASE and not self.state.busy else None

    def open_step(self, number: int) -> None:
        """Open a step by its number, from 1."""
        case = self._open_case()
        if case is not None and 1 <= number <= len(case.steps):
            self._change(open_step=number - 1, field_fault=Fault())

    def current_step(self) -> Step | None:
        """Give the step whose field is open: the one that was chosen, else the one of now."""
        case = self.state.case
        if case is None:
            return None
        chosen = self.state.open_step
        if chosen is not None and chosen < len(case.steps):
            return case.steps[chosen]
        return next((step for step in case.steps if step.state is StepState.NOW), None)

    def tick_letter(self, tick: LetterTick) -> None:
        """Turn one tick of the letter; a date cannot be ticked before it is typed."""
        if tick is LetterTick.DATE and self.state.letter.day is None and self.state.letter.answer(tick) is False:
            self._change(field_fault=Fault("letter_date"))
            return
        draft = self.state.letter.toggled(tick)
        if tick is LetterTick.DATE and draft.day is None:
            draft = draft.with_answer(tick, answer=False)
        self._check_letter(draft)

    def type_letter_date(self, typed: str) -> None:
        """Take the letter's date in either calendar, with or without the year."""
        day = self._read_day(typed)
        if day is None:
            self._change(field_fault=Fault("letter_date"))
        else:
            self._check_letter(self.state.letter.with_day(day))

    def _read_day(self, typed: str) -> date | None:
        """Read a day; one without a year is the last such day that is not after today."""
        full = parse_day(typed)
        if full is not None:
            return full
        today = self._desk.clock.now().date()
        day = parse_day(f"{today.year}/{typed.strip()}")
        if day is not None and day > today:
            return parse_day(f"{today.year - 1}/{typed.strip()}")
        return day

    def accept_letter(self) -> None:
        """Tick everything on the letter that is still open."""
        self._check_letter(self.state.letter.with_rest_right())

    def _check_letter(self, draft: LetterDraft) -> None:
        case = self._open_case()
        if case is None:
            return
        facts = draft.facts()
        if facts is None:
            self._change(letter=draft, field_fault=Fault())
            return
        visit = dataclasses.replace(case.visit, letter=facts, letter_date=draft.day)
        self._revise(case, visit, letter=draft, open_step=None)

    def supplement(self) -> None:
        """Record that the proxy has signed the letter at the desk (F8)."""
        if self.state.letter.answer(LetterTick.PROXY) is False:
            self._check_letter(self.state.letter.with_answer(LetterTick.PROXY, answer=True))

    def check_proxy_id(self, kind: PhotoIdKind, name: str, number: str) -> None:
        """Check the proxy's ID; its number is compared in memory and kept masked only."""
        case = self._open_case()
        if case is None:
            return
        if not name.strip():
            self._change(field_fault=Fault("proxy_name"))
            return
        pickup = self._desk.pickup
        self._run(lambda: pickup.check_proxy_id(case, kind, number, name), self._proxy_checked, self._show_fault)

    def _proxy_checked(self, checked: OpenCase) -> None:
        """Take over what the check found; what was recorded while it ran stays."""
        now = self._open_case()
        proxy = checked.visit.proxy
        if now is None or proxy is None:
            return
        case = self._desk.pickup.revise(now, with_proxy(now.visit, proxy))
        wrong = proxy.id_valid is False
        kinds = [step.kind for step in case.steps]
        again = kinds.index(StepKind.PROXY_ID) if wrong and StepKind.PROXY_ID in kinds else None
        fault = Fault(f"id_number_{proxy.id_fault}") if wrong else Fault()
        self._show_case(case, field_fault=fault, open_step=again)

    def tick_paper(self) -> None:
        """Record that the paper of the open step lies on the desk."""
        case, step = self._open_case(), self.current_step()
        if case is None or step is None:
            return
        if step.kind is StepKind.CARD:
            self._revise(case, dataclasses.replace(case.visit, card_presented=True), open_step=None)
        elif step.kind in _BY_TICK:
            kinds = self._desk.policy.identity.photo_id_kinds
            self._show_paper(case, step, next((kind for kind in PhotoIdKind if kind in kinds), PhotoIdKind.NATIONAL_ID))

    def show_photo_id(self, kind: PhotoIdKind) -> None:
        """Record which photo ID the graduate has shown."""
        case, step = self._open_case(), self.current_step()
        if case is not None and step is not None and step.kind is StepKind.PHOTO_ID:
            self._show_paper(case, step, kind)

    def _show_paper(self, case: OpenCase, step: Step, kind: PhotoIdKind) -> None:
        shown = EvidenceFact(EvidenceCode(step.element.split("|")[0]), kind=kind)
        others = tuple(one for one in case.visit.evidence if one.code is not shown.code)
        self._revise(case, dataclasses.replace(case.visit, evidence=(*others, shown)), open_step=None)

    def choose_relation(self, relation: Relation) -> None:
        """Record how the proxy stands to the graduate."""
        case = self._open_case()
        if case is not None:
            self._revise(case, dataclasses.replace(case.visit, relation=relation), open_step=None)

    def confirm_serial(self, typed: str) -> None:
        """Compare a scanned or typed certificate number; one that does not match is said in place."""
        case = self._open_case()
        if case is not None and typed.strip():
            try:
                confirmed = self._desk.pickup.confirm_serial(case, typed)  # from what is loaded: nothing to wait for
            except DeskError as error:
                self._change(field_fault=Fault.of(error))
            else:
                self._show_case(confirmed, field_fault=Fault(), open_step=None)

    def report_photo_mismatch(self) -> None:
        """Record that the photo is clearly not the visitor."""
        case = self._open_case()
        if case is not None and case.dossier is not None:
            flags = dataclasses.replace(case.visit.flags, photo_mismatch=True)
            self._revise(case, dataclasses.replace(case.visit, flags=flags))
