# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of one desk: a small TOML file, typed, in which an unknown key is refused with the nearest known one."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from desk_app.domain.errors import SettingsError
from desk_app.domain.papers import Language
from desk_app.domain.records import Operator, Role
from desk_app.domain.store_keys import KeyPhrase
from desk_app.source_settings import PASSWORD_IN_ADDRESS, SOURCE_KEYS, SourceSettings, read_sources

SETTINGS_FILE = "desk.toml"

LOCK_MINUTES = 3
"""After how many minutes without a hand on it a desk locks itself, unless its settings say otherwise."""

_LONGEST_WAIT = 60

_SERVERS = ("postgresql://", "postgres://")
_PREFIX = re.compile(r"[A-Z0-9]{1,4}")

BACKUP_DAYS = 30
"""For how many days backups are kept, unless the settings say otherwise."""

_APPLICATION = "certificate-desk"
_EnumT = TypeVar("_EnumT", bound=StrEnum)
_KEYS: Mapping[str, frozenset[str]] = {
    "desk": frozenset({"counter", "desk", "receipt_prefix", "policy", "operator", "demo", "demo_phrase"}),
    "screen": frozenset({"language", "theme", "lock_minutes"}),
    "printer": frozenset({"kind", "name"}),
    "reader": frozenset({"kind", "name", "trace", "profile", "keys"}),
    "clock": frozenset({"standing_at"}),
    "data": frozenset(
        {"folder", "policy_folder", "profile_folder", "database", "backup_folder", "backup_days", "whole_file"}
    ),
    "keys": frozenset({"kind"}),
    "operator": frozenset({"id", "name", "role"}),
    "source": SOURCE_KEYS,
    "staff": frozenset({"proxy_needs_verifier"}),
}


class PrinterKind(StrEnum):
    """Where papers go: into a folder of the data folder, or to a CUPS queue."""

    FOLDER = "folder"
    CUPS = "cups"


class ReaderKind(StrEnum):
    """What cards are laid on: a reader of the system's PC/SC service, one that types, none, or the simulated one."""

    PCSC = "pcsc"
    WEDGE = "wedge"
    NONE = "none"
    SIMULATED = "simulated"


class KeyKind(StrEnum):
    """Where a desk's keys are: plain files for their owner alone, wrapped by a pass phrase, or by the system's keyring."""

    FILE = "file"
    PHRASE = "phrase"
    KEYRING = "keyring"


class Theme(StrEnum):
    """The looks of the screens."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a desk; ``language`` ``None`` follows the machine, ``standing_at`` stops the clock (demo).

    ``reader_name`` is a part of the reader's name, "" takes any; ``reader_trace`` logs what is said to cards, masked.
    ``card_profile`` is the id of a card profile, "" takes the usual one; profiles of ``profile_folder`` go before the
    shipped ones. ``lock_minutes`` without a hand on the desk lock it, 0 never. ``demo_phrase`` is the pass phrase of
    everybody at the demonstration's desk, shown to whoever signs in. With ``proxy_needs_verifier`` a proxy's papers count
    only when a verifier or supervisor stands for them.
    """

    data: Path
    counter: str = "MAIN"
    desk: str = "1"
    receipt_prefix: str = "M"
    policy: str = "ntnu-113-2"
    operator: str = ""
    demo: bool = False
    demo_phrase: str = ""
    language: Language | None = None
    theme: Theme = Theme.LIGHT
    lock_minutes: int = LOCK_MINUTES
    printer: PrinterKind = PrinterKind.FOLDER
    printer_name: str = ""
    reader: ReaderKind = ReaderKind.PCSC
    reader_name: str = ""
    reader_trace: bool = False
    card_profile: str = ""
    card_keys: Path | None = None
    profile_folder: Path | None = None
    standing_at: datetime | None = None
    policy_folder: Path | None = None
    backup_place: Path | None = None
    backup_days: int = BACKUP_DAYS
    database: str = ""
    whole_file: bool = False
    keys: KeyKind = KeyKind.FILE
    key_phrase: KeyPhrase | None = field(default=None, repr=False, compare=False)
    operators: tuple[Operator, ...] = field(default=())
    sources: tuple[SourceSettings, ...] = field(default=())
    proxy_needs_verifier: bool = False

    @property
    def store_file(self) -> Path:
        """The file of the store."""
        return self.data / "desk.db"

    @property
    def store_name(self) -> str:
        """Where the store is, for people: its file, or the address of the shared one."""
        return self.database or str(self.store_file)

    @property
    def key_folder(self) -> Path:
        """The folder of the keys."""
        return self.data / "keys"

    @property
    def card_key_file(self) -> Path:
        """The file of the school's card keys: the one named, else the one of the key folder."""
        return self.card_keys or self.key_folder / "cards.keys"

    @property
    def witness_file(self) -> Path:
        """Where the desk remembers the newest hand-over that it has written, whatever becomes of the store."""
        return self.data / "seen.json"

    @property
    def wedge_file(self) -> Path:
        """Where the desk keeps what it has learnt about its keyboard reader."""
        return self.data / "keyboard-reader.toml"

    @property
    def extra_fonts(self) -> Path | None:
        """The folder of further faces for rare characters, if the office has made one."""
        folder = self.data / "fonts"
        return folder if folder.is_dir() else None

    @property
    def seal_folder(self) -> Path:
        """The folder of the keys and certificates that seal papers."""
        return self.key_folder / "seal"

    @property
    def backup_folder(self) -> Path:
        """Where backups are put: best a place on another machine; without one, in the data folder."""
        return self.backup_place or self.data / "backups"

    @property
    def print_folder(self) -> Path:
        """Where the folder printer puts its papers."""
        return self.data / "print"

    @property
    def log_folder(self) -> Path:
        """Where the program's own log is kept."""
        return self.data / "logs"


def data_folder(home: str | None) -> Path:
    """Give the data folder: ``home`` (the variable DESK_HOME) if set, else the usual place of this machine."""
    if home:
        return Path(home)
    from platformdirs import user_data_path  # noqa: PLC0415 - not needed when the place is given

    return user_data_path(_APPLICATION, appauthor=False)


def load_settings(file: Path, data: Path) -> Settings:
    """Read a settings file; ``data`` is the data folder unless the file names one.

    Raises :class:`SettingsError` with file, key and what is allowed.
    """
    return settings_of_text(_text(file), file, data)


def settings_of_text(text: str, file: Path, data: Path) -> Settings:
    """Make the settings of a text that stands in ``file``, or is going to; raise :class:`SettingsError`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("settings_syntax", file=str(file), detail=str(error)) from error
    return settings_from(table, file, data)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError("settings_missing", file=str(file)) from error
    except OSError as error:
        raise SettingsError("settings_unreadable", file=str(file), detail=error.strerror or "") from error
    except UnicodeDecodeError as error:
        raise SettingsError("settings_syntax", file=str(file), detail=str(error)) from error


def settings_from(table: Mapping[str, Any], file: Path, data: Path) -> Settings:
    """Check a settings table and make the settings of it."""
    reader = _Reader(file)
    reader.require_known(table)
    desk, screen, printer, cards = (reader.section(table, name) for name in ("desk", "screen", "printer", "reader"))
    clock, places = reader.section(table, "clock"), reader.section(table, "data")
    folder = reader.text(places, "data.folder", "")
    packs = reader.text(places, "data.policy_folder", "")
    profiles, keys = reader.text(places, "data.profile_folder", ""), reader.text(cards, "reader.keys", "")
    language = reader.choice(screen, "screen.language", Language, None)
    return Settings(
        data=_beside(file, folder) if folder else data,
        counter=reader.text(desk, "desk.counter", "MAIN"),
        desk=reader.text(desk, "desk.desk", "1"),
        receipt_prefix=reader.prefix(desk, "desk.receipt_prefix"),
        policy=reader.text(desk, "desk.policy", "ntnu-113-2"),
        operator=reader.text(desk, "desk.operator", ""),
        demo=reader.truth(desk, "desk.demo"),
        demo_phrase=reader.demo_phrase(desk),
        language=language,
        theme=reader.choice(screen, "screen.theme", Theme, Theme.LIGHT) or Theme.LIGHT,
        lock_minutes=reader.minutes(screen, "screen.lock_minutes", LOCK_MINUTES),
        printer=reader.choice(printer, "printer.kind", PrinterKind, PrinterKind.FOLDER) or PrinterKind.FOLDER,
        printer_name=reader.text(printer, "printer.name", ""),
        reader=reader.choice(cards, "reader.kind", ReaderKind, ReaderKind.PCSC) or ReaderKind.PCSC,
        reader_name=reader.text(cards, "reader.name", ""),
        reader_trace=reader.truth(cards, "reader.trace"),
        card_profile=reader.text(cards, "reader.profile", ""),
        card_keys=_beside(file, keys) if keys else None,
        profile_folder=_beside(file, profiles) if profiles else None,
        standing_at=reader.standing(clock, desk),
        policy_folder=_beside(file, packs) if packs else None,
        backup_place=_beside(file, backups) if (backups := reader.text(places, "data.backup_folder", "")) else None,
        backup_days=reader.days(places, "data.backup_days", BACKUP_DAYS),
        database=reader.database(places),
        whole_file=reader.whole_file(places),
        keys=reader.choice(reader.section(table, "keys"), "keys.kind", KeyKind, KeyKind.FILE) or KeyKind.FILE,
        operators=reader.operators(table),
        sources=read_sources(table.get("source", []), file),
        proxy_needs_verifier=reader.truth(reader.section(table, "staff"), "staff.proxy_needs_verifier"),
    )


def _beside(file: Path, folder: str) -> Path:
    """Take a relative folder as beside the settings file."""
    return (file.parent / folder).resolve()


class _Reader:
    """Takes typed values out of the tables; every refusal names file and key."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def require_known(self, table: Mapping[str, Any]) -> None:
        """Refuse unknown sections and keys with the nearest known one."""
        for name, section in table.items():
            self._require(name, _KEYS, name)
            for entry in section if isinstance(section, list) else [section]:
                if not isinstance(entry, dict):
                    raise self._wrong(name, entry, "[table]")
                for key in entry:
                    self._require(key, _KEYS[name], f"{name}.{key}")

    def section(self, table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """Give a section, empty when it is not there."""
        section = table.get(name, {})
        if not isinstance(section, dict):
            raise self._wrong(name, section, f"[{name}]")
        return section

    def text(self, section: Mapping[str, Any], path: str, default: str) -> str:
        """Give a text; one that is there must not be blank."""
        value = section.get(_key(path), default)
        if not isinstance(value, str) or (_key(path) in section and not value.strip()):
            raise self._wrong(path, value, '"…"')
        return value

    def prefix(self, section: Mapping[str, Any], path: str) -> str:
        """Give the beginning of receipt numbers: 1 to 4 capitals or digits, as the seal and the QR mark take them."""
        value = self.text(section, path, "M")
        if not _PREFIX.fullmatch(value):
            raise self._wrong(path, value, "A-Z, 0-9 (1-4)")
        return value

    def database(self, places: Mapping[str, Any]) -> str:
        """Give the address of a shared store, "" for a file; a password must not stand in it."""
        value = self.text(places, "data.database", "")
        if value and not value.startswith(_SERVERS):
            raise self._wrong("data.database", value, "postgresql://role@server/database")
        if PASSWORD_IN_ADDRESS.search(value):
            raise SettingsError("settings_password", file=str(self._file), key="data.database")
        return value

    def whole_file(self, places: Mapping[str, Any]) -> bool:
        """Tell whether the store's file is enciphered as a whole; a shared store has none."""
        wanted = self.truth(places, "data.whole_file")
        if wanted and places.get("database"):
            raise self._wrong("data.whole_file", "true", "false")
        return wanted

    def truth(self, section: Mapping[str, Any], path: str) -> bool:
        """Give a truth value, false when it is not there."""
        value = section.get(_key(path), False)
        if not isinstance(value, bool):
            raise self._wrong(path, value, "true, false")
        return value

    def minutes(self, section: Mapping[str, Any], path: str, default: int) -> int:
        """Give whole minutes from 0, which means never, to one hour."""
        value = section.get(_key(path), default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LONGEST_WAIT:
            raise self._wrong(path, value, f"0-{_LONGEST_WAIT}")
        return value

    def demo_phrase(self, desk: Mapping[str, Any]) -> str:
        """Give the pass phrase of everybody; only a demonstration may have one that stands in a file."""
        value = self.text(desk, "desk.demo_phrase", "")
        if value and not self.truth(desk, "desk.demo"):
            raise self._wrong("desk.demo_phrase", "…", "demo = true")
        return value

    def days(self, section: Mapping[str, Any], path: str, default: int) -> int:
        """Give a number of days, at least one."""
        value = section.get(_key(path), default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self._wrong(path, value, "1, 2, 3 …")
        return value

    def standing(self, clock: Mapping[str, Any], desk: Mapping[str, Any]) -> datetime | None:
        """Give the instant, with an offset, at which a demonstration's clock stands; that of no other desk ever does."""
        value = clock.get("standing_at")
        if value is not None and not (isinstance(value, datetime) and value.tzinfo is not None):
            raise self._wrong("clock.standing_at", value, "2025-06-03T10:00:00+08:00")
        if value is not None and not self.truth(desk, "desk.demo"):
            raise self._wrong("clock.standing_at", value, "demo = true")
        return value

    def choice(
        self, section: Mapping[str, Any], path: str, kind: type[_EnumT], default: _EnumT | None
    ) -> _EnumT | None:
        """Give a value of a closed list."""
        value = section.get(_key(path))
        if value is None:
            return default
        allowed = [member.value for member in kind]
        if value not in allowed:
            raise self._wrong(path, value, ", ".join(allowed))
        return kind(value)

    def operators(self, table: Mapping[str, Any]) -> tuple[Operator, ...]:
        """Give everybody whom the file lists; an id stands once."""
        found: dict[str, Operator] = {}
        for entry in table.get("operator", []):
            operator = self._operator(entry)
            if operator.id in found:
                raise self._wrong("operator.id", operator.id, "…")
            found[operator.id] = operator
        return tuple(found.values())

    def _operator(self, entry: Mapping[str, Any]) -> Operator:
        role = self.choice(entry, "operator.role", Role, None)
        identifier, name = self.text(entry, "operator.id", ""), self.text(entry, "operator.name", "")
        if role is None or not identifier or not name:
            raise self._wrong("operator", ", ".join(entry), "id, name, role")
        return Operator(identifier, name, role)

    def _require(self, key: str, known: Mapping[str, Any] | frozenset[str], path: str) -> None:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            raise SettingsError(
                "settings_key", file=str(self._file), key=path, nearest=near[0] if near else ", ".join(sorted(known))
            )

    def _wrong(self, path: str, value: object, allowed: str) -> SettingsError:
        return SettingsError("settings_value", file=str(self._file), key=path, value=str(value), allowed=allowed)


def _key(path: str) -> str:
    return path.rpartition(".")[2]
