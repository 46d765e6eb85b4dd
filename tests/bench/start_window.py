# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that opens the counter application as ``desk-app run`` does and says when its idle page is painted.

python -m tests.bench.start_window SETTINGS-FILE; it stays until it is ended.
"""

from __future__ import annotations

import sys
from pathlib import Path

from desk_app.cli.session import Session


def main() -> None:
    """Open the window with the first operator at work, write a line once the idle page is painted, go on."""
    from desk_app.bootstrap.desk import build_desk
    from desk_app.bootstrap.window import open_window
    from desk_app.log import start_log

    session = Session(Path(sys.argv[1]))
    start_log(session.settings.log_folder)
    opened = open_window(build_desk(session.settings), session.settings, session.texts.language)
    from desk_app.ui.pages import PICKUP
    from tests.bench.painting import Painting

    Painting(opened.window.page(PICKUP), lambda: print("painted", flush=True))
    opened.application.exec()


if __name__ == "__main__":
    main()
