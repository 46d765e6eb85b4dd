# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of a pack about the edition, its scope, the student number and the leaving system."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from desk_app.domain.facts import Group, Level
from desk_app.domain.policy import (
    Cohort,
    Credential,
    CredentialPhase,
    Edition,
    Portal,
    Scope,
    StudentNumberRule,
)
from desk_app.policy.pack_reading import PackReading, read_weekday
from desk_app.policy.table_reader import TableReader

_NOTHING = re.compile(r"(?!)")


def read_edition(pack: PackReading) -> Edition:
    """Read which term's rules these are; the pack's name must be that of its file."""
    reader = pack.root.needed_child("edition")
    name = reader.text("pack")
    if reader.has("pack") and name != pack.pack_id:
        pack.log.add("pack_name", reader.place("pack"), expected=pack.pack_id)
    semester = reader.whole("semester")
    if reader.has("semester") and semester not in (1, 2):
        pack.log.add("not_allowed", reader.place("semester"), found=semester, nearest="", allowed="1, 2")
    pack.zone = _read_zone(reader)
    edition = Edition(
        pack=name,
        id=reader.text("id"),
        institution=reader.text("institution"),
        title_en=reader.text("title_en"),
        title_zh=reader.text("title_zh"),
        timezone=pack.zone,
        academic_year=reader.whole("academic_year", minimum=None),
        semester=semester,
        term_from=reader.day("term_from"),
        term_to=reader.day("term_to"),
        recorded_on=reader.day("recorded_on"),
        issued_on=reader.day_or_none("issued_on"),
        sources=reader.texts("sources"),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return edition


def _read_zone(reader: TableReader) -> ZoneInfo:
    name = reader.text("timezone")
    try:
        return ZoneInfo(name)
    except (OSError, LookupError, ValueError):  # no such zone, a folder's name, or a path
        if reader.has("timezone"):
            reader.log.add("timezone", reader.place("timezone"), found=name)
        return ZoneInfo("UTC")


def read_scope(pack: PackReading) -> Scope:
    """Read whom the desk serves."""
    reader = pack.root.needed_child("scope")
    scope = Scope(
        levels=frozenset(reader.codes("levels", Level)),
        cohorts=tuple(_read_cohort(pack, one) for one in reader.children("cohort")),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return scope


def _read_cohort(pack: PackReading, reader: TableReader) -> Cohort:
    years, groups = reader.wholes_or_none("entry_ay"), reader.codes_or_none("groups", Group)
    cohort = Cohort(
        levels=frozenset(reader.codes("levels", Level)),
        entry_ay=None if years is None else frozenset(years),
        groups=None if groups is None else frozenset(groups),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return cohort


def read_student_no(pack: PackReading) -> StudentNumberRule:
    """Read the form of a student number."""
    reader = pack.root.needed_child("student_no")
    pattern = _read_pattern(reader)
    if "entry" in pattern.groupindex:
        reader.require("entry_pivot")
    digits = reader.child("level_digits")
    rule = StudentNumberRule(
        pattern=pattern,
        level_digits={key: digits.choice(key, Level) for key in digits.values} if digits else {},
        entry_pivot=reader.whole_or_none("entry_pivot"),
        example=reader.text_or_none("example"),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return rule


def _read_pattern(reader: TableReader) -> re.Pattern[str]:
    text = reader.text("pattern")
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        reader.log.add("pattern", reader.place("pattern"), detail=str(error))
        return _NOTHING


def read_portal(pack: PackReading) -> Portal:
    """Read when the leaving system is open and which credential opens it when."""
    reader = pack.root.needed_child("portal")
    opening = reader.needed_child("open")
    open_basis = pack.entries.basis(opening)
    phases = tuple(_read_phase(pack, one) for one in reader.children("credential", required=True))
    if reader.has("credential") and not phases:
        pack.log.add("empty", reader.place("credential"))
    for index in range(1, len(phases)):
        if phases[index].start < phases[index - 1].start:
            pack.log.add("order_of_time", f"{reader.place('credential')}[{index}].from")
    portal = Portal(
        open_from=opening.day("from"),
        open_to=opening.day_or_none("to"),
        open_basis=open_basis,
        credentials=phases,
    )
    read_weekday(opening)
    opening.done()
    reader.done()
    return portal


def _read_phase(pack: PackReading, reader: TableReader) -> CredentialPhase:
    phase = CredentialPhase(
        start=reader.day("from"),
        password=reader.choice("password", Credential),
        expected_from=reader.day_or_none("expected_from"),
        basis=pack.entries.basis(reader),
    )
    read_weekday(reader)
    reader.done()
    return phase
