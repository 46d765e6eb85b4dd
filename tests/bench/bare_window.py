# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that opens an empty window, the floor of what any window of this kind costs, and says when it is painted.

python -m tests.bench.bare_window; it stays until it is ended.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from typing_extensions import override


class BareWindow(QMainWindow):
    """An empty window that tells of its first paint."""

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, lambda: print("painted", flush=True))
        return super().event(event)


def main() -> None:
    """Open the window."""
    application = QApplication(sys.argv[:1])
    window = BareWindow()
    window.resize(1440, 900)
    window.show()
    application.exec()


if __name__ == "__main__":
    main()
