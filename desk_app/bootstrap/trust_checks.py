# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor asks beyond the desk itself: reader, calendar, age of the backup, the clocks of file share and server."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.domain.audit import AuditFilter
from desk_app.domain.records import AuditKind
from desk_app.settings import ReaderKind, Settings

if TYPE_CHECKING:
    from desk_app.domain.policy import Policy

BACKUP_DAYS_AGO = 4
"""A backup may be as old as a long weekend."""

_CLOCK_OFF_S = 60.0


def reader_state(settings: Settings) -> str:
    """Ask the card service for its readers; raise the desk's words of what keeps the reader away."""
    from desk_app.domain.errors import DeskError
    from hardware.errors import NoReaderError, ReaderError

    if settings.reader is not ReaderKind.PCSC:
        return settings.reader.value
    from hardware.pcsc.context import PcscContext
    from hardware.pcsc.winscard import load_winscard

    try:
        context = PcscContext(load_winscard())
        try:
            found = [name for name in context.readers() if settings.reader_name in name]
        finally:
            context.release()
        if not found:
            raise NoReaderError
    except ReaderError as error:
        raise DeskError(error.code) from error
    return ", ".join(found)


def calendar_state(policy: Policy, today: date) -> str:
    """Give the version of the office calendar in force; raise ``calendar_missing`` when it does not cover this year."""
    from desk_app.domain.errors import DeskError

    if policy.calendar is None:
        return "-"
    version = policy.calendar.version(today.year, today)
    if version is None:
        raise DeskError("calendar_missing", year=today.year, table=policy.calendar.table)
    return f"{policy.calendar.table} {version}"


def edition_state(policy: Policy, today: date) -> str:
    """Give the term of the edition in force; raise ``edition_over`` on a day outside it."""
    from desk_app.domain.errors import DeskError

    edition = policy.edition
    if not edition.term_from <= today <= edition.term_to:
        dates = {"first": edition.term_from, "last": edition.term_to, "today": today}
        raise DeskError("edition_over", edition=edition.id, pack=edition.pack, **dates)
    return f"{edition.id} {edition.term_from} – {edition.term_to}"


def backup_state(settings: Settings, now: datetime) -> str:
    """Give the newest backup; raise :class:`StoreError` when days with hand-overs have passed since, or there is none."""
    from desk_app.bootstrap.ground import open_desk_store
    from desk_app.domain.errors import StoreError

    newest = _logged_backup(settings) if settings.database else _backup_file(settings, now)
    if newest is None:
        with closing(open_desk_store(settings)) as store, store.read() as records:
            days = records.ledger_days(date.min, now.date(), None)
        if any((now.date() - one.day).days >= BACKUP_DAYS_AGO for one in days):
            raise StoreError("backup_none", path=str(settings.backup_folder))
        return "-"
    made, name = newest
    age = (now.replace(tzinfo=None) - made).days
    if age >= BACKUP_DAYS_AGO:
        raise StoreError("backup_old", days=age, path=name)
    return name


def _backup_file(settings: Settings, now: datetime) -> tuple[datetime, str] | None:
    """Give when the newest file of the backup folder was made, without a zone, and its name.

    One of a day to come was made while a clock was wrong: it must not stand for all the days until then.
    """
    from desk_app.services.backups import backup_files, made_at

    tomorrow = now.replace(tzinfo=None) + timedelta(days=1)
    files = (file for file in reversed(backup_files(settings.backup_folder)) if made_at(file) <= tomorrow)
    newest = next(files, None)
    return None if newest is None else (made_at(newest), str(newest))


def _logged_backup(settings: Settings) -> tuple[datetime, str] | None:
    """Give when any desk has made the newest backup of a shared store, without a zone, and which desk it was."""
    from desk_app.bootstrap.ground import open_desk_store

    with closing(open_desk_store(settings)) as store, store.read() as records:
        newest = next(iter(records.audit_lines(AuditFilter(kind=AuditKind.BACKUP.value), 1)), None)
    if newest is None:
        return None
    return newest.at.replace(tzinfo=None), f"{newest.at:%Y-%m-%d %H:%M} {newest.counter} {newest.payload.get('desk')}"


def epoch_state(settings: Settings, now: datetime) -> str:
    """Raise ``recount_needed`` while a restored store waits for its recount, ``store_unwitnessed`` when nobody could tell."""
    from desk_app.bootstrap.ground import open_desk_store
    from desk_app.domain.errors import StoreError
    from desk_app.services.epochs import newest_receipt, require_counted
    from desk_app.services.ports import DeskIdentity

    desk = DeskIdentity(settings.counter, settings.desk, settings.receipt_prefix, settings.demo)
    with closing(open_desk_store(settings)) as store, store.read() as records:
        require_counted(records, desk, now)
        newest = newest_receipt(records, desk) if records.is_unwitnessed() else ""
    if newest:
        raise StoreError("store_unwitnessed", path=str(settings.witness_file), receipt=newest)
    return "-"


def require_clock_after_log(settings: Settings, now: datetime) -> None:
    """Raise ``clock_behind_log`` when the log has an entry from later than ``now``: this clock, or another, is wrong."""
    from desk_app.bootstrap.ground import open_desk_store
    from desk_app.domain.errors import DeskError

    with closing(open_desk_store(settings)) as store, store.read() as records:
        newest = next(iter(records.audit_lines(AuditFilter(), 1)), None)
    if newest is not None and (newest.at - now).total_seconds() > _CLOCK_OFF_S:
        raise DeskError("clock_behind_log", sequence=newest.sequence, at=f"{newest.at:%Y-%m-%d %H:%M:%S}")


def require_true_clock(settings: Settings, machine: Callable[[], datetime]) -> None:
    """Compare the ``machine``'s clock with those of the file shares and the server on which the desk relies.

    Raises ``clock_off`` or ``clock_off_server``. A folder on a disk of this machine has its clock and always agrees.
    """
    from desk_app.domain.errors import DeskError

    _compare_with_share(settings.backup_folder, "backup_place", machine)
    if not settings.database:
        _compare_with_share(settings.store_file.parent, "store_folder", machine)
        return
    from desk_app.storage.server.store import server_clock_ahead

    off = server_clock_ahead(settings.database, machine).total_seconds()
    if abs(off) > _CLOCK_OFF_S:
        raise DeskError("clock_off_server", seconds=round(off), server=settings.store_name)


def _compare_with_share(folder: Path, unwritable: str, machine: Callable[[], datetime]) -> None:
    """Let whoever keeps a folder stamp a file in it; ``unwritable`` is the error where nothing can be written."""
    from desk_app.domain.errors import DeskError

    if not folder.is_dir():
        return
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".clock-") as probe:
            probe.write(b"?")
            probe.flush()
            shared = Path(probe.name).stat().st_mtime
    except OSError as error:
        raise DeskError(unwritable, path=str(folder), reason=error.strerror or "") from error
    off = shared - machine().timestamp()
    if abs(off) > _CLOCK_OFF_S:
        raise DeskError("clock_off", seconds=round(off), path=str(folder))


def copies_state(settings: Settings) -> str:
    """Give how many copies of the store lie on this machine; raise ``copies_plain`` when papers lie open in some."""
    from desk_app.bootstrap.retention import store_copies
    from desk_app.domain.errors import StoreError
    from desk_app.storage.older_copies import holds_plain_papers

    copies = store_copies(settings)
    plain = [str(file) for file in copies if holds_plain_papers(file)]
    if plain:
        raise StoreError("copies_plain", files=", ".join(plain))
    return str(len(copies))
