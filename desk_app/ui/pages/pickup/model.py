# SPDX-License-Identifier: GPL-3.0-or-later
"""What the columns of the pick-up page show, as plain values with their final words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desk_app.domain.papers import SlipContent
from desk_app.domain.visit import StepKind, StepState
from desk_app.services.explain.items import ClearanceRow
from desk_app.services.explain.notices import NoticeLine
from desk_app.services.explain.reasons import ReasonRow
from desk_app.ui.pages.pickup.letter import LetterDraft
from desk_app.ui.pages.pickup.refresh_model import RefreshModel


class Middle(StrEnum):
    """What the middle column explains."""

    CLEARANCE = "clearance"
    REASONS = "reasons"
    CHECKLIST = "checklist"
    WAY = "way"
    RECORD = "record"
    STOP = "stop"
    RELEASED = "released"


class Work(StrEnum):
    """What the work column offers."""

    STEPS = "steps"
    SLIP = "slip"
    CHECKLIST = "checklist"
    HELP = "help"
    NUMBER = "number"
    STOP = "stop"
    RELEASED = "released"


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ProxyModel:
    """The proxy below the graduate: own name, kind and masked number, and the how-manieth of today."""

    name: str
    document: str
    today: str


@dataclass(frozen=True, slots=True)
class PersonModel:
    """The left column."""

    photo: bytes | None
    name: str
    romanised: str
    number: str
    unit: str
    level: str
    pairs: tuple[Pair, ...]
    proxy: ProxyModel | None = None
    enlarged: bool = False
    may_differ: bool = False


@dataclass(frozen=True, slots=True)
class TickModel:
    """One tick of the letter: ``answer`` ``None`` while it is open."""

    id: str
    label: str
    answer: bool | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StepModel:
    """One step: number, title, state, detail at the right; ``open`` shows its field below."""

    number: int
    kind: StepKind
    title: str
    state: StepState
    detail: str
    open: bool
    ticks: tuple[TickModel, ...] = ()


@dataclass(frozen=True, slots=True)
class StepsModel:
    """The steps of a case with what their fields need; ``keys`` shows the number keys."""

    rows: tuple[StepModel, ...]
    keys: bool
    letter: LetterDraft
    error: str
    error_at: StepKind | None
    relation: str | None
    sentence: str
    proxy_signs: bool
    signed: bool
    id_kinds: tuple[Pair, ...]
    relations: tuple[Pair, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(1 for row in self.rows if row.state is StepState.DONE)

    @property
    def missing(self) -> tuple[StepModel, ...]:
        """The steps that are not done."""
        return tuple(row for row in self.rows if row.state is not StepState.DONE)

    def error_of(self, kind: StepKind) -> str:
        """Give what is wrong in the open field of a step; several fields can be open, one of them is wrong."""
        opened = any(row.open and row.kind is kind for row in self.rows)
        return self.error if opened and kind is self.error_at else ""


@dataclass(frozen=True, slots=True)
class LineModel:
    """A row of icon, title, what to say, and an act with its key or a word at the right."""

    icon: str
    title: str
    detail: str = ""
    act: str = ""
    key: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class WayModel:
    """The way to the other counter as one line with both map codes."""

    here: str
    here_code: str
    there: str
    there_code: str
    rows: tuple[tuple[str, str, str], ...]
    opening: str


@dataclass(frozen=True, slots=True)
class RecordModel:
    """An earlier hand-over: the time line, and the office's copy of the receipt."""

    events: tuple[tuple[str, str, str, str], ...]
    receipt_no: str
    rows: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class MiddleModel:
    """The middle column; ``letter_step`` is the step to which a reason about the letter leads back.

    ``asks`` keeps a place for what the offices say now.
    """

    kind: Middle
    clearance: tuple[ClearanceRow, ...] = ()
    summary: str = ""
    reasons: tuple[ReasonRow, ...] = ()
    lines: tuple[LineModel, ...] = ()
    tell: tuple[NoticeLine, ...] = ()
    way: WayModel | None = None
    record: RecordModel | None = None
    letter_step: int | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class WorkModel:
    """The work column; ``missing`` is the sentence above RELEASE."""

    kind: Work
    choice: str
    missing: str = ""
    ready: bool = False
    busy: bool = False
    slip: SlipContent | None = None
    slip_note: str = ""
    print_label: str = ""
    problem: ReasonRow | None = None
    supplement: bool = False
    liftable: bool = False
    still: tuple[tuple[str, str, str], ...] = ()
    lines: tuple[LineModel, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class BannerModel:
    """The banner; ``code`` "" is the banner after a hand-over."""

    code: str
    words: str
    second: str
    line: str
    right_top: str
    right_bottom: str


@dataclass(frozen=True, slots=True)
class CaseModel:
    """The whole page with a case on it."""

    banner: BannerModel
    person: PersonModel | None
    middle: MiddleModel
    work: WorkModel
    steps: StepsModel | None
    refresh: RefreshModel | None = None
