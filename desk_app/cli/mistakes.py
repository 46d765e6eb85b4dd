# SPDX-License-Identifier: GPL-3.0-or-later
"""Says mistakes in a command line in the language of the desk, by their kind and what they are about; exit code 2."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import click
from typing_extensions import override

from desk_app.cli.session import say, usage_texts


class MistakeError(click.UsageError):
    """A mistake in a command line, with all that is shown about it."""

    @override
    def show(self, file: IO[Any] | None = None) -> None:
        say(self.message, err=True)


@contextmanager
def in_words(ctx: click.Context) -> Iterator[None]:
    """Turn the library's errors of use into words of the catalogue; ``ctx`` is that of the command at work."""
    try:
        yield
    except MistakeError:
        raise
    except click.exceptions.NoArgsIsHelpError as error:
        raise MistakeError(error.ctx.get_help(), error.ctx) from error
    except click.UsageError as error:
        at = error.ctx or ctx
        see = usage_texts(at)("usage.see", command=f"{at.command_path} --help")
        raise MistakeError(f"{at.get_usage()}\n\n{_words(error, at)}\n{see}", at) from error


def _words(error: click.UsageError, ctx: click.Context) -> str:
    texts = usage_texts(ctx)
    words = error.message
    match error:
        case click.NoSuchOption():
            words = texts("usage.no_option", option=error.option_name) + _nearest(ctx, error.possibilities or ())
        case click.NoSuchCommand():
            near = difflib.get_close_matches(error.command_name, _commands(ctx))
            words = texts("usage.no_command", command=error.command_name) + _nearest(ctx, near)
        case click.BadOptionUsage():
            words = _wrong_option(error.option_name, ctx)
        case click.MissingParameter():
            words = _missing(error, ctx)
        case click.BadParameter():
            words = texts("usage.bad_value", name=_name(error, ctx), why=error.message)
        case _ if _commands(ctx) and ctx.invoked_subcommand is None:
            words = texts("usage.missing_command")
    return words


def _commands(ctx: click.Context) -> Sequence[str]:
    return ctx.command.list_commands(ctx) if isinstance(ctx.command, click.Group) else ()


def _nearest(ctx: click.Context, names: Iterable[str]) -> str:
    known = ", ".join(sorted(names))
    return usage_texts(ctx)("usage.nearest", nearest=known) if known else ""


def _wrong_option(name: str, ctx: click.Context) -> str:
    """Say of an option that it wants more values than were given, or takes none."""
    known = next((one for one in ctx.command.get_params(ctx) if name in (*one.opts, *one.secondary_opts)), None)
    if isinstance(known, click.Option) and known.is_flag:
        return usage_texts(ctx)("usage.takes_none", option=name)
    return usage_texts(ctx)("usage.takes_more", option=name, count=known.nargs if known else 1)


def _missing(error: click.MissingParameter, ctx: click.Context) -> str:
    choices = error.param.type.get_missing_message(error.param, ctx) if error.param else None
    return usage_texts(ctx)("usage.missing", name=_name(error, ctx)) + (choices or "")


def _name(error: click.BadParameter, ctx: click.Context) -> str:
    """Give the parameter as it is typed."""
    if isinstance(error.param_hint, str):
        return error.param_hint
    if isinstance(error.param, click.Argument):
        return error.param.make_metavar(ctx)
    return " / ".join(error.param.opts if error.param else error.param_hint or ())
