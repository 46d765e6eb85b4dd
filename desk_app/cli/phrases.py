# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks for pass phrases on the terminal, unseen, or takes them from the environment where nobody types."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from desk_app.domain.errors import StaffError

if TYPE_CHECKING:
    from desk_app.i18n import Catalogue

OWN, NEW = "DESK_PASSPHRASE", "DESK_NEW_PASSPHRASE"
"""The variables for the pass phrase of whoever runs the command, and for one that is to be set."""


def ask_own_phrase(texts: Catalogue, operator_id: str) -> str:
    """Give the pass phrase of whoever runs a command."""
    return _given(OWN) or _typed(texts("staff.cli.ask_own", id=operator_id), OWN)


def ask_new_phrase(texts: Catalogue, operator_id: str, variable: str = NEW) -> str:
    """Give a new pass phrase, typed twice; raise :class:`StaffError` when the two differ."""
    from desk_app.domain.staff import SHORTEST

    given = _given(variable)
    if given:
        return given
    first = _typed(texts("staff.cli.ask_new", id=operator_id, shortest=SHORTEST), variable)
    if _typed(texts("staff.cli.ask_again"), variable) != first:
        raise StaffError("phrase_differs")
    return first


def _given(variable: str) -> str:
    return os.environ.get(variable, "")


def _typed(words: str, variable: str) -> str:
    if not sys.stdin.isatty():
        raise StaffError("phrase_missing", variable=variable)
    return str(click.prompt(words, hide_input=True, err=True))
