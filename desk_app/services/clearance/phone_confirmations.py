# SPDX-License-Identifier: GPL-3.0-or-later
"""An office's word by telephone: a supervisor records who has confirmed what nobody could look up.

It settles what is not known, or known no longer, for the day on which it was given. What an office's own data call open
or pending no telephone call settles: that is refused here, and the engine would not hear it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from desk_app.domain.closures import standing_closures
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import PhoneError
from desk_app.domain.facts import PhoneConfirmation
from desk_app.domain.masking import mask_name
from desk_app.domain.records import AuditKind, Operator
from desk_app.domain.verdict import ReasonCode, Verdict
from desk_app.domain.visit import OpenCase
from desk_app.services.decision import DeskRules, decided_case
from desk_app.services.overrides import free_text
from desk_app.services.ports import Clock
from desk_app.services.rights import Act, require
from desk_app.services.staff import Staff
from desk_app.services.store_port import Ledger, Store
from desk_app.services.trail import Trail

_NUMBER = re.compile(r"(?=(?:[^0-9]*[0-9]){3})[0-9+()#*/., -]{3,24}(?:(?:ext\.?|分機) ?[0-9]{1,6})?")
"""A telephone number as people write it: at least three digits, an extension behind it."""

_SAID_NO = frozenset({ReasonCode.ITEM_OPEN, ReasonCode.ITEM_PENDING, ReasonCode.ITEM_WINDOW_CLOSED})


@dataclass(frozen=True, slots=True)
class PhoneRequest:
    """What is written down: the reasons as they are reported, who has confirmed, and the number that was called.

    ``by`` is the supervisor who was called to the desk, ``None`` when a supervisor works there.
    """

    reasons: tuple[str, ...]
    person: str
    number: str
    by: Credential | None = None


@dataclass(frozen=True, slots=True)
class PhoneConfirmations:
    """The use case of the telephone beside the counter."""

    store: Store
    clock: Clock
    trail: Trail
    staff: Staff

    def confirm(self, case: OpenCase, request: PhoneRequest) -> None:
        """Record an office's word about items of the graduate of a case; all of them are recorded, or none is.

        Raises :class:`PhoneError` for what is open or pending, or settled meanwhile, :class:`OverrideError` for a text
        that holds a person number, :class:`SignInError` and :class:`PermissionRefusedError` without the supervisor.
        """
        require(self.trail.operators, Act.HAND_OVER)
        person = free_text(request.person, "phone_person")
        number = _phone_number(request.number)
        by = self._supervisor(request.by)
        student_no = case.dossier.graduate.number if case.dossier else ""
        with self.store.write(about=(student_no,)) as ledger:
            word = PhoneConfirmation(by.id, person, number, self.clock.now())
            verdict = self._decided_now(ledger, case, student_no, word)
            for reason in request.reasons:
                item, _, source = _unknown(verdict, reason).partition(".")
                ledger.put_phone_confirmation(student_no, item, source, word)
            ledger.record(
                self.trail.event(
                    AuditKind.CONFIRM_BY_PHONE,
                    word.at,
                    student_no,
                    visit_id=case.visit.id,
                    items=[reason.partition(":")[2] for reason in request.reasons],
                    by=by.id,
                    person=mask_name(person),
                    number=number,
                )
            )

    def _supervisor(self, called: Credential | None) -> Operator:
        """Give who stands for the call: the one at work who may, else the one who was called and proves to be there."""
        if called is not None:
            return self.staff.prove_for(called, Act.CONFIRM_PHONE)
        require(self.trail.operators, Act.CONFIRM_PHONE)
        return self.trail.operators.at_work

    def _decided_now(self, ledger: Ledger, case: OpenCase, student_no: str, word: PhoneConfirmation) -> Verdict:
        """Decide with what the store holds in this transaction: an office may have answered during the call."""
        rules = DeskRules(self.trail.policy, self.trail.desk.counter)
        closures = standing_closures(ledger.announced_closures(), word.at)
        return decided_case(rules, case.visit, ledger.dossier(student_no), word.at, closures).verdict


def _unknown(verdict: Verdict, wanted: str) -> str:
    """Give the item of a reason that says that nobody knows; raise :class:`PhoneError` for every other."""
    argument = wanted.partition(":")[2]
    said = {reason.code for reason in verdict.reasons if reason.argument == argument}
    if said & _SAID_NO:
        raise PhoneError("phone_open", item=argument)
    if ReasonCode.ITEM_UNKNOWN not in said:
        raise PhoneError("phone_settled", item=argument)
    return argument


def _phone_number(typed: str) -> str:
    """Give a telephone number in half-width characters; raise :class:`PhoneError` for what is none."""
    number = free_text(unicodedata.normalize("NFKC", typed), "phone_number")
    if not _NUMBER.fullmatch(number):
        raise PhoneError("phone_number")
    return number
