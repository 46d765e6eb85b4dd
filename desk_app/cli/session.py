# SPDX-License-Identifier: GPL-3.0-or-later
"""What all commands share: where the settings are, in which language to speak, how to print."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from desk_app.domain.papers import Language
    from desk_app.domain.store_keys import KeyPhrase, StoreKeys
    from desk_app.i18n import Catalogue
    from desk_app.services.desk import Desk
    from desk_app.settings import Settings

_USAGE_FILES = "cli_*.toml"


class Session:
    """One run of the command line; ``home`` and ``locale`` are the variables DESK_HOME and LANG.

    The folder of the settings file is the data folder, so a file that is named goes before ``home``.
    """

    def __init__(self, config: Path | None = None, home: str | None = None, locale: str = "") -> None:
        self._config = config
        self._home = home
        self._locale = locale

    @property
    def settings_file(self) -> Path:
        """The settings file: the one named, or the one of the data folder."""
        from desk_app.settings import SETTINGS_FILE, data_folder

        return self._config or data_folder(self._home) / SETTINGS_FILE

    @cached_property
    def settings(self) -> Settings:
        """The settings of this desk; raises :class:`~desk_app.domain.errors.SettingsError`."""
        from desk_app.settings import load_settings

        return self.asking(load_settings(self.settings_file, self.settings_file.parent))

    def asking(self, settings: Settings) -> Settings:
        """Let wrapped keys be asked for on the terminal."""
        from desk_app.cli.key_phrase import ShellKeyPhrase

        return dataclasses.replace(settings, key_phrase=ShellKeyPhrase(lambda: self.texts))

    def ask_by(self, phrase: KeyPhrase) -> None:
        """Let wrapped keys be asked for in another way from now on."""
        self.settings = dataclasses.replace(self.settings, key_phrase=phrase)

    @property
    def language(self) -> Language:
        """The language of the settings, else of the machine."""
        from desk_app.domain.errors import SettingsError
        from desk_app.domain.papers import Language

        try:
            chosen = self.settings.language
        except SettingsError:
            chosen = None
        return chosen or (Language.ZH if self._locale.lower().startswith("zh") else Language.EN)

    @property
    def texts(self) -> Catalogue:
        """The texts in the language of this run."""
        from desk_app.i18n import catalogue

        return catalogue(self.language)

    @cached_property
    def usage_texts(self) -> Catalogue:
        """The texts about commands and their options alone: help needs no others and comes without waiting for them."""
        from desk_app.i18n import load_catalogue

        return load_catalogue(self.language, names=_USAGE_FILES)

    @contextmanager
    def desk(self, keys: StoreKeys | None = None) -> Iterator[Desk]:
        """Build the desk for the time of a command; nobody works at it. ``keys`` are given when they were recovered."""
        from desk_app.bootstrap.desk import build_desk
        from desk_app.bootstrap.keys import require_finished

        require_finished(self.settings)
        desk = build_desk(self.settings, keys=keys)
        desk.operators.leave()
        try:
            yield desk
        finally:
            desk.close()

    @contextmanager
    def desk_of(self, by: str | None, purpose: str, keys: StoreKeys | None = None) -> Iterator[Desk]:
        """Build the desk with somebody at work who has proven to be here: ``by``, else the operator of the settings."""
        from desk_app.cli.phrases import credential_at

        with self.desk(keys) as desk:
            who = credential_at(self.settings, self.texts, desk, by)
            desk.staff.admit(who.operator_id, who.phrase, f"shell.{purpose}")
            yield desk


def usage_texts(ctx: click.Context | None) -> Catalogue:
    """Give the texts about commands and their options in the language of a run; a command by itself speaks English."""
    from desk_app.domain.papers import Language
    from desk_app.i18n import load_catalogue

    session = ctx.find_object(Session) if ctx else None
    return session.usage_texts if session else load_catalogue(Language.EN, names=_USAGE_FILES)


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line, always in UTF-8, whatever the locale is; a byte that is no character shows as its number."""
    click.echo(text.encode(errors="backslashreplace"), err=err)


def say_json(value: Mapping[str, object]) -> None:
    """Print one JSON object on one line."""
    say(json.dumps(value, ensure_ascii=False))
