# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of a reader, from the service to a card's number: each is sound, wrong, or waits for the one before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from hardware.apdu import card_name
from hardware.api import CardKind, CardPresented, CardReadRecord, ReadDone, ReadFailed
from hardware.errors import AccessRefusedError, NoReaderError, NotCalibratedError, ReaderError
from hardware.journal import ReaderJournal, Standing
from hardware.profile import CardProfile
from hardware.student_card import KeyRing


class CheckStep(StrEnum):
    """What is checked, in order."""

    PROFILE = "profile"
    SERVICE = "service"
    PERMISSION = "permission"
    READER = "reader"
    CARD = "card"
    ANSWER = "answer"
    READ = "read"


class CheckState(StrEnum):
    """How a check ended; ``OPEN`` waits for a card or for an earlier check, ``NOTE`` is sound but worth knowing."""

    OK = "ok"
    NOTE = "note"
    OPEN = "open"
    WRONG = "wrong"

    @property
    def sound(self) -> bool:
        """True when the next check may follow."""
        return self in (CheckState.OK, CheckState.NOTE)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check: ``code`` names its words, ``data`` fills them; ``record`` is what was read, to be shown masked."""

    step: CheckStep
    state: CheckState
    code: str = "open"
    data: Mapping[str, str] = field(default_factory=dict)
    record: CardReadRecord | None = None


PATIENCE_S: Mapping[CheckStep, float] = MappingProxyType(
    {CheckStep.SERVICE: 3.0, CheckStep.READER: 2.0, CheckStep.CARD: 15.0, CheckStep.READ: 5.0}
)
"""How long a check waits for its outcome; the others have theirs at once."""


def assess(standing: Standing, profile: CardProfile, keys: KeyRing) -> tuple[CheckLine, ...]:
    """Give every check as a reader stands now; after the first that is not sound all others are open."""
    checks: tuple[Callable[[], CheckLine], ...] = (
        lambda: _profile(profile, keys),
        lambda: _service(standing),
        lambda: _permission(standing),
        lambda: _reader(standing),
        lambda: _card(standing),
        lambda: _answer(standing, profile),
        lambda: _read(standing),
    )
    lines: list[CheckLine] = []
    for step, check in zip(CheckStep, checks, strict=True):
        reached = step is CheckStep.SERVICE or all(line.state.sound for line in lines)
        lines.append(check() if reached else CheckLine(step, CheckState.OPEN))
    return tuple(lines)


def run_checks(
    journal: ReaderJournal, profile: CardProfile, keys: KeyRing, patience_s: Mapping[CheckStep, float] = PATIENCE_S
) -> Iterator[CheckLine]:
    """Give the checks of a reader under watch one after the other, each as soon as it is sound or its time is over."""
    for place, step in enumerate(CheckStep):

        def sound(standing: Standing, place: int = place) -> bool:
            return assess(standing, profile, keys)[place].state.sound

        journal.wait_until(sound, patience_s.get(step, 0.0))
        yield assess(journal.standing, profile, keys)[place]


def _profile(profile: CardProfile, keys: KeyRing) -> CheckLine:
    missing = [name for name in profile.key_names if keys.get(name) is None]
    if missing:
        return CheckLine(CheckStep.PROFILE, CheckState.WRONG, "reader_key_missing", {"key": ", ".join(missing)})
    if not profile.key_names:
        return CheckLine(CheckStep.PROFILE, CheckState.OK, "profile_uid", {"profile": profile.id})
    data = {"profile": profile.id, "keys": ", ".join(profile.key_names)}
    return CheckLine(CheckStep.PROFILE, CheckState.OK, "profile_number", data)


def _service(standing: Standing) -> CheckLine:
    if not standing.heard:
        return CheckLine(CheckStep.SERVICE, CheckState.OPEN, "waiting")
    fault = standing.fault
    if fault is None or isinstance(fault, (AccessRefusedError, NotCalibratedError)):
        return CheckLine(CheckStep.SERVICE, CheckState.OK, "service_up")
    return _wrong(CheckStep.SERVICE, fault)


def _permission(standing: Standing) -> CheckLine:
    if isinstance(standing.fault, AccessRefusedError):
        return _wrong(CheckStep.PERMISSION, standing.fault)
    return CheckLine(CheckStep.PERMISSION, CheckState.OK, "permission_given")


def _reader(standing: Standing) -> CheckLine:
    if standing.fault is not None:
        return _wrong(CheckStep.READER, standing.fault)
    if not standing.readers:
        return _wrong(CheckStep.READER, NoReaderError())
    return CheckLine(CheckStep.READER, CheckState.OK, "readers", {"readers": ", ".join(standing.readers)})


def _card(standing: Standing) -> CheckLine:
    if standing.presented is None:
        return CheckLine(CheckStep.CARD, CheckState.OPEN, "card_missing")
    return CheckLine(CheckStep.CARD, CheckState.OK, "card_lies", {"reader": standing.presented.reader})


def _answer(standing: Standing, profile: CardProfile) -> CheckLine:
    """Judge the answer to reset; a strange one is told and refuses nothing, because readers differ."""
    atr = standing.presented.atr if isinstance(standing.presented, CardPresented) else b""
    data = {"atr": atr.hex(" ").upper()}
    if not atr:
        return CheckLine(CheckStep.ANSWER, CheckState.NOTE, "answer_typed")
    kind, name = profile.kind_of(atr), card_name(atr)
    if kind is not CardKind.UNKNOWN:
        return CheckLine(CheckStep.ANSWER, CheckState.OK, f"answer_{kind.name.lower()}", data)
    code = "answer_strange" if name is None else "answer_other"
    return CheckLine(CheckStep.ANSWER, CheckState.NOTE, code, data)


def _read(standing: Standing) -> CheckLine:
    match standing.outcome:
        case ReadDone(record=record):
            code = "read_number" if record.student_no else "read_uid"
            return CheckLine(CheckStep.READ, CheckState.OK, code, record=record)
        case ReadFailed(fault=fault):
            return _wrong(CheckStep.READ, fault)
        case None:
            return CheckLine(CheckStep.READ, CheckState.OPEN, "waiting")


def _wrong(step: CheckStep, fault: ReaderError) -> CheckLine:
    return CheckLine(step, CheckState.WRONG, fault.code, fault.data)
