# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app init``: settings, keys and an empty store for a new desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk_app.cli.keys import say_recovery
from desk_app.cli.session import Session, say, usage_texts
from desk_app.cli.sharing import require_shared, say_sharing, sharing_options
from desk_app.cli.values import ROLES, OneOf
from desk_app.cli.worded import command, option
from desk_app.cli.writing import write_whole
from desk_app.domain.errors import DeskError

if TYPE_CHECKING:
    from desk_app.bootstrap.shared_store import Sharing
    from desk_app.settings import Settings

_FOR_ALL = 0o644
"""No person's data and no secret stands in the settings, which an administrator may own."""


@command()
@option("--counter", default="MAIN", show_default=True)
@option("--desk", "desk_no", default="1", show_default=True)
@option("--prefix")
@option("--policy", default="ntnu-113-2", show_default=True)
@option("--operator", "operators", type=(str, str, ROLES), multiple=True)
@option("--keys", type=OneOf(["file", "phrase", "keyring"]), default="file", show_default=True)
@option("--whole-file", is_flag=True)
@sharing_options
@click.pass_obj
def init(
    session: Session,
    /,
    operators: tuple[tuple[str, str, str], ...],
    sharing: Sharing | None,
    **desk: str | bool | None,
) -> None:
    """Set up this desk."""
    from desk_app.bootstrap.desk import initialise
    from desk_app.settings import settings_of_text

    file = session.settings_file
    text = "" if file.exists() else _settings_text(desk, operators, sharing)
    settings = session.asking(settings_of_text(text, file, file.parent)) if text else session.settings
    _require_place(settings, sharing)
    phrase = _first_phrase(session, settings, sharing)
    with _undone_when_refused(settings, sharing, file if text else None):
        if text:
            _write_settings(file, text)
        recovery = initialise(settings, phrase, sharing=sharing)
    say(session.texts("cli.init.done", file=file, folder=settings.data))
    if sharing is not None:
        say_sharing(session, sharing)
    say(session.texts("cli.init.root_key", file=settings.seal_folder / "root.key"))
    if recovery:
        say_recovery(session, recovery)


def _require_place(settings: Settings, sharing: Sharing | None) -> None:
    """Refuse, before anybody types in vain, rules that cannot be used and a store that is there."""
    from desk_app.bootstrap.ground import load_policy
    from desk_app.bootstrap.keys import is_unfinished
    from desk_app.domain.errors import StoreError

    require_shared(settings, sharing)
    if settings.store_file.exists() and not is_unfinished(settings):
        raise StoreError("store_exists", path=str(settings.store_file))
    load_policy(settings)


def _first_phrase(session: Session, settings: Settings, sharing: Sharing | None) -> str:
    """Give the pass phrase of the first supervisor, "" at a desk that joins: the first desk has given them."""
    from desk_app.bootstrap.desk import supervisor_of
    from desk_app.bootstrap.keys import is_unfinished
    from desk_app.bootstrap.shared_store import is_set_up
    from desk_app.cli.phrases import OWN, ask_new_phrase
    from desk_app.domain.staff import require_phrase

    if sharing is not None and not is_unfinished(settings) and is_set_up(sharing):
        return settings.demo_phrase
    supervisor = supervisor_of(settings).id
    phrase = settings.demo_phrase or ask_new_phrase(session.texts, supervisor, OWN)
    require_phrase(phrase, supervisor)
    return phrase


@contextmanager
def _undone_when_refused(settings: Settings, sharing: Sharing | None, written: Path | None) -> Iterator[None]:
    """Take back the settings file ``written`` by this run and its keys, unless a store was made that needs them."""
    from desk_app.bootstrap.keys import discard_keys
    from desk_app.bootstrap.shared_store import is_set_up

    own_keys = not settings.key_folder.exists()
    try:
        yield
    except (DeskError, OSError):
        if settings.store_file.exists():
            raise
        if written is not None:
            with suppress(OSError):
                written.unlink()
        with suppress(DeskError):  # a server that does not say whether it has a store may have one
            if own_keys and not (sharing is not None and is_set_up(sharing)):
                discard_keys(settings)
        raise


def _settings_text(
    desk: Mapping[str, str | bool | None], operators: tuple[tuple[str, str, str], ...], sharing: Sharing | None
) -> str:
    """Write the settings of a new desk; JSON strings are TOML strings."""
    import json

    if not any(role == "supervisor" for _, _, role in operators):
        raise click.UsageError(usage_texts(click.get_current_context())("usage.first_supervisor"))
    prefix = desk["prefix"] or str(desk["counter"])[:1]
    values = {"counter": desk["counter"], "desk": desk["desk_no"], "receipt_prefix": prefix, "policy": desk["policy"]}
    lines = ["[desk]", *(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())]
    if sharing is not None:
        lines += ["", "[data]", f"database = {json.dumps(sharing.desk_address())}"]
    elif desk["whole_file"]:
        lines += ["", "[data]", "whole_file = true"]
    lines += ["", "[keys]", f"kind = {json.dumps(desk['keys'])}"]
    lines += ["", "[printer]", 'kind = "folder"', "", "[reader]", 'kind = "pcsc"']
    for operator in operators:
        entry = zip(("id", "name", "role"), operator, strict=True)
        lines += ["", "[[operator]]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry)]
    return "\n".join(lines) + "\n"


def _write_settings(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DeskError("save_failed", path=str(file)) from error
    write_whole(file, text.encode(), _FOR_ALL)
