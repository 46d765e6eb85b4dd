# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app demo``: the counter application on sample data, made anew every time."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from desk_app.cli.session import Session
from desk_app.domain.errors import SettingsError

_MARK = ".certificate-desk-demo"
"""Stands in a folder that the demonstration has made, and may therefore empty."""


@click.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-output"),
    show_default=True,
    help="Folder for the demonstration's data and papers; what an earlier one left there is removed.",
)
@click.pass_obj
def demo(session: Session, output: Path) -> None:
    """Open the counter application on invented graduates, with simulated cards to lay on the reader."""
    from desk_app.bootstrap import demo_desk, demo_settings, open_window

    folder = fresh_folder(output) / "desk"
    desk = demo_desk(folder)
    try:
        opened = open_window(desk, demo_settings(folder), session.texts.language)
        try:
            opened.application.exec()
        finally:
            opened.close()
    finally:
        desk.close()


def fresh_folder(folder: Path) -> Path:
    """Empty a folder of an earlier demonstration; refuse one with anybody else's files."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise SettingsError("demo_folder", folder=str(folder))
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
    return folder
