# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app``: the group of all commands; a command's module is imported when the command is run.

Exit codes: 0 done, 1 the answer is no (refused, not genuine, errors found), 2 it cannot be done.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import click
from typing_extensions import override

from desk_app.cli.session import Session
from desk_app.domain.errors import DeskError

_COMMANDS = {
    "run": ("running:run", "Open the counter application."),
    "demo": ("demo:demo", "Open the counter application on sample data."),
    "init": ("initialising:init", "Set up this desk: settings, keys and an empty store."),
    "staff": ("staffing:staff", "Keep the accounts of the staff."),
    "import": ("importing:import_", "Take over students, items, stock, cards or photos."),
    "sources": ("sources:sources", "Show and try out where clearance data come from."),
    "pull": ("sources:pull", "Bring the changes of all sources of clearance data."),
    "lookup": ("lookup:lookup", "Say whether a graduate's certificate may be handed over."),
    "log": ("logs:log", "Write the log of a day."),
    "receipt": ("receipts:receipt", "Check sealed receipts."),
    "policy": ("policy:policy", "Try out, lint and compare the rules of an edition."),
    "reader": ("reader:reader", "Set up and try out the card reader."),
    "backup": ("backups:backup", "Copy the store and prove the copy."),
    "restore": ("backups:restore", "Try a backup out, or put it in the place of the store."),
    "recount": ("backups:recount", "Record the recount that a restored store waits for."),
    "keys": ("keys:keys", "Keep the keys of the store, and bring them back."),
    "audit": ("audit:audit", "Verify the audit log, set checkpoints, export entries."),
    "retention": ("retention:retention", "Say for how long records are kept, and purge what is due."),
    "doctor": ("doctor:doctor", "Check whether this desk can work."),
}


class LazyGroup(click.Group):
    """Lists commands without importing them, and ends every expected error with words and exit code 1 or 2."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(f"desk_app.cli.{module}"), name)
        return command if isinstance(command, click.Command) else None

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in _COMMANDS.items()])

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DeskError as error:
            from desk_app.cli.errors import exit_code, say_error

            say_error(error, ctx.ensure_object(Session).texts)
            ctx.exit(exit_code(error))


@click.group(cls=LazyGroup)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Settings file; its folder is the data folder, whatever $DESK_HOME says. Without it: desk.toml in $DESK_HOME, "
    "or in the usual place.",
)
@click.version_option(package_name="certificate-desk", message="%(version)s")
@click.pass_context
def cli(ctx: click.Context, config: Path | None) -> None:
    """Hand out degree certificates at the counter: verdict, signature, release exactly once, sealed receipt, log.

    Exit codes: 0 done, 1 the answer is no, 2 it cannot be done.
    """
    ctx.obj = Session(config, os.environ.get("DESK_HOME"), os.environ.get("LC_ALL") or os.environ.get("LANG", ""))
