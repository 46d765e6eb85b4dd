# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder into which an office puts its lists: each file is taken whole or refused with a report, and moved away."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import Path

from desk_app.domain.clearance_sources import (
    ChangePage,
    FileFinding,
    ItemReport,
    RemovedLists,
    SourceHealth,
    SourceKind,
    SourceRemark,
)
from desk_app.domain.errors import SourceError
from desk_app.domain.findings import Finding
from desk_app.source_settings import FolderSettings
from desk_app.sources.folder_cursor import FolderCursor
from desk_app.sources.folder_files import Delivery, read_delivery
from desk_app.sources.folder_growth import Growth
from desk_app.sources.folder_places import REPORT, DropFolder, delivered_stem
from desk_app.sources.mapping.profile import MappingProfile
from desk_app.sources.surroundings import Surroundings

_UNREADABLE = "unreadable"


class FolderSource:
    """The drop folder that settings name; it is looked into whenever the schedule pulls, and watched in between.

    A crash between keeping and moving leaves a file that is known by its digest: it is only moved then.
    """

    kind = SourceKind.FILES
    answers_at_once = False

    def __init__(self, settings: FolderSettings, around: Surroundings) -> None:
        self._settings = settings
        self._around = around
        self._folder = DropFolder(settings.name, settings.folder, settings.pattern, around.wall)
        self._growth = Growth()

    @property
    def name(self) -> str:
        """The name under which settings and store know it."""
        return self._settings.name

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:  # noqa: ARG002 - the port's signature
        """Give nothing: a list of an office says no more about one graduate than was taken from it already."""
        return ()

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        """Give each file that lies ready as one page; for "" those first that were taken before and are still kept.

        Raises :class:`SourceError` at the end when files were refused or could not be opened: the others are taken.
        """
        seen = FolderCursor.of(cursor, self.name)
        self._growth.bring_back()
        profile = self._around.profile(self._settings.profile, self._settings.profiles, self.name)
        newest = self._newest_silence(profile)
        if not cursor:
            seen = yield from self._again(profile, newest)
        fault, seen = yield from self._waiting(profile, seen, newest)
        fault = fault or self._still_refused(seen) or self._kept_too_long()
        if fault is not None:
            raise fault

    def has_come(self) -> bool:
        """Tell whether files lie ready; a folder that cannot be read is told of by the next pull."""
        self._growth.bring_back()
        try:
            return bool(self._folder.ready()[0])
        except SourceError:
            return False

    def remove_old_lists(self) -> RemovedLists:
        """Remove what was taken or refused longer ago than the settings let it be kept."""
        days = self._settings.keep_days
        return RemovedLists(days, self._folder.remove_old(days))

    def health(self) -> SourceHealth:
        """Read everything that lies ready as a pull would, without taking anything."""
        profile = self._around.profile(self._settings.profile, self._settings.profiles, self.name)
        files, on_their_way = self._folder.ready()
        self._folder.require_writable()
        rows, silent, problems = 0, 0, list(self._around.unfit(profile))
        newest: datetime | None = None
        for file in files:
            delivery = self._delivery(file, profile, FolderCursor())
            problems += [FileFinding(file.name, problem) for problem in delivery.problems]
            rows += len(delivery.reports)
            silent += bool(delivery.remainders)
            instants = [report.record.as_of for report in delivery.reports]
            newest = max([*instants, *([newest] if newest else [])], default=None)
        remarks = [SourceRemark("waiting", {"count": str(len(files)), "pattern": self._settings.pattern})]
        if silent and profile.things is not None and profile.things.absence is not None:
            years = ", ".join(map(str, sorted(profile.things.absence.graduation_ay)))
            remarks.append(SourceRemark("absent", {"count": str(silent), "years": years}))
        if on_their_way:
            remarks.append(SourceRemark("on_their_way", {"count": str(on_their_way)}))
        if reports := self._folder.reports():
            remarks.append(SourceRemark("refused", {"count": str(len(reports)), "report": str(reports[-1])}))
        return SourceHealth(newest, rows, remarks=tuple(remarks), problems=tuple(problems))

    def close(self) -> None:
        """Hold nothing open."""

    def _newest_silence(self, profile: MappingProfile) -> datetime | None:
        """Give of when the newest complete list is that lies here or was taken, by its name.

        Of whom an older one is silent, the newer one may speak: nobody is cleared in between, or when the pull ends there.
        """
        if profile.things is None or profile.things.absence is None or profile.stamp is None:
            return None
        files = (*self._folder.taken(), *self._folder.ready()[0])
        stamps = (profile.stamp.read(delivered_stem(file), self._around.timezone) for file in files)
        latest = self._around.latest()
        return max((one for one in stamps if isinstance(one, datetime) and one <= latest), default=None)

    def _waiting(
        self, profile: MappingProfile, seen: FolderCursor, newest: datetime | None
    ) -> Generator[ChangePage, None, tuple[SourceError | None, FolderCursor]]:
        """Take or refuse each file that lies ready; give why the last one of those that were not taken was not."""
        fault: SourceError | None = None
        files, _ = self._folder.ready()
        for place, file in enumerate(files):
            found = self._read(file, profile, seen)
            if found is None:
                continue
            delivery, read = found
            if delivery.problems and delivery.problems[0].code == _UNREADABLE:
                fault = self._unreadable(file, delivery)
                continue
            if delivery.problems:
                fault, moved = self._refuse(file, delivery, read)
                if moved:
                    seen = seen.refused()
                    yield ChangePage((), seen.text, findings=delivery.problems)
                continue
            if not delivery.known:
                seen = seen.taken(delivery.digest)
                remaining = 0 if place + 1 == len(files) else None
                yield ChangePage(delivery.reports, seen.text, remaining, remainders=delivery.silence(newest))
            fault = self._take(file, delivery.digest, read) or fault
        return fault, seen

    def _again(self, profile: MappingProfile, newest: datetime | None) -> Generator[ChangePage, None, FolderCursor]:
        """Read what still lies in taken/, the oldest first; what is broken off here begins anew with the next pull.

        A list that no longer fits a profile that was changed since stays where it is: it was sound when it was taken.
        """
        seen, files = FolderCursor(), self._folder.taken()
        for file in files:
            found = self._read(file, profile, seen)
            if found is None or found[0].known:
                continue
            delivery, _ = found
            if delivery.problems:
                yield ChangePage((), "", findings=(Finding("taken_unfit", value=file.name),))
                continue
            seen = seen.taken(delivery.digest)
            yield ChangePage(delivery.reports, "", remainders=delivery.silence(newest))
        if files:
            yield ChangePage((), seen.text)
        return seen

    def _delivery(self, file: Path, profile: MappingProfile, seen: FolderCursor) -> Delivery:
        return read_delivery(file, profile, self._around.timezone, self._around.latest(), seen.digests)

    def _read(self, file: Path, profile: MappingProfile, seen: FolderCursor) -> tuple[Delivery, os.stat_result] | None:
        """Read a file and tell how it was then, ``None`` when it is gone or was still being written: it is read the next time."""
        try:
            before = file.lstat()
            delivery = self._delivery(file, profile, seen)
            after = file.lstat()
        except FileNotFoundError:
            return None
        same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        return (delivery, after) if same else None

    def _unreadable(self, file: Path, delivery: Delivery) -> SourceError:
        """Tell of a file that cannot be opened; it stays where it is, because somebody may still have it open."""
        detail = delivery.problems[0].value
        return SourceError("source_file_unreadable", source=self.name, file=file.name, detail=detail)

    def _take(self, file: Path, digest: str, read: os.stat_result) -> SourceError | None:
        """Put a file that was taken out of the way; give why it stays, which keeps none of the others waiting."""
        try:
            target = self._folder.take(file, digest)
        except SourceError as error:
            return error
        if target is not None:
            self._growth.moved(file, target, read)
        return None

    def _refuse(self, file: Path, delivery: Delivery, read: os.stat_result) -> tuple[SourceError, bool]:
        """Put a file that was refused out of the way; give what is to be told, and whether it went."""
        try:
            report, target = self._folder.refuse(file, delivery.problems, self._around.describe)
        except SourceError as error:
            return error, False
        if target is not None:
            self._growth.moved(file, target, read)
        first, count = delivery.problems[0], str(len(delivery.problems))
        told = {"source": self.name, "file": file.name, "count": count, "report": str(report)}
        if not first.line:
            return SourceError("source_file_unfit", **told), True
        return SourceError("source_file_refused", line=str(first.line), **told), True

    def _still_refused(self, seen: FolderCursor) -> SourceError | None:
        """Tell of a refusal until a sound file comes or somebody clears its report away: the data are getting old."""
        reports = self._folder.reports() if seen.last_refused else ()
        if not reports:
            return None
        file = reports[-1].name.removesuffix(REPORT)
        return SourceError("source_file_awaited", source=self.name, file=file, report=str(reports[-1]))

    def _kept_too_long(self) -> SourceError | None:
        """Tell of lists that should have been removed and are still there: persons' data lie in them."""
        days = self._settings.keep_days
        old = self._folder.old(days)
        if not old:
            return None
        told = {"source": self.name, "path": str(self._settings.folder), "count": str(len(old)), "days": str(days)}
        return SourceError("source_lists_left", **told)
