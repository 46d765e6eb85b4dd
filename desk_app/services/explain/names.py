# SPDX-License-Identifier: GPL-3.0-or-later
"""Names for the clerk: what the catalogues know is said well, what only a rule pack brings is said with its own words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce

from desk_app.domain.basis import Basis, EntryStatus
from desk_app.domain.facts import CertDetail, Level, PhotoIdKind
from desk_app.domain.papers import Language
from desk_app.domain.policy import Counter, Credential, Policy
from desk_app.i18n import Catalogue, catalogue
from desk_app.services.pack_notes import note_in

_MAP_CODE = re.compile(r"[（(][^（()）]*?([A-Z]+[0-9]+)[)）]\s*$")


def readable(code: str) -> str:
    """Make a pack's code readable: DORM_KEY becomes Dorm key."""
    return code.replace("_", " ").capitalize()


def at_start(name: str) -> str:
    """Write a name as it stands at the start of a line: what a sentence says in small letters begins with a capital."""
    return name[:1].upper() + name[1:]


def closure_words(texts: Catalogue, why: str) -> str:
    """Give the words of a closure's reason; what an office has made up itself stands as it is."""
    key = f"explain.closure.{why}"
    return texts(key) if texts.has(key) else why


def credential_words(texts: Catalogue, kinds: Iterable[Credential]) -> str:
    """Say what opens the leaving system, never a number (R9): what holds today, and what to use when that fails."""
    first, *others = (texts(f"explain.credential.{kind.value}") for kind in kinds)
    return reduce(lambda said, other: texts("explain.credential_or_else", word=said, other=other), others, first)


def marked(texts: Catalogue, text: str, basis: Basis) -> str:
    """Give a text with the mark of doubt behind it where the office is not sure of what it says."""
    return texts("rules.doubtful", text=text) if basis.status is EntryStatus.SUSPECT else text


@dataclass(frozen=True, slots=True)
class Names:
    """Names under one policy, in one language, on one day."""

    policy: Policy
    texts: Catalogue
    day: date

    @classmethod
    def of(cls, policy: Policy, language: Language, now: datetime) -> Names:
        """Give the names of a language at an aware instant."""
        return cls(policy, catalogue(language), now.astimezone(policy.edition.timezone).date())

    @property
    def chinese(self) -> bool:
        """True when the names are Chinese."""
        return self.texts.language is Language.ZH

    def join(self, names: Iterable[str]) -> str:
        """Write a list of names."""
        return self.texts("explain.list_join").join(names)

    def item(self, code: str, *, part: str = "name") -> str:
        """Give the name of a clearance item (``name`` or ``short``)."""
        return self._known(f"explain.item.{code}.{part}", readable(code))

    def source(self, code: str) -> str:
        """Give the short name of a source; an unknown one keeps its code."""
        return self._known(f"explain.source.{code}.name", code)

    def source_long(self, code: str) -> str:
        """Give the full name of a source."""
        return self._known(f"explain.source.{code}.long", code)

    def office(self, code: str) -> str:
        """Give the name of an office as the policy has it today; an unknown one keeps its code."""
        office = self.policy.offices.get(code)
        name = office.name_on(self.day) if office else None
        if name is None:
            return readable(code)
        return name.zh if self.chinese else name.en

    def short_office(self, code: str) -> str:
        """Give the short name of an office; one that is no part of the name in force is not used."""
        full = self.office(code)
        short = self._known(f"explain.short_office.{code}", full)
        return short if short in full else full

    def phone(self, code: str) -> str:
        """Give an office's phone, or the words that none is on record."""
        return self._phone_on_record(code) or self.texts("explain.phone_unknown")

    def has_phone(self, code: str) -> bool:
        """Tell whether an office can be telephoned."""
        return bool(self._phone_on_record(code))

    def _phone_on_record(self, code: str) -> str:
        office = self.policy.offices.get(code)
        return (office.phone if office else None) or ""

    def item_office(self, item: str) -> str:
        """Give the code of the office that owns an item, "" when the pack does not have the item."""
        rule = self.policy.item(item)
        return rule.office if rule else ""

    def own_office(self) -> str:
        """Give the name of the office that runs the desk."""
        return self.texts("explain.own_office")

    def unit(self, key: str) -> str:
        """Give the name of a unit; an unknown one keeps its key."""
        unit = self.policy.units.get(key)
        if unit is None:
            return key
        return unit.name_zh if self.chinese else unit.name_en

    def counter(self, code: str) -> str:
        """Give the name of the office at a counter."""
        counter = self.policy.counters.get(code)
        if counter is None:
            return readable(code)
        return counter.name_zh if self.chinese else counter.name_en

    def campus(self, code: str) -> str:
        """Give the short name of the place of a counter; one that the catalogues lack is named by its office."""
        return self._known(f"explain.campus.{self.policy.edition.institution}.{code}", self.counter(code))

    def place(self, code: str) -> str:
        """Give where a counter is, with its map code; "" when no place is recorded."""
        counter = self.policy.counters.get(code)
        return self._place(counter) if counter else ""

    def place_without_map(self, code: str) -> str:
        """Give where a counter is, without its map code."""
        return _MAP_CODE.sub("", self.place(code)).strip()

    def map_code(self, code: str) -> str:
        """Give the code of a counter's building on the map, "" without one."""
        found = _MAP_CODE.search(self.place(code))
        return found[1] if found else ""

    def counter_phone(self, code: str) -> str:
        """Give a counter's phone, or the words that none is on record."""
        counter = self.policy.counters.get(code)
        return (counter.phone if counter else None) or self.texts("explain.phone_unknown")

    def document(self, code: str) -> str:
        """Give the name of a document as the pack has it."""
        rule = self.policy.document(code)
        if rule is None:
            return readable(code)
        return at_start(rule.name_zh if self.chinese else rule.name_en)

    def evidence(self, element: str) -> str:
        """Give the name of an element of evidence; alternatives are joined by an or, an unknown one is made readable."""
        names = [self._known(f"explain.evidence.{code}.name", readable(code)) for code in element.split("|")]
        return self.texts("explain.reason_common.or").join(names)

    def state(self, code: str) -> str:
        """Give the word of an item's state, as a :class:`~desk_app.services.explain.items.SourceState` names it."""
        return self.texts(f"explain.state.{code}")

    def level(self, level: Level) -> str:
        """Give the name of a degree level."""
        return self.texts(f"explain.level.{level.value}")

    def id_kind(self, kind: PhotoIdKind) -> str:
        """Give the name of a kind of photo ID."""
        return self.texts(f"explain.id_kind.{kind.value}")

    def credential(self, credential: Credential) -> str:
        """Give the words for what opens the leaving system, never a number (R9)."""
        return credential_words(self.texts, (credential,))

    def credentials(self, kinds: Iterable[Credential]) -> str:
        """Give the words for what opens the leaving system today, and for what to use when that fails."""
        return credential_words(self.texts, kinds)

    def detail(self, detail: CertDetail) -> str:
        """Give the words for why a certification is missing."""
        return self.texts(f"explain.cert_detail.{detail.value}")

    def note(self, note: str) -> str:
        """Give a note of a pack."""
        return note_in(self.texts.language, note)

    def closure(self, why: str) -> str:
        """Give the words of a closure's reason."""
        return closure_words(self.texts, why)

    def age(self, age: timedelta) -> str:
        """Write how old a datum is."""
        return self.texts("explain.data_age", age=self.texts.age(age))

    def when(self, instant: datetime) -> str:
        """Write a day and time briefly, in the desk's time zone."""
        local = instant.astimezone(self.policy.edition.timezone)
        return self.texts("explain.when", day=self.texts.short_day(local.date()), time=f"{local:%H:%M}")

    def hours(self) -> str:
        """Write the weekdays and windows of the service: 週一至週五 08:30–12:00、13:30–17:00."""
        pickup = self.policy.pickup
        windows = self.join(f"{window.start:%H:%M}–{window.end:%H:%M}" for window in pickup.windows)
        return self.texts("explain.hours", days=self._weekdays(sorted(pickup.weekdays)), windows=windows)

    def _weekdays(self, days: list[int]) -> str:
        names = [self.texts.weekday(date(2024, 1, 1 + day)) for day in days]  # 2024-01-01 was a Monday
        if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
            return self.texts("explain.hours_range", first=names[0], last=names[-1])
        return self.join(self.texts("explain.hours_day", day=name) for name in names)

    def _place(self, counter: Counter) -> str:
        return (counter.place_zh if self.chinese else counter.place_en) or ""

    def _known(self, key: str, otherwise: str) -> str:
        return self.texts(key) if self.texts.has(key) else otherwise
