# SPDX-License-Identifier: GPL-3.0-or-later
"""The packs of a folder: read once, checked, digested; the office's own packs win over those that are shipped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from desk_app.domain.calendar import WorkCalendar
from desk_app.domain.errors import PolicyError
from desk_app.domain.policy import Policy, Unit
from desk_app.policy.files import parse_toml, read_bytes
from desk_app.policy.lint import errors_of
from desk_app.policy.merging import lay_over
from desk_app.policy.pack import PackResult, read_pack
from desk_app.policy.problems import Problem, ProblemLog, policy_error
from desk_app.policy.shared_tables import OfficeTable, read_calendar, read_colleges, read_offices, read_units


class PolicyLibrary:
    """Finds packs and their tables by name; a file is read once in the life of a library."""

    def __init__(self, folder: Path, overrides: Path | None = None) -> None:
        self._folders = (folder,) if overrides is None else (overrides, folder)
        self._bytes: dict[str, bytes] = {}
        self._raw: dict[str, dict[str, object]] = {}
        self._results: dict[str, PackResult] = {}
        self._units: dict[str, dict[str, Unit]] = {}
        self._colleges: dict[str, dict[str, tuple[str, str]]] = {}
        self._offices: dict[str, OfficeTable] = {}
        self._calendars: dict[str, WorkCalendar] = {}

    def ids(self) -> tuple[str, ...]:
        """Give the ids of all packs, sorted; tables in TOML are none, a pack that cannot be read is one."""
        names = {path.stem for folder in self._folders if folder.is_dir() for path in folder.glob("*.toml")}
        return tuple(sorted(name for name in names if not self._is_table(name)))

    def has(self, pack_id: str) -> bool:
        """Tell whether there is a file for a pack."""
        return self._find(f"{pack_id}.toml") is not None

    def _is_table(self, name: str) -> bool:
        try:
            content = self.content(f"{name}.toml")
        except PolicyError:
            return False
        return b"\n[office." in content and b"\n[edition]" not in content

    def load(self, pack_id: str, patch: Mapping[str, object] | None = None) -> Policy:
        """Give the policy of a pack for the desk; raise :class:`PolicyError` for one with errors.

        With a ``patch`` the values laid over the pack are tried out, as a case file does: then only the format counts.
        """
        if patch:
            return self.trial(pack_id, patch)
        result = self.result(pack_id)
        faults = errors_of(result)
        if faults:
            raise policy_error(f"{pack_id}.toml", faults)
        return result.policy

    def trial(self, pack_id: str, patch: Mapping[str, object] | None = None) -> Policy:
        """Give the policy of a pack that has the right format, with values laid over it, to try out cases."""
        if not patch:
            return self.result(pack_id).policy
        raw = self.raw(pack_id)
        patched = lay_over(raw, patch)
        digest = hashlib.sha256(f"{self._digest(pack_id, raw)}\n{patched!r}".encode()).hexdigest()
        return read_pack(patched, pack_id, digest, self).policy

    def result(self, pack_id: str) -> PackResult:
        """Give a pack that has the right format, with its entries as they are written."""
        if pack_id not in self._results:
            raw = self.raw(pack_id)
            self._results[pack_id] = read_pack(raw, pack_id, self._digest(pack_id, raw), self)
        return self._results[pack_id]

    def raw(self, pack_id: str) -> dict[str, object]:
        """Give the values of a pack's file, unchecked."""
        if pack_id not in self._raw:
            name = f"{pack_id}.toml"
            self._require_pack(pack_id, name)
            self._raw[pack_id] = parse_toml(self.content(name), name)
        return self._raw[pack_id]

    def _require_pack(self, pack_id: str, name: str) -> None:
        """Name the folders and the packs that are there to whoever asks for one that is not."""
        if self._find(name) is None:
            log = ProblemLog()
            log.add_unknown("pack_not_found", "", found=pack_id, known=self.ids(), folder=self._searched)
            log.raise_if_any(name)

    @property
    def _searched(self) -> str:
        return ", ".join(str(folder) for folder in self._folders)

    def _digest(self, pack_id: str, raw: Mapping[str, object]) -> str:
        """Give the SHA-256 over the pack and the tables that it names, each with its name and length."""
        digest = hashlib.sha256()
        for name in (f"{pack_id}.toml", *_table_names(raw)):
            content = self.content(name) if self._find(name) else b""
            digest.update(f"{name} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()

    def content(self, name: str) -> bytes:
        """Give the bytes of a file of the policy folder."""
        if name not in self._bytes:
            path = self._find(name)
            if path is None:
                raise policy_error(name, [Problem("not_found", data={"folder": self._searched})])
            self._bytes[name] = read_bytes(path, name)
        return self._bytes[name]

    def _find(self, name: str) -> Path | None:
        """Give where a file lies; a name with folders in it is none of ours."""
        if Path(name).name != name or "\\" in name or "\0" in name:
            return None
        return next((folder / name for folder in self._folders if (folder / name).is_file()), None)

    def units(self, name: str) -> dict[str, Unit]:
        """Give the unit table of a file."""
        if name not in self._units:
            self._units[name] = read_units(self.content(name), name)
        return self._units[name]

    def colleges(self, name: str) -> dict[str, tuple[str, str]]:
        """Give the college table of a file."""
        if name not in self._colleges:
            self._colleges[name] = read_colleges(self.content(name), name)
        return self._colleges[name]

    def offices(self, name: str) -> OfficeTable:
        """Give the offices of a file."""
        if name not in self._offices:
            self._offices[name] = read_offices(self.content(name), name)
        return self._offices[name]

    def calendar(self, name: str) -> WorkCalendar:
        """Give the calendar of a file."""
        if name not in self._calendars:
            self._calendars[name] = read_calendar(self.content(name), name)
        return self._calendars[name]


def _table_names(raw: Mapping[str, object]) -> list[str]:
    """Give the file names that a pack's values name, as far as they are names."""
    tables, pickup = raw.get("tables"), raw.get("pickup")
    calendar = pickup.get("calendar") if isinstance(pickup, Mapping) else None
    found = [tables.get(key) for key in ("units", "colleges", "offices")] if isinstance(tables, Mapping) else []
    if isinstance(calendar, Mapping):
        found.append(calendar.get("table"))
    return [name for name in found if isinstance(name, str)]
