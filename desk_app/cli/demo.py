# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app demo``: the counter application on sample data, made anew every time; with a display or without one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk_app.cli.session import Session, say
from desk_app.cli.values import FilePath
from desk_app.cli.worded import command, option
from desk_app.domain.errors import SettingsError

if TYPE_CHECKING:
    from desk_app.bootstrap.morning import Morning
    from desk_app.i18n import Catalogue

_MARK = ".certificate-desk-demo"
"""Stands in a folder that the demonstration has made, and may therefore empty."""


@command()
@option("--output", type=FilePath(file_okay=False, dir_okay=True), default=Path("demo-output"), show_default=True)
@option("--offscreen/--window", default=None)
@option("--sources", type=FilePath())
@click.pass_obj
def demo(session: Session, output: Path, sources: Path | None, *, offscreen: bool | None) -> None:
    """Open the counter application on invented graduates, with simulated cards to lay on the reader."""
    from desk_app.bootstrap.desk import demo_desk, demo_settings
    from desk_app.bootstrap.morning import spend_morning
    from desk_app.bootstrap.window import open_window

    if offscreen is None:
        offscreen = not has_display(dict(os.environ), sys.platform)
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    folder = fresh_folder(output)
    settings = demo_settings(folder / "desk", sources)
    desk = demo_desk(folder / "desk", sources)
    try:
        opened = open_window(desk, settings, session.texts.language, drawer=not offscreen)
        try:
            if not offscreen:
                opened.application.exec()
                return
            morning = spend_morning(opened, desk, settings, folder)
        finally:
            opened.close()
    finally:
        desk.close()
    say_morning(session.texts, morning, folder)
    if not morning.complete:
        raise click.exceptions.Exit(1)


def has_display(environment: dict[str, str], platform: str) -> bool:
    """Tell whether windows can be shown: always on Windows and macOS, else when X11 or Wayland says so.

    Who has asked Qt for a screen that shows nothing has none.
    """
    if environment.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    if platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def fresh_folder(folder: Path) -> Path:
    """Empty a folder of an earlier demonstration; refuse one with anybody else's files."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise SettingsError("demo_folder", folder=str(folder))
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
    return folder


def say_morning(texts: Catalogue, morning: Morning, folder: Path) -> None:
    """Say what happened and where it can be seen."""
    say(texts("cli.demo.title"))
    for key, picture in morning.steps:
        say(f"  {texts(f'cli.demo.step.{key}')}  [{picture.relative_to(folder)}]")
    say(texts("cli.demo.papers"))
    for file, report in morning.papers.receipts:
        words = "cli.demo.genuine" if report.genuine else "cli.demo.not_genuine"
        say(f"  {file.relative_to(folder)}  {texts(words)}")
    for file in (*morning.papers.slips, *morning.papers.logs):
        say(f"  {file.relative_to(folder)}")
    say(texts("cli.demo.complete" if morning.complete else "cli.demo.incomplete", folder=folder))
