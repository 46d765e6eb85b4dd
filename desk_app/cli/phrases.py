# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks for pass phrases on the terminal, unseen; a scheduler has one in a file, for an account that may do little."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk_app.domain.decisions import Credential
from desk_app.domain.errors import StaffError

if TYPE_CHECKING:
    from desk_app.i18n import Catalogue
    from desk_app.services.desk import Desk
    from desk_app.settings import Settings

OWN, NEW = "DESK_PASSPHRASE", "DESK_NEW_PASSPHRASE"
"""The variables with which accounts are set up by a script: the own pass phrase, and one that is to be set."""

PHRASE_FILE = "DESK_PHRASE_FILE"
"""The variable that names a scheduler's file: two lines, account and pass phrase, readable by its owner alone."""


def credential_at(settings: Settings, texts: Catalogue, desk: Desk, by: str | None) -> Credential:
    """Give who runs a command, with the proof: from a scheduler's file, or typed; the demonstration's is known to all.

    Raises :class:`StaffError` for a file that cannot be used, and :class:`click.UsageError` when nobody is named.
    """
    named = _given(PHRASE_FILE)
    if named:
        return _filed(desk, Path(named), by)
    who = by or settings.operator or _only(texts, desk)
    return credential_of(settings, texts, who)


def credential_of(settings: Settings, texts: Catalogue, operator_id: str) -> Credential:
    """Ask for the pass phrase of somebody who is here."""
    words = texts("staff.cli.ask_own", id=operator_id)
    return Credential(operator_id, settings.demo_phrase or _typed(words, PHRASE_FILE))


def _only(texts: Catalogue, desk: Desk) -> str:
    """Give the one account that can be meant."""
    usable = [one.operator.id for one in desk.staff.accounts() if one.usable]
    if len(usable) != 1:
        raise click.UsageError(texts("staff.cli.who", ids=" | ".join(usable) or "ID"))
    return usable[0]


def _filed(desk: Desk, file: Path, by: str | None) -> Credential:
    """Take account and pass phrase from a file, for an account that may do nothing but what runs at night."""
    from desk_app.bootstrap.owner_proofs import filed_phrase
    from desk_app.services.rights import ACTS_OF, UNATTENDED

    who, phrase = filed_phrase(file)
    if by not in (None, who):
        raise StaffError("phrase_file", file=str(file))
    account = next((one for one in desk.operators.all() if one.id == who), None)
    if account is None or not ACTS_OF[account.role] <= UNATTENDED:
        raise StaffError("phrase_file_role", file=str(file), operator=who)
    return Credential(who, phrase)


def ask_own_phrase(texts: Catalogue, operator_id: str) -> str:
    """Give the pass phrase of whoever sets accounts up."""
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
