# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share: an offscreen screen, a strict log, the place of the specification."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.examples import register_profiles

if TYPE_CHECKING:
    from tests.hardware.virtual_stack import VirtualStack
    from tests.postgres import Cluster
    from tests.secret_service import SecretService

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# No test may find the machine's own card readers: the library looks for its service here, where a test may put one.
os.environ["PCSCLITE_CSOCK_NAME"] = f"{tempfile.gettempdir()}/certificate-desk-tests-{os.getpid()}.pcsc"

ROOT = Path(__file__).resolve().parent.parent

register_profiles()


_REAL_TIERS = {
    "--require-real-reader": ("pcsc", "the real card service"),
    "--require-database-server": ("postgres", "a PostgreSQL server"),
    "--require-secret-service": ("secret_service", "the keyring of a real session"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switches with which a run fails that has left something out."""
    for switch, (marker, _) in _REAL_TIERS.items():
        parser.addoption(
            switch, action="store_true", help=f"fail unless tests of the marker {marker} were run and held"
        )
    parser.addoption("--no-skips", action="store_true", help="count a test that was skipped as one that failed")


class RealTier:
    """Counts the tests that held against something real."""

    def __init__(self, marker: str, against: str) -> None:
        self.held = 0
        self._marker = marker
        self._against = against

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test."""
        self.held += report.when == "call" and report.passed and self._marker in report.keywords

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run without any such test."""
        if not self.held:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many there were."""
        terminalreporter.write_line(f"{self.held} tests held against {self._against}")


def pytest_configure(config: pytest.Config) -> None:
    """Count the real tiers in the process that sees all results."""
    for switch, (marker, against) in _REAL_TIERS.items():
        if config.getoption(switch) and not hasattr(config, "workerinput"):
            config.pluginmanager.register(RealTier(marker, against), f"real-tier-{marker}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skipped test where all of them have to run."""
    report = yield
    if report.skipped and item.config.getoption("--no-skips"):
        report.outcome, report.longrepr = "failed", f"skipped, and here every test has to run: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Mark every test that needs a real server, and begin with what takes long: its end keeps nobody waiting."""
    for item in items:
        if isinstance(item, pytest.Function) and "cluster" in item.fixturenames:
            item.add_marker(pytest.mark.postgres)
        if isinstance(item, pytest.Function) and "secret_service" in item.fixturenames:
            item.add_marker(pytest.mark.secret_service)
    yield  # in which they are shuffled
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Leave what the run itself consists of out of every later collection of garbage: it stays to the end anyway."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Give the folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the demonstration's data folder with its settings; copy it, never write to it."""
    from desk_app.bootstrap.desk import demo_desk
    from desk_app.resources import resource

    folder = tmp_path_factory.mktemp("demo") / "desk"
    demo_desk(folder).close()
    shutil.copy(resource("demo", "settings.toml"), folder / "desk.toml")
    return folder


@pytest.fixture
def home(made_desk: Path, tmp_path: Path) -> Path:
    """Give a test its own data folder of the demonstration."""
    return Path(shutil.copytree(made_desk, tmp_path / "desk"))


@pytest.fixture(scope="session")
def virtual_stack() -> Iterator[VirtualStack]:
    """Give the real card service with a virtual reader; one for all tests of a process, whose library remembers it."""
    if sys.platform != "linux":
        pytest.skip("the virtual reader and the namespaces it lives in are Linux's")
    from tests.hardware.virtual_stack import VirtualStack

    stack = VirtualStack()
    yield stack
    stack.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a PostgreSQL server for the tests of this process."""
    from tests.postgres import running_cluster

    with running_cluster() as running:
        yield running


@pytest.fixture
def secret_service() -> Iterator[SecretService]:
    """Give a session with an unlocked keyring of its own."""
    if sys.platform != "linux":
        pytest.skip("the Secret Service is that of Linux sessions")
    from tests.secret_service import running_secret_service

    with running_secret_service() as session:
        yield session


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
def _nothing_left_on_the_screen(request: pytest.FixtureRequest) -> Iterator[None]:
    """Delete the windows of a test, and take off the look it put on: it belongs to the application, which goes on.

    A window that stays is styled again by every later test, which takes ever longer.
    """
    yield
    closed = _close_windows()
    _take_off_the_look()
    if closed or "qapp" in request.fixturenames:
        gc.collect()  # Qt's objects go here and now, in the thread that made them
        gc.freeze()  # what Qt's connections still hold is not looked through again after every further test


def _close_windows() -> bool:
    if "PySide6.QtWidgets" not in sys.modules:
        return False
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return False
    windows = QApplication.topLevelWidgets()
    for window in windows:
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return bool(windows)


def _take_off_the_look() -> None:
    if "desk_app.ui.theme" not in sys.modules:
        return
    from PySide6.QtWidgets import QApplication

    from desk_app.ui.theme import Look, current_look, load_theme, wear

    plain = Look(load_theme("light"))
    application = QApplication.instance()
    if isinstance(application, QApplication) and current_look() != plain:
        wear(application, plain)
