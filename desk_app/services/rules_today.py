# SPDX-License-Identifier: GPL-3.0-or-later
"""What applies today at a counter, line by line, each with its source and with a mark where the office is not sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from desk_app.domain.basis import Basis, EntryStatus
from desk_app.domain.closures import first_day
from desk_app.domain.engine import Situation, situation_of
from desk_app.domain.engine.digital import due_date
from desk_app.domain.engine.evidence import phase_of
from desk_app.domain.engine.items import credentials_today
from desk_app.domain.facts import Closure, Facts, Mode
from desk_app.domain.papers import Language
from desk_app.domain.policy import CardCondition, EvidenceRule, Phase, Policy
from desk_app.services.explain.names import Names
from desk_app.services.opening import Opening, opening_at

WAYS = {
    "in_person_held": (Mode.IN_PERSON, CardCondition.HELD),
    "in_person_lost": (Mode.IN_PERSON, CardCondition.LOST),
    "by_proxy_held": (Mode.BY_PROXY, CardCondition.HELD),
    "by_proxy_lost": (Mode.BY_PROXY, CardCondition.LOST),
}
"""The ways to collect, with the key of their words."""

_SURENESS = (EntryStatus.CONFIRMED, EntryStatus.DEFAULT, EntryStatus.SUSPECT)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One thing that applies: its name, what holds, the ids and words that it rests on, and how sure the office is."""

    key: str
    label: str
    value: str
    source: str = ""
    words: str = ""
    status: EntryStatus = EntryStatus.CONFIRMED
    note: str = ""


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Lines that belong together; ``key`` names the group's words."""

    key: str
    lines: tuple[RuleLine, ...]


def fitting_rules(policy: Policy, way: str, phase: Phase) -> tuple[EvidenceRule, ...]:
    """Give the evidence rules for a way to collect, in their order."""
    mode, condition = WAYS[way]
    rules = sorted(policy.evidence, key=lambda rule: (rule.order, rule.key))
    return tuple(
        rule
        for rule in rules
        if rule.mode is mode
        and rule.card in (condition, CardCondition.ANY)
        and (rule.phase is None or phase in rule.phase)
    )


def rules_today(
    policy: Policy, counter: str, announced: tuple[Closure, ...], now: datetime, language: Language
) -> tuple[RuleGroup, ...]:
    """Say what applies at a counter at an aware instant, with the closures announced beside the policy's own."""
    situation = situation_of(policy, Facts(at=now, counter=counter, closures=announced))
    told = _Told(situation, Names.of(policy, language, now), opening_at(policy, counter, announced, now))
    return (
        RuleGroup("service", tuple(told.service())),
        RuleGroup("visit", tuple(told.visit())),
        RuleGroup("dates", tuple(told.dates())),
        RuleGroup("edition", tuple(told.edition())),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Makes the lines of one counter and instant."""

    situation: Situation
    names: Names
    opening: Opening

    def say(self, key: str, **values: object) -> str:
        """Give a text of the page."""
        return self.names.texts(f"rules.{key}", **values)

    def line(self, key: str, value: str, *paths: str, label: str = "") -> RuleLine:
        """Make a line that rests on the entries at some key paths; the least sure of them marks it."""
        entries = [entry for entry in self.situation.policy.entries if entry.path in paths]
        bases = [entry.basis for entry in entries]
        words = (str(entry.values["source_text"]) for entry in entries if entry.values.get("source_text"))
        status = max((basis.status for basis in bases), key=_SURENESS.index, default=EntryStatus.CONFIRMED)
        return RuleLine(
            key=key,
            label=label or self.say(f"label.{key}"),
            value=value,
            source=self.names.join(_ids(bases)),
            words=self.names.join(words),
            status=status,
            note=" ".join(dict.fromkeys(self.names.note(basis.note) for basis in bases if basis.note)),
        )

    def service(self) -> Iterator[RuleLine]:
        """Say open or closed, hours, first and last day."""
        pickup = self.situation.policy.pickup
        yield self.line("now", self._now())
        yield self.line("hours", self.names.hours(), "pickup.windows", "pickup.weekdays")
        yield self.line("grace", self.say("minutes", count=pickup.grace_minutes), "pickup.grace")
        yield self.line("first_day", self.day(pickup.open_from), "pickup.open_from")
        if pickup.open_to is not None:
            yield self.line("last_day", self.day(pickup.open_to), "pickup.open_to")
        known = sorted((*self.opening.closures, *self.opening.upcoming), key=first_day)
        coming = "\n".join(self._closure(one) for one in known)
        yield self.line("closures", coming or self.say("no_closures"))

    def _now(self) -> str:
        opening, names = self.opening, self.names
        if opening.open:
            return self.say("open")
        why = names.join(names.closure(one.reason) for one in opening.closures)
        closed = self.say("closed_why", why=why) if why else self.say("closed")
        return f"{closed}{self.say('opens', when=names.when(opening.next))}" if opening.next else closed

    def _closure(self, closure: Closure) -> str:
        return f"{self.period(closure)} {self.names.closure(closure.reason)}"

    def period(self, closure: Closure) -> str:
        """Write from when to when a closure lasts."""
        return closure_period(self.names, closure)

    def visit(self) -> Iterator[RuleLine]:
        """Say what is asked for, by the way of collecting."""
        phase = phase_of(self.situation)
        for way in WAYS:
            rules = fitting_rules(self.situation.policy, way, phase)
            needs = [self.names.join(self.names.evidence(element) for element in rule.need) for rule in rules]
            value = self.say("or_else").join(needs) or self.say("no_rule")
            yield self.line(way, value, *(f"evidence.{rule.key}" for rule in rules))
        letter = self.situation.policy.letter
        if letter is not None:
            yield self.line("letter", self.say("letter_age", count=letter.max_age_days), "letter")

    def dates(self) -> Iterator[RuleLine]:
        """Say the days of the leaving system, of the digital certificate and of the student fare."""
        policy = self.situation.policy
        yield self.line("portal", self.say("from_day", day=self.day(policy.portal.open_from)), "portal.open")
        yield self.line("credential", self.names.credentials(credentials_today(self.situation)))
        for place, phase in enumerate(policy.portal.credentials):
            value = self.say("from_day", day=self.day(phase.start))
            if phase.expected_from is not None:
                value = f"{value}{self.say('expected', day=self.day(phase.expected_from))}"
            label = self.say("label.credential_phase", word=self.names.credential(phase.password))
            yield self.line("credential_phase", value, f"portal.credential[{place}]", label=label)
        if policy.lost_card is not None:
            yield self.line(
                "loss_report", self.say("before_day", day=self.day(policy.lost_card.portal_closed_from)), "lost_card"
            )
        yield from self._follow_up()

    def _follow_up(self) -> Iterator[RuleLine]:
        policy = self.situation.policy
        due = due_date(self.situation, self.situation.today, self.situation.facts.counter)
        if due is not None:
            yield self.line("digital", self.say("until_day", day=self.day(due)), "digital")
        if policy.easycard is not None:
            value = self.say("until_day", day=self.day(policy.easycard.last_day))
            yield self.line("easycard", value, "notice.easycard")
        if policy.card is not None:
            value = self.say("before_day", day=self.day(policy.card.old_access_until))
            yield self.line("old_card", value, "card")

    def edition(self) -> Iterator[RuleLine]:
        """Say which rules these are."""
        policy, today = self.situation.policy, self.situation.today
        edition = policy.edition
        yield self.line("title", edition.title_zh if self.names.chinese else edition.title_en, "edition")
        yield self.line("pack", self.say("pack", pack=edition.pack, digest=policy.digest[:16]))
        yield self.line("term", self.say("days", first=self.day(edition.term_from), last=self.day(edition.term_to)))
        version = policy.calendar.version(today.year, self.situation.as_of) if policy.calendar else None
        calendar = self.say("calendar", day=self.day(version)) if version else self.say("no_calendar")
        yield self.line("calendar", calendar, "pickup.calendar")
        yield self.line("recorded", self.day(edition.recorded_on))
        if edition.issued_on is not None:
            yield self.line("issued", self.day(edition.issued_on))
        yield self.line("sources", self.names.join(edition.sources))

    def day(self, day: date) -> str:
        """Write a day with its year and weekday."""
        return written_day(self.names, day)


def written_day(names: Names, day: date) -> str:
    """Write a day with its year and weekday: 2025-06-12（四）."""
    return names.texts("rules.day", day=day.isoformat(), weekday=names.texts.weekday(day))


def closure_period(names: Names, closure: Closure) -> str:
    """Write from when to when a closure lasts; a single day stands once, hours of one day with their day."""
    start, end = closure.start, closure.end
    if isinstance(start, datetime) and isinstance(end, datetime):
        zone = names.policy.edition.timezone
        begins, ends = start.astimezone(zone), end.astimezone(zone)
        last = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{ends:%Y-%m-%d %H:%M}"
        return names.texts("rules.days", first=f"{begins:%Y-%m-%d %H:%M}", last=last)
    if start == end:
        return written_day(names, start)
    return names.texts("rules.days", first=written_day(names, start), last=written_day(names, end))


def _ids(bases: Iterable[Basis]) -> list[str]:
    """Give the ids of rules, then of gaps, then of facts, each once."""
    found = list(bases)
    kinds = ("rule", "gap", "fact")
    return list(dict.fromkeys(identifier for kind in kinds for basis in found for identifier in getattr(basis, kind)))
