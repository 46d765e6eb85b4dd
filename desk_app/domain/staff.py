# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of the staff and what makes a pass phrase."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk_app.domain.errors import StaffError
from desk_app.domain.records import Operator

MOST_FAILURES = 5
"""Attempts in a row after which no more are heard for :data:`LOCKED_FOR`."""

LOCKED_FOR = timedelta(minutes=5)

SHORTEST, LONGEST = 8, 128
"""The least and most characters of a pass phrase."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in; without ``phrase_hash`` nobody can yet. ``failures`` are attempts in a row.

    ``given_by`` is the account of the colleague who has set the pass phrase, and so knows it; "" for one's own choice.
    """

    operator: Operator
    phrase_hash: str = field(default="", repr=False)
    closed: bool = False
    failures: int = 0
    locked_until: datetime | None = None
    given_by: str = ""

    @property
    def usable(self) -> bool:
        """True when the account is open and has a pass phrase."""
        return bool(self.phrase_hash) and not self.closed

    def is_locked(self, now: datetime) -> bool:
        """Tell whether too many attempts have failed just before."""
        return self.locked_until is not None and now < self.locked_until

    def attempt(self, now: datetime) -> tuple[int, datetime | None]:
        """Count one more attempt: how many have failed if this one does, and until when that locks the account.

        A lock that has run out begins the count anew.
        """
        failures = 1 if self.locked_until is not None else self.failures + 1
        return failures, now + LOCKED_FOR if failures >= MOST_FAILURES else None


def normal_phrase(typed: str) -> str:
    """Give a phrase as it is hashed: the same characters are the same phrase, whatever keyboard wrote them."""
    return unicodedata.normalize("NFKC", typed)


def require_phrase(typed: str, operator_id: str) -> str:
    """Give a new pass phrase as it is hashed; raise :class:`StaffError` for one that is too short, long or plain."""
    phrase = normal_phrase(typed)
    if not SHORTEST <= len(phrase) <= LONGEST:
        raise StaffError("phrase_length", shortest=SHORTEST, longest=LONGEST)
    if len(set(phrase)) < SHORTEST // 2 or operator_id.casefold() in phrase.casefold():
        raise StaffError("phrase_plain")
    return phrase


def same_person(one: Operator, other: Operator) -> bool:
    """Tell whether two accounts count as one person where two are asked for: one account, or two under one name.

    Colleagues who share a name are told apart by what their supervisor adds to it.
    """
    return one.id == other.id or _plain_name(one) == _plain_name(other)


def _plain_name(operator: Operator) -> str:
    return "".join(unicodedata.normalize("NFKC", operator.name).casefold().split())
