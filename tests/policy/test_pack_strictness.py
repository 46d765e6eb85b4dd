# SPDX-License-Identifier: GPL-3.0-or-later
"""Every key of every shipped pack: what happens when it is missing, of another type, misspelt (policy-format, section 1)."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from desk_app.domain.errors import PolicyError
from desk_app.policy.library import PolicyLibrary
from desk_app.policy.lint import LintCode, lint
from desk_app.policy.pack import read_pack
from desk_app.policy.problems import problems_of
from tests.shipped_rules import shipped_library

pytestmark = pytest.mark.slow

LIBRARY = shipped_library()
PACKS = LIBRARY.ids()
Steps = tuple[str | int, ...]

# What a pack may lack (column "Req." of the table); everything else is required where its table is present.
OPTIONAL = re.compile(
    r"""
    .*\.(rule|gap|fact|status|note|permanent|weekday) | edition\.issued_on | tables\.(units|colleges)
    | scope\.cohort(\[\d+\]\.(entry_ay|groups))? | student_no\.(level_digits(\..+)?|example) | portal\.open\.to
    | portal\.credential\[\d+\]\.expected_from | pickup\.(open_to(\.escalate_until)?|calendar)
    | closure(\[\d+\]\.(counters|counts_as_working_day))? | counter\.\w+(\.(place_en|place_zh|phone))?
    | clearance\.\w+(\.(sources|max_age_hours|source_max_age_hours(\.\w+)?|self_service|self_service_unless|escalate_when_window_closed
      |closed_by_release|during_enrolment_from_entry_ay))?
    | document\.\w+ | lost_card(\.affidavit_form)? | letter | proxy | evidence\.\w+(\.(phase|national_id|escalate))?
    | digital(\.(issuer|phone))? | notice(\.apps_closed|\.easycard(\.source_text)?)? | card
    | overseas(\.(submit_within_months|submit_trigger|ects_per_credit|cap_fraction))?
    | retention(\.(letters_years|access_trail_years|ledger))? | routing\[\d+\]\.(unit|college|any)
    """,
    re.VERBOSE,
)
ENTRIES = {pack: {entry.path for entry in LIBRARY.result(pack).entries} for pack in PACKS}


def _walk(value: object, steps: Steps = ()) -> Iterator[tuple[Steps, object]]:
    """Give every key of a pack, and every element of its arrays of tables, with what stands there."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*steps, key), inner
            yield from _walk(inner, (*steps, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, inner in enumerate(value):
            yield from _walk(inner, (*steps, index))


def _path(steps: Steps) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _spoilt(pack: str, steps: Steps, **change: object) -> dict[str, Any]:
    """Give a copy of a pack's values in which one key has another value, or is gone without one."""
    raw: dict[str, Any] = copy.deepcopy(LIBRARY.raw(pack))
    holder: Any = raw
    for step in steps[:-1]:
        holder = holder[step]
    if change:
        holder[steps[-1]] = change["value"]
    else:
        del holder[steps[-1]]
    return raw


def _problems(pack: str, raw: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        read_pack(raw, pack, "", LIBRARY)
    except PolicyError as error:
        return [(problem.place, problem.code) for problem in problems_of(error)]
    return []


BOTH = pytest.mark.parametrize("pack", ["ntnu-113-2", "wmu-2017"])


@BOTH
def test_a_value_of_another_type_is_named(pack: str) -> None:
    for steps, _ in _walk(LIBRARY.raw(pack)):
        assert (_path(steps), "wrong_type") in _problems(pack, _spoilt(pack, steps, value=1.5))


@BOTH
def test_truth_is_no_number_and_a_number_no_truth(pack: str) -> None:
    for steps, value in _walk(LIBRARY.raw(pack)):
        other = {bool: 1, int: True}.get(type(value))
        if other is not None:
            assert (_path(steps), "wrong_type") in _problems(pack, _spoilt(pack, steps, value=other))
        elif isinstance(value, list):
            problems = _problems(pack, _spoilt(pack, steps, value=[object]))
            assert (f"{_path(steps)}[0]", "wrong_type") in problems


@BOTH
def test_a_key_that_is_missing_is_named_where_it_is_required(pack: str) -> None:
    for steps, _ in _walk(LIBRARY.raw(pack)):
        path = _path(steps)
        missed = (path, "missing_key") in _problems(pack, _spoilt(pack, steps))
        assert missed is not bool(OPTIONAL.fullmatch(path)), path


def test_all_that_a_pack_may_lack_at_once(library: PolicyLibrary) -> None:
    raw = copy.deepcopy(LIBRARY.raw("ntnu-113-2"))
    for key in ("closure", "lost_card", "letter", "proxy", "digital", "notice", "card", "overseas", "retention"):
        del raw[key]
    policy = read_pack(raw, "ntnu-113-2", "", library).policy
    assert (policy.closures, policy.lost_card, policy.letter, policy.proxy_warn_above_per_day) == ((), None, None, None)
    assert (policy.digital, policy.apps_closed, policy.easycard, policy.card) == (None, None, None, None)
    assert (policy.overseas, policy.retention) == (None, None)


OF_NAMES = {("counter",), ("clearance",), ("document",), ("evidence",), ("student_no", "level_digits")}
"""Tables whose keys are names."""


@BOTH
def test_a_key_that_does_not_exist_is_named(pack: str) -> None:
    for steps, value in [((), LIBRARY.raw(pack)), *_walk(LIBRARY.raw(pack))]:
        if isinstance(value, dict) and steps not in OF_NAMES:
            problems = _problems(pack, _spoilt(pack, (*steps, "zz"), value=1))
            assert problems == [(_path((*steps, "zz")), "unknown_key")]


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(("key", "finding"), [("status", LintCode.SCHEMA), ("rule", LintCode.RULE_UNKNOWN)])
def test_an_entry_without_status_or_rule_is_found(pack: str, key: str, finding: LintCode) -> None:
    for path in sorted(ENTRIES[pack]):
        steps: Steps = tuple(int(part) if part.isdigit() else part for part in re.findall(r"[A-Za-z_0-9]+", path))
        findings = lint(read_pack(_spoilt(pack, (*steps, key)), pack, "", LIBRARY))
        errors = [(one.code, one.path) for one in findings if one.code.severity.value == "error"]
        assert errors == [(finding, f"{path}.{key}")]


def test_the_entries_are_those_of_the_table() -> None:
    kinds = {re.sub(r"\[\d+\]", "[]", path) for path in ENTRIES["ntnu-113-2"] | ENTRIES["wmu-2017"]}
    named = {re.sub(r"^(counter|clearance|document|evidence)\.\w+$", r"\1.<CODE>", kind) for kind in kinds}
    assert named == {
        "edition", "tables", "scope", "scope.cohort[]", "student_no", "portal.open", "portal.credential[]",
        "pickup.open_from", "pickup.open_to", "pickup.weekdays", "pickup.windows", "pickup.grace", "pickup.calendar",
        "closure[]", "counter.<CODE>", "routing[]", "clearance_rules", "clearance.<CODE>", "document.<CODE>",
        "identity", "lost_card", "letter", "proxy", "evidence.<CODE>", "digital", "notice.apps_closed",
        "notice.easycard", "card", "overseas", "clock", "retention",
    }  # fmt: skip
