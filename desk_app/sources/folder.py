# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder into which an office puts its lists: each file is taken whole or refused with a report, and moved away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from desk_app.domain.clearance_sources import (
    ChangePage,
    FileFinding,
    ItemReport,
    SourceHealth,
    SourceKind,
    SourceRemark,
)
from desk_app.domain.errors import SourceError
from desk_app.source_settings import FolderSettings
from desk_app.sources.folder_cursor import FolderCursor
from desk_app.sources.folder_files import Delivery, read_delivery
from desk_app.sources.folder_places import REPORT, DropFolder
from desk_app.sources.profile import MappingProfile
from desk_app.sources.surroundings import Surroundings

_UNREADABLE = "unreadable"


class FolderSource:
    """The drop folder that settings name; it is looked into whenever the schedule pulls.

    A crash between keeping and moving leaves a file that is known by its digest: it is only moved then.
    """

    kind = SourceKind.FILES
    answers_at_once = False

    def __init__(self, settings: FolderSettings, around: Surroundings) -> None:
        self._settings = settings
        self._around = around
        self._folder = DropFolder(settings.name, settings.folder, settings.pattern, around.wall)

    @property
    def name(self) -> str:
        """The name under which settings and store know it."""
        return self._settings.name

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:  # noqa: ARG002 - the port's signature
        """Give nothing: a list of an office says no more about one graduate than was taken from it already."""
        return ()

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        """Give each file that lies ready as one page; "" forgets which were taken before, so that they are read again.

        Raises :class:`SourceError` at the end when files were refused or could not be opened: the others are taken.
        """
        seen = FolderCursor.of(cursor, self.name)
        profile = self._around.profile(self._settings.profile, self._settings.profiles, self.name)
        fault: SourceError | None = None
        files, _ = self._folder.ready()
        for place, file in enumerate(files):
            delivery = self._read(file, profile, seen)
            if delivery is None:
                continue
            if delivery.problems and delivery.problems[0].code == _UNREADABLE:
                fault = self._unreadable(file, delivery)
                continue
            if delivery.problems:
                fault, seen = self._refuse(file, delivery), seen.refused()
                yield ChangePage((), seen.text, findings=delivery.problems)
                continue
            if not delivery.known:
                seen = seen.taken(delivery.digest)
                yield ChangePage(delivery.reports, seen.text, remaining=0 if place + 1 == len(files) else None)
            self._folder.take(file, delivery.digest)
        fault = fault or self._still_refused(seen)
        if fault is not None:
            raise fault

    def health(self) -> SourceHealth:
        """Read everything that lies ready as a pull would, without taking anything."""
        profile = self._around.profile(self._settings.profile, self._settings.profiles, self.name)
        files, on_their_way = self._folder.ready()
        self._folder.require_writable()
        rows, problems = 0, []
        newest: datetime | None = None
        for file in files:
            delivery = self._delivery(file, profile, FolderCursor())
            problems += [FileFinding(file.name, problem) for problem in delivery.problems]
            rows += len(delivery.reports)
            instants = [report.record.as_of for report in delivery.reports]
            newest = max([*instants, *([newest] if newest else [])], default=None)
        remarks = [SourceRemark("waiting", {"count": str(len(files)), "pattern": self._settings.pattern})]
        if on_their_way:
            remarks.append(SourceRemark("on_their_way", {"count": str(on_their_way)}))
        if reports := self._folder.reports():
            remarks.append(SourceRemark("refused", {"count": str(len(reports)), "report": str(reports[-1])}))
        return SourceHealth(newest, rows, remarks=tuple(remarks), problems=tuple(problems))

    def close(self) -> None:
        """Hold nothing open."""

    def _delivery(self, file: Path, profile: MappingProfile, seen: FolderCursor) -> Delivery:
        return read_delivery(file, profile, self._around.timezone, self._around.latest(), seen.digests)

    def _read(self, file: Path, profile: MappingProfile, seen: FolderCursor) -> Delivery | None:
        """Read a file, ``None`` when it is gone or was still being written: another look is taken the next time."""
        try:
            before = file.lstat()
            delivery = self._delivery(file, profile, seen)
            after = file.lstat()
        except FileNotFoundError:
            return None
        same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        return delivery if same else None

    def _unreadable(self, file: Path, delivery: Delivery) -> SourceError:
        """Tell of a file that cannot be opened; it stays where it is, because somebody may still have it open."""
        detail = delivery.problems[0].value
        return SourceError("source_file_unreadable", source=self.name, file=file.name, detail=detail)

    def _refuse(self, file: Path, delivery: Delivery) -> SourceError:
        first, count = delivery.problems[0], str(len(delivery.problems))
        report = str(self._folder.refuse(file, delivery.problems, self._around.describe))
        told = {"source": self.name, "file": file.name, "count": count, "report": report}
        if not first.line:
            return SourceError("source_file_unfit", **told)
        return SourceError("source_file_refused", line=str(first.line), **told)

    def _still_refused(self, seen: FolderCursor) -> SourceError | None:
        """Tell of a refusal until a sound file comes or somebody clears its report away: the data are getting old."""
        reports = self._folder.reports() if seen.last_refused else ()
        if not reports:
            return None
        file = reports[-1].name.removesuffix(REPORT)
        return SourceError("source_file_awaited", source=self.name, file=file, report=str(reports[-1]))
