# SPDX-License-Identifier: GPL-3.0-or-later
"""The packs of a desk for its screens: named, compared and examined, as their files are now."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, time

from typing_extensions import override

from desk_app.domain.errors import PolicyError
from desk_app.domain.papers import Bilingual, Language
from desk_app.i18n import catalogue
from desk_app.policy.compare import Change, ChangeKind, compare_packs
from desk_app.policy.library import PolicyLibrary
from desk_app.policy.lint import Finding, Severity, lint
from desk_app.policy.problems import message
from desk_app.services.rules import PackDifference, PackName, RuleFinding, RuleShelf


class PackShelf(RuleShelf):
    """Opens a library for every question, so that a pack that was mended meanwhile is read anew."""

    def __init__(self, open_library: Callable[[], PolicyLibrary]) -> None:
        self._open = open_library

    @override
    def packs(self) -> tuple[PackName, ...]:
        library = self._open()
        return tuple(_name(library, pack_id) for pack_id in library.ids())

    @override
    def compare(self, a: str, b: str) -> tuple[PackDifference, ...]:
        library = self._open()
        return tuple(_difference(one) for one in compare_packs(library.raw(a), library.raw(b)))

    @override
    def findings(self, pack: str) -> tuple[RuleFinding, ...]:
        return tuple(_finding(one) for one in lint(self._open().result(pack)))


def _name(library: PolicyLibrary, pack_id: str) -> PackName:
    try:
        edition = library.result(pack_id).policy.edition
    except PolicyError:
        return PackName(pack_id, Bilingual(pack_id, pack_id), readable=False)
    return PackName(pack_id, Bilingual(edition.title_zh, edition.title_en))


def _difference(change: Change) -> PackDifference:
    """Write a difference; a value that is there but empty must not look as if it were not there."""
    a = "" if change.kind is ChangeKind.ONLY_B else _written(change.a)
    b = "" if change.kind is ChangeKind.ONLY_A else _written(change.b)
    return PackDifference(change.kind.value, change.path, a, b)


def _written(value: object) -> str:
    """Write a value of a pack for people: dates and texts as they are, lists with commas."""
    if isinstance(value, list):
        return ", ".join(map(_written, value)) or "[]"
    if isinstance(value, (date, time)):
        return value.isoformat()
    return (value or '""') if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _finding(finding: Finding) -> RuleFinding:
    words = Bilingual(*(message(catalogue(language), finding.problem) for language in (Language.ZH, Language.EN)))
    return RuleFinding(finding.code.value, finding.path, words, finding.code.severity is Severity.ERROR)
