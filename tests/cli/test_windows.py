# SPDX-License-Identifier: GPL-3.0-or-later
"""``run`` opens the window on the desk of the settings, keeps its log, and always closes what it opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from desk_app.domain.papers import Language
from desk_app.services.desk import Desk
from desk_app.settings import Settings


class WindowOfATest:
    """Stands for the open window: ends at once with a status."""

    def __init__(self, status: int) -> None:
        self.application = self
        self.status = status
        self.closed = False

    def exec(self) -> int:
        return self.status

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("status", [0, 3])
def test_run_ends_with_the_windows_status(
    run: Callable[..., Result], home: Path, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Desk, Settings, Language]] = []
    window = WindowOfATest(status)

    def open_window(desk: Desk, settings: Settings, language: Language) -> WindowOfATest:
        opened.append((desk, settings, language))
        return window

    monkeypatch.setattr("desk_app.bootstrap.window.open_window", open_window)
    result = run("run", home=home, language="zh_TW.UTF-8")
    assert result.exit_code == status
    assert window.closed
    ((desk, settings, language),) = opened
    assert (desk.identity.counter, settings.data, language) == ("MAIN", home, Language.ZH)
    assert (home / "logs").is_dir()
