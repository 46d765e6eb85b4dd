# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference portal for demonstration and training, on this machine alone: python -m tests.portal --ready FILE.

``--ready`` names a file that is written when the portal answers: the table for the settings of a desk.
"""

from __future__ import annotations

import argparse
import os
import secrets
import threading
from datetime import datetime
from pathlib import Path

from tests.portal.app import Portal
from tests.portal.rows import Rows, rows_of_csv
from tests.portal.server import listening, make_server, wait_until

_SAMPLE = Path(__file__).parents[2] / "resources" / "demo" / "items.csv"
_TOKEN_FILE = "portal.token"


def main() -> None:
    """Serve the sample data until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.portal", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one")
    parser.add_argument("--items", type=Path, default=_SAMPLE, help="rows as 'desk-app import items' takes them")
    parser.add_argument("--at", type=datetime.fromisoformat, help="let the portal's clock stand at this instant")
    parser.add_argument("--ready", type=Path, help="written when the portal answers")
    options = parser.parse_args()
    rows = Rows()
    rows.put(rows_of_csv(options.items))
    token = secrets.token_urlsafe(24)
    portal = Portal(rows, lambda: options.at or datetime.now().astimezone(), token)
    with listening(options.port) as door:
        server = make_server(portal.app(trainer=True))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        threading.Thread(target=_tell, args=(server, url, token, options.ready), daemon=True).start()
        server.run(sockets=[door])


def _tell(server: object, url: str, token: str, ready: Path | None) -> None:
    wait_until(lambda: bool(getattr(server, "started", False)))
    print(f"Training portal: {url}", flush=True)
    if ready is None:
        return
    file = ready.with_name(_TOKEN_FILE)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(token)
    table = f'[[source]]\nname = "portal"\nkind = "portal"\nurl = "{url}"\ntoken_file = "{_TOKEN_FILE}"\n'
    partial = ready.with_name(f"{ready.name}.part")
    partial.write_text(table, encoding="utf-8")
    partial.replace(ready)


if __name__ == "__main__":
    main()
