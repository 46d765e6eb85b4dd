# SPDX-License-Identifier: GPL-3.0-or-later
"""A portal as a source of clearance data: asks, tries again where that can help, and gives checked values."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from desk_app.domain.clearance_sources import ChangePage, ItemReport, SourceHealth, SourceKind, SourceRemark
from desk_app.domain.errors import SourceError
from desk_app.source_settings import PortalSettings
from desk_app.sources.portal.access import own_certificate_until
from desk_app.sources.portal.answers import AnswerReader

if TYPE_CHECKING:
    from desk_app.sources.portal.exchange import Answer, Exchange

PAGE_SECONDS = 30.0
HEALTH_SECONDS = 10.0
PAGE_ROWS = 2000

_REMEMBERED = 200
_ATTEMPTS = 4
_FIRST_WAIT = 0.1
_PASSING = frozenset({"source_unreachable", "source_broken_off", "source_hung_up", "source_busy", "source_failed"})
_NOTICED = timedelta(seconds=30)
_SOON = timedelta(days=21)
"""So long before it runs out somebody should renew a certificate."""

_IDLE_PAGES = 100
"""So many pages that bring nothing new are an accident: then a pull would never end, and no other source have its turn."""

_NOT_LET_IN = frozenset({"source_hung_up", "source_client_certificate"})


@dataclass(frozen=True, slots=True)
class Timing:
    """How time passes: ``ticks`` gives seconds that never go back, ``sleep`` waits, ``chance`` gives 0 to 1, ``now`` the instant."""

    ticks: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    now: Callable[[], datetime]


class PortalSource:
    """The portal that settings name; asked from several threads."""

    kind = SourceKind.PORTAL
    answers_at_once = True

    def __init__(self, settings: PortalSettings, timing: Timing) -> None:
        self._settings = settings
        self._timing = timing
        self._made: Exchange | None = None
        self._reader = AnswerReader(settings.name)
        self._remembered: OrderedDict[str, tuple[str, tuple[ItemReport, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name under which settings and store know it."""
        return self._settings.name

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        """Give all that the portal knows of one graduate, nothing for a stranger."""
        with self._lock:
            etag, before = self._remembered.get(student_no, ("", ()))
        answer = self._ask(f"/v1/students/{quote(student_no, safe='')}", seconds, etag)
        if answer.status == 304 and etag:
            return before
        if answer.status == 404 and answer.media_type == "application/problem+json":
            return ()
        reports = self._reader.student(self._json(answer), student_no)
        self._remember(student_no, answer.headers.get("etag", ""), reports)
        return reports

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        """Give page after page; a portal that turns in a circle is stopped, also one that numbers the same pages anew."""
        visited, told, idle = {cursor}, {hash(())}, 0
        more = True
        while more:
            since = f"&cursor={quote(cursor, safe='')}" if cursor else ""
            page = self._reader.changes(self._json(self._ask(f"/v1/changes?limit={PAGE_ROWS}{since}", PAGE_SECONDS)))
            cursor, more = page.cursor, page.more
            rows = hash(page.reports)
            idle += rows in told
            if more and (cursor in visited or idle > _IDLE_PAGES):
                raise SourceError("source_stuck", source=self.name)
            visited.add(cursor)
            told.add(rows)
            yield ChangePage(page.reports, cursor, page.remaining)

    def health(self) -> SourceHealth:
        """Ask whether the portal works, compare its clock with the desk's, and look how long its certificate holds."""
        answer = self._ask("/v1/health", HEALTH_SECONDS)
        found, now = self._reader.health(self._json(answer)), self._timing.now()
        ahead, remarks = found.now - now, []
        if abs(ahead) > _NOTICED:
            remarks.append(SourceRemark("clock", {"seconds": f"{ahead.total_seconds():+.0f}"}))
        ends = {"certificate": answer.certificate_until, "own_certificate": own_certificate_until(self._settings)}
        for code, until in ends.items():
            if until is not None and until - now < _SOON:
                remarks.append(SourceRemark(code, {"day": _day(until, now)}))
        return SourceHealth(found.newest, found.rows, tuple(remarks))

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            made, self._made = self._made, None
        if made is not None:
            made.close()

    def _exchange(self) -> Exchange:
        """Give the connections; the library behind them is loaded for the first question, not with the desk."""
        from desk_app.sources.portal.exchange import Exchange  # noqa: PLC0415 - see above

        with self._lock:
            if self._made is None:
                self._made = Exchange(self._settings, self._timing.ticks)
            return self._made

    def _ask(self, path: str, seconds: float, etag: str = "") -> Answer:
        """Ask, and again after a growing, uneven pause when the fault may pass and there is time left for it."""
        end = self._timing.ticks() + seconds
        for attempt in range(_ATTEMPTS):
            try:
                return self._answered(self._exchange().get(path, end, etag))
            except SourceError as error:
                pause = max(
                    _FIRST_WAIT * 2**attempt * (0.5 + self._timing.chance()), float(str(error.data.get("wait", 0)))
                )
                last = attempt + 1 == _ATTEMPTS or self._timing.ticks() + pause >= end
                if last or error.code not in _PASSING:
                    self._blame_own_certificate(error)
                    raise
                self._timing.sleep(pause)
        raise AssertionError("the last attempt ends in one way or the other")

    def _blame_own_certificate(self, error: SourceError) -> None:
        """Raise :class:`SourceError` for a certificate of the desk that has run out: portals then only hang up."""
        until, now = own_certificate_until(self._settings) if error.code in _NOT_LET_IN else None, self._timing.now()
        if until is not None and until < now:
            raise SourceError("source_own_certificate_over", source=self.name, day=_day(until, now)) from error

    def _answered(self, answer: Answer) -> Answer:
        """Give an answer that the contract knows; raise :class:`SourceError` for a refusal."""
        status = answer.status
        if status in (200, 304, 404):
            return answer
        if 300 <= status < 400:
            raise SourceError("source_redirected", source=self.name)
        if status in (429, 503):
            raise SourceError(
                "source_busy", source=self.name, wait=str(_seconds(answer.headers.get("retry-after", "")))
            )
        codes = {400: "source_contract", 401: "source_token", 403: "source_forbidden", 410: "source_cursor"}
        raise SourceError(codes.get(status, "source_failed"), source=self.name, status=str(status))

    def _json(self, answer: Answer) -> bytes:
        if answer.status != 200:
            raise SourceError("source_address", source=self.name, status=str(answer.status))
        if answer.media_type != "application/json":
            raise SourceError("source_content_type", source=self.name, found=answer.media_type[:60])
        return answer.body

    def _remember(self, student_no: str, etag: str, reports: tuple[ItemReport, ...]) -> None:
        with self._lock:
            self._remembered.pop(student_no, None)
            if etag and etag.isascii() and etag.isprintable():
                self._remembered[student_no] = (etag, reports)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)


def _day(instant: datetime, now: datetime) -> str:
    return f"{instant.astimezone(now.tzinfo):%Y-%m-%d}"


def _seconds(retry_after: str) -> int:
    """Give the seconds of a Retry-After header; a date is taken as a minute: the two clocks need not agree."""
    text = retry_after.strip()
    if not text:
        return 0
    return min(int(text), 86400) if text.isascii() and text.isdecimal() and len(text) < 8 else 60
