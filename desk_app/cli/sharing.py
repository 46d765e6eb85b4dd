# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``desk-app init`` for a store that several desks share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from desk_app.cli.session import Session, say, usage_texts
from desk_app.cli.worded import option
from desk_app.domain.errors import SettingsError

if TYPE_CHECKING:
    from desk_app.bootstrap.shared_store import Sharing
    from desk_app.settings import Settings


def sharing_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a shared store to a command, which gets them together as ``sharing``."""

    @option("--database")
    @option("--role", default="")
    @option("--copy-made", is_flag=True)
    @functools.wraps(command)
    def with_sharing(*given: object, database: str | None, role: str, copy_made: bool, **more: object) -> None:
        from desk_app.bootstrap.shared_store import Sharing

        if database is None and (role or copy_made):
            raise click.UsageError(
                usage_texts(click.get_current_context())("usage.belong_together", names="--role, --copy-made")
            )
        command(*given, sharing=Sharing(database, role, copy_made) if database else None, **more)

    return with_sharing


def owner_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that reach a shared store as its owner does; a command gets them together as ``owner``."""

    @option("--database")
    @option("--role", default="")
    @functools.wraps(command)
    def with_owner(*given: object, database: str | None, role: str, **more: object) -> None:
        from desk_app.bootstrap.shared_store import Sharing

        if database is None and role:
            raise click.UsageError(usage_texts(click.get_current_context())("usage.belong_together", names="--role"))
        command(*given, owner=Sharing(database, role) if database else None, **more)

    return with_owner


def require_shared(settings: Settings, sharing: Sharing | None) -> None:
    """Refuse to make another store than the one of which the settings speak."""
    if bool(settings.database) is not (sharing is not None):
        wanted = settings.database or str(settings.store_file)
        raise SettingsError("settings_other_store", store=wanted)


def say_sharing(session: Session, sharing: Sharing) -> None:
    """Say where the desks work, where a password belongs, and what an administrator must still run."""
    from desk_app.bootstrap.shared_store import grants_to_run

    texts = session.texts
    say(texts("cli.sharing.shared", address=session.settings.database))
    lines = grants_to_run(sharing)
    if lines:
        say(texts("cli.sharing.grants"))
        for line in lines:
            say(f"  {line};")
