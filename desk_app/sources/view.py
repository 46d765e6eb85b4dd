# SPDX-License-Identifier: GPL-3.0-or-later
"""A view of an office's database as a source of clearance data: asked about one graduate, or for what has changed."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk_app.domain.clearance_sources import (
    ChangePage,
    FileFinding,
    ItemReport,
    SourceHealth,
    SourceKind,
    SourceRemark,
)
from desk_app.domain.errors import SourceError
from desk_app.source_settings import ViewSettings
from desk_app.sources.mapping.profile import MappingProfile
from desk_app.sources.mapping.rows import Moment, RowReader
from desk_app.sources.surroundings import Surroundings
from desk_app.sources.table import Line, cell_text, folded
from desk_app.sources.view_cursor import Mark, begin_of, cursor_text, is_ahead
from desk_app.sources.view_settling import Settling

if TYPE_CHECKING:
    from desk_app.sources.view_database import Row, ViewDatabase

STEP_SECONDS = 30.0
HEALTH_SECONDS = 10.0
_OTHER_TYPE = "source_view_type"
_NOT_UNDERSTOOD = ("source_view", _OTHER_TYPE)
_TRIED = 1000
"""Rows of a view that are tried when it is asked whether it works."""


@dataclass(frozen=True, slots=True)
class _Mapped:
    """The columns of a view that a profile names, by their own names; ``changed`` is "" where it is always read whole."""

    profile: MappingProfile
    columns: tuple[str, ...]
    own: tuple[str, ...]
    changed: str

    @property
    def number(self) -> str:
        """The view's own name of the column with the student numbers."""
        return self.own[self.columns.index("number")]

    @property
    def asked(self) -> tuple[str, ...]:
        """Everything that is read; the column of changes stands at the end once more."""
        return (*self.own, self.changed) if self.changed else self.own

    def line(self, number: int, row: Row) -> Line:
        """Give a row as a file would hold it."""
        return Line(number, dict(zip(self.columns, map(cell_text, row), strict=False)))


class ViewSource:
    """The view that settings name; asked from several threads.

    One wrong row of a living database must not keep all others away: it is left out and told of, and a state that nobody
    knows is kept as UNKNOWN.
    """

    kind = SourceKind.VIEW
    answers_at_once = True

    def __init__(self, settings: ViewSettings, around: Surroundings) -> None:
        self._settings = settings
        self._around = around
        self._made: ViewDatabase | None = None
        self._mapped: _Mapped | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name under which settings and store know it."""
        return self._settings.name

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        """Give all that the view says of one graduate, nothing for a stranger."""
        from desk_app.sources.view_database import Question  # noqa: PLC0415 - loaded for the first question

        mapped = self._mapping(seconds)
        asked = Question(mapped.asked, equal=(mapped.number, student_no))
        try:
            rows = self._database().all_rows(asked, seconds)
        except SourceError as error:
            if error.code != _OTHER_TYPE:
                raise
            # Numbers of students that are kept as amounts; compared as texts, which no index of the office's helps with.
            rows = self._database().all_rows(dataclasses.replace(asked, as_text=True), seconds)
        read = self._reader(mapped).read(mapped.line(place, row) for place, row in enumerate(rows, start=1))
        settling = Settling()
        return tuple(one for one in (*settling.add(read.reports), *settling.end()) if one.student_no == student_no)

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        """Give page after page since a cursor; a view whose profile names no column of changes is always read whole."""
        mapped = self._mapping(STEP_SECONDS)
        since = begin_of(cursor, mapped.profile.digest, self.name, self._around.latest()) if cursor else None
        reader, settling, place = self._reader(mapped), Settling(), 0
        for part in self._parts(mapped, since):
            read = reader.read(mapped.line(place + offset, row) for offset, row in enumerate(part, start=1))
            place += len(part)
            settled = settling.add(read.reports)
            # Not yet this part's own cursor: reports of its last graduate still wait.
            yield ChangePage(settled, cursor, findings=(*read.problems, *read.doubts, *settling.findings()))
            cursor = self._moved(mapped, part, cursor)
        yield ChangePage(settling.end(), cursor, remaining=0, findings=settling.findings())

    def health(self) -> SourceHealth:
        """Ask whether the view is there with all its columns, count its rows and try the first thousand."""
        with self._lock:
            self._mapped = None
        mapped = self._mapping(HEALTH_SECONDS)
        rows = self._database().count(HEALTH_SECONDS)
        with closing(self._parts(mapped, None)) as parts:
            part = next(parts, ())[:_TRIED]
        read = self._reader(mapped).read(mapped.line(place, row) for place, row in enumerate(part, start=1))
        newest = max((report.record.as_of for report in read.reports), default=None)
        settling = Settling()
        settling.add(sorted(read.reports, key=lambda report: report.student_no))
        found = (*read.problems, *read.doubts, *settling.findings())
        problems = (*self._around.unfit(mapped.profile), *(FileFinding(self._settings.view, one) for one in found))
        return SourceHealth(newest, rows, remarks=self._remarks(mapped, part), problems=problems)

    @staticmethod
    def _remarks(mapped: _Mapped, part: Sequence[Row]) -> tuple[SourceRemark, ...]:
        """Say where every pull has to read everything."""
        if not mapped.changed:
            return (SourceRemark("read_whole"),)
        if part and not any(cursor_text(row[-1], mapped.profile.digest) for row in part):
            return (SourceRemark("changed_unsorted", {"column": mapped.changed}),)
        return ()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            made, self._made = self._made, None
        if made is not None:
            made.close()

    def _database(self) -> ViewDatabase:
        """Give the database; its library is loaded for the first question, not with the desk."""
        from desk_app.sources.view_database import ViewDatabase  # noqa: PLC0415 - see above

        with self._lock:
            if self._made is None:
                self._made = ViewDatabase(self.name, self._settings.database, self._settings.view)
            return self._made

    def _reader(self, mapped: _Mapped) -> RowReader:
        stamp = self._around.now() if mapped.profile.modified else None
        return RowReader(mapped.profile, Moment(self._around.timezone, self._around.latest(), stamp), doubting=True)

    def _parts(self, mapped: _Mapped, since: Mark | None) -> Generator[Sequence[Row]]:
        from desk_app.sources.view_database import Question  # noqa: PLC0415 - see above

        # The rows of one graduate come one after the other, so that those that contradict each other are seen together.
        order = (mapped.changed, mapped.number) if mapped.changed else (mapped.number,)
        begin = None if since is None else (mapped.changed, since)
        began = False
        try:
            for part in self._database().rows(Question(mapped.asked, since=begin, order=order), STEP_SECONDS):
                began = True
                yield part
        except SourceError as error:
            if error.code not in _NOT_UNDERSTOOD or since is None or began:
                raise
            # The column may be of another type than when the cursor was kept.
            raise SourceError("source_cursor", source=self.name) from error

    def _moved(self, mapped: _Mapped, part: Sequence[Row], cursor: str) -> str:
        """Give where the next pull begins after some rows: at the last of them whose column of changes says something."""
        if not mapped.changed:
            return ""
        latest = self._around.latest()
        last = next((row[-1] for row in reversed(part) if row[-1] is not None and not is_ahead(row[-1], latest)), None)
        return cursor_text(last, mapped.profile.digest) or cursor

    def _mapping(self, seconds: float) -> _Mapped:
        """Compare the profile with the view; a mended profile counts at once."""
        profile = self._around.profile(self._settings.profile, self._settings.profiles, self.name)
        with self._lock:
            mapped = self._mapped
        if mapped is None or mapped.profile.digest != profile.digest:
            mapped = self._compared(profile, self._database().columns(seconds))
            with self._lock:
                self._mapped = mapped
        return mapped

    def _compared(self, profile: MappingProfile, there: Sequence[str]) -> _Mapped:
        if profile.stamp is not None:
            raise SourceError("source_view_stamp", source=self.name, profile=profile.name)
        if profile.things is not None:
            # What has changed since the last question is not all that is open.
            raise SourceError("source_view_things", source=self.name, profile=profile.name)
        if profile.blank_passes:
            # NULL is what a view gives where it has found nothing.
            raise SourceError("source_view_blank", source=self.name, profile=profile.name)
        words = {column: self._own(profile, column, there) for column in profile.columns}
        changed = _named((profile.changed,), there) if profile.changed else ""
        missing = [profile.heading(column) for column, own in words.items() if not own]
        if profile.changed and not changed:
            missing.append(profile.changed)
        if missing:
            told = {"view": self._settings.view, "missing": ", ".join(missing), "found": ", ".join(there)}
            raise SourceError("source_view_columns", source=self.name, **told)
        return _Mapped(profile, tuple(words), tuple(words.values()), changed)

    @staticmethod
    def _own(profile: MappingProfile, column: str, there: Sequence[str]) -> str:
        if column in profile.places:
            place = profile.places[column]
            return there[place] if place < len(there) else ""
        return _named(profile.headings[column], there)


def _named(words: Sequence[str], there: Sequence[str]) -> str:
    """Give the view's own name of a column that a profile calls by one of some words, "" when it has none."""
    exact = next((word for word in words if word in there), "")
    folds = set(map(folded, words))
    return exact or next((own for own in there if folded(own) in folds), "")
