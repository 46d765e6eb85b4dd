# SPDX-License-Identifier: GPL-3.0-or-later
"""Background work: the screen never waits, hears on its own thread, and never hears what it no longer wants."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import DeskError, StoreBusyError
from desk_app.ui.tasks import Crash, Lane, TaskRunner, Tasks
from tests.ui.prompt_tasks import PromptTasks

PATIENCE_S = 5


class Heard:
    """Remembers what a caller was told, and on which thread."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self.failures: list[str] = []
        self.crashes: list[Crash] = []
        self.threads: set[int] = set()

    def value(self, value: object) -> None:
        self.threads.add(threading.get_ident())
        self.values.append(value)

    def failure(self, error: DeskError) -> None:
        self.threads.add(threading.get_ident())
        self.failures.append(error.code)

    def crash(self, crash: Crash) -> None:
        self.threads.add(threading.get_ident())
        self.crashes.append(crash)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def _error_ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"E{next(numbers)}"


@pytest.fixture
def runner(qtbot: QtBot, heard: Heard) -> Iterator[TaskRunner]:
    made = TaskRunner(heard.crash, _error_ids())
    yield made
    made.shutdown()


@pytest.fixture(params=["threads", "inline"])
def tasks(request: pytest.FixtureRequest, runner: TaskRunner, heard: Heard) -> Tasks:
    return runner if request.param == "threads" else PromptTasks(heard.crash, _error_ids())


def _busy() -> None:
    raise StoreBusyError


def _bug() -> None:
    raise ZeroDivisionError("a bug")


@pytest.mark.parametrize("lane", list(Lane))
def test_a_value_reaches_the_caller(tasks: Tasks, lane: Lane, heard: Heard, qtbot: QtBot) -> None:
    tasks.run(lambda: 42, heard.value, heard.failure, lane=lane)
    qtbot.waitUntil(lambda: heard.values == [42])
    assert heard.threads == {threading.get_ident()}


def test_an_expected_error_reaches_the_caller(tasks: Tasks, heard: Heard, qtbot: QtBot) -> None:
    tasks.run(_busy, heard.value, heard.failure)
    qtbot.waitUntil(lambda: heard.failures == ["store_busy"])
    assert heard.threads == {threading.get_ident()}
    assert heard.crashes == []


@pytest.mark.expects_log
def test_a_bug_reaches_the_crash_handler_with_the_id_that_the_log_has(
    tasks: Tasks, heard: Heard, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    tasks.run(_bug, heard.value, heard.failure)
    qtbot.waitUntil(lambda: len(heard.crashes) == 1)
    (crash,) = heard.crashes
    assert (crash.error_id, type(crash.error)) == ("E1", ZeroDivisionError)
    assert "E1" in caplog.text
    assert "a bug" in caplog.text
    assert heard.threads == {threading.get_ident()}
    assert heard.failures == heard.values == []


@pytest.mark.expects_log
def test_the_work_goes_on_after_a_bug(tasks: Tasks, heard: Heard, qtbot: QtBot) -> None:
    tasks.run(_bug, heard.value, heard.failure)
    tasks.run(lambda: "next", heard.value, heard.failure)
    qtbot.waitUntil(lambda: heard.values == ["next"])


def test_nothing_is_taken_after_the_shutdown(tasks: Tasks, heard: Heard) -> None:
    tasks.shutdown(wait=True)
    with pytest.raises(RuntimeError):
        tasks.run(lambda: 1, heard.value, heard.failure)


def test_the_work_runs_beside_the_ui_thread(runner: TaskRunner, heard: Heard, qtbot: QtBot) -> None:
    runner.run(threading.get_ident, heard.value, heard.failure)
    runner.run(threading.get_ident, heard.value, heard.failure, lane=Lane.BACKGROUND)
    qtbot.waitUntil(lambda: len(heard.values) == 2)
    assert len({*heard.values, threading.get_ident()}) == 3


def test_use_cases_keep_their_order(runner: TaskRunner, heard: Heard, qtbot: QtBot) -> None:
    for number in range(20):
        runner.run(partial(int, number), heard.value, heard.failure)
    qtbot.waitUntil(lambda: len(heard.values) == 20)
    assert heard.values == list(range(20))


@pytest.mark.parametrize("lane", [Lane.BACKGROUND, Lane.OUTSIDE])
def test_slow_work_of_another_lane_delays_no_use_case(
    runner: TaskRunner, lane: Lane, heard: Heard, qtbot: QtBot
) -> None:
    go_on = threading.Event()
    runner.run(lambda: go_on.wait(PATIENCE_S), heard.value, heard.failure, lane=lane)
    runner.run(lambda: "use case", heard.value, heard.failure)
    qtbot.waitUntil(lambda: heard.values == ["use case"])
    go_on.set()
    qtbot.waitUntil(lambda: heard.values == ["use case", True])


def test_a_cancelled_task_tells_nothing(runner: TaskRunner, heard: Heard, qtbot: QtBot) -> None:
    go_on = threading.Event()
    handle = runner.run(lambda: go_on.wait(PATIENCE_S), heard.value, heard.failure)
    handle.cancel()
    go_on.set()
    runner.run(lambda: "last", heard.value, heard.failure)
    qtbot.waitUntil(lambda: "last" in heard.values)
    assert heard.values == ["last"]


def test_a_task_cancelled_before_its_turn_is_not_done(runner: TaskRunner, heard: Heard, qtbot: QtBot) -> None:
    done: list[str] = []
    go_on = threading.Event()
    runner.run(lambda: go_on.wait(PATIENCE_S), heard.value, heard.failure)
    runner.run(lambda: done.append("unwanted"), heard.value, heard.failure).cancel()
    go_on.set()
    runner.run(lambda: "last", heard.value, heard.failure)
    qtbot.waitUntil(lambda: "last" in heard.values)
    assert done == []


def test_an_outcome_for_a_screen_that_is_gone_is_dropped(runner: TaskRunner, heard: Heard, qtbot: QtBot) -> None:
    go_on, screen = threading.Event(), QObject()
    runner.run(lambda: go_on.wait(PATIENCE_S), heard.value, heard.failure, context=screen)
    screen.deleteLater()
    with qtbot.waitSignal(screen.destroyed):
        pass
    go_on.set()
    runner.run(lambda: "last", heard.value, heard.failure)
    qtbot.waitUntil(lambda: "last" in heard.values)
    assert heard.values == ["last"]


def test_a_living_screen_hears_its_outcome(tasks: Tasks, heard: Heard, qtbot: QtBot) -> None:
    screen = QObject()
    tasks.run(lambda: 1, heard.value, heard.failure, context=screen)
    qtbot.waitUntil(lambda: heard.values == [1])


def test_the_shutdown_ends_what_was_asked_for(runner: TaskRunner, heard: Heard) -> None:
    done: list[int] = []
    for number in range(5):
        runner.run(partial(done.append, number), heard.value, heard.failure)
    runner.shutdown(wait=True)
    assert done == list(range(5))


def test_a_hasty_shutdown_leaves_undone_what_has_not_begun(runner: TaskRunner, heard: Heard) -> None:
    begun, go_on, done = threading.Event(), threading.Event(), []

    def first() -> None:
        begun.set()
        go_on.wait(PATIENCE_S)

    runner.run(first, heard.value, heard.failure)
    runner.run(lambda: done.append("second"), heard.value, heard.failure)
    begun.wait(PATIENCE_S)
    runner.shutdown(wait=False)
    go_on.set()
    runner.shutdown(wait=True)
    assert done == []


def test_work_that_outlives_the_application_tells_nobody(qtbot: QtBot, heard: Heard) -> None:
    import shiboken6

    runner = TaskRunner(heard.crash, _error_ids())
    go_on, done = threading.Event(), []
    runner.run(lambda: done.append(go_on.wait(PATIENCE_S)), heard.value, heard.failure)
    executor = runner._executors[Lane.USE_CASE]
    shiboken6.delete(runner._ui_thread)
    go_on.set()
    executor.shutdown(wait=True)
    assert done == [True]
    assert heard.values == []
