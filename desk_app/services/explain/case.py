# SPDX-License-Identifier: GPL-3.0-or-later
"""Explains a decided case in words: banner, reasons, clearance, notices; for screen and slip alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.facts import Mode
from desk_app.domain.papers import Language
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import ReasonCode, VerdictCode
from desk_app.domain.visit import OpenCase
from desk_app.services.explain.items import ClearanceRow, clearance_rows
from desk_app.services.explain.names import Names, at_start
from desk_app.services.explain.notices import NoticeLine, notice_lines
from desk_app.services.explain.reasons import ITEM_REASONS, ReasonRow, reason_rows
from desk_app.services.facts_of_visit import documents_of, holding_of

LINE_ZH = 45
"""A banner's line holds so many Chinese characters at most."""

LINE_LATIN = 90
"""A banner's line holds so many Latin characters at most."""


@dataclass(frozen=True, slots=True)
class BannerWords:
    """The banner: verdict in both languages, the strongest reason in one line, when and by which rules."""

    code: VerdictCode
    words: str
    second: str
    line: str
    decided: str
    edition: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All words about one decision in one language."""

    banner: BannerWords
    reasons: tuple[ReasonRow, ...]
    clearance: tuple[ClearanceRow, ...]
    tell: tuple[NoticeLine, ...]
    notes: tuple[NoticeLine, ...]

    @property
    def settled(self) -> tuple[ClearanceRow, ...]:
        """The items that need nothing more."""
        return tuple(row for row in self.clearance if row.settled)

    @property
    def all_settled(self) -> bool:
        """True when every row is settled."""
        return len(self.settled) == len(self.clearance)


def explain(policy: Policy, case: OpenCase, language: Language, now: datetime) -> Explanation:
    """Explain a case to the clerk in a language, at an aware instant."""
    names = Names.of(policy, language, now)
    other = Names.of(policy, Language.EN if language is Language.ZH else Language.ZH, now)
    reasons = reason_rows(names, case, now)
    return Explanation(
        banner=_banner(names, other, case, reasons),
        reasons=reasons,
        clearance=clearance_rows(names, case, now),
        tell=notice_lines(names, case, for_collector=True),
        notes=notice_lines(names, case, for_collector=False),
    )


def _banner(names: Names, other: Names, case: OpenCase, reasons: tuple[ReasonRow, ...]) -> BannerWords:
    verdict = case.verdict
    local = verdict.at.astimezone(names.policy.edition.timezone)
    line = _line(names, case, reasons)
    return BannerWords(
        code=verdict.code,
        words=verdict_words(names, case),
        second=verdict_words(other, case),
        line=shortened(line, _limit(names)),
        decided=names.texts("verdict.decided", time=f"{local:%H:%M}"),
        edition=names.texts("verdict.edition", edition=verdict.policy.edition, digest=verdict.policy.short_digest),
    )


def verdict_words(names: Names, case: OpenCase) -> str:
    """Give the words of the verdict; a redirect names the place to go to."""
    return names.texts(f"verdict.{case.verdict.code.value}", place=names.campus(case.verdict.send_to or ""))


def _limit(names: Names) -> int:
    return LINE_ZH if names.chinese else LINE_LATIN


def shortened(text: str, limit: int) -> str:
    """Cut a text that is longer than a line."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _line(names: Names, case: OpenCase, reasons: tuple[ReasonRow, ...]) -> str:
    """Say the strongest reason in one line."""
    code = case.verdict.code
    if code.releases:
        return _release_line(names, case)
    rows = tuple(row for row in reasons if row.code.verdict is code)
    line = _LINES.get(code)
    return (line(names, case, rows) if line else "") or rows[0].title


def _stop_line(names: Names, _case: OpenCase, rows: tuple[ReasonRow, ...]) -> str:
    return names.texts("verdict.line.STOP", title=rows[0].title)


def _redirect_line(names: Names, case: OpenCase, _rows: tuple[ReasonRow, ...]) -> str:
    unit = names.unit(case.dossier.graduate.unit) if case.dossier else ""
    office = names.counter(case.verdict.send_to or "")
    line = names.texts("verdict.line.REDIRECT", unit=unit, office=office)
    return line if len(line) <= _limit(names) else names.texts("verdict.line.REDIRECT_SHORT", office=office)


def _not_found_line(names: Names, _case: OpenCase, _rows: tuple[ReasonRow, ...]) -> str:
    example = names.policy.student_no.example
    return names.texts("verdict.line.NOT_FOUND", example=example) if example else ""


def _closed_line(names: Names, case: OpenCase, _rows: tuple[ReasonRow, ...]) -> str:
    opening = case.verdict.next_opening
    return names.texts("verdict.line.NOT_NOW", when=names.when(opening)) if opening else ""


def _release_line(names: Names, case: OpenCase) -> str:
    boxes: list[str] = []
    if case.dossier is not None:
        held = (holding_of(case.dossier, document.code) for document in documents_of(names.policy, case.dossier))
        boxes = [holding.box for holding in held if holding and holding.box]
    if not boxes:
        return names.texts("verdict.line.RELEASE")
    return names.texts("verdict.line.RELEASE_BOX", box=names.join(dict.fromkeys(boxes)))


def _duplicate_line(names: Names, case: OpenCase, _rows: tuple[ReasonRow, ...]) -> str:
    release = case.dossier.standing_release if case.dossier else None
    if release is None:
        return ""
    local = release.at.astimezone(names.policy.edition.timezone)
    when = names.texts("explain.when", day=names.texts.day(local.date()), time=f"{local:%H:%M}")
    suffix = "_PROXY" if release.mode is Mode.BY_PROXY else ""
    return names.texts(f"verdict.line.DUPLICATE{suffix}", when=when)


def _items_line(names: Names, case: OpenCase, rows: tuple[ReasonRow, ...]) -> str:
    """Count open, pending and unknown items and name their offices; one item alone is named itself."""
    if rows[0].code not in ITEM_REASONS:
        return ""
    texts = names.texts
    items = [row for row in rows if row.code in ITEM_REASONS]
    offices = list(dict.fromkeys(names.short_office(row.office) for row in items))
    if len(items) == 1:
        if case.visit.mode is Mode.BY_PROXY:
            return items[0].title
        return at_start(texts("verdict.line.HOLD_ONE", office=offices[0], title=items[0].title))
    tally = Counter(_count_key(reason.code) for row in items for reason in row.reasons)
    counts = names.join(texts(f"verdict.line.{key}", count=tally[key]) for key in _COUNTS if tally[key])
    line = texts("verdict.line.HOLD_ITEMS", counts=counts, offices=names.join(offices))
    if len(line) <= _limit(names):
        return line
    some = texts("verdict.line.and_more", names=names.join(offices[:2]), count=len(offices))
    return texts("verdict.line.HOLD_ITEMS", counts=counts, offices=some)


_COUNTS = ("count_open", "count_pending", "count_unknown")


def _count_key(code: ReasonCode) -> str:
    return {ReasonCode.ITEM_PENDING: "count_pending", ReasonCode.ITEM_UNKNOWN: "count_unknown"}.get(code, "count_open")


def _evidence_line(names: Names, _case: OpenCase, rows: tuple[ReasonRow, ...]) -> str:
    texts = names.texts
    if len(rows) == 1:
        at_desk = rows[0].reasons[0].argument == "PROXY_SIGNATURE"
        return texts("verdict.line.NEED_AT_DESK", title=rows[0].title) if at_desk else rows[0].title
    missing = [row.reasons[0].argument for row in rows if row.code is ReasonCode.MISSING]
    if len(missing) < len(rows):
        return rows[0].title
    papers = [names.evidence(element) for element in missing]
    line = texts("verdict.line.NEED_SEVERAL", count=len(papers), names=names.join(papers))
    if len(line) <= _limit(names):
        return line
    some = texts("verdict.line.and_more_papers", names=papers[0])
    return texts("verdict.line.NEED_SEVERAL", count=len(papers), names=some)


_LINES = {
    VerdictCode.STOP: _stop_line,
    VerdictCode.DUPLICATE: _duplicate_line,
    VerdictCode.NOT_FOUND: _not_found_line,
    VerdictCode.NOT_NOW: _closed_line,
    VerdictCode.REDIRECT: _redirect_line,
    VerdictCode.HOLD: _items_line,
    VerdictCode.NEED_EVIDENCE: _evidence_line,
}
