# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app keys``: where the keys of the store are kept, and how they are changed and brought back."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

import click

from desk_app.cli.key_phrase import RECOVERY_VARIABLE, typed_secret
from desk_app.cli.options import as_option
from desk_app.cli.session import Session, say
from desk_app.cli.values import OneOf
from desk_app.cli.worded import group, option

if TYPE_CHECKING:
    from desk_app.domain.recovery_key import RecoveryKey

_PURPOSE = "keys"


@group()
def keys() -> None:
    """Keep the keys of the store."""


@keys.command()
@click.pass_obj
def status(session: Session) -> None:
    """Say how the keys are kept."""
    from desk_app.bootstrap.key_checks import recovery_state, shown_checks, whole_file_state
    from desk_app.cli.errors import error_text
    from desk_app.domain.errors import KeyTroubleError

    texts = session.texts
    checks = shown_checks(session.settings)
    say(texts("cli.keys.kind", kind=texts(f"cli.keys.kinds.{session.settings.keys.value}")))
    for name, value in checks:
        say(texts("cli.keys.check", key=name, value=value))
    if not session.settings.database:
        say(texts("cli.keys.whole_file" if whole_file_state(session.settings) else "cli.keys.plain_file"))
    try:
        recovery_state(session.settings)
    except KeyTroubleError as error:
        say(error_text(error, texts))
    else:
        say(texts("cli.keys.recovery_there"))


@keys.command()
@option("--to", "kind", type=OneOf(["file", "phrase", "keyring"]), required=True)
@as_option
@click.pass_obj
def move(session: Session, kind: str, by: str | None) -> None:
    """Keep the keys in another way."""
    from desk_app.bootstrap.key_changes import move_keys
    from desk_app.settings import KeyKind

    with session.desk_of(by, _PURPOSE) as desk:
        move_keys(session.settings, session.settings_file, KeyKind(kind), desk)
    say(session.texts("cli.keys.moved", kind=session.texts(f"cli.keys.kinds.{kind}")))


@keys.command()
@as_option
@click.pass_obj
def rotate(session: Session, by: str | None) -> None:
    """Encipher new rows with a new key."""
    from desk_app.bootstrap.key_changes import rotate_keys
    from desk_app.bootstrap.key_checks import newest_check

    with session.desk_of(by, _PURPOSE) as desk:
        name, value = newest_check(rotate_keys(session.settings, desk))
    say(session.texts("cli.keys.rotated", key=name, value=value))


@keys.command("renew-recovery")
@as_option
@click.pass_obj
def renew_recovery(session: Session, by: str | None) -> None:
    """Make a new recovery key and show it once."""
    from desk_app.bootstrap.key_changes import renew_recovery as renew

    with session.desk_of(by, _PURPOSE) as desk:
        written = renew(session.settings, desk)
    say_recovery(session, written)
    say(session.texts("cli.keys.renewed"))


@keys.command()
@as_option
@click.pass_obj
def recover(session: Session, by: str | None) -> None:
    """Bring the keys back with the recovery key."""
    from desk_app.bootstrap.key_changes import put_recovered, recovered_keys

    found = recovered_keys(session.settings, typed_recovery(session))
    with session.desk_of(by, _PURPOSE, found) as desk:
        put_recovered(session.settings, found, desk)
    say(session.texts("cli.keys.recovered", kind=session.texts(f"cli.keys.kinds.{session.settings.keys.value}")))


@keys.command("encrypt-file")
@as_option
@click.pass_obj
def encrypt_file(session: Session, by: str | None) -> None:
    """Encipher the whole file of the store."""
    from desk_app.bootstrap.key_changes import encipher_store

    settings = session.settings
    # Settings that promise an enciphered file let nobody open a plain one: only this command can keep their promise.
    session.settings = dataclasses.replace(settings, whole_file=False)
    with session.desk_of(by, _PURPOSE) as desk:
        operator = desk.operators.at_work.id
    encipher_store(settings, session.settings_file, operator)
    say(session.texts("cli.keys.enciphered", file=session.settings.store_file))


def say_recovery(session: Session, written: str) -> None:
    """Show a recovery key, the one time that it is shown, and say what it is for."""
    say(session.texts("cli.init.recovery"))
    say()
    say(f"    {written}")
    say()
    say(session.texts("cli.init.recovery_use"))


def typed_recovery(session: Session) -> RecoveryKey:
    """Ask for the printed recovery key, unseen."""
    from desk_app.domain.recovery_key import read_recovery_key

    given = os.environ.get(RECOVERY_VARIABLE, "")
    words = session.texts("cli.keys.ask_recovery")
    return read_recovery_key(given or typed_secret(words, RECOVERY_VARIABLE, "keys_recovery_missing"))
