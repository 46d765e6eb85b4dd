# SPDX-License-Identifier: GPL-3.0-or-later
"""What the use cases need from the world, as protocols; ``bootstrap`` chooses the adapters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from desk_app.domain.audit import Checkpoint
from desk_app.domain.clearance_sources import ChangePage, ItemReport, RemovedLists, SourceHealth, SourceKind
from desk_app.domain.papers import CopyMark, DailyLogContent, ReceiptContent, SealReport, SlipContent


class Clock(Protocol):
    """Tells the time; the only one that does."""

    def now(self) -> datetime:
        """Give the instant now, aware, in the desk's time zone."""
        ...


class Identifiers(Protocol):
    """Makes identifiers that nobody else has."""

    def new(self) -> str:
        """Give a new unique identifier."""
        ...


class PersonNumberIndex(Protocol):
    """Turns a person number into a keyed hash, so that the number itself is never kept."""

    def blind(self, number: str) -> str:
        """Give the keyed hash (hexadecimal) of a normalised person number."""
        ...


class PassPhrases(Protocol):
    """Hashes pass phrases so that a stolen store does not give them away."""

    def hash(self, phrase: str) -> str:
        """Give the salted hash of a phrase, with all that is needed to check it."""
        ...

    def matches(self, phrase_hash: str, phrase: str) -> bool:
        """Tell whether a phrase is the one of a hash."""
        ...


class OwnerProof(Protocol):
    """Shows that whoever is here owns the desk, though no account of the staff."""

    @property
    def kind(self) -> str:
        """What the proof is, for the audit log."""
        ...

    def require(self) -> None:
        """Raise :class:`~desk_app.domain.errors.StaffError` unless it holds."""
        ...


@dataclass(frozen=True, slots=True)
class DeskIdentity:
    """Which desk this is: counter code, desk number, prefix of its receipt numbers, and whether it is the demo."""

    counter: str
    desk: str
    receipt_prefix: str
    demo: bool = False


class ClearanceSource(Protocol):
    """Where an office's word about clearance comes from; each may raise :class:`~desk_app.domain.errors.SourceError`.

    A source only reads and changes nothing here. It is asked from several threads, and bounds its own time and memory.
    """

    @property
    def name(self) -> str:
        """The name under which settings and store know it."""
        ...

    @property
    def kind(self) -> SourceKind:
        """In which way the office delivers."""
        ...

    @property
    def answers_at_once(self) -> bool:
        """True when it can be asked about one graduate while he or she waits; a folder of files cannot."""
        ...

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        """Give all that is known of one graduate, nothing for a stranger; end within ``seconds`` whatever happens."""
        ...

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        """Give what has changed since a cursor, "" for everything; the last page's cursor is where the next pull begins.

        A source that no longer knows the cursor raises the code ``source_cursor`` and is asked for everything.
        """
        ...

    def health(self) -> SourceHealth:
        """Ask whether it works, with all that a person who sets it up should know."""
        ...

    def close(self) -> None:
        """Let go of connections and files; asking again opens them anew."""
        ...


@runtime_checkable
class KeepsLists(Protocol):
    """A source that keeps the files of its office for a time: they hold persons' data and must not stay for ever."""

    def remove_old_lists(self) -> RemovedLists:
        """Remove those that have been kept long enough; one that cannot be removed is told of by the next changes."""
        ...


@runtime_checkable
class Watched(Protocol):
    """A source to which the office brings its data: it is looked at between the times at which the others are asked."""

    def has_come(self) -> bool:
        """Tell whether something lies ready; nothing does where it cannot be looked at."""
        ...


class PaperMaker(Protocol):
    """Lays out and seals papers; gives PDF bytes."""

    def receipt(self, content: ReceiptContent) -> bytes:
        """Make the sealed receipt."""
        ...

    def receipt_copy(self, original: bytes, mark: CopyMark) -> bytes:
        """Make a marked and sealed copy of a sealed receipt."""
        ...

    def slip(self, content: SlipContent) -> bytes:
        """Make a slip to take along (not sealed)."""
        ...

    def daily_log(self, content: DailyLogContent) -> bytes:
        """Make the sealed daily log."""
        ...

    def sign_checkpoint(self, checkpoint: Checkpoint) -> str:
        """Give the signed text of a checkpoint of the audit log, as its QR code holds it."""
        ...

    def warm_up(self) -> None:
        """Load what is slow to load, so that the first receipt need not wait."""
        ...

    def unprintable(self, text: str) -> tuple[str, ...]:
        """Give the characters of a text that no face has, each once."""
        ...


class PaperVerifier(Protocol):
    """Checks a sealed paper."""

    def verify(self, pdf: bytes, ledger_sha256: str | None) -> SealReport:
        """Check seal, coverage and issuer; compare with the ledger's hash when one is given."""
        ...


class LogExporter(Protocol):
    """Writes the daily log as tables for other programs."""

    def csv(self, content: DailyLogContent) -> bytes:
        """Give UTF-8 with BOM, everything quoted, formulas disarmed."""
        ...

    def xlsx(self, content: DailyLogContent) -> bytes:
        """Give a workbook in which every cell is text or a number, never a formula."""
        ...


class Printer(Protocol):
    """Takes papers; a printer that cannot take one raises :class:`~desk_app.domain.errors.PrintError`."""

    @property
    def name(self) -> str:
        """The printer's name as shown to people."""
        ...

    @property
    def delivers(self) -> bool:
        """True when a paper that was taken is certainly there (a folder); a machine's paper must be seen first."""
        ...

    def send(self, title: str, pdf: bytes) -> str:
        """Hand a paper over; give a note about where it went."""
        ...
