# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects the reasons and notices of the stages and puts them into the order in which they are reported."""

from __future__ import annotations

from collections.abc import Iterable

from desk_app.domain.facts import EvidenceCode
from desk_app.domain.verdict import Notice, NoticeCode, Reason, ReasonCode

ITEM_STATE_REASONS = frozenset({ReasonCode.ITEM_OPEN, ReasonCode.ITEM_PENDING, ReasonCode.ITEM_UNKNOWN})
"""The three codes that count as one in the order, so that a slip lists the items in policy order."""

ITEM_REASONS = ITEM_STATE_REASONS | {ReasonCode.ITEM_WINDOW_CLOSED}
"""The reasons that say: an office is not done with this graduate."""

_REASON_RANKS = {code: rank for rank, code in enumerate(ReasonCode)} | dict.fromkeys(
    ITEM_STATE_REASONS, list(ReasonCode).index(ReasonCode.ITEM_OPEN)
)
_NOTICE_RANKS = {code: rank for rank, code in enumerate(NoticeCode)}
_EVIDENCE_RANKS = {code.value: rank for rank, code in enumerate(EvidenceCode)}


def evidence_rank(element: str) -> int:
    """Tell where an element stands in the table of evidence; alternatives stand where their first part stands."""
    return _EVIDENCE_RANKS.get(element.partition("|")[0], len(_EVIDENCE_RANKS))


def _reason_key(reason: Reason) -> tuple[int, int]:
    rank = evidence_rank(reason.argument) if reason.code is ReasonCode.MISSING else 0
    return _REASON_RANKS[reason.code], rank


class Findings:
    """What the stages found so far; nothing is kept twice."""

    def __init__(self) -> None:
        self._reasons: dict[Reason, None] = {}
        self._notices: dict[Notice, None] = {}

    def refuse(self, code: ReasonCode, argument: str = "") -> None:
        """Add a reason against the release."""
        self._reasons[Reason(code, argument)] = None

    def mention(self, code: NoticeCode, argument: str = "") -> None:
        """Add a notice; the first occurrence counts."""
        self._notices.setdefault(Notice(code, argument))

    def lift(self, reason: Reason) -> None:
        """Take a reason away."""
        del self._reasons[reason]

    def find(self, text: str) -> Reason | None:
        """Give the reason that is reported as ``text``, if it holds."""
        return next((reason for reason in self._reasons if str(reason) == text), None)

    def holds_any(self, codes: Iterable[ReasonCode]) -> bool:
        """Tell whether a reason of one of these codes holds."""
        wanted = frozenset(codes)
        return any(reason.code in wanted for reason in self._reasons)

    @property
    def clear(self) -> bool:
        """True while nothing speaks against the release."""
        return not self._reasons

    def reasons(self) -> tuple[Reason, ...]:
        """Give the reasons in the order of the specification."""
        return tuple(sorted(self._reasons, key=_reason_key))

    def notices(self) -> tuple[Notice, ...]:
        """Give the notices in the order of the specification."""
        return tuple(sorted(self._notices, key=lambda notice: _NOTICE_RANKS[notice.code]))
