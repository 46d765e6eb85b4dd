# SPDX-License-Identifier: GPL-3.0-or-later
"""Says in words what the checks of a reader have found, and how to mend it on the system at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desk_app.domain.masking import mask_student_number, mask_uid
from desk_app.i18n import Catalogue
from hardware.api import CardReadRecord
from hardware.errors import ReaderError
from hardware.probe import CheckLine, CheckState, CheckStep
from hardware.wedge.layout import Layout

_SYSTEMS = {"win32": "windows", "darwin": "macos"}
_OTHER_SYSTEM = "linux"


@dataclass(frozen=True, slots=True)
class CheckWords:
    """One check in words; ``mend`` is "" when there is nothing to do."""

    step: CheckStep
    state: CheckState
    name: str
    word: str
    told: str
    mend: str = ""


def system_of(platform: str) -> str:
    """Give the system of ``sys.platform`` by the name that the hints use."""
    return _SYSTEMS.get(platform, _OTHER_SYSTEM)


def words_of_check(texts: Catalogue, line: CheckLine, system: str) -> CheckWords:
    """Say one check in words for a system."""
    return CheckWords(
        step=line.step,
        state=line.state,
        name=texts(f"reader.check.name.{line.step.value}"),
        word=texts(f"reader.check.state.{line.state.value}"),
        told=_told(texts, line),
        mend="" if line.state.sound else _mend(texts, line, system),
    )


def all_sound(lines: Iterable[CheckLine | CheckWords]) -> bool:
    """Tell whether every check holds."""
    return all(line.state.sound for line in lines)


def words_of_fault(texts: Catalogue, fault: ReaderError) -> str:
    """Say what a fault is: what happened, and what was read or what support wants to know."""
    return _sentences(texts, fault.code, fault.data)


def words_of_layout(texts: Catalogue, layout: Layout | None, key: str = "reader.calibrate.now") -> str:
    """Say how a keyboard reader writes."""
    if layout is None:
        return texts("reader.calibrate.none")
    return texts(
        key,
        format=texts(f"reader.calibrate.format.{layout.format}"),
        order=texts(f"reader.calibrate.order.{'reversed' if layout.reversed else 'as_read'}"),
        cut=texts(f"reader.calibrate.cut.{layout.cut.value}"),
    )


def masked_record(record: CardReadRecord) -> dict[str, str]:
    """Give UID and number of a card as they may be shown and written down."""
    number = mask_student_number(record.student_no) if record.student_no else "–"
    return {"uid": mask_uid(record.uid), "number": number}


def _told(texts: Catalogue, line: CheckLine) -> str:
    if line.state is CheckState.WRONG:
        return _sentences(texts, line.code, line.data)
    values = dict(line.data) if line.record is None else masked_record(line.record)
    return texts(f"reader.check.told.{line.code}", **values)


def _sentences(texts: Catalogue, code: str, data: Mapping[str, str]) -> str:
    """Say what happened, what was read instead of what, and what support wants to know."""
    told = texts(f"error.{code}", **data)
    if "expected" in data:
        expected = texts(f"reader.expected.{data['expected']}")
        told += texts("reader.check.seen", seen=data.get("seen", "–"), expected=expected)
    if "atr" in data:
        told += texts("reader.check.answer", atr=data["atr"])
    return told


def _mend(texts: Catalogue, line: CheckLine, system: str) -> str:
    """Give the hint for the system, else the general one, else what the clerk can do; nothing for what only waits."""
    for key in (f"reader.mend.{line.code}.{system}", f"reader.mend.{line.code}", f"reader.hint.{line.code}"):
        if texts.has(key):
            return texts(key, **line.data)
    return ""
