# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads case files: a base, cases laid over it, each with the pack under which it is decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desk_app.domain.errors import PolicyError
from desk_app.domain.facts import Facts
from desk_app.domain.policy import Policy
from desk_app.policy.case_facts import read_facts
from desk_app.policy.expectations import Expectation, read_expectation
from desk_app.policy.files import parse_toml, read_bytes
from desk_app.policy.library import PolicyLibrary
from desk_app.policy.merging import lay_over
from desk_app.policy.problems import UNREADABLE, Problem, ProblemLog, problems_of
from desk_app.policy.table_reader import TableReader

_ID = re.compile(r"[A-Za-z0-9_.-]+")
_CASE_ONLY = ("id", "title", "expect")


@dataclass(frozen=True, slots=True)
class Case:
    """One case ready to be decided; ``expectation`` is ``None`` when the case expects nothing."""

    file: str
    id: str
    policy: Policy
    facts: Facts
    expectation: Expectation | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem with the file, or the pack, that it was found in."""

    label: str
    problem: Problem


class CaseReader:
    """Reads case files against the packs of a library and collects what is wrong in any of them."""

    def __init__(self, library: PolicyLibrary, pack_id: str | None = None) -> None:
        self._library = library
        self._pack_id = pack_id
        self.faults: dict[Fault, None] = {}

    def read(self, file: str) -> list[Case]:
        """Read one file; a file with any fault gives cases that must not be run."""
        log = ProblemLog()
        try:
            values = parse_toml(read_bytes(Path(file), file), file)
        except PolicyError as error:
            log.problems.extend(problems_of(error))
            cases = []
        else:
            cases = self._read_file(file, TableReader(values, "", log))
        for problem in log.problems:
            self._fault(file, problem)
        return cases

    def _fault(self, label: str, problem: Problem) -> None:
        self.faults[Fault(label, problem)] = None

    def _read_file(self, file: str, root: TableReader) -> list[Case]:
        if root.whole("schema") != 1 and root.has("schema"):
            root.log.add("not_allowed", "schema", found=root.values["schema"], nearest="", allowed=1)
        default = root.text_or_none("policy")
        root.text_or_none("title")
        base = self._read_base(root)
        readers = root.children("case", required=True)
        if root.has("case") and not readers:
            root.log.add("empty", "case")
        root.done()
        seen: set[str] = set()
        found = [self._read_case(file, reader, base, default, seen) for reader in readers]
        return [case for case in found if case is not None]

    def _read_base(self, root: TableReader) -> dict[str, object]:
        """Give the base without the keys that belong to a single case."""
        base = root.child("base")
        if base is None:
            return {}
        for key in _CASE_ONLY:
            if base.has(key):
                root.log.add("base_key", base.place(key))
        return {key: value for key, value in base.values.items() if key not in _CASE_ONLY}

    def _read_case(
        self, file: str, own: TableReader, base: Mapping[str, object], default: str | None, seen: set[str]
    ) -> Case | None:
        name = self._read_id(own, seen)
        place = f"case {name}" if name else own.path
        reader = TableReader(lay_over(base, own.values), place, own.log)
        reader.text("id")
        reader.text_or_none("title")
        reader.texts_or_none("rules")
        policy = self._read_policy(reader, default)
        if policy is None:
            return None
        expected = reader.child("expect")
        facts = read_facts(reader, policy)
        expectation = read_expectation(expected, policy) if expected else None
        reader.done()
        return Case(file, name, policy, facts, expectation)

    def _read_id(self, own: TableReader, seen: set[str]) -> str:
        name = own.values.get("id")
        if not isinstance(name, str):
            return ""
        if not _ID.fullmatch(name):
            own.log.add("case_id", own.place("id"), found=name)
            return ""
        if name in seen:
            own.log.add("duplicate", f"case {name}.id", found=name)
        seen.add(name)
        return name

    def _read_policy(self, reader: TableReader, default: str | None) -> Policy | None:
        """Find the case's pack and lay its patch over it; ``None`` when there is none that can be used."""
        named, patch = reader.text_or_none("policy"), reader.child("policy_patch")
        chosen = (one for one in (self._pack_id, named, default) if one is not None)
        pack_id = next(chosen, None)
        if pack_id is None:
            reader.log.add("no_pack", reader.place("policy"))
            return None
        try:
            policy = self._library.trial(pack_id)
        except PolicyError as error:
            self._note_pack(reader, "policy" if named is None else reader.place("policy"), pack_id, problems_of(error))
            return None
        if patch is None:
            return policy
        try:
            return self._library.trial(pack_id, patch.values)
        except PolicyError as error:
            for problem in problems_of(error):
                reader.log.add(problem.code, patch.place(problem.place), **problem.data)
            return None

    def _note_pack(self, reader: TableReader, place: str, pack_id: str, problems: tuple[Problem, ...]) -> None:
        """Note that a pack cannot be used; one that does not exist is the fault of whoever names it."""
        missing = problems[0].code in UNREADABLE and not self._library.has(pack_id)
        if missing and self._pack_id is None:
            reader.log.add_unknown("unknown_pack", place, found=pack_id, known=self._library.ids())
            return
        for problem in problems:
            self._fault(f"policy {pack_id}", problem)
