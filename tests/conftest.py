# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share: an offscreen screen, a strict log, the place of the specification."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("desk")


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Give the folder of the checkout."""
    return ROOT


@pytest.fixture(autouse=True)
def _no_unexpected_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which the program logged a warning that the test does not expect."""
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    records = [
        record
        for record in caplog.get_records("call")
        if record.levelno >= logging.WARNING and record.name.split(".")[0] in {"desk_app", "hardware"}
    ]
    if records:
        lines = "\n".join(f"{record.name}: {record.getMessage()}" for record in records)
        pytest.fail(f"unexpected log:\n{lines}")


@pytest.fixture(autouse=True)
def _no_windows_left_over() -> Iterator[None]:
    """Delete the windows of a test: each one that stays is styled again by every later test, which takes ever longer."""
    yield
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return
    for window in QApplication.topLevelWidgets():
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
