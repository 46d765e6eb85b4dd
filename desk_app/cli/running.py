# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app run``: the counter application."""

from __future__ import annotations

import click

from desk_app.cli.session import Session
from desk_app.cli.worded import command


@command()
@click.pass_obj
def run(session: Session) -> None:
    """Open the counter application on this desk."""
    from desk_app.bootstrap.window import open_window, window_key_phrase
    from desk_app.log import start_log, stop_log
    from desk_app.settings import KeyKind

    handler = start_log(session.settings.log_folder)
    try:
        if session.settings.keys is KeyKind.PHRASE:
            session.ask_by(window_key_phrase(session.settings, session.texts.language))
        with session.desk() as desk:
            opened = open_window(desk, session.settings, session.texts.language)
            try:
                status = opened.application.exec()
            finally:
                opened.close()
    finally:
        stop_log(handler)
    if status:
        raise click.exceptions.Exit(status)
