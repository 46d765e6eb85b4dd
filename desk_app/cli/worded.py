# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands and their options, whose words stand in the catalogues and nowhere else: ``help.<place of the command>``.

``line`` says in a line what a command does, ``more`` what else is to be known; ``<parameter>.says`` what an option or
argument is for, ``<parameter>.takes`` what stands for its value. What a command does not say of a parameter itself, its
group says for all its commands, or ``help.shared`` for all there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click
from typing_extensions import override

from desk_app.cli.columns import ColumnFormatter
from desk_app.cli.mistakes import in_words
from desk_app.cli.session import say, usage_texts

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


class _WordedParameter(click.Parameter):
    """What an option and an argument have in common."""

    def words(self, ctx: click.Context, part: str) -> str:
        """Give the text of a part, ``says`` or ``takes``, in the language of the desk."""
        texts, place, key = usage_texts(ctx), place_of(ctx.command), f"{key_of(self)}.{part}"
        while place and not texts.has(f"help.{place}.{key}"):
            place = place.rpartition(".")[0]
        return texts(f"help.{place or 'shared'}.{key}")


class Option(_WordedParameter, click.Option):
    """An option that is explained by the catalogue."""

    @override
    def make_metavar(self, ctx: click.Context) -> str:
        return super().make_metavar(ctx) if isinstance(self.type, click.Choice) else self.words(ctx, "takes")

    @override
    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        record, extra, texts = super().get_help_record(ctx), self.get_help_extra(ctx), usage_texts(ctx)
        said = [self.words(ctx, "says")]
        if "default" in extra:
            said.append(texts("usage.default", value=extra["default"]))
        if "required" in extra:
            said.append(texts("usage.required"))
        return record[0] if record else "", "".join(said)


class Argument(_WordedParameter, click.Argument):
    """An argument that is named and explained by the catalogue."""

    @override
    def make_metavar(self, ctx: click.Context) -> str:
        name = self.words(ctx, "takes")
        return (name if self.required else f"[{name}]") + ("" if self.nargs == 1 else "...")

    @override
    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        return self.make_metavar(ctx), self.words(ctx, "says")


class _Columns(click.Context):
    formatter_class = ColumnFormatter


class WordedCommand(click.Command):
    """What a command and a group have in common: a mistake in using it is said in the language of its help."""

    context_class = _Columns

    def __init__(self, name: str | None, **more: Any) -> None:
        super().__init__(name, **more)
        self.place = _key(name or "")

    @cached_property
    def _help(self) -> Option:
        return Option(["--help"], is_flag=True, is_eager=True, expose_value=False, callback=_say_help)

    @override
    def get_help_option(self, ctx: click.Context) -> click.Option:
        return self._help

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with in_words(ctx):
            return super().parse_args(ctx, args)

    @override
    def invoke(self, ctx: click.Context) -> Any:
        with in_words(ctx):
            return super().invoke(ctx)

    @override
    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        parameters = [piece for one in self.get_params(ctx) for piece in one.get_usage_pieces(ctx)]
        return [usage_texts(ctx)("usage.any_options"), *parameters]

    @override
    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, usage_texts(ctx)("usage.usage"))

    @override
    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        texts = usage_texts(ctx)
        self.format_usage(ctx, formatter)
        for key in (f"help.{self.place}.line", f"help.{self.place}.more"):
            if texts.has(key):
                formatter.write_paragraph()
                with formatter.indentation():
                    formatter.write_text(texts(key).rstrip())
        parameters = self.get_params(ctx)
        for heading, kind in (("arguments", click.Argument), ("options", click.Option)):
            _write_rows(formatter, texts(f"usage.{heading}"), _records(ctx, parameters, kind))

    @override
    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        items = click.Command.shell_complete(self, ctx, incomplete)  # a group's commands are not to be imported for it
        said = {name: one for one in self.get_params(ctx) for name in (*one.opts, *one.secondary_opts)}
        for item in items:
            parameter = said.get(item.value)
            if isinstance(parameter, Option):
                item.help = parameter.words(ctx, "says")
        return items


class Command(WordedCommand):
    """A command that is explained by the catalogue."""

    allow_extra_args = True

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        left = super().parse_args(ctx, args)
        if left and not ctx.resilient_parsing:
            with in_words(ctx):
                ctx.fail(usage_texts(ctx)("usage.too_much", count=len(left), words=" ".join(left)))
        return left


class Group(WordedCommand, click.Group):
    """A command of commands; a line of the catalogue stands for each in its list, for which none is imported."""

    command_class = Command

    @override
    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        super().add_command(cmd, name)
        if isinstance(cmd, WordedCommand):
            cmd.place = self.place_of_command(name or cmd.name or "")

    def place_of_command(self, name: str) -> str:
        """Give the place in the catalogue of one of these commands."""
        return f"{self.place}.{_key(name)}"

    @override
    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*WordedCommand.collect_usage_pieces(self, ctx), usage_texts(ctx)("usage.any_command")]

    @override
    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help(ctx, formatter)
        _write_rows(formatter, usage_texts(ctx)("usage.commands"), self._lines(ctx))

    @override
    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        begun = [(name, line) for name, line in self._lines(ctx) if name.startswith(incomplete)]
        return [CompletionItem(name, help=line) for name, line in begun] + super().shell_complete(ctx, incomplete)

    def _lines(self, ctx: click.Context) -> list[tuple[str, str]]:
        texts = usage_texts(ctx)
        return [(name, texts(f"help.{self.place_of_command(name)}.line")) for name in self.list_commands(ctx)]


def command(name: str | None = None) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command, as :func:`click.command` does."""
    return click.command(name, cls=Command)


def group(name: str | None = None) -> Callable[[Callable[..., Any]], Group]:
    """Make a function a group of commands, as :func:`click.group` does."""
    return click.group(name, cls=Group)


def option(*names: str, **how: Any) -> Callable[[_Decorated], _Decorated]:
    """Give a command an option, as :func:`click.option` does; its words stand in the catalogues."""
    return click.option(*names, cls=Option, **how)


def argument(name: str, **how: Any) -> Callable[[_Decorated], _Decorated]:
    """Give a command an argument, as :func:`click.argument` does; its words stand in the catalogues."""
    return click.argument(name, cls=Argument, **how)


def place_of(command: click.Command) -> str:
    """Give where the catalogue speaks of a command."""
    return command.place if isinstance(command, WordedCommand) else _key(command.name or "")


def key_of(parameter: click.Parameter) -> str:
    """Give the key of a parameter: what is typed for it, of several spellings the longest."""
    return _key(max(parameter.opts, key=len) if isinstance(parameter, click.Option) else parameter.name or "")


def _key(name: str) -> str:
    return name.strip("-_").replace("-", "_")


def _say_help(ctx: click.Context, _parameter: click.Parameter, value: object) -> None:
    if value and not ctx.resilient_parsing:
        say(ctx.get_help())
        ctx.exit()


def _records(
    ctx: click.Context, parameters: Sequence[click.Parameter], kind: type[click.Parameter]
) -> list[tuple[str, str]]:
    found = [one.get_help_record(ctx) for one in parameters if isinstance(one, kind)]
    return [record for record in found if record is not None]


def _write_rows(formatter: click.HelpFormatter, heading: str, rows: Sequence[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(heading):
            formatter.write_dl(rows)
