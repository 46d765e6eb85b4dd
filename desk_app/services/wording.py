# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in both languages at once, for papers: from the catalogues or from the policy."""

from __future__ import annotations

from datetime import date

from desk_app.domain.basis import Basis
from desk_app.domain.papers import Bilingual, Language
from desk_app.domain.policy import Policy
from desk_app.domain.roc_dates import long_form
from desk_app.i18n import catalogue
from desk_app.services.explain.names import marked


def bilingual(key: str, **values: object) -> Bilingual:
    """Give a text of the catalogues in both languages."""
    return Bilingual(catalogue(Language.ZH)(key, **values), catalogue(Language.EN)(key, **values))


def two_texts(key: str, placeholder: str, value: Bilingual) -> Bilingual:
    """Give a text of the catalogues in both languages, its one placeholder filled in the same language."""
    return Bilingual(
        catalogue(Language.ZH)(key, **{placeholder: value.zh}), catalogue(Language.EN)(key, **{placeholder: value.en})
    )


def full_day(day: date) -> Bilingual:
    """Write a day with its year: 民國114年10月31日, 31 October 2025."""
    return Bilingual(long_form(day), f"{day.day} {catalogue(Language.EN).month_name(day)} {day.year}")


def marked_in_both(text: Bilingual, basis: Basis) -> Bilingual:
    """Give a text with the mark of doubt behind it where the office is not sure of what it says."""
    return Bilingual(marked(catalogue(Language.ZH), text.zh, basis), marked(catalogue(Language.EN), text.en, basis))


def institution_name(policy: Policy) -> Bilingual:
    """Give the institution's full name; one that the catalogues do not know keeps its code."""
    code = policy.edition.institution
    key = f"institution.{code}"
    return bilingual(key) if catalogue(Language.ZH).has(key) else Bilingual(code, code)


def unit_name(policy: Policy, key: str) -> Bilingual:
    """Give a unit's name; an unknown unit keeps its key."""
    unit = policy.units.get(key)
    return Bilingual(unit.name_zh, unit.name_en) if unit else Bilingual(key, key)


def counter_name(policy: Policy, code: str) -> Bilingual:
    """Give the name of a counter's office; all counters together ("") have a name of their own."""
    counter = policy.counters.get(code)
    return Bilingual(counter.name_zh, counter.name_en) if counter else bilingual("counter.all")


def counter_place(policy: Policy, code: str) -> Bilingual:
    """Give where a counter is; empty when no place is recorded."""
    counter = policy.counters.get(code)
    return Bilingual(counter.place_zh or "", counter.place_en or "") if counter else Bilingual("", "")
