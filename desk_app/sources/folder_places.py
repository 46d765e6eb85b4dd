# SPDX-License-Identifier: GPL-3.0-or-later
"""A drop folder: which files lie ready in it, and where a file goes when it was taken or refused."""

from __future__ import annotations

import math
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from desk_app.domain.errors import SourceError
from desk_app.domain.findings import Finding

TAKEN, REFUSED = "taken", "refused"
REPORT = ".report.txt"
SETTLED_SECONDS = 15.0
"""A file that was changed less long ago may still be on its way."""

_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", REPORT)
_HIDDEN = (".", "~$")
_OF_SYSTEMS = ("thumbs.db", "ehthumbs.db", "desktop.ini")
"""What a system puts into a shared folder by itself."""

_DIGEST = re.compile(r"-[0-9a-f]{16}$")
_DAY_SECONDS = 86_400

Describe = Callable[[str, Finding], str]
"""Puts a place of a file into words, in the language of the office."""


@dataclass(frozen=True, slots=True)
class DropFolder:
    """The folder of a source; ``wall`` gives the seconds by which files are dated, whatever the desk's clock says."""

    source: str
    path: Path
    pattern: str
    wall: Callable[[], float]

    def ready(self) -> tuple[tuple[Path, ...], int]:
        """Give the files that lie ready, the one that was changed last at the end, and how many are still on their way.

        Raises :class:`SourceError` (``source_folder``).
        """
        try:
            found = list(self._entries())
        except OSError as error:
            raise SourceError(
                "source_folder", source=self.source, path=str(self.path), detail=error.strerror or ""
            ) from error
        now = self.wall()
        mine = [(facts.st_mtime, path) for facts, path in found if self._is_mine(facts, path.name)]
        settled = sorted((changed, path) for changed, path in mine if abs(now - changed) >= SETTLED_SECONDS)
        return tuple(path for _, path in settled), len(mine) - len(settled)

    def require_writable(self) -> None:
        """Raise :class:`SourceError` (``source_folder_closed``) when files cannot be moved within the folder."""
        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise SourceError("source_folder_closed", source=self.source, path=str(self.path), detail="")

    def take(self, file: Path, digest: str) -> Path | None:
        """Put a file that was taken out of the way; give where it lies, ``None`` when another desk has done so.

        A report on an earlier file of this name has served its purpose and goes.
        """
        target = self._move(file, TAKEN, digest)
        try:
            self._report_on(file).unlink(missing_ok=True)
        except OSError as error:
            raise self._closed(error) from error
        return target

    def refuse(self, file: Path, problems: Sequence[Finding], describe: Describe) -> tuple[Path, Path | None]:
        """Put a file that was refused out of the way, with a report beside it; give where the report lies, and the file."""
        report = self._report_on(file)
        lines = [describe(file.name, problem) for problem in problems]
        self._write(report, "\n".join(lines) + "\n")
        return report, self._move(file, REFUSED, "")

    def reports(self) -> tuple[Path, ...]:
        """Give the reports on refused files that nobody has cleared away yet, the newest at the end."""
        mine = [path for path in self._kept_in(REFUSED) if path.name.endswith(REPORT) and self._was_mine(path)]
        return tuple(sorted(mine, key=_changed_at))

    def taken(self) -> tuple[Path, ...]:
        """Give the files in taken/ that are this source's, the one that was changed last at the end."""
        mine = [path for path in self._kept_in(TAKEN) if self._fits(delivered_name(path))]
        return tuple(sorted(mine, key=lambda path: (_changed_at(path), path)))

    def old(self, days: int) -> tuple[Path, ...]:
        """Give what of this source came into taken/ or refused/ more than so many days ago, the reports too.

        Several sources may share a folder, each with a time of its own, and people put things into any.
        """
        now = self.wall()
        kept = (path for place in (TAKEN, REFUSED) for path in self._kept_in(place) if self._was_mine(path))
        return tuple(path for path in kept if _came_at(path, now) < now - days * _DAY_SECONDS)

    def remove_old(self, days: int) -> int:
        """Remove what came so long ago; give how many went. What cannot be removed stays :meth:`old`."""
        return sum(_removed(path) for path in self.old(days))

    def _is_within(self, place: str) -> bool:
        """Tell whether a folder lies here itself: what a link of this name leads to is not the desk's to empty or fill."""
        folder = self.path / place
        return not folder.is_symlink() and folder.resolve().parent == self.path.resolve()

    def _made(self, place: str) -> Path:
        """Give taken/ or refused/, made where it is not there; raise ``OSError`` also where a link leads elsewhere."""
        folder = self.path / place
        folder.mkdir(exist_ok=True)
        if not self._is_within(place):
            raise OSError(0, f"{place} → {folder.resolve()}")
        return folder

    def _was_mine(self, path: Path) -> bool:
        """Tell whether a file in taken/ or refused/ was delivered to this source, or reports on one that was."""
        name = path.name
        if name.endswith(REPORT):
            # One that was being written when the desk died has a dot before it.
            return self._fits(name.removeprefix(".").removesuffix(REPORT))
        return not name.startswith(_HIDDEN) and self._fits(delivered_name(path))

    def _fits(self, name: str) -> bool:
        return fnmatch(name.lower(), self.pattern.lower())

    def _kept_in(self, place: str) -> list[Path]:
        try:
            if not self._is_within(place):
                return []
            with os.scandir(self.path / place) as entries:
                return [Path(entry.path) for entry in entries if not entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []

    def _entries(self) -> Iterator[tuple[os.stat_result, Path]]:
        with os.scandir(self.path) as entries:
            for entry in entries:
                # Another desk may have moved it away since.
                with suppress(FileNotFoundError):
                    yield entry.stat(follow_symlinks=False), Path(entry.path)

    def _report_on(self, file: Path) -> Path:
        return self.path / REFUSED / f"{file.name}{REPORT}"

    def _is_mine(self, facts: os.stat_result, name: str) -> bool:
        folded = name.lower()
        if folded.startswith(_HIDDEN) or folded.endswith(_UNFINISHED) or folded in _OF_SYSTEMS:
            return False
        if stat.S_ISDIR(facts.st_mode):
            return False
        return self._fits(name)

    def _move(self, file: Path, place: str, digest: str) -> Path | None:
        try:
            target = self._made(place) / file.name
            if digest and target.exists():
                target = target.with_stem(f"{file.stem}-{digest}")
            file.replace(target)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._closed(error) from error
        return target

    def _write(self, report: Path, text: str) -> None:
        """Write a report whole or not at all; the mark at its beginning lets spreadsheets and editors read it."""
        fresh = report.with_name(f".{report.name}")
        try:
            self._made(REFUSED)
            fresh.write_text(text, encoding="utf-8-sig")
            # By this clock it is told one day when it has been kept long enough.
            os.utime(fresh, (self.wall(), self.wall()))
            fresh.replace(report)
        except OSError as error:
            raise self._closed(error) from error

    def _closed(self, error: OSError) -> SourceError:
        return SourceError("source_folder_closed", source=self.source, path=str(self.path), detail=error.strerror or "")


def delivered_name(path: Path) -> str:
    """Give the name under which a file was delivered: one that was taken twice has got a digest behind it."""
    return f"{delivered_stem(path)}{path.suffix}"


def delivered_stem(path: Path) -> str:
    """Give the same name without its ending."""
    return _DIGEST.sub("", path.stem)


def _came_at(path: Path, now: float) -> float:
    """Give when a file came to where it lies, as far as the system says so: moving it changes it, but not its text.

    A file that a wrong clock has dated ahead did not come in the future.
    """
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return math.inf
    return max((came for came in (facts.st_mtime, facts.st_ctime) if came <= now), default=now)


def _removed(path: Path) -> bool:
    """Remove a file; false when another desk has done so, or when it cannot be done."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _changed_at(path: Path) -> float:
    """Give when a file was last changed, the beginning of time for one that is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
