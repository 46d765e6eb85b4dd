# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example case holds: the copies that travel with the program, and the specification's where it lies beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.domain.engine import decide
from desk_app.policy.cases import Case, CaseReader
from desk_app.policy.expectations import outcome_of
from desk_app.resources import resource
from tests.shipped_rules import shipped_library

ROOT = Path(__file__).resolve().parents[2]
OWN = sorted((ROOT / "tests/policy/cases").glob("*.toml"))
SPEC = ROOT.parent / "shared/spec"
SPEC_FILES = sorted((SPEC / "cases").glob("*.toml"))


def _cases() -> list[Case]:
    reader = CaseReader(shipped_library())
    cases = [case for file in [*OWN, *SPEC_FILES] for case in reader.read(str(file))]
    assert not reader.faults
    return cases


CASES = _cases()
OWN_CASE = "/own-"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case.file).parent.parent.name}-{case.id}")
def test_case_holds(case: Case) -> None:
    assert case.expectation is not None
    assert list(case.expectation.differences(decide(case.policy, case.facts))) == []


@pytest.mark.parametrize("case", [case for case in CASES if OWN_CASE in case.file], ids=lambda case: case.id)
def test_own_cases_list_everything_in_its_order(case: Case) -> None:
    assert case.expectation is not None
    outcome = outcome_of(case.id, decide(case.policy, case.facts))
    for field in ("reasons", "notices", "missing_evidence", "prints"):
        expected = case.expectation._values.get(field)
        assert expected is None or list(expected) == outcome[field], field  # type: ignore[call-overload]  # a tuple


def test_own_cases_are_more_than_the_specification_s() -> None:
    own = sum(OWN_CASE in case.file for case in CASES)
    assert own > 2 * sum(OWN_CASE not in case.file and case.file.startswith(str(ROOT)) for case in CASES)


def test_shipped_rules_are_those_of_the_specification() -> None:
    for path in (SPEC / "policy").glob("*"):
        assert resource("policy", path.name).read_bytes() == path.read_bytes(), path.name


def test_copied_cases_are_those_of_the_specification() -> None:
    for path in SPEC_FILES:
        assert (ROOT / "tests/policy/cases" / path.name).read_bytes() == path.read_bytes(), path.name
