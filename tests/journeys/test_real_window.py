# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole morning in real windows: an X server of its own, the xcb platform, nothing offscreen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_MORNING = """
import sys
from pathlib import Path
from desk_app.bootstrap.desk import demo_desk, demo_settings
from desk_app.bootstrap.morning import spend_morning
from desk_app.bootstrap.window import open_window
from desk_app.domain.papers import Language

folder = Path(sys.argv[1])
desk = demo_desk(folder / "desk")
settings = demo_settings(folder / "desk")
opened = open_window(desk, settings, Language.ZH, drawer=False)
assert opened.application.platformName() == "xcb"
morning = spend_morning(opened, desk, settings, folder)
opened.close()
desk.close()
sys.exit(0 if morning.complete else 1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS have a display of their own and no X server")
def test_a_morning_in_real_windows(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONFAULTHANDLER": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _MORNING, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr + (tmp_path / "xvfb.log").read_text(encoding="utf-8")
    assert len(list((tmp_path / "screens").glob("*.png"))) >= 15  # tests/cli/test_demo.py counts them
