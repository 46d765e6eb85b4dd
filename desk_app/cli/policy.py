# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app policy``: try out, lint and compare rule packs; nothing is written, no display and no store is needed."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from desk_app.cli.session import Session
from desk_app.cli.values import FilePath, Moment, OneOf
from desk_app.cli.worded import argument, group, option

if TYPE_CHECKING:
    from desk_app.domain.closures import AnnouncedClosure
    from desk_app.settings import Settings


class _Report(Protocol):
    """What a tool hands back."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines for standard output."""
        ...

    @property
    def faults(self) -> tuple[str, ...]:
        """Lines for standard error."""
        ...

    @property
    def exit_code(self) -> int:
        """The exit code."""
        ...


_FILES = argument("files", nargs=-1, required=True)
_PACK = option("--policy", "pack_id")
_FORMATS = OneOf(["text", "json"])
_TEXT = option("--format", "form", type=_FORMATS, default="text", show_default=True)
_JSON = option("--format", "form", type=_FORMATS, default="json", show_default=True)
_FOLDER = option("--policy-dir", type=FilePath(exists=True, file_okay=False, dir_okay=True))


_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


@group()
def policy() -> None:
    """Try out, lint and compare the rules of an edition."""


@policy.command()
@_FILES
@_PACK
@_TEXT
@_FOLDER
def check(files: tuple[str, ...], pack_id: str | None, form: str, policy_dir: Path | None) -> None:
    """Run example cases and compare their outcomes."""
    from desk_app.bootstrap.checks import policy_tools

    _finish(policy_tools(*_over(policy_dir, form)).check(files, pack_id, as_json=form == "json"))


@policy.command()
@_FILES
@_PACK
@_JSON
@_FOLDER
def evaluate(files: tuple[str, ...], pack_id: str | None, form: str, policy_dir: Path | None) -> None:
    """Print the outcome of every case."""
    from desk_app.bootstrap.checks import policy_tools

    _finish(policy_tools(*_over(policy_dir, form)).evaluate(files, pack_id, as_json=form == "json"))


@policy.command()
@argument("ids", nargs=-1)
@_TEXT
@_FOLDER
def lint(ids: tuple[str, ...], form: str, policy_dir: Path | None) -> None:
    """Find what is wrong or doubtful in packs."""
    from desk_app.bootstrap.checks import policy_tools

    _finish(policy_tools(*_over(policy_dir, form)).lint(ids, as_json=form == "json"))


@policy.command()
@argument("a")
@argument("b")
@_TEXT
@_FOLDER
def compare(a: str, b: str, form: str, policy_dir: Path | None) -> None:
    """Compare two packs."""
    from desk_app.bootstrap.checks import policy_tools

    _finish(policy_tools(*_over(policy_dir, form)).compare(a, b, as_json=form == "json"))


@policy.command()
@argument("pack_id")
@option("--counter")
@option("--at", type=Moment(_MOMENTS, "2025-06-03T10:00"))
@option("--language", type=OneOf(["en", "zh-TW"]))
@_FOLDER
def show(pack_id: str, counter: str | None, at: datetime | None, language: str | None, policy_dir: Path | None) -> None:
    """Say in words what applies at a counter."""
    from datetime import UTC

    from desk_app.bootstrap.checks import policy_tools

    announced = () if policy_dir else _announced(pack_id)
    tools = policy_tools(*_over(policy_dir, language=language))
    _finish(tools.show(pack_id, counter, at or datetime.now(UTC), announced))


def _over(
    policy_dir: Path | None, form: str = "text", language: str | None = None
) -> tuple[Path | None, str, Path | None]:
    """Give folder, language and own packs of the tools: the desk's language, but English to programs."""
    session = click.get_current_context().find_object(Session)
    spoken = session.texts.language.value if session and form != "json" else "en"
    return policy_dir, language or spoken, _own_packs(policy_dir)


def _own_packs(policy_dir: Path | None) -> Path | None:
    """Give the folder of this desk's own packs, which go before the program's; none beside a folder that was named."""
    settings = _desk_settings()
    return settings.policy_folder if settings and not policy_dir else None


def _desk_settings() -> Settings | None:
    """Give the settings of this machine's desk; the commands work as well where there is none."""
    from desk_app.domain.errors import SettingsError

    session = click.get_current_context().find_object(Session)
    try:
        return session.settings if session else None
    except SettingsError:
        return None


def _announced(pack_id: str) -> tuple[AnnouncedClosure, ...]:
    """Give the closures announced at this desk if it works with a pack; a store that cannot be read is told."""
    from desk_app.bootstrap.checks import announced_closures
    from desk_app.cli.errors import say_error
    from desk_app.domain.errors import StoreError

    settings = _desk_settings()
    if settings is None or settings.policy != pack_id:
        return ()
    try:
        return announced_closures(settings)
    except StoreError as error:
        say_error(error, click.get_current_context().ensure_object(Session).texts)
        return ()


def _finish(report: _Report) -> None:
    """Print a report, always in UTF-8, and end with its exit code; the name of a file may be any bytes."""
    for line in report.lines:
        click.echo(line.encode(errors="surrogateescape"))
    for fault in report.faults:
        click.echo(fault.encode(errors="surrogateescape"), err=True)
    sys.exit(report.exit_code)
