# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the pick-up page as one plain value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desk_app.domain.errors import DeskError
from desk_app.domain.facts import Closure
from desk_app.domain.papers import Bilingual, Language
from desk_app.domain.records import DayCounts, ReleaseRecord
from desk_app.domain.visit import OpenCase
from desk_app.services.explain.items import ItemChange
from desk_app.ui.pages.pickup.letter import LetterDraft


class Phase(StrEnum):
    """Where the page stands."""

    IDLE = "idle"
    READING = "reading"
    CASE = "case"
    RELEASED = "released"


class Question(StrEnum):
    """What the page asks before evidence that was recorded is lost."""

    CLEAR = "clear"
    REPLACE = "replace"
    SEARCHED = "searched"


class Choice(StrEnum):
    """The three ways to collect, as the segments name them."""

    IN_PERSON = "in_person"
    BY_PROXY = "by_proxy"
    LOST = "lost"


class PaperStage(StrEnum):
    """How far the papers of a hand-over are."""

    WORKING = "working"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something went wrong: the code and data of its message; ``code`` "" means nothing did."""

    code: str = ""
    data: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, error: DeskError) -> Fault:
        """Take over what an expected error says."""
        return cls(error.code, error.data)


@dataclass(frozen=True, slots=True)
class IdleNews:
    """What the idle page tells: counts of the day, newest releases, announced closures, and when that was asked."""

    at: datetime
    counts: DayCounts
    recent: tuple[ReleaseRecord, ...]
    closures: tuple[Closure, ...] = ()


class AskStage(StrEnum):
    """How far the question to the offices about this graduate is; the value names the words (``refresh.<value>``)."""

    ASKING = "asking"
    SAME = "same"
    CHANGED = "changed"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class OfficeNews:
    """What asking has brought: the titles of the sources that answered or were silent, and items with another state."""

    stage: AskStage
    at: datetime
    answered: tuple[Bilingual, ...] = ()
    silent: tuple[Bilingual, ...] = ()
    changed: tuple[ItemChange, ...] = ()


def is_answer(news: OfficeNews | None) -> bool:
    """Tell whether an answer has come, or its time is over."""
    return news is not None and news.stage is not AskStage.ASKING


@dataclass(frozen=True, slots=True)
class PickupState:
    """Everything that the page shows; every event gives a new value."""

    phase: Phase = Phase.IDLE
    case: OpenCase | None = None
    fault: Fault = Fault()
    field_fault: Fault = Fault()
    question: Question | None = None
    busy: bool = False
    open_step: int | None = None
    letter: LetterDraft = field(default_factory=LetterDraft)
    slip_language: Language = Language.ZH
    slip_stage: PaperStage | None = None
    release: ReleaseRecord | None = None
    papers: PaperStage = PaperStage.WORKING
    refused_copies: tuple[int, ...] = ()
    idle: IdleNews | None = None
    acts_done: tuple[tuple[int, datetime], ...] = ()
    note: str = ""
    news: OfficeNews | None = None

    @property
    def choice(self) -> Choice:
        """The way to collect."""
        if self.case is None or self.case.visit.mode.value == "IN_PERSON":
            return Choice.LOST if self.case is not None and self.case.visit.card_lost else Choice.IN_PERSON
        return Choice.BY_PROXY

    @property
    def has_evidence(self) -> bool:
        """True when the clerk has recorded something that would be lost."""
        if self.phase is not Phase.CASE or self.case is None:
            return False
        visit = self.case.visit
        recorded = (visit.letter, visit.proxy, visit.relation, visit.serials, visit.signature, visit.evidence)
        return any(recorded) or bool(self.letter.decided) or bool(self.note.strip())
