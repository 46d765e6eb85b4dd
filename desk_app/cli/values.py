# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of values that a command line takes; each says in the language of the desk why a value is refused."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from typing_extensions import override

from desk_app.cli.session import usage_texts

_FormT = TypeVar("_FormT")

YEARS = (1912, 2999)
"""The calendars of the rules begin with the Republic; at the ends of Python's calendar no zone can be reckoned."""


class OneOf(click.Choice[str]):
    """One of some names."""

    @override
    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        return usage_texts(ctx)("usage.not_one_of", value=value, allowed=_listed(self.choices))

    @override
    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        return usage_texts(ctx)("usage.allowed", allowed=_listed(self.choices))


class Moment(click.DateTime):
    """A day or an instant in one of some forms of :func:`~datetime.datetime.strptime`; ``example`` shows one.

    With ``years``, none before the first or after the last of them.
    """

    def __init__(self, formats: Sequence[str], example: str, years: tuple[int, int] | None = None) -> None:
        super().__init__(formats)
        self._example = example
        self._years = years

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(usage_texts(ctx)("usage.not_a_moment", value=value, example=self._example), param, ctx)
        if self._years is not None and not self._years[0] <= moment.year <= self._years[1]:
            first, last = self._years
            self.fail(usage_texts(ctx)("usage.years", value=value, first=first, last=last), param, ctx)
        return moment


class Number(click.FloatRange):
    """A number that is not less than ``min``."""

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(usage_texts(ctx)("usage.number_from", value=value, least=self.min), param, ctx)


class WholeNumber(click.IntRange):
    """A whole number that is not less than ``min``, nor more than ``max`` where there is one."""

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            key = "usage.whole_from" if self.max is None else "usage.whole_between"
            self.fail(usage_texts(ctx)(key, value=value, least=self.min, most=self.max), param, ctx)


class FilePath(click.Path):
    """The path of a file, or of a folder where ``file_okay`` is false."""

    def __init__(self, *, exists: bool = False, file_okay: bool = True, dir_okay: bool = False) -> None:
        super().__init__(exists=exists, file_okay=file_okay, dir_okay=dir_okay, path_type=Path)

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(usage_texts(ctx)(f"usage.path.{self._fault(value)}", path=os.fsdecode(value)), param, ctx)

    def _fault(self, value: str | os.PathLike[str]) -> str:
        if not Path(value).exists():
            return "no_file" if self.file_okay else "no_folder"
        if Path(value).is_dir() and not self.dir_okay:
            return "is_folder"
        return "is_file" if Path(value).is_file() and not self.file_okay else "unreadable"


DAY = Moment(["%Y-%m-%d"], "2025-06-03", YEARS)
"""A day, written as ISO 8601 has it."""

ROLES = OneOf(["clerk", "verifier", "supervisor", "auditor"])
"""What somebody may be at a desk."""


def require_ending(file: Path, known: Mapping[str, _FormT]) -> _FormT:
    """Give what the ending of an output file stands for; raise :class:`click.BadParameter` for one that is not known."""
    found = known.get(file.suffix.lower())
    if found is None:
        words = usage_texts(click.get_current_context())("usage.ending", file=file.name, allowed=_listed(list(known)))
        raise click.BadParameter(words, param_hint="-o")
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
