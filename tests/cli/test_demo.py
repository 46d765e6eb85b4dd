# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration without a display: the real windows, driven through a whole morning, and its papers."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from desk_app.cli.demo import fresh_folder, has_display
from desk_app.cli.root import cli
from desk_app.domain.errors import SettingsError
from desk_app.ui.main_window import MainWindow


class StrayWindows(QObject):
    """Notes every widget that becomes a window of its own: it would flash up and take the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and not isinstance(watched, MainWindow)
        ):
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}".strip())
        return False


@pytest.mark.slow
@pytest.mark.expects_log
def test_a_morning_without_a_display(tmp_path: Path, qapp: QApplication) -> None:
    stray = StrayWindows()
    qapp.installEventFilter(stray)
    result = CliRunner().invoke(cli, ["demo", "--offscreen", "--output", str(tmp_path / "out")])
    qapp.removeEventFilter(stray)
    assert result.exit_code == 0, result.output
    assert stray.seen == []
    papers = sorted(path.name for path in (tmp_path / "out" / "papers").iterdir())
    assert papers == [
        "log-2025-06-03-MAIN.csv",
        "log-2025-06-03-MAIN.pdf",
        "log-2025-06-03-MAIN.xlsx",
        "receipt-M-20250603-001.pdf",
        "receipt-M-20250603-002.pdf",
        "receipt-M-20250603-003.pdf",
        "slip-01-P2.pdf",
        "slip-02-P3.pdf",
    ]
    pictures = [path.name for path in (tmp_path / "out" / "screens").iterdir()]
    assert len(pictures) == 19
    assert not any("stuck" in name for name in pictures)


def test_a_folder_with_other_files_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        fresh_folder(tmp_path)
    assert refused.value.code == "demo_folder"
    assert (tmp_path / "thesis.txt").exists()


def test_a_folder_of_an_earlier_demonstration_is_made_anew(tmp_path: Path) -> None:
    folder = fresh_folder(tmp_path / "out")
    (folder / "old.pdf").touch()
    assert not (fresh_folder(folder) / "old.pdf").exists()


@pytest.mark.parametrize(
    ("environment", "platform", "shown"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_display_is_found(environment: dict[str, str], platform: str, shown: bool) -> None:
    assert has_display(environment, platform) is shown
