# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example case holds: the copies that travel with the program, and the specification's where it lies beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.domain.engine import decide
from desk_app.policy.cases import Case, CaseReader
from desk_app.policy.library import PolicyLibrary
from desk_app.resources import resource

ROOT = Path(__file__).resolve().parents[2]
OWN = sorted((ROOT / "tests/policy/cases").glob("*.toml"))
SPEC = ROOT.parent / "shared/spec"
SPEC_FILES = sorted((SPEC / "cases").glob("*.toml"))


def _cases() -> list[Case]:
    reader = CaseReader(PolicyLibrary(resource("policy")))
    cases = [case for file in [*OWN, *SPEC_FILES] for case in reader.read(str(file))]
    assert not reader.faults
    return cases


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{Path(case.file).parent.parent.name}-{case.id}")
def test_case_holds(case: Case) -> None:
    assert case.expectation is not None
    assert list(case.expectation.differences(decide(case.policy, case.facts))) == []


def test_own_cases_are_many() -> None:
    assert len(OWN) == 11


def test_shipped_rules_are_those_of_the_specification() -> None:
    for path in (SPEC / "policy").glob("*"):
        assert resource("policy", path.name).read_bytes() == path.read_bytes(), path.name


def test_copied_cases_are_those_of_the_specification() -> None:
    for path in SPEC_FILES:
        assert (ROOT / "tests/policy/cases" / path.name).read_bytes() == path.read_bytes(), path.name
