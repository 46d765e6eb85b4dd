# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ``policy`` commands do, apart from printing: check, evaluate, lint, compare, show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from desk_app.domain.closures import AnnouncedClosure, standing_closures
from desk_app.domain.engine import decide
from desk_app.domain.errors import PolicyError
from desk_app.domain.policy import Policy
from desk_app.i18n import Catalogue
from desk_app.policy.cases import Case, CaseReader, Fault
from desk_app.policy.compare import ChangeKind, compare_packs
from desk_app.policy.expectations import Difference, outcome_of
from desk_app.policy.library import PolicyLibrary
from desk_app.policy.lint import Finding, Severity, findings_of_problems, lint
from desk_app.policy.problems import Problem, describe, message, policy_error, problems_of
from desk_app.policy.show import show

HOLDS, DIFFERS, INVALID = 0, 1, 2
"""The exit codes of the commands."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a command says: lines for standard output and standard error, and its exit code."""

    lines: tuple[str, ...]
    faults: tuple[str, ...] = ()
    exit_code: int = HOLDS


class PolicyTools:
    """The commands over one library of packs; messages come from one catalogue."""

    def __init__(self, library: PolicyLibrary, texts: Catalogue) -> None:
        self._library = library
        self._texts = texts

    def check(self, files: Sequence[str], pack_id: str | None, *, as_json: bool) -> Report:
        """Run the cases and compare them with what they expect; a fault in any file stops all of them."""
        cases, faults = self._read(files, pack_id)
        if faults:
            return Report((), faults, INVALID)
        lines: list[str] = []
        failed = 0
        for case in cases:
            differences = _differences(case)
            failed += bool(differences)
            lines += [_as_json(case, differences)] if as_json else [_as_text(case, one) for one in differences]
        lines.append(_summary(len(cases), failed, as_json=as_json))
        return Report(tuple(lines), exit_code=DIFFERS if failed else HOLDS)

    def evaluate(self, files: Sequence[str], pack_id: str | None, *, as_json: bool) -> Report:
        """Give the outcome of every case, in the order of files and cases."""
        cases, faults = self._read(files, pack_id)
        if faults:
            return Report((), faults, INVALID)
        outcomes = [outcome_of(case.id, decide(case.policy, case.facts)) for case in cases]
        return Report(tuple(_dump(one) if as_json else _outcome_text(one) for one in outcomes))

    def _read(self, files: Sequence[str], pack_id: str | None) -> tuple[list[Case], tuple[str, ...]]:
        reader = CaseReader(self._library, pack_id)
        cases = [case for file in files for case in reader.read(file)]
        return cases, tuple(self._fault_line(fault) for fault in reader.faults)

    def _fault_line(self, fault: Fault) -> str:
        return describe(self._texts, fault.label, fault.problem)

    def lint(self, ids: Sequence[str], *, as_json: bool) -> Report:
        """Give the findings of the named packs, or of all."""
        lines: list[str] = []
        faults: list[str] = []
        code = HOLDS
        for pack_id in ids or self._library.ids():
            try:
                findings = self._findings(pack_id)
            except PolicyError as error:
                faults += self._pack_faults(pack_id, error)
                continue
            lines += [self._finding_line(pack_id, one, as_json=as_json) for one in findings]
            if any(one.code.severity is Severity.ERROR for one in findings):
                code = DIFFERS
        return Report(tuple(lines), tuple(faults), INVALID if faults else code)

    def _findings(self, pack_id: str) -> list[Finding]:
        """Lint one pack; one whose file cannot be read has no findings but is an error of its own."""
        self._library.raw(pack_id)
        try:
            return lint(self._library.result(pack_id))
        except PolicyError as error:
            return findings_of_problems(problems_of(error))

    def _pack_faults(self, pack_id: str, error: PolicyError) -> list[str]:
        return [describe(self._texts, f"policy {pack_id}", problem) for problem in problems_of(error)]

    def _finding_line(self, pack_id: str, finding: Finding, *, as_json: bool) -> str:
        text = message(self._texts, finding.problem)
        columns = (pack_id, finding.code.severity.value, finding.code.value, finding.path, text)
        if as_json:
            return _dump(dict(zip(("pack", "severity", "code", "key path", "message"), columns, strict=True)))
        return "\t".join(_one_line(column) for column in columns)

    def compare(self, a: str, b: str, *, as_json: bool) -> Report:
        """Compare two packs; a date that is the same in both asks for a look."""
        faults: list[str] = []
        raws: list[dict[str, object]] = []
        for pack_id in (a, b):
            try:
                raws.append(self._library.raw(pack_id))
            except PolicyError as error:
                faults += self._pack_faults(pack_id, error)
        if faults:
            return Report((), tuple(dict.fromkeys(faults)), INVALID)
        changes = compare_packs(*raws)
        lines = []
        for one in changes:
            values = (one.kind.value, one.path, _plain(one.a), _plain(one.b))
            if as_json:
                lines.append(_dump(dict(zip(("kind", "key path", "value in A", "value in B"), values, strict=True))))
            else:
                lines.append("\t".join(_one_line(_cell(value)) for value in values))
        stale = any(one.kind is ChangeKind.NOT_UPDATED for one in changes)
        return Report(tuple(lines), exit_code=DIFFERS if stale else HOLDS)

    def show(
        self, pack_id: str, counter: str | None, at: datetime, announced: Sequence[AnnouncedClosure] = ()
    ) -> Report:
        """Say in words what applies at a counter, the first one by default, at an instant.

        An instant without time zone is local time of the edition; ``announced`` are the closures of a desk.
        """
        try:
            policy = self._library.load(pack_id)
            name = counter or next(iter(policy.counters))
            if name not in policy.counters:
                allowed = ", ".join(policy.counters)
                raise policy_error("--counter", [Problem("unknown_counter", data={"found": name, "allowed": allowed})])
            local = _localise(at, policy)
        except PolicyError as error:
            return Report((), tuple(self._pack_faults(pack_id, error)), INVALID)
        closures = standing_closures(announced, local)
        return Report(tuple(show(policy, policy.counters[name], local, self._texts, closures)))


def _localise(at: datetime, policy: Policy) -> datetime:
    """Give an instant as local time of the edition, which an instant without time zone is already."""
    zone = policy.edition.timezone
    try:
        local = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
        local.astimezone(UTC)
    except OverflowError as error:
        raise policy_error("--at", [Problem("out_of_range", "--at")]) from error
    return local


def _differences(case: Case) -> list[Difference]:
    if case.expectation is None:
        return [Difference("expect", "given", "missing")]
    return list(case.expectation.differences(decide(case.policy, case.facts)))


def _as_json(case: Case, differences: Iterable[Difference]) -> str:
    failures = [{"field": one.field, "expected": one.expected, "actual": one.actual} for one in differences]
    return _dump({"file": case.file, "id": case.id, "ok": not failures, "failures": failures})


def _as_text(case: Case, difference: Difference) -> str:
    if case.expectation is None:
        return f"FAIL {case.file} {case.id} expect: missing"
    expected, actual = _dump(difference.expected), _dump(difference.actual)
    return f"FAIL {case.file} {case.id} {difference.field}: expected {expected}, got {actual}"


def _summary(cases: int, failed: int, *, as_json: bool) -> str:
    if as_json:
        return _dump({"cases": cases, "hold": cases - failed, "fail": failed})
    return f"{cases} cases, {cases - failed} hold, {failed} fail"


def _outcome_text(outcome: dict[str, object]) -> str:
    parts = [f"{outcome['id']}: {outcome['verdict']}"]
    for key, value in outcome.items():
        if key not in ("id", "verdict") and value not in (None, []):
            parts.append(f"  {key}: {', '.join(value) if isinstance(value, list) else value}")
    return "\n".join(parts)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plain(value: object) -> object:
    """Turn a TOML value into a JSON value."""
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _dump(value)


def _one_line(text: str) -> str:
    """Keep a cell of a tab-separated line on its line."""
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
