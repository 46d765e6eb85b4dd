# SPDX-License-Identifier: GPL-3.0-or-later
"""The staff: signing in by pass phrase, the lock of the desk, and the accounts that a supervisor keeps."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from desk_app.domain.decisions import Credential
from desk_app.domain.errors import PermissionRefusedError, SignInError, StaffError
from desk_app.domain.person_name import typed_name_fault
from desk_app.domain.records import AuditEvent, AuditKind, Operator, Role
from desk_app.domain.staff import MOST_FAILURES, Account, normal_phrase, require_phrase, same_person
from desk_app.services.ports import Clock, PassPhrases
from desk_app.services.rights import Act, may, require
from desk_app.services.store_port import Records, Store
from desk_app.services.trail import Trail

SIGN_IN = "sign_in"
"""The purpose of a proof that seats somebody at the desk; every other one is an entry of its own."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


@dataclass(frozen=True, slots=True)
class Concern:
    """About whom somebody proves to be here (a student number or ""), and what else the entry of the proof tells."""

    student_no: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staff:
    """The use cases around persons; every one of them leaves an entry in the audit log."""

    store: Store
    clock: Clock
    trail: Trail
    phrases: PassPhrases

    def accounts(self) -> tuple[Account, ...]:
        """Give every account, those closed too."""
        with self.store.read() as records:
            return records.accounts()

    def sign_in(self, operator_id: str, phrase: str) -> Operator:
        """Seat somebody at this desk, or bring back the one who has locked it; raises :class:`SignInError`."""
        operators = self.trail.operators
        returns = operators.locked and operators.name_for_log == operator_id
        self.prove(operator_id, phrase, SIGN_IN)
        with self.store.write() as ledger:
            if operators.signed_in and not returns:
                ledger.record(self._event(AuditKind.LOGOUT, operators.name_for_log, followed_by=operator_id))
            ledger.record(self._event(AuditKind.LOGIN, operator_id, unlocked=returns))
        return operators.switch(operator_id)

    def admit(self, operator_id: str, phrase: str, purpose: str) -> Operator:
        """Let somebody work for one command of a shell; the proof is an entry, with the purpose."""
        self.prove(operator_id, phrase, purpose)
        return self.trail.operators.switch(operator_id)

    def sign_out(self) -> None:
        """Let the one who works here go."""
        operators = self.trail.operators
        with self.store.write() as ledger:
            ledger.record(self._event(AuditKind.LOGOUT, operators.current.id))
        operators.leave()

    def lock(self, *, idle_minutes: int = 0) -> None:
        """Lock the desk at once, then log it: a store out of reach keeps nobody's record open."""
        operators = self.trail.operators
        operators.lock()
        if not operators.locked:
            return
        with self.store.write() as ledger:
            ledger.record(self._event(AuditKind.LOCK, operators.current.id, idle_minutes=idle_minutes))

    def prove(self, operator_id: str, phrase: str, purpose: str, concern: Concern | None = None) -> Operator:
        """Prove that somebody is here; a failed attempt is counted and logged, too many lock the account for a while.

        Without anything typed nothing was attempted. ``concern`` is kept with the proof: whoever kills the program
        before what follows is written takes back neither whom it was about nor why.
        """
        if not phrase:
            raise SignInError("sign_in_blank")
        account = self._attempting(operator_id, purpose)
        if not self.phrases.matches(account.phrase_hash, normal_phrase(phrase)):
            failures, until = account.attempt(self.clock.now())
            with self.store.write() as ledger:
                ledger.record(self._event(AuditKind.LOGIN_FAILED, operator_id, purpose=purpose, failures=failures))
            if until is not None:
                raise SignInError("sign_in_locked", until=until)
            raise SignInError("sign_in_wrong", left=MOST_FAILURES - failures)
        with self.store.write() as ledger:
            ledger.set_attempts(operator_id, 0, None)
            if purpose != SIGN_IN:
                about = concern or Concern()
                proof = self._event(AuditKind.PROOF, operator_id, purpose=purpose, **about.told)
                ledger.record(dataclasses.replace(proof, subject=about.student_no))
        return account.operator

    def prove_for(self, credential: Credential, act: Act, concern: Concern | None = None) -> Operator:
        """Prove that somebody is here who may do something; raise :class:`PermissionRefusedError` for a role that may not."""
        operator = self.prove(credential.operator_id, credential.phrase, act.value, concern)
        if not may(operator.role, act):
            raise PermissionRefusedError(f"permission_{act.value}", operator=operator.id)
        return operator

    def _attempting(self, operator_id: str, purpose: str) -> Account:
        """Count an attempt before it is checked: whoever kills the program or tries at many desks gains no guess."""
        now = self.clock.now()
        with self.store.write() as ledger:
            account = known_account(ledger, operator_id)
            fault = _hindrance(account)
            if not fault and not account.is_locked(now):
                ledger.set_attempts(operator_id, *account.attempt(now))
                return account
            ledger.record(self._event(AuditKind.LOGIN_FAILED, operator_id, purpose=purpose, refused=fault or "locked"))
        if fault:
            raise SignInError(fault, operator=operator_id)
        raise SignInError("sign_in_locked", until=account.locked_until)

    def begin(self, operator_id: str, phrase: str) -> None:
        """Give the first supervisor of a new store a pass phrase: while nobody has one and nothing was done here.

        In a store with a past only its owner does it (:class:`~desk_app.services.recovery.Recovery`).
        """
        phrase_hash = self.phrases.hash(require_phrase(phrase, operator_id))
        with self.store.write() as ledger:
            account = known_account(ledger, operator_id)
            if any(one.phrase_hash for one in ledger.accounts()):
                raise StaffError("staff_begun")
            if ledger.last_audit() is not None:
                raise StaffError("staff_begin_proof", operator=operator_id)
            if account.operator.role is not Role.SUPERVISOR:
                raise StaffError("staff_first_supervisor", operator=operator_id)
            ledger.set_phrase_hash(operator_id, phrase_hash)
            ledger.record(self._edit("begin", account.operator, by=operator_id))

    def add(self, operator: Operator, phrase: str) -> None:
        """Open an account; raise :class:`StaffError` for an id that is taken or a name that is none."""
        require(self.trail.operators, Act.STAFF)
        _require_person(operator)
        phrase_hash = self.phrases.hash(require_phrase(phrase, operator.id))
        with self.store.write() as ledger:
            if any(one.operator.id.casefold() == operator.id.casefold() for one in ledger.accounts()):
                raise StaffError("staff_id_taken", operator=operator.id)
            ledger.put_operators([operator])
            ledger.set_phrase_hash(operator.id, phrase_hash, self.trail.operators.at_work.id)
            ledger.record(self._edit("add", operator))

    def close(self, operator_id: str) -> None:
        """Close an account, never one's own and never the last supervisor's; what the person did stays."""
        require(self.trail.operators, Act.STAFF)
        if operator_id == self.trail.operators.current.id:
            raise StaffError("staff_own_account")
        with self.store.write() as ledger:
            account = known_account(ledger, operator_id)
            ledger.close_account(operator_id)
            ledger.record(self._edit("disable", account.operator))

    def set_phrase(self, operator_id: str, phrase: str) -> None:
        """Give an account a new pass phrase, which also unlocks it: one's own, or anybody's by a supervisor."""
        giver = self.trail.operators.at_work.id
        if operator_id == giver:
            self._change_own(phrase)
            return
        require(self.trail.operators, Act.STAFF)
        self._keep_phrase(operator_id, phrase, giver)

    def change_own_phrase(self, old: str, new: str) -> None:
        """Let whoever works here choose another pass phrase, after a proof by the old one; raises like both."""
        require_phrase(new, self.trail.operators.at_work.id)
        self.prove(self.trail.operators.at_work.id, old, "passphrase")
        self._change_own(new)

    def phrase_is_given(self) -> bool:
        """Tell whether whoever works here still has a pass phrase that a colleague has set, and knows."""
        with self.store.read() as records:
            return bool(known_account(records, self.trail.operators.at_work.id).given_by)

    def _change_own(self, phrase: str) -> None:
        """Keep one's own choice, which must be another phrase where a colleague knows the present one."""
        own = self.trail.operators.at_work.id
        with self.store.read() as records:
            account = known_account(records, own)
        if account.given_by and self.phrases.matches(account.phrase_hash, normal_phrase(phrase)):
            raise StaffError("phrase_unchanged")
        self._keep_phrase(own, phrase)

    def _keep_phrase(self, operator_id: str, phrase: str, given_by: str = "") -> None:
        phrase_hash = self.phrases.hash(require_phrase(phrase, operator_id))
        with self.store.write() as ledger:
            account = known_account(ledger, operator_id)
            if account.closed:
                raise StaffError("sign_in_closed", operator=operator_id)
            ledger.set_phrase_hash(operator_id, phrase_hash, given_by)
            ledger.record(self._edit("passphrase", account.operator))

    def _edit(self, action: str, operator: Operator, by: str = "") -> AuditEvent:
        by = by or self.trail.operators.name_for_log
        return self._event(AuditKind.STAFF_EDIT, by, action=action, account=operator.id, role=operator.role.value)

    def _event(self, kind: AuditKind, operator_id: str, **payload: object) -> AuditEvent:
        return dataclasses.replace(self.trail.event(kind, self.clock.now(), "", **payload), operator=operator_id)


def known_account(records: Records, operator_id: str) -> Account:
    """Give an account by its id; raise :class:`SignInError` for one that does not exist."""
    found = next((one for one in records.accounts() if one.operator.id == operator_id), None)
    if found is None:
        raise SignInError("operator_unknown", operator=operator_id)
    return found


def require_two_persons(store: Store, one: str, other: str) -> None:
    """Raise :class:`StaffError` unless two accounts stand for two persons, neither of whom knows the other's pass phrase.

    Whoever has set a colleague's phrase could stand for both, until that colleague has chosen another.
    """
    with store.read() as records:
        accounts = {account.operator.id: account for account in records.accounts()}
        pair = known_account(records, one), known_account(records, other)
    if same_person(pair[0].operator, pair[1].operator):
        raise StaffError("override_same_person")
    for account, colleague in (pair, reversed(pair)):
        giver = accounts.get(account.given_by)
        if giver is not None and same_person(giver.operator, colleague.operator):
            raise StaffError("second_phrase_given", operator=account.operator.name)


def holder_of(store: Store, operator_id: str) -> Operator:
    """Give whoever an account stands for, who has proven nothing yet; raise :class:`SignInError` for an unknown one."""
    with store.read() as records:
        return known_account(records, operator_id).operator


def proven_in_copy(records: Records, phrases: PassPhrases, credential: Credential, act: Act) -> Operator:
    """Prove somebody by the accounts of a copy, in which attempts cannot be counted; raises like :meth:`Staff.prove`."""
    account = known_account(records, credential.operator_id)
    fault = _hindrance(account)
    if fault:
        raise SignInError(fault, operator=credential.operator_id)
    if not phrases.matches(account.phrase_hash, normal_phrase(credential.phrase)):
        raise SignInError
    if not may(account.operator.role, act):
        raise PermissionRefusedError(f"permission_{act.value}", operator=credential.operator_id)
    return account.operator


def require_person(records: Records, person: Operator, act: Act) -> Operator:
    """Give somebody who has proven to be here; raise :class:`PermissionRefusedError` if the account has changed since."""
    standing = next((one for one in records.operators() if one.id == person.id), None)
    if standing is None or not may(standing.role, act):
        raise PermissionRefusedError(f"permission_{act.value}", operator=person.id)
    return standing


def _hindrance(account: Account) -> str:
    if account.closed:
        return "sign_in_closed"
    return "" if account.phrase_hash else "sign_in_no_phrase"


def _require_person(operator: Operator) -> None:
    """Refuse an id that could not be typed, and a name that is none."""
    if not _ID.fullmatch(operator.id):
        raise StaffError("staff_id", operator=operator.id)
    if not operator.name.strip():
        raise StaffError("staff_name")
    if fault := typed_name_fault(operator.name.strip()):
        raise StaffError(fault)
