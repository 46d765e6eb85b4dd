# SPDX-License-Identifier: GPL-3.0-or-later
"""One visit at the counter: what the clerk has recorded so far, and the steps that it still needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from desk_app.domain.facts import EvidenceFact, Facts, Flags, LetterFacts, Mode, OverrideFact, PhotoIdKind
from desk_app.domain.records import Dossier, Operator, Relation
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import Verdict


class Found(StrEnum):
    """How the graduate was found."""

    CARD = "CARD"
    NUMBER = "NUMBER"


class StepKind(StrEnum):
    """One thing that a hand-over needs, in the order in which it is asked for."""

    LETTER = "LETTER"
    PROXY_ID = "PROXY_ID"
    CARD = "CARD"
    LOSS_REPORT = "LOSS_REPORT"
    PHOTO_ID = "PHOTO_ID"
    AFFIDAVIT = "AFFIDAVIT"
    ID_COPY = "ID_COPY"
    LEAVING_FORM = "LEAVING_FORM"
    RELATION = "RELATION"
    VERIFIER = "VERIFIER"
    SERIAL = "SERIAL"
    SIGNATURE = "SIGNATURE"


class StepState(StrEnum):
    """How far a step is; exactly one step of an unfinished visit is ``NOW``."""

    TODO = "todo"
    NOW = "now"
    DONE = "done"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its state; ``element`` is the evidence element (``A|B`` for alternatives) or the document's code."""

    kind: StepKind
    state: StepState
    element: str = ""


@dataclass(frozen=True, slots=True)
class ProxyShown:
    """What the proxy has shown: own name and photo ID; ``id_valid`` is the check digit's answer.

    ``id_fault`` names what is wrong with a number that cannot be right, "" otherwise.
    """

    name: str = ""
    id_kind: PhotoIdKind | None = None
    id_masked: str = ""
    id_valid: bool | None = None
    day_key: str = ""
    graduates_today: int = 1
    id_fault: str = ""


@dataclass(frozen=True, slots=True)
class ProxyConfirmation:
    """Who has confirmed the papers of a proxy, with a pass phrase at this desk; ``shown`` is the hash of what was shown."""

    visit: str
    by: Operator
    at: datetime
    shown: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What is recorded of a visit; every change gives a new value.

    ``card_presented`` is true once the graduate's card was read or seen, ``card_typed`` when a keyboard reader has typed
    it, which proves less; ``serials`` maps a document's code to the certificate number that was scanned or typed and
    found to match. ``confirmed`` is who has confirmed the proxy's papers, where the desk asks for a verifier.
    """

    id: str
    found: Found
    typed: str
    started_at: datetime
    mode: Mode = Mode.IN_PERSON
    card_uid: str = ""
    card_read_at: datetime | None = None
    card_presented: bool = False
    card_typed: bool = False
    card_lost: bool = False
    letter: LetterFacts | None = None
    letter_date: date | None = None
    proxy: ProxyShown | None = None
    relation: Relation | None = None
    evidence: tuple[EvidenceFact, ...] = ()
    flags: Flags = field(default_factory=Flags)
    id_number_typed: str | None = None
    overrides: tuple[OverrideFact, ...] = ()
    confirmed: ProxyConfirmation | None = None
    serials: tuple[tuple[str, str], ...] = ()
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A visit with all that is known, the decision about it, and its steps; ``dossier`` is ``None`` when unknown."""

    visit: Visit
    dossier: Dossier | None
    facts: Facts
    verdict: Verdict
    steps: tuple[Step, ...]

    @property
    def missing(self) -> tuple[Step, ...]:
        """The steps that are not done."""
        return tuple(step for step in self.steps if step.state is not StepState.DONE)

    @property
    def ready(self) -> bool:
        """True when nothing is missing and the verdict releases."""
        return self.verdict.code.releases and not self.missing


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The idempotency key of one hand-over, made when the confirm step opens and used by every retry."""

    key: str
