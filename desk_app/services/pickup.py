# SPDX-License-Identifier: GPL-3.0-or-later
"""The visit at the counter: open a record, decide, record what is shown, hand over exactly once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from desk_app.domain.closures import AnnouncedClosure, standing_closures
from desk_app.domain.errors import DeskError, NotFoundError
from desk_app.domain.facts import Closure, PhotoIdKind, StockState
from desk_app.domain.masking import mask_name, mask_student_number, mask_uid
from desk_app.domain.policy import Policy
from desk_app.domain.records import AuditKind, Dossier, ReleaseRecord, SearchHit
from desk_app.domain.student_number import normalise_number
from desk_app.domain.visit import Confirmation, Found, OpenCase, StepState, Visit
from desk_app.services import identity_checks
from desk_app.services.decision import DeskRules, decided_case
from desk_app.services.discoveries import altered_records_logged
from desk_app.services.facts_of_visit import card_of, counts_as_shown, documents_of, holding_of
from desk_app.services.operators import Operators
from desk_app.services.ports import Clock, DeskIdentity, Identifiers, PersonNumberIndex
from desk_app.services.release import ReleaseDesk, hand_over
from desk_app.services.rights import Act, permitted, require
from desk_app.services.store_port import Records, Store
from desk_app.services.trail import Trail

_TYPED_CARD = "CARD_TYPED"
"""How the audit log says that a keyboard reader has typed a card."""

SEARCH_LIMIT = 20
"""More hits than this are no answer to a person's question."""


def evidence_shown(case: OpenCase) -> frozenset[str]:
    """Name what has been shown of the papers that this case needs; nothing of what stands on them."""
    done = (step for step in case.steps if step.state is StepState.DONE)
    return frozenset(":".join(filter(None, (step.kind.value, step.element))) for step in done)


@dataclass(frozen=True, slots=True)
class Pickup:
    """The use cases of the pick-up page; every method may raise a :class:`~desk_app.domain.errors.StoreError`.

    A graduate whose rows were changed beside the program is refused with an ``AlteredRecordError``, which is logged.

    ``needs_verifier`` is the desk's setting by which somebody who may verify stands for a proxy's papers.
    """

    store: Store
    policy: Policy
    clock: Clock
    ids: Identifiers
    index: PersonNumberIndex
    desk: DeskIdentity
    operators: Operators
    needs_verifier: bool = False

    def open_card(
        self,
        uid: str,
        read_at: datetime,
        number_on_card: str = "",
        issued_on: date | None = None,
        *,
        typed: bool = False,
    ) -> OpenCase:
        """Open the record of a card that was read; raise :class:`NotFoundError` for a card that the roster lacks.

        A lost or replaced card opens the record, but does not count as shown. A number in a sector of the card that
        is not the one of the roster, or a date of issue that is not the day from which the roster's card is valid, raises
        ``card_mismatch``: the card was altered, or the roster is wrong. ``typed`` marks what a keyboard reader typed.
        """
        require(self.operators, Act.OPEN_RECORD)
        with self._records() as records:
            card = records.card(uid.upper())
            dossier = records.dossier(card.student_no) if card else None
            announced = records.announced_closures()
        if card is None or dossier is None:
            raise NotFoundError("card_unknown", uid=mask_uid(uid))
        if number_on_card and normalise_number(number_on_card) != card.student_no:
            raise DeskError("card_mismatch", uid=mask_uid(uid))
        if issued_on and card.valid_from and issued_on != card.valid_from:
            raise DeskError("card_mismatch", uid=mask_uid(uid))
        visit = Visit(
            id=self.ids.new(),
            found=Found.CARD,
            typed=card.student_no,
            started_at=self.clock.now(),
            card_uid=card.uid,
            card_read_at=read_at,
            card_presented=counts_as_shown(card),
            card_typed=typed,
        )
        return self._case(visit, dossier, self.clock.now(), announced)

    def open_number(self, typed: str) -> OpenCase:
        """Open the record of a typed number; a malformed or unknown one gives a case with the verdict NOT_FOUND."""
        require(self.operators, Act.OPEN_RECORD)
        now = self.clock.now()
        with self._records() as records:
            dossier = records.dossier(normalise_number(typed))
            announced = records.announced_closures()
        visit = Visit(id=self.ids.new(), found=Found.NUMBER, typed=typed, started_at=now)
        return self._case(visit, dossier, now, announced)

    def search(self, text: str) -> tuple[SearchHit, ...]:
        """Find graduates by number, name or receipt number; the search is logged with its text masked."""
        require(self.operators, Act.OPEN_RECORD)
        if not text.strip():
            return ()
        with self.store.read() as records:
            hits = records.search(text.strip(), SEARCH_LIMIT)
        masked = mask_student_number(text.strip()) if text.strip()[:1].isdigit() else mask_name(text)
        with self.store.write() as ledger:
            ledger.record(self._trail.event(AuditKind.LOOKUP, self.clock.now(), searched=masked, hits=len(hits)))
        return hits

    def look_up(self, typed: str, at: datetime | None = None) -> OpenCase:
        """Decide as if the graduate came in person with the card in force, now or at an aware instant; it is logged."""
        require(self.operators, Act.OPEN_RECORD)
        now = self.clock.now()
        instant = at or now
        with self._discoveries(), self.store.write() as ledger:
            dossier = ledger.dossier(normalise_number(typed))
            announced = ledger.announced_closures()
            found = dossier.graduate.number if dossier else ""
            shown = "" if dossier else mask_student_number(typed)
            ledger.record(self._trail.event(AuditKind.LOOKUP, now, found, searched=shown, decided_for=str(instant)))
        visit = Visit(id=self.ids.new(), found=Found.NUMBER, typed=typed, started_at=instant)
        card = card_of(dossier, "") if dossier else None
        if card is not None and counts_as_shown(card):
            visit = dataclasses.replace(visit, card_presented=True)
        return self._case(visit, dossier, instant, announced)

    def revise(self, case: OpenCase, visit: Visit) -> OpenCase:
        """Decide again about a visit that has changed, from what is already loaded."""
        return self._decided(visit, case.dossier, self.clock.now(), case.facts.closures)

    def announced_closures(self) -> tuple[AnnouncedClosure, ...]:
        """Give every closure that was ever announced at the desks, for :meth:`renew`."""
        with self.store.read() as records:
            return records.announced_closures()

    def renew(self, case: OpenCase, announced: tuple[AnnouncedClosure, ...]) -> OpenCase:
        """Decide again with the closures that stand now, from what is already loaded; what was recorded stays."""
        return self._case(case.visit, case.dossier, self.clock.now(), announced)

    def reload(self, case: OpenCase) -> OpenCase:
        """Load the record anew and decide again; what the clerk has recorded stays."""
        require(self.operators, Act.OPEN_RECORD)
        with self._records() as records:
            dossier = records.dossier(normalise_number(case.visit.typed))
            announced = records.announced_closures()
        return self._case(case.visit, dossier, self.clock.now(), announced)

    def record_verdict(self, case: OpenCase) -> None:
        """Write the decision into the audit log; done beside the screen, so that painting never waits for a disk."""
        verdict, visit = case.verdict, case.visit
        event = self._trail.event(
            AuditKind.VERDICT,
            verdict.at,
            case.dossier.graduate.number if case.dossier else "",
            visit=visit.id,
            found=_TYPED_CARD if visit.card_typed else visit.found.value,
            mode=visit.mode.value,
            verdict=verdict.code.value,
            reasons=[str(reason) for reason in verdict.reasons],
            typed="" if case.dossier else mask_student_number(visit.typed),
            calendar=verdict.policy.calendar_version,
        )
        with self.store.write() as ledger:
            ledger.record(event)

    def record_evidence(self, case: OpenCase, before: frozenset[str]) -> frozenset[str]:
        """Log what has been shown, or taken back, since ``before``; give what is shown now, for the next time."""
        shown = evidence_shown(case)
        if shown != before:
            event = self._trail.event(
                AuditKind.EVIDENCE,
                self.clock.now(),
                case.dossier.graduate.number if case.dossier else "",
                visit_id=case.visit.id,
                shown=sorted(shown - before),
                taken_back=sorted(before - shown),
            )
            with self.store.write() as ledger:
                ledger.record(event)
        return shown

    def confirm_serial(self, case: OpenCase, typed: str) -> OpenCase:
        """Record a scanned or typed certificate number; raise ``serial_mismatch`` when it is not this graduate's."""
        number = normalise_number(typed)
        document = self._document_of_serial(case.dossier, number)
        if document is None:
            raise DeskError("serial_mismatch", typed=typed.strip())
        serials = {**dict(case.visit.serials), document: number}
        return self.revise(case, dataclasses.replace(case.visit, serials=tuple(serials.items())))

    def check_proxy_id(self, case: OpenCase, kind: PhotoIdKind, number: str, name: str) -> OpenCase:
        """Check the proxy's photo ID: check digit, and how many graduates this proxy has collected for today."""
        require(self.operators, Act.OPEN_RECORD)
        shown = identity_checks.proxy_shown(kind, number, name, self.index.blind)
        if shown.day_key:
            with self.store.read() as records:
                before = records.proxies_today(shown.day_key, self.clock.now().date())
            shown = dataclasses.replace(shown, graduates_today=before + 1)
        return self.revise(case, identity_checks.with_proxy(case.visit, shown))

    def check_person_number(self, case: OpenCase, typed: str) -> OpenCase:
        """Check a typed number of the graduate against form, check digit and, where one is kept, the keyed hash."""
        require(self.operators, Act.OPEN_RECORD)
        matches: bool | None = None
        if case.dossier is not None and identity_checks.is_well_formed(typed):
            blind = self.index.blind(normalise_number(typed))
            with self._records() as records:
                matches = records.matches_person_number(case.dossier.graduate.number, blind)
        today = self.clock.now().date()
        return self.revise(case, identity_checks.with_person_number(case.visit, typed, matches=matches, today=today))

    def begin_confirmation(self, case: OpenCase) -> Confirmation:
        """Make the idempotency key of a hand-over: once, when its confirm step opens; every retry uses it again."""
        return Confirmation(f"{case.visit.id}.{self.ids.new()}")

    def release(self, case: OpenCase, confirmation: Confirmation) -> ReleaseRecord:
        """Hand over: one transaction that decides again with what the store holds now.

        Raises :class:`ReleaseRefusedError` when something is missing, :class:`AlreadyReleasedError` when the
        certificate has gone, :class:`SignatureError` without a signature; nothing has changed then.
        """
        with self._discoveries():
            record = hand_over(self._release_desk, case.visit, confirmation)
        self.operators.held.drop(case.visit.id)
        return record

    @contextmanager
    def _records(self) -> Iterator[Records]:
        with self._discoveries(), self.store.read() as records:
            yield records

    def _discoveries(self) -> AbstractContextManager[None]:
        return altered_records_logged(self.store, self._trail, self.clock)

    @property
    def _trail(self) -> Trail:
        return Trail(self.desk, self.policy, self.operators)

    @property
    def _release_desk(self) -> ReleaseDesk:
        return ReleaseDesk(self.store, self.policy, self.clock, self.desk, self._trail, self.needs_verifier)

    def _case(
        self, visit: Visit, dossier: Dossier | None, now: datetime, announced: tuple[AnnouncedClosure, ...]
    ) -> OpenCase:
        return self._decided(visit, dossier, now, standing_closures(announced, now))

    def _decided(self, visit: Visit, dossier: Dossier | None, now: datetime, closures: tuple[Closure, ...]) -> OpenCase:
        verifies = permitted(self.operators, Act.VERIFY)
        rules = DeskRules(self.policy, self.desk.counter, self.needs_verifier and not verifies)
        return decided_case(rules, visit, dossier, now, closures)

    def _document_of_serial(self, dossier: Dossier | None, serial: str) -> str | None:
        if dossier is None or not serial:
            return None
        for document in documents_of(self.policy, dossier):
            holding = holding_of(dossier, document.code)
            if holding and holding.state is StockState.IN_BOX and normalise_number(holding.serial) == serial:
                return document.code
        return None
