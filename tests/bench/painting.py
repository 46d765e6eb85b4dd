# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits for a widget to have been painted, as a person does: the event loop runs as in the program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_PATIENCE_MS = 30_000


class Painting(QObject):
    """Watches one widget and calls back when a paint of it, with a condition fulfilled, has reached the screen."""

    def __init__(self, widget: QWidget, then: Callable[[], None], wanted: Callable[[], bool] = lambda: True) -> None:
        super().__init__(widget)
        self._then = then
        self._wanted = wanted
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._wanted():
            watched.removeEventFilter(self)
            # The timer fires when the paint under way, of all widgets, has ended.
            QTimer.singleShot(0, self._then)
        return False


def run_until_painted(widget: QWidget, wanted: Callable[[], bool], act: Callable[[], object]) -> None:
    """Act, then run the event loop until the widget was painted with the condition fulfilled."""
    loop = QEventLoop()
    Painting(widget, loop.quit, wanted)
    _run(loop, act)


def run_until(wanted: Callable[[], bool], act: Callable[[], object]) -> None:
    """Act, then run the event loop until a condition is fulfilled; it is asked every few milliseconds."""
    loop = QEventLoop()
    asking = QTimer(interval=2)
    asking.timeout.connect(lambda: loop.quit() if wanted() else None)
    asking.start()
    _run(loop, act)


def _run(loop: QEventLoop, act: Callable[[], object]) -> None:
    patience = QTimer(singleShot=True, interval=_PATIENCE_MS)
    patience.timeout.connect(lambda: loop.exit(1))
    patience.start()
    act()
    if loop.exec():
        raise TimeoutError("the window did not follow")
