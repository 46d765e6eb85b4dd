# SPDX-License-Identifier: GPL-3.0-or-later
"""Says in words what applies at a counter at one instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from desk_app.domain.calendar import covers_day, covers_instant
from desk_app.domain.engine import Situation, decide, is_open, next_opening, situation_of
from desk_app.domain.engine.digital import due_date
from desk_app.domain.engine.evidence import phase_of
from desk_app.domain.engine.items import credentials_today
from desk_app.domain.facts import Closure, Facts
from desk_app.domain.papers import Language
from desk_app.domain.policy import Counter, EvidenceRule, Policy
from desk_app.domain.verdict import VerdictCode
from desk_app.i18n import Catalogue
from desk_app.services.explain.names import closure_words, credential_words, marked
from desk_app.services.rules_today import WAYS, fitting_rules


def show(
    policy: Policy, counter: Counter, at: datetime, texts: Catalogue, announced: tuple[Closure, ...] = ()
) -> Iterator[str]:
    """Give the lines about a counter at an aware instant, with the closures announced beside the policy's own."""
    situation = situation_of(policy, Facts(at=at, counter=counter.code, closures=announced))
    yield from _show_edition(situation, counter, texts)
    yield from _show_hours(situation, counter, texts)
    yield from _show_portal(policy, texts)
    yield from _show_visit(situation, texts)
    due = due_date(situation, situation.today, counter.code)
    if due is not None:
        yield texts("policy.show.digital", day=_full_day(texts, due))
    if policy.easycard is not None:
        day = _full_day(texts, policy.easycard.last_day)
        yield marked(texts, texts("policy.show.easycard", day=day), policy.easycard.basis)


def _show_portal(policy: Policy, texts: Catalogue) -> Iterator[str]:
    """Say from which days the leaving system opens, and with what; a doubtful day bears its mark."""
    portal = policy.portal
    opening = texts("policy.show.portal", day=_full_day(texts, portal.open_from))
    yield marked(texts, opening, portal.open_basis)
    for phase in portal.credentials:
        word = credential_words(texts, (phase.password,))
        line = texts("policy.show.credential_phase", day=_full_day(texts, phase.start), word=word)
        yield marked(texts, line, phase.basis)


def _full_day(texts: Catalogue, day: date) -> str:
    return f"{day.isoformat()} ({texts.weekday(day)})"


def _show_edition(situation: Situation, counter: Counter, texts: Catalogue) -> Iterator[str]:
    policy, chinese = situation.policy, texts.language is Language.ZH
    edition = policy.edition
    yield texts(
        "policy.show.title",
        edition=edition.title_zh if chinese else edition.title_en,
        pack=edition.pack,
        digest=policy.digest[:4],
    )
    version = policy.calendar.version(situation.today.year, situation.as_of) if policy.calendar else None
    yield texts("policy.show.calendar", version=version) if version else texts("policy.show.no_calendar")
    yield texts(
        "policy.show.counter",
        name=counter.name_zh if chinese else counter.name_en,
        place=(counter.place_zh if chinese else counter.place_en) or counter.code,
        phone=counter.phone or "",
    ).strip()
    yield texts("policy.show.at", day=_full_day(texts, situation.today), time=f"{situation.local:%H:%M}")


def _show_hours(situation: Situation, counter: Counter, texts: Catalogue) -> Iterator[str]:
    windows = ", ".join(f"{one.start:%H:%M}-{one.end:%H:%M}" for one in situation.policy.pickup.windows)
    yield texts("policy.show.hours", windows=windows)
    if is_open(situation, counter.code, situation.instant):
        yield texts("policy.show.open")
    else:
        yield texts("policy.show.closed", why=_why_closed(situation, texts))
        opening = next_opening(situation, counter.code)
        if opening is None:
            yield texts("policy.show.no_next")
        else:
            yield texts("policy.show.next", day=_full_day(texts, opening.date()), time=f"{opening:%H:%M}")
    for closure in situation.closures_at(counter.code):
        if not _is_over(closure, situation):
            yield texts(
                "policy.show.closure", first=closure.start, last=closure.end, why=closure_words(texts, closure.reason)
            )


def _why_closed(situation: Situation, texts: Catalogue) -> str:
    """Name the reasons of the desk, which hold for anybody."""
    reasons = decide(situation.policy, situation.facts).reasons
    closed = (VerdictCode.NOT_NOW, VerdictCode.ESCALATE)
    names = {why.reason: closure_words(texts, why.reason) for why in situation.closures}
    return texts("policy.show.list").join(
        texts(f"explain.reason.{one.code.value}.title", why=names.get(one.argument, one.argument))
        for one in reasons
        if one.code.verdict in closed
    )


def _is_over(closure: Closure, situation: Situation) -> bool:
    if covers_day(closure, situation.today) or covers_instant(closure, situation.instant):
        return False
    return closure.start < (situation.instant if isinstance(closure.start, datetime) else situation.today)


def _show_visit(situation: Situation, texts: Catalogue) -> Iterator[str]:
    yield texts("policy.show.credential", word=credential_words(texts, credentials_today(situation)))
    for key in WAYS:
        fitting = [_in_words(rule, texts) for rule in fitting_rules(situation.policy, key, phase_of(situation))]
        need = "; ".join(fitting) or texts("policy.show.no_rule")
        yield texts(f"policy.show.{key}", need=need)


def _in_words(rule: EvidenceRule, texts: Catalogue) -> str:
    elements = (
        texts("policy.show.or").join(texts(f"explain.evidence.{part}.name") for part in element.split("|"))
        for element in rule.need
    )
    return texts("policy.show.list").join(elements)
