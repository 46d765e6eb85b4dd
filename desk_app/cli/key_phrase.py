# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks for the pass phrase of the keys on the terminal, unseen, once per run; a scheduler sets a variable."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from desk_app.domain.errors import KeyTroubleError

if TYPE_CHECKING:
    from desk_app.domain.store_keys import StoreKeys
    from desk_app.i18n import Catalogue

RECOVERY_VARIABLE, NEW_VARIABLE = "DESK_RECOVERY_KEY", "DESK_NEW_KEY_PHRASE"
"""The variables for the recovery key and for a new pass phrase of the keys, where nobody types."""

_ATTEMPTS = 3


class ShellKeyPhrase:
    """The pass phrase of the keys as a command asks for it."""

    def __init__(self, texts: Callable[[], Catalogue]) -> None:
        self._texts = texts
        self.opened: dict[str, StoreKeys] = {}
        self._known = ""
        self._new = ""
        self._asked = 0

    def known(self, *, wrong: bool) -> str:
        """Give the pass phrase; raises ``keys_phrase_wrong`` after three attempts, or when nobody can be asked again."""
        from desk_app.bootstrap.keys import PHRASE_VARIABLE

        given = os.environ.get(PHRASE_VARIABLE, "")
        if wrong and (given or self._asked >= _ATTEMPTS):
            raise KeyTroubleError("keys_phrase_wrong")
        if wrong or not self._known:
            self._asked += 1
            key = "cli.keys.ask_known_again" if wrong else "cli.keys.ask_known"
            self._known = given or typed_secret(self._texts()(key), PHRASE_VARIABLE)
        return self._known

    def new(self) -> str:
        """Give a new pass phrase, typed twice."""
        from desk_app.domain.store_keys import SHORTEST_KEY_PHRASE

        if not self._new:
            given = os.environ.get(NEW_VARIABLE, "")
            words = self._texts()("cli.keys.ask_new", shortest=SHORTEST_KEY_PHRASE)
            self._new = given or typed_secret(words, NEW_VARIABLE)
            if not given and typed_secret(self._texts()("cli.keys.ask_again"), NEW_VARIABLE) != self._new:
                self._new = ""
                raise KeyTroubleError("keys_phrase_differs")
            self._known = self._new
        return self._new


def typed_secret(words: str, variable: str, missing: str = "keys_phrase_missing") -> str:
    """Give what somebody types unseen; raise :class:`KeyTroubleError` with the code ``missing`` where nobody can."""
    if not sys.stdin.isatty():
        raise KeyTroubleError(missing, variable=variable)
    return str(click.prompt(words, hide_input=True, err=True))
