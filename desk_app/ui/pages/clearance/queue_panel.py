# SPDX-License-Identifier: GPL-3.0-or-later
"""What today's queue would look like: who may collect, who is held, and by which office."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desk_app.domain.policy import Policy
from desk_app.domain.queue import Queue
from desk_app.services.explain.names import Names, at_start
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.parts_view import empty
from desk_app.ui.widgets import IconLabel, Label, Panel, Rule, ScrollPane

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class QueuePanel(Panel):
    """Two figures, one row an office, and what they count."""

    def __init__(self, context: UiContext, policy: Policy) -> None:
        super().__init__()
        self._context = context
        self._policy = policy
        self._inner = QWidget()
        self._lines = QVBoxLayout(self._inner)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(8)
        self.body.addWidget(ScrollPane(self._inner), 1)
        self._what = Label("", "caption", "ink3", wrap=True)
        self.body.addWidget(self._what)

    def show_queue(self, queue: Queue | None, now: datetime) -> None:
        """Show the queue; ``None`` while it is being counted."""
        t = self._context.t
        self.set_title(t("clearance.queue"), self._context.second("clearance.queue"))
        self._what.setText(t("clearance.counts_what"))
        empty(self._lines)
        if queue is None:
            self._lines.addWidget(Label(t("clearance.counting"), "body", "ink3"))
        else:
            self._lines.addWidget(self._figures(queue))
            self._lines.addWidget(Rule())
            self._lines.addWidget(self._offices(queue, Names.of(self._policy, self._context.language, now)))
        self._lines.addStretch(1)

    def _figures(self, queue: Queue) -> QWidget:
        t = self._context.t
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(32)
        for count, key, icon, tone in (
            (queue.ready, "ready", "verdict-release", "release"),
            (queue.held, "held", "verdict-hold", "hold"),
        ):
            figure = QVBoxLayout()
            figure.setSpacing(0)
            figure.addWidget(Label(f"{count:,}", "display"))
            figure.addWidget(IconLabel(icon, t(f"clearance.{key}"), type="caption", tone="ink2", icon_tone=tone))
            row.addLayout(figure)
        row.addStretch(1)
        return widget

    def _offices(self, queue: Queue, names: Names) -> QWidget:
        t = self._context.t
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for column, key in enumerate(("office", "refused", "unknown")):
            grid.addWidget(_cell(t(f"clearance.{key}"), column, "caption", "ink3"), 0, column)
        rows = [(at_start(names.short_office(one.office)), one.refused, one.unknown) for one in queue.offices]
        if queue.not_started:
            rows.insert(0, (t("clearance.not_started"), queue.not_started, 0))
        for number, (office, refused, unknown) in enumerate(rows, start=1):
            grid.addWidget(Label(office, wrap=True), number, 0)
            grid.addWidget(_cell(f"{refused:,}" if refused else "–", 1), number, 1)
            grid.addWidget(_cell(f"{unknown:,}" if unknown else "–", 2), number, 2)
        return widget


def _cell(text: str, column: int, kind: str = "body", tone: str = "ink") -> Label:
    label = Label(text, kind, tone)
    if column:
        label.setAlignment(_RIGHT)
    return label
