# SPDX-License-Identifier: GPL-3.0-or-later
"""The clearance page: every source with its age, a pull on demand, and the queue that the stored data promise."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.errors import DeskError
from desk_app.domain.queue import Queue
from desk_app.services.clearance.pull import PullProgress, SourceStanding
from desk_app.ui.clearance_pulls import ClearancePulls
from desk_app.ui.pages.clearance.queue_panel import QueuePanel
from desk_app.ui.pages.clearance.source_card import source_card
from desk_app.ui.pages.page import Page, PageParts, TitleRow
from desk_app.ui.pages.pickup.parts_view import empty
from desk_app.ui.tasks import Lane
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import KeyButton, Label, Panel, ProgressLine, Rule, ScrollPane


class ClearancePage(Page):
    """Sources at the left, the queue at the right; a pull shows how far it is and can be stopped."""

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._pulls = parts.pulls or ClearancePulls(parts.desk, parts.runner, self)
        self._standings: tuple[SourceStanding, ...] = ()
        self._queue: Queue | None = None
        self._title = TitleRow()
        self.pull = KeyButton("primary", "F11", "refresh")
        self.progress = ProgressLine()
        self.sources = Panel()
        self.queue = QueuePanel(self.context, self.desk.policy)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._title.acts.addWidget(self.pull)
        self._inner = QWidget()
        self._cards = QVBoxLayout(self._inner)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(0)
        self.sources.body.addWidget(ScrollPane(self._inner), 1)
        row = QHBoxLayout()
        row.setSpacing(current_look().size("gutter"))
        row.addWidget(self.sources, 3)
        row.addWidget(self.queue, 2)
        for part in (self._title, self.progress):
            self.column.addWidget(part)
        self.column.addLayout(row, 1)

    def _connect(self) -> None:
        self.pull.clicked.connect(self._pulls.pull_now)
        self.progress.cancelled.connect(self._stop)
        self._pulls.begun.connect(self._begun)
        self._pulls.progressed.connect(self._progressed)
        self._pulls.ended.connect(self._ended)

    @override
    def activate(self) -> None:
        self.runner.run(self.desk.pull.standings, self._show_standings, self.show_failure, self, lane=Lane.BACKGROUND)
        self.runner.run(self.desk.queue.count, self._show_queue, self.show_failure, self, lane=Lane.BACKGROUND)
        if self._pulls.pulling:
            self._begun()

    @override
    def retranslate(self) -> None:
        t = self.context.t
        line = t("clearance.line", count=len(self._standings)) if self._standings else ""
        self._title.set_words(t("clearance.title"), self.context.second("clearance.title"), line)
        self.pull.set_label(t("clearance.pull"))
        self.pull.setEnabled(bool(self._standings))
        self.sources.set_title(t("clearance.sources"), self.context.second("clearance.sources"))
        self._show_cards()
        self.queue.show_queue(self._queue, self.desk.clock.now())

    def _show_cards(self) -> None:
        empty(self._cards)
        now = self.desk.clock.now()
        for number, standing in enumerate(self._standings):
            if number:
                self._cards.addWidget(Rule())
            self._cards.addWidget(source_card(self.context, standing, self.desk.source_titles, now))
        if not self._standings:
            self._cards.addWidget(Label(self.context.t("sources.none"), tone="ink2", wrap=True))
        self._cards.addStretch(1)

    def _show_standings(self, standings: tuple[SourceStanding, ...]) -> None:
        self._standings = standings
        self.retranslate()

    def _show_queue(self, queue: Queue) -> None:
        self._queue = queue
        self.queue.show_queue(queue, self.desk.clock.now())

    def _begun(self) -> None:
        self.fault.clear()
        self.pull.set_busy(True)
        self.progress.start(self.context.t("clearance.pulling"), self.context.t("clearance.stop"))

    def _stop(self) -> None:
        """Stop, and say at once that it was heard: a portal that answers slowly keeps its slice for half a minute."""
        self._pulls.stop()
        self.progress.cancel.hide()
        self.progress.advance(self.context.t("clearance.stopping"))

    def _progressed(self, progress: PullProgress) -> None:
        left = progress.remaining
        key = "clearance.progress" if left is None else "clearance.progress_of"
        source = self.context.of(self.desk.source_titles.of(progress.source))
        values = {"source": source, "count": f"{progress.rows:,}", "left": f"{left or 0:,}"}
        part = None if left is None else progress.rows / max(1, progress.rows + left)
        self.progress.advance(self.context.t(key, **values), part)

    def _ended(self, error: DeskError | None) -> None:
        self.pull.set_busy(False)
        self.progress.finish()
        if error is not None:
            self.show_failure(self.desk.source_titles.in_words(error, self.context.language))
        if self.isVisible():
            self.activate()
