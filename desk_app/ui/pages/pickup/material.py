# SPDX-License-Identifier: GPL-3.0-or-later
"""What every part of a case's model is made from: the state, the rules, and the words for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.facts import Mode
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import VerdictCode
from desk_app.domain.visit import OpenCase, StepKind
from desk_app.services.explain.case import Explanation
from desk_app.services.explain.names import Names
from desk_app.ui.pages.pickup.state import PickupState

_GUIDED = frozenset({VerdictCode.NEED_EVIDENCE, VerdictCode.RELEASE, VerdictCode.RELEASE_NOTICE})


@dataclass(frozen=True, slots=True)
class Material:
    """What a model is made from."""

    policy: Policy
    state: PickupState
    case: OpenCase
    names: Names
    said: Explanation
    now: datetime
    demo: bool

    def t(self, key: str, /, **values: object) -> str:
        """Give a text in the screen's language."""
        return self.names.texts(key, **values)

    @property
    def by_proxy(self) -> bool:
        """True when somebody else collects."""
        return self.case.visit.mode is Mode.BY_PROXY

    @property
    def guided(self) -> bool:
        """True when the proxy's checklist is what is to be done."""
        return self.by_proxy and self.case.verdict.code in _GUIDED and bool(self.case.steps)

    @property
    def letter_step(self) -> int | None:
        """The number of the letter's step, from 1; ``None`` when no letter is asked for."""
        kinds = [step.kind for step in self.case.steps]
        return kinds.index(StepKind.LETTER) + 1 if StepKind.LETTER in kinds else None

    @property
    def mends_letter(self) -> bool:
        """True when the clerk has opened the letter again, because something on it was typed or ticked wrongly."""
        chosen = self.state.open_step
        return self.by_proxy and chosen is not None and chosen + 1 == self.letter_step
