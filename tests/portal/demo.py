# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration with a leaving portal beside it: python -m tests.portal.demo, with the arguments of desk-app demo.

The portal's page, on which a trainer ticks items and lets the portal misbehave, is named at the start.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from tests.portal.sample import sample_portal, write_settings
from tests.portal.server import serving

AT = datetime.fromisoformat("2025-06-03T10:00:00+08:00")
"""When the demonstration takes place; its clock stands still."""


def main(arguments: list[str]) -> int:
    """Run both; give the exit code of the demonstration."""
    portal = sample_portal(at=AT)
    with tempfile.TemporaryDirectory() as place, serving(portal.app(trainer=True)) as url:
        print(f"離校系統（訓練用） Training portal: {url}", flush=True)
        settings = Path(place) / "portal.toml"
        write_settings(settings, url, portal.token)
        command = [sys.executable, "-m", "desk_app", "demo", "--sources", str(settings), *arguments]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
