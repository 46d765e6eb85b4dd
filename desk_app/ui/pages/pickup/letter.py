# SPDX-License-Identifier: GPL-3.0-or-later
"""The letter of authorization while the clerk checks it: six ticks, each still open, right or wrong."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desk_app.domain.facts import LetterFacts, LetterSigner


class LetterTick(StrEnum):
    """One thing that the clerk looks at on the letter."""

    ORIGINAL = "original"
    DATE = "date"
    GRADUATE = "graduate"
    PROXY = "proxy"
    NAMES = "names"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """What is decided of the letter so far; it becomes evidence when all six ticks are decided."""

    decided: tuple[tuple[LetterTick, bool], ...] = ()
    day: date | None = None

    def answer(self, tick: LetterTick) -> bool | None:
        """Give the answer of a tick, ``None`` while it is open."""
        return dict(self.decided).get(tick)

    def with_answer(self, tick: LetterTick, answer: bool) -> LetterDraft:  # noqa: FBT001 - the answer itself
        """Decide a tick."""
        return dataclasses.replace(self, decided=tuple({**dict(self.decided), tick: answer}.items()))

    def toggled(self, tick: LetterTick) -> LetterDraft:
        """Turn a tick: an open one becomes right, a right one wrong, a wrong one right."""
        return self.with_answer(tick, self.answer(tick) is not True)

    def with_day(self, day: date) -> LetterDraft:
        """Record the day on which the letter was signed."""
        return dataclasses.replace(self.with_answer(LetterTick.DATE, answer=True), day=day)

    def with_rest_right(self) -> LetterDraft:
        """Tick everything that is still open; a date must be typed, or the letter has none."""
        draft = self
        for tick in LetterTick:
            if draft.answer(tick) is None:
                draft = draft.with_answer(tick, tick is not LetterTick.DATE)
        return draft

    @property
    def complete(self) -> bool:
        """True when every tick is decided."""
        return len(self.decided) == len(LetterTick)

    @property
    def wrong(self) -> tuple[LetterTick, ...]:
        """The ticks that are wrong."""
        return tuple(tick for tick in LetterTick if self.answer(tick) is False)

    def facts(self) -> LetterFacts | None:
        """Give the letter as evidence, ``None`` while a tick is open."""
        if not self.complete:
            return None
        signers = {LetterTick.GRADUATE: LetterSigner.GRADUATE, LetterTick.PROXY: LetterSigner.PROXY}
        return LetterFacts(
            date=self.day,
            dated=self.answer(LetterTick.DATE) is True and self.day is not None,
            signatures=frozenset(signer for tick, signer in signers.items() if self.answer(tick)),
            proxy_name_matches=self.answer(LetterTick.NAMES) is True,
            original=self.answer(LetterTick.ORIGINAL) is True,
            graduates=1 if self.answer(LetterTick.ONE) else 2,
        )
