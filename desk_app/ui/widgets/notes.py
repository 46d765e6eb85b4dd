# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault told in place, and work that takes a while."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.ui.theme import current_look
from desk_app.ui.widgets.button import KeyButton
from desk_app.ui.widgets.label import Icon, Label
from desk_app.ui.widgets.painting import draw_box, open_painter
from desk_app.ui.widgets.surface import Surface

_BAR = 4


class InlineFault(Surface):
    """An amber note: what happened, what still works and what to do, and at most one act, with a key where it needs one."""

    acted = Signal()

    def __init__(self, key: str = "", icon: str | None = "refresh") -> None:
        super().__init__("note")
        self._what = Label()
        self._what.set_strong(True)
        self._still = Label("", "caption", "ink2", wrap=True)
        self.act = KeyButton("plain", key, icon, height="row")
        self.act.clicked.connect(self.acted)
        self._build_row()
        self.clear()

    def _build_row(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._what)
        words.addWidget(self._still)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(Icon("warning", "hold", 24))
        row.addLayout(words, 1)
        row.addWidget(self.act)

    def show_fault(self, what: str, still: str = "", act: str = "") -> None:
        """Show a fault; without words for an act there is no button."""
        self._what.setText(what)
        self._still.set_text(still)
        self.act.set_label(act)
        self.act.setVisible(bool(act))
        self.setAccessibleName(f"{what} {still}".strip())
        self.show()

    def clear(self) -> None:
        """Take the note away."""
        self.hide()

    @property
    def words(self) -> str:
        """All words of the note."""
        return self.accessibleName()


class _Bar(QWidget):
    """The bar of 4 px: a part of the whole, or a wandering piece when the whole is unknown."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_BAR)
        self.part: float | None = None
        self._phase = 0

    def advance(self) -> None:
        """Move the wandering piece."""
        self._phase = (self._phase + 1) % 50
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        draw_box(painter, QRectF(self.rect()), _BAR / 2, look.color("line"))
        if self.part is not None:
            done = QRectF(0, 0, self.width() * min(1.0, self.part), _BAR)
        else:
            piece = self.width() / 4
            done = QRectF((self.width() + piece) * self._phase / 50 - piece, 0, piece, _BAR)
        draw_box(painter, done, _BAR / 2, look.color("accent"))
        painter.end()


class ProgressLine(QWidget):
    """Words with numbers above a bar; it shows itself after 300 ms and offers to cancel after 2 s."""

    cancelled = Signal()

    def __init__(self, cancel: str = "") -> None:
        super().__init__()
        self._words = Label()
        self._bar = _Bar()
        self.cancel = KeyButton("ghost", "Esc", text=cancel, height="row")
        self.cancel.clicked.connect(self.cancelled)
        self._build_column()
        self._build_timers()
        self.hide()

    def _build_column(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._bar)

    def _build_timers(self) -> None:
        theme = current_look().theme
        self._appear = QTimer(self, singleShot=True, interval=theme.duration("progress_after"))
        self._appear.timeout.connect(self.show)
        self._offer = QTimer(self, singleShot=True, interval=theme.duration("cancel_after"))
        self._offer.timeout.connect(self._offer_cancel)
        self._wander = QTimer(self, interval=40)
        self._wander.timeout.connect(self._bar.advance)

    def start(self, words: str, cancel: str = "") -> None:
        """Begin: nothing shows before 300 ms; ``cancel`` are the words of the act offered after 2 s ("" for none)."""
        self._words.setText(words)
        self._bar.part = None
        self.cancel.set_label(cancel)
        self.cancel.hide()
        for timer in (self._appear, self._offer, self._wander):
            timer.start()

    def _offer_cancel(self) -> None:
        self.cancel.setVisible(bool(self.cancel.text()))

    def advance(self, words: str, part: float | None = None) -> None:
        """Tell how far it is: words with numbers, and the part done (0 to 1) where it is known."""
        self._words.setText(words)
        self._bar.part = part
        self._bar.update()

    def finish(self) -> None:
        """End: the line disappears."""
        for timer in (self._appear, self._offer, self._wander):
            timer.stop()
        self.hide()
