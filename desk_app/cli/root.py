# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app``: the group of all commands; a command's module is imported when the command is run.

Exit codes: 0 done, 1 the answer is no (refused, not genuine, errors found), 2 it cannot be done.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import click
from typing_extensions import override

from desk_app.cli.session import Session, say
from desk_app.cli.values import FilePath
from desk_app.cli.worded import Group, Option, option
from desk_app.domain.errors import DeskError

_COMMANDS = {
    "run": "running:run",
    "demo": "demo:demo",
    "init": "initialising:init",
    "staff": "staffing:staff",
    "import": "importing:import_",
    "sources": "sources:sources",
    "pull": "sources:pull",
    "lookup": "lookup:lookup",
    "log": "logs:log",
    "receipt": "receipts:receipt",
    "policy": "policy:policy",
    "reader": "reader:reader",
    "backup": "backups:backup",
    "restore": "backups:restore",
    "recount": "backups:recount",
    "keys": "keys:keys",
    "audit": "audit:audit",
    "retention": "retention:retention",
    "doctor": "doctor:doctor",
}


class LazyGroup(Group):
    """Lists commands without importing them, and ends every expected error with words and exit code 1 or 2."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(f"desk_app.cli.{module}"), name)
        return command if isinstance(command, click.Command) else None

    @override
    def place_of_command(self, name: str) -> str:
        return name

    @override
    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Look for the settings file first: its language is that of the help, wherever ``--help`` stands."""
        looked = super().make_context(info_name, list(args), resilient_parsing=True, ignore_unknown_options=True)
        return super().make_context(info_name, args, parent, obj=looked.obj or _session(None), **extra)

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DeskError as error:
            from desk_app.cli.errors import exit_code, say_error

            say_error(error, ctx.ensure_object(Session).texts)
            ctx.exit(exit_code(error))
        except (click.Abort, KeyboardInterrupt):
            say(f"\n{ctx.ensure_object(Session).usage_texts('usage.broken_off')}", err=True)
            ctx.exit(1)


def _session(config: Path | None) -> Session:
    return Session(config, os.environ.get("DESK_HOME"), os.environ.get("LC_ALL") or os.environ.get("LANG", ""))


def _begin(ctx: click.Context, _parameter: click.Parameter, config: Path | None) -> None:
    ctx.obj = _session(config)


@click.group("desk-app", cls=LazyGroup)
@option("--config", type=FilePath(), expose_value=False, callback=_begin)
@click.version_option(package_name="certificate-desk", message="%(version)s", cls=Option)
def cli() -> None:
    """Run one command; all options of this group are seen to before it."""
