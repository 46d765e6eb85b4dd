# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``[[source]]`` tables of the settings: where clearance data come from. No secret stands in them, only where it lies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from desk_app.domain.errors import SettingsError
from desk_app.domain.papers import Bilingual

PASSWORD_IN_ADDRESS = re.compile(r"^\w+://[^/?@]*:[^/?@]*@|[?&]password=")
"""Finds a password in the address of a database: it belongs where the server's client looks for it."""

KEEP_DAYS = 30
"""For how many days an office's list is kept after it was taken or refused, unless the settings say otherwise."""

_LONGEST_KEPT = 365
"""Never longer than what is made from the lists is kept afterwards: a year (``clearance`` in resources/retention.toml)."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_URL = re.compile(r"[!-~]+")
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
_COMMON = frozenset({"name", "kind", "title", "title_en"})
_LONGEST_TITLE = 40
_PORTAL: frozenset[str] = _COMMON | {"url", "token_file", "token_keyring", "certificate", "key", "authority"}

_KEEP = "keep_days"
_FOLDER: frozenset[str] = _COMMON | {"folder", "pattern", "profile", "profiles", _KEEP}
_VIEW: frozenset[str] = _COMMON | {"database", "view", "profile", "profiles"}
_OWN_PROFILES = "clearance_profiles"
_ANY_LIST = "*.*"
_SQLITE = "sqlite:///"
_DATABASES = ("postgresql://", _SQLITE)
_VIEW_NAME = re.compile(r"(?:[^.\"\x00-\x1f]{1,63}\.)?[^.\"\x00-\x1f]{1,63}")
_KINDS = ("portal", "folder", "view")

SOURCE_KEYS = _PORTAL | _FOLDER | _VIEW
"""Every key that a table of any kind may have."""


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """A leaving portal: its address, and where the token or the certificate lies with which the desk shows who it is.

    ``authority`` is a file with the certificates that may vouch for the portal, ``None`` takes the system's.
    """

    name: str
    url: str
    token_file: Path | None = None
    token_keyring: str = ""
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    title: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """A folder into which an office puts its lists: which files of it count, and by which mapping profile they are read.

    ``profiles`` is the office's own folder of profiles, which goes before the shipped ones. ``keep_days`` is for how long a
    list stays that was taken or refused.
    """

    name: str
    folder: Path
    profile: str
    profiles: Path
    pattern: str = _ANY_LIST
    title: Bilingual | None = None
    keep_days: int = KEEP_DAYS


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """A view of a database, read by a mapping profile; the password of a server is where its client looks for it."""

    name: str
    database: str
    view: str
    profile: str
    profiles: Path
    title: Bilingual | None = None


SourceSettings: TypeAlias = PortalSettings | FolderSettings | ViewSettings


def read_sources(entries: object, file: Path) -> tuple[SourceSettings, ...]:
    """Read the tables; raise :class:`SettingsError` with file and key. Relative paths count from the settings file."""
    if not isinstance(entries, list):
        raise _wrong(file, "source", entries, "[[source]]")
    found: dict[str, SourceSettings] = {}
    for entry in entries:
        settings = _source(entry, file)
        if settings.name in found:
            raise _wrong(file, "source.name", settings.name, "…")
        _require_own_lists(settings, found.values(), file)
        found[settings.name] = settings
    return tuple(found.values())


def _require_own_lists(settings: SourceSettings, others: Iterable[SourceSettings], file: Path) -> None:
    """Refuse a second source that would take the same lists: whose they are would be a guess."""
    if not isinstance(settings, FolderSettings):
        return
    for other in others:
        if isinstance(other, FolderSettings) and (other.folder, other.pattern) == (settings.folder, settings.pattern):
            raise _wrong(file, "source.pattern", settings.pattern, f"≠ {other.name}")


def _source(entry: object, file: Path) -> SourceSettings:
    if not isinstance(entry, dict):
        raise _wrong(file, "source", entry, "[[source]]")
    kind = entry.get("kind")
    if kind == "portal":
        return _portal(_Entry(entry, file, _PORTAL))
    if kind == "folder":
        return _folder(_Entry(entry, file, _FOLDER))
    if kind == "view":
        return _view(_Entry(entry, file, _VIEW))
    raise _wrong(file, "source.kind", kind, ", ".join(_KINDS))


class _Entry:
    """The texts of one table."""

    def __init__(self, entry: Mapping[str, Any], file: Path, known: frozenset[str]) -> None:
        self._entry = entry
        self.file = file
        for key, value in entry.items():
            if key not in known:
                raise SettingsError(
                    "settings_key", file=str(file), key=f"source.{key}", nearest=", ".join(sorted(known))
                )
            if key != _KEEP and (not isinstance(value, str) or not value.strip()):
                raise _wrong(file, f"source.{key}", value, '"…"')

    def text(self, key: str) -> str:
        """Give a text, "" when it is not there."""
        return str(self._entry.get(key, ""))

    def required(self, key: str, allowed: str) -> str:
        """Give a text that must be there."""
        if not (text := self.text(key)):
            raise _wrong(self.file, f"source.{key}", "–", allowed)
        return text

    def profiles(self) -> Path:
        """Give the office's own folder of profiles, beside the settings file unless the table names another."""
        return self.path("profiles") or (self.file.parent / _OWN_PROFILES).resolve()

    def name(self) -> str:
        """Give the name of the source."""
        name = self.text("name")
        if not _NAME.fullmatch(name):
            raise _wrong(self.file, "source.name", name, "a-z, 0-9, -")
        return name

    def title(self) -> Bilingual | None:
        """Give what people read the source by, ``None`` when they read its name; English screens may have their own."""
        for key in ("title", "title_en"):
            text = self.text(key)
            if len(text) > _LONGEST_TITLE or not text.isprintable():
                raise _wrong(self.file, f"source.{key}", text, f"1-{_LONGEST_TITLE}")
        if self.text("title_en") and not self.text("title"):
            raise _wrong(self.file, "source.title", "–", '"…"')
        title = self.text("title").strip()
        return Bilingual(title, self.text("title_en").strip() or title) if title else None

    def days(self, key: str, default: int) -> int:
        """Give a number of days, at least one and at most a year."""
        value = self._entry.get(key, default)
        if type(value) is not int or not 1 <= value <= _LONGEST_KEPT:
            raise _wrong(self.file, f"source.{key}", value, f"1–{_LONGEST_KEPT}")
        return value

    def path(self, key: str) -> Path | None:
        """Give a path beside the settings file, ``None`` when it is not there."""
        return (self.file.parent / self.text(key)).resolve() if key in self._entry else None


def _portal(entry: _Entry) -> PortalSettings:
    if entry.text("token_file") and entry.text("token_keyring"):
        raise _wrong(entry.file, "source.token_keyring", entry.text("token_keyring"), "token_file | token_keyring")
    return PortalSettings(
        name=entry.name(),
        url=_portal_url(entry),
        token_file=entry.path("token_file"),
        token_keyring=entry.text("token_keyring"),
        certificate=entry.path("certificate"),
        key=entry.path("key"),
        authority=entry.path("authority"),
        title=entry.title(),
    )


def _folder(entry: _Entry) -> FolderSettings:
    entry.required("folder", '"inbox/library"')
    pattern = entry.text("pattern") or _ANY_LIST
    if "/" in pattern or "\\" in pattern:
        raise _wrong(entry.file, "source.pattern", pattern, "*.csv")
    return FolderSettings(
        name=entry.name(),
        folder=entry.path("folder") or entry.file.parent,
        profile=entry.required("profile", '"sample-library"'),
        profiles=entry.profiles(),
        pattern=pattern,
        title=entry.title(),
        keep_days=entry.days(_KEEP, KEEP_DAYS),
    )


def _view(entry: _Entry) -> ViewSettings:
    database = entry.required("database", " | ".join(f"{start}…" for start in _DATABASES))
    if PASSWORD_IN_ADDRESS.search(database):
        raise SettingsError("settings_password", file=str(entry.file), key="source.database")
    if not database.startswith(_DATABASES):
        raise _wrong(entry.file, "source.database", database, " | ".join(f"{start}…" for start in _DATABASES))
    view = entry.required("view", '"schema.view"')
    if not _VIEW_NAME.fullmatch(view):
        raise _wrong(entry.file, "source.view", view, '"schema.view"')
    if database.startswith(_SQLITE):
        database = f"{_SQLITE}{(entry.file.parent / database.removeprefix(_SQLITE)).resolve()}"
    profile = entry.required("profile", '"sample-view"')
    return ViewSettings(entry.name(), database, view, profile, entry.profiles(), entry.title())


def _portal_url(entry: _Entry) -> str:
    """Give the address without a slash at its end; without TLS only on this machine, and never with a password."""
    text = entry.text("url")
    try:
        parts = urlsplit(text)
        good = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)
        plain = not (parts.query or parts.fragment or parts.username or parts.password) and bool(_URL.fullmatch(text))
        _ = parts.port
    except ValueError:
        good = plain = False
    if not (good and plain and parts.hostname):
        raise _wrong(entry.file, "source.url", "" if "@" in text else text, "https://portal.example.edu.tw/clearance")
    # Put together anew: HTTPS in capitals, and a ? or # with nothing behind it, would be read otherwise further on.
    return parts.geturl().rstrip("/")


def _wrong(file: Path, key: str, value: object, allowed: str) -> SettingsError:
    return SettingsError("settings_value", file=str(file), key=key, value=str(value), allowed=allowed)
