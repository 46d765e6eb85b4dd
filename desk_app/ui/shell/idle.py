# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices that nobody has touched the desk for a while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from typing_extensions import override

_TOUCHES = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TabletPress, QEvent.Type.TabletMove,
})  # fmt: skip
_MINUTE_MS = 60_000


class IdleWatch(QObject):
    """Waits for a hand; ``idled`` tells that none has come for the given minutes (0: it never does).

    It listens to the window that has the keyboard, a dialog or a list above the desk's own among them, and not to the
    application: every event of every control would pass through here otherwise.
    """

    idled = Signal()

    def __init__(self, minutes: int, parent: QObject) -> None:
        super().__init__(parent)
        self.minutes = minutes
        self._timer = QTimer(self, singleShot=True, interval=minutes * _MINUTE_MS)
        self._timer.timeout.connect(self.idled)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._follow)

    def watch(self, window: QWindow) -> None:
        """Listen to a window, each once however often it comes to the front."""
        window.removeEventFilter(self)
        window.installEventFilter(self)
        self.touch()

    def _follow(self, window: QWindow | None) -> None:
        if window is not None:
            self.watch(window)

    def touch(self) -> None:
        """Begin the wait anew: somebody is here."""
        if self.minutes:
            self._timer.start()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.touch()
        return False
