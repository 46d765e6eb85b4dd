# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of what follows a release: the digital certificate, the notices, the cards, study abroad, retention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from desk_app.domain.basis import Basis


@dataclass(frozen=True, slots=True)
class DigitalRule:
    """For whom, and within how many working days, the digital certificate follows."""

    from_graduation_ay: int
    working_days: int
    issuer: str | None
    phone: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class AppsClosedNotice:
    """The words about apps and permissions that close."""

    text_en: str
    text_zh: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class EasyCardNotice:
    """Until which day, inclusive, the student fare holds."""

    last_day: date
    source_text: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class CardRule:
    """How the cards change over; ``cutover_minutes`` is the earliest and latest delay of the doors in minutes."""

    cutover_times: tuple[time, ...]
    cutover_minutes: tuple[int, int]
    old_access_until: date
    only_4k_from_entry_ay: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class OverseasRule:
    """The figures of study abroad."""

    min_subjects: int
    min_credits: int
    max_semesters: int
    next_semester_start: date
    graduating_deadline_days: int
    submit_within_months: int | None
    submit_trigger: str | None
    ects_per_credit: int | None
    cap_fraction: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Retention:
    """How long records are kept; not part of a decision."""

    letters_years: int | None
    access_trail_years: int | None
    ledger: str | None
    basis: Basis
