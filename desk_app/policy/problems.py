# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is wrong with a pack, a table or a case file, each with its place: nothing is guessed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from desk_app.domain.errors import PolicyError
from desk_app.i18n import Catalogue
from desk_app.services.pack_notes import note_in

UNREADABLE = frozenset({"not_found", "pack_not_found", "unreadable", "encoding", "syntax"})
"""The problems for which a file could not even be read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a message key, the key path or line, and what fills the message's placeholders."""

    code: str
    place: str = ""
    data: Mapping[str, object] = field(default_factory=dict, hash=False)


class ProblemLog:
    """Collects the problems of one file, so that a writer sees all of them at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, code: str, place: str, **data: object) -> None:
        """Note one problem at a key path or line."""
        self.problems.append(Problem(code, place, data))

    def add_unknown(self, code: str, place: str, *, found: str, known: Iterable[str], **data: object) -> None:
        """Note a word that does not exist, with the known words and the one that is meant most likely."""
        words = sorted(known)
        near = difflib.get_close_matches(found, words, 1)
        self.add(code, place, found=found, nearest=near[0] if near else "", allowed=", ".join(words), **data)

    def raise_if_any(self, file: str) -> None:
        """Raise :class:`PolicyError` for ``file`` when a problem was noted."""
        if self.problems:
            raise policy_error(file, self.problems)


def where(label: str, place: str) -> str:
    """Say where a problem is: the label of the file with line or key path; a line stands for itself."""
    if not place:
        return label
    return place if place.startswith(f"{label}:") else f"{label}: {place}"


def policy_error(file: str, problems: Iterable[Problem]) -> PolicyError:
    """Make the error for a file: its code names the first problem, ``data['problems']`` holds all of them."""
    found = tuple(problems)
    first = found[0]
    data = {**first.data, "file": file, "where": where(file, first.place), "problems": found}
    return PolicyError(f"policy_{first.code}", **data)


def problems_of(error: PolicyError) -> tuple[Problem, ...]:
    """Give back the problems that an error of :func:`policy_error` carries."""
    found = error.data.get("problems")
    return found if isinstance(found, tuple) else ()


def describe(texts: Catalogue, label: str, problem: Problem) -> str:
    """Say one problem in one line: where, what is wrong, what is allowed there, what is meant most likely."""
    text = texts(f"error.policy_{problem.code}", where=where(label, problem.place), **_said(texts, problem)).strip()
    nearest = problem.data.get("nearest")
    return text + (texts("policy.near", nearest=nearest) if nearest else "")


def message(texts: Catalogue, problem: Problem) -> str:
    """Say one problem without its place."""
    return texts(f"error.policy_{problem.code}", where="", **_said(texts, problem)).lstrip(": ：").strip()


def _said(texts: Catalogue, problem: Problem) -> dict[str, object]:
    """Give a problem's data, with the note of a pack in the reader's language."""
    note = problem.data.get("note")
    return {**problem.data, **({"note": note_in(texts.language, note)} if isinstance(note, str) else {})}
