# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves the Reports page: a file that a person has asked for, or the paper for the printer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desk_app.domain.errors import DeskError
from desk_app.domain.papers import DailyLogContent
from desk_app.domain.records import PrintJob
from desk_app.services.day_logs import LogFormat
from desk_app.services.desk import Desk

DAILY_LOG_PAPER = "P8"


def file_name(content: DailyLogContent, form: LogFormat) -> str:
    """Give the name that a saved log has at first."""
    return f"daily-log-{content.day.isoformat()}-{content.counter or 'ALL'}.{form.value}"


def ask_path(parent: QWidget, title: str, name: str) -> Path | None:
    """Let a person choose where to save; ``None`` when they would rather not."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, name)
    return Path(chosen) if chosen else None


def save_log(desk: Desk, content: DailyLogContent, form: LogFormat, path: Path) -> Path:
    """Write a log to a file; raise :class:`DeskError` ``save_failed`` when the place cannot be written."""
    data = desk.day_logs.export(content, form)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise DeskError("save_failed", path=str(path)) from error
    return path


def print_log(desk: Desk, content: DailyLogContent) -> tuple[PrintJob, ...]:
    """Queue the sealed log and hand the queue to the printer; give the jobs that it would not take."""
    data = desk.day_logs.export(content, LogFormat.PDF)
    desk.print_queue.add(DAILY_LOG_PAPER, file_name(content, LogFormat.PDF).removesuffix(".pdf"), data)
    return desk.print_queue.deliver()
