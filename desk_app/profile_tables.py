# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes typed values out of the TOML file of a profile; every refusal names the file, the path of the key and what is allowed."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


class ProfileError(ValueError):
    """A profile cannot be used: ``key`` is the path of what is wrong in ``file``, "" for the file as a whole.

    ``fault`` says how: the file is missing or no TOML (``file``, with ``detail``), the key is unknown (``key``, with
    ``nearest``), or its value is impossible (``value``, with ``value`` and ``allowed``). Cards and offices each have their
    own words for it: ``error.card_profile_<fault>``, ``error.source_profile_<fault>``.
    """

    def __init__(self, fault: str, file: str, key: str = "", **data: str) -> None:
        self.fault = fault
        self.file = file
        self.key = key
        self.data = data
        super().__init__(f"{file}: {key} {data}")


@dataclass(frozen=True, slots=True)
class ProfileTable:
    """One table of a profile; ``path`` is its name, "" for the file itself."""

    file: str
    path: str
    entries: Mapping[str, object]

    def require_known(self, known: Iterable[str]) -> None:
        """Refuse keys that no profile has."""
        names = sorted(known)
        for key in self.entries:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
                nearest = near[0] if near else ", ".join(names)
                raise ProfileError("key", self.file, self._at(key), nearest=nearest)

    def has(self, key: str) -> bool:
        """Tell whether a key is there."""
        return key in self.entries

    def table(self, key: str) -> ProfileTable | None:
        """Give the table of a key, if it is there."""
        value = self.entries.get(key)
        if value is None or isinstance(value, dict):
            return None if value is None else ProfileTable(self.file, self._at(key), value)
        raise self.wrong(key, f"[{self._at(key)}]")

    def tables(self, key: str) -> tuple[ProfileTable, ...]:
        """Give the tables of a list, ``[[key]]``; they are counted from 1 in the paths of their keys."""
        value = self.entries.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.wrong(key, f"[[{self._at(key)}]]")
        return tuple(
            ProfileTable(self.file, f"{self._at(key)}[{place}]", entry) for place, entry in enumerate(value, start=1)
        )

    def required(self, key: str) -> ProfileTable:
        """Give the table of a key, which must be there."""
        found = self.table(key)
        if found is None:
            raise self.wrong(key, f"[{self._at(key)}]")
        return found

    def optional(self, key: str) -> ProfileTable:
        """Give the table of a key, an empty one when it is not there."""
        return self.table(key) or ProfileTable(self.file, self._at(key), {})

    def texts(self, key: str) -> tuple[str, ...]:
        """Give one text or a list of texts, none of them blank."""
        value = self.entries.get(key)
        found = value if isinstance(value, list) else [value]
        if not found or not all(isinstance(text, str) and text.strip() for text in found):
            raise self.wrong(key, '"…", ["…", "…"]')
        return tuple(found)

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text that is not blank; without a default it must be there."""
        value = self.entries.get(key, default)
        if not isinstance(value, str) or (key in self.entries and not value.strip()):
            raise self.wrong(key, '"…"')
        return value

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Give a text of a closed list."""
        value, names = self.entries.get(key, default), list(allowed)
        if not isinstance(value, str) or value not in names:
            raise self.wrong(key, ", ".join(names))
        return value

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Give a whole number between two bounds, both included."""
        value = self.entries.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(key, f"{low}–{high}")
        return value

    def numbers(self, key: str, allowed: Iterable[int], default: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """Give a list, not empty and without repetition, of numbers from a closed list."""
        value, open_to = self.entries.get(key, list(default or ())), list(allowed)
        if isinstance(value, list) and value and len(set(map(repr, value))) == len(value):
            found = tuple(entry for entry in value if type(entry) is int and entry in open_to)
            if len(found) == len(value):
                return found
        raise self.wrong(key, f"[{', '.join(map(str, open_to))}]")

    def truth(self, key: str) -> bool:
        """Give a truth value, false when it is not there."""
        value = self.entries.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true, false")
        return value

    def expression(self, key: str) -> re.Pattern[str] | None:
        """Give a regular expression, if it is there."""
        try:
            return re.compile(self.text(key)) if self.has(key) else None
        except re.error as error:
            raise self.wrong(key, "[0-9]{8}[A-Z]") from error

    def wrong(self, key: str, allowed: str) -> ProfileError:
        """Give the error of a key whose value is missing or impossible."""
        value = str(self.entries.get(key, "–"))
        return ProfileError("value", self.file, self._at(key), value=value, allowed=allowed)

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def read_profile(path: Path) -> tuple[ProfileTable, bytes]:
    """Read the file of a profile; give its table and its bytes. Raises :class:`ProfileError` (``file``)."""
    try:
        data = path.read_bytes()
        entries = tomllib.loads(data.decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = error.strerror or "" if isinstance(error, OSError) else str(error)
        raise ProfileError("file", str(path), detail=reason) from error
    return ProfileTable(str(path), "", entries), data
