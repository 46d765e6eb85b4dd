# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference portal for training, on this machine alone, until it is ended: python -m tests.portal --ready FILE.

``--ready`` names a file that is written when the portal answers: the table for the settings of a desk.
"""

from __future__ import annotations

import argparse
import threading
from datetime import datetime
from pathlib import Path

from tests.portal.sample import SAMPLE, sample_portal, write_settings
from tests.portal.server import serving


def main() -> None:
    """Serve the sample data until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.portal", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one")
    parser.add_argument("--items", type=Path, default=SAMPLE, help="rows as 'desk-app import items' takes them")
    parser.add_argument("--at", type=datetime.fromisoformat, help="let the portal's clock stand at this instant")
    parser.add_argument("--ready", type=Path, help="written when the portal answers")
    options = parser.parse_args()
    portal = sample_portal(options.items, options.at)
    with serving(portal.app(trainer=True), port=options.port) as url:
        print(f"Training portal: {url}", flush=True)
        if options.ready is not None:
            write_settings(options.ready, url, portal.token)
        threading.Event().wait()


if __name__ == "__main__":
    main()
