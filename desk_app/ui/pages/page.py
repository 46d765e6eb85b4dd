# SPDX-License-Identifier: GPL-3.0-or-later
"""What every page is: a widget that can say its words anew and is told when it comes to the front."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.errors import DeskError
from desk_app.services.desk import Desk
from desk_app.services.reader_checks import ReaderChecks
from desk_app.ui.clearance_pulls import ClearancePulls
from desk_app.ui.context import UiContext
from desk_app.ui.reader_bridge import ReaderBridge
from desk_app.ui.tasks import Tasks
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import InlineFault, Label

_BASELINE = 4
"""Lifts the caption beside a title onto the title's base line."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """What a page is built from; ``checks`` are those of the reader, where there is one to check.

    ``pulls`` is the window's schedule of clearance data.
    """

    context: UiContext
    desk: Desk
    runner: Tasks
    reader: ReaderBridge
    checks: ReaderChecks | None = None
    pulls: ClearancePulls | None = None


class Page(QWidget):
    """A page of the rail; put its parts into :attr:`column`, which keeps the page's padding by density.

    ``page_requested`` asks for another page by its id, ``search_requested`` hands typed text to the search,
    ``sources_asked`` tells that sources of clearance data have answered, or have not.
    """

    page_requested = Signal(str)
    search_requested = Signal(str)
    sources_asked = Signal()

    def __init__(self, parts: PageParts) -> None:
        super().__init__()
        self.context = parts.context
        self.desk = parts.desk
        self.runner = parts.runner
        self.reader = parts.reader
        self.column = QVBoxLayout(self)
        self.fault = InlineFault()
        self.column.addWidget(self.fault)
        self._space()

    def retranslate(self) -> None:
        """Say every word anew in the context's language."""

    def activate(self) -> None:
        """Come to the front: load what may have changed."""

    def take_keyboard(self) -> None:
        """Have the keyboard where it belongs, after the page came to the front or the desk was unlocked."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def unfinished(self) -> bool:
        """True when something was recorded that would be lost if another operator took over."""
        return False

    def forget_person(self) -> None:
        """Take whoever is shown off the screen: another operator works here from now on."""

    def open_number(self, number: str) -> None:
        """Open the record of a student number; only the pick-up page has records."""
        raise NotImplementedError(f"{type(self).__name__} opens no records, asked for {len(number)} characters")

    def show_failure(self, error: DeskError) -> None:
        """Tell in place what went wrong and what still works."""
        self.fault.show_fault(self.context.error_words(error), self.context.t("shell.failed_still"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._space()
        super().changeEvent(event)

    def _space(self) -> None:
        look = current_look()
        padding = look.size("page_padding")
        self.column.setContentsMargins(padding, padding, padding, padding)
        self.column.setSpacing(look.size("gutter"))


class TitleRow(QWidget):
    """A page's title with the second language after it, a line below, and its acts at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Label("", "title")
        self._second = Label("", "caption", "ink3")
        self._second.setContentsMargins(0, 0, 0, _BASELINE)
        self._line = Label("", "body", "ink2")
        self.acts = QHBoxLayout()
        self._build_row()

    def _build_row(self) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(self._title)
        heading.addWidget(self._second, 0, Qt.AlignmentFlag.AlignBottom)
        heading.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(heading)
        words.addWidget(self._line)
        self.acts.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, 1)
        row.addLayout(self.acts)

    def set_words(self, title: str, second: str, line: str) -> None:
        """Change title, second language and the line below."""
        self._title.setText(title)
        self._second.setText(second)
        self._line.setText(line)
