# SPDX-License-Identifier: GPL-3.0-or-later
"""One source of clearance data: how it is doing, in words, and what keeps it away."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.domain.clearance_sources import SourceStatus
from desk_app.domain.errors import DeskError
from desk_app.services.clearance.pull import SourceStanding
from desk_app.services.clearance.titles import SourceTitles
from desk_app.ui.context import UiContext
from desk_app.ui.widgets import Chip, IconLabel, Label, Tile

_LONG = 18
"""A title with more characters may take two lines."""

_ICONS = {"portal": "lamp-portal", "files": "download", "view": "lamp-store"}


def source_card(context: UiContext, standing: SourceStanding, titles: SourceTitles, now: datetime) -> QWidget:
    """Give a source as a row: title, kind, state; below, its facts and, in full words, its fault."""
    status = standing.status
    card = QWidget()
    row = QHBoxLayout(card)
    row.setContentsMargins(0, 12, 0, 12)
    row.setSpacing(16)
    tone = _tone(standing)
    tile = Tile(_ICONS[standing.kind.value], tone, dashed=status.last_success is None)
    top = QVBoxLayout()
    top.addWidget(tile)
    top.addStretch(1)
    row.addLayout(top)
    lines = QVBoxLayout()
    lines.setSpacing(4)
    lines.addLayout(_head(context, standing, titles, tone))
    lines.addWidget(Label(_came(context, status, now), "body", "ink2", wrap=True))
    lines.addWidget(Label(_next(context, status, now), "caption", "ink3", wrap=True))
    for line in _left_out(context, status):
        lines.addWidget(Label(line, "caption", "ink2", wrap=True))
    if status.fault is not None:
        error = DeskError(status.fault.code, **dict(status.fault.data))
        words = context.error_words(titles.in_words(error, context.language))
        icon, ink = ("warning", "hold") if status.fails else ("info", "ink2")
        lines.addWidget(IconLabel(icon, words, type="caption", tone=ink, wrap=True))
    elif standing.trouble is not None:
        lines.addWidget(IconLabel("warning", context.t("clearance.silent"), type="caption", tone="hold", wrap=True))
    row.addLayout(lines, 1)
    return card


def _tone(standing: SourceStanding) -> str:
    if standing.status.stopped and standing.trouble is None:
        return "plain"
    return "hold" if standing.trouble is not None or standing.status.last_success is None else "release"


def _head(context: UiContext, standing: SourceStanding, titles: SourceTitles, tone: str) -> QHBoxLayout:
    head = QHBoxLayout()
    head.setSpacing(12)
    title = context.of(titles.of(standing.name))
    long = len(title) > _LONG
    head.addWidget(Label(title, "lead", wrap=long), int(long))
    head.addWidget(Label(context.t(f"sources.kind.{standing.kind.value}"), "caption", "ink3"))
    if not long:
        head.addStretch(1)
    state = "never" if standing.status.last_success is None else "works"
    if standing.trouble is not None:
        state = "fails"
    elif standing.status.fault is not None:
        state = "stopped"
    head.addWidget(Chip(tone, context.t(f"clearance.state.{state}")))
    return head


def _came(context: UiContext, status: SourceStatus, now: datetime) -> str:
    """Say when something came last, how much, and how old its newest datum is."""
    if status.last_success is None:
        return context.t("clearance.never")
    age = context.texts.age(now - status.last_success)
    if status.newest is None:
        return context.t("clearance.came_empty", age=age)
    newest = context.texts.age(now - status.newest)
    return context.t("clearance.came", age=age, count=f"{status.rows:,}", newest=newest)


def _next(context: UiContext, status: SourceStatus, now: datetime) -> str:
    """Say when it is asked again, and how often it has failed in a row."""
    due = status.is_due(now) or status.next_try is None
    when = context.t("clearance.next_now") if due else context.t("clearance.next_at", time=_clock(status.next_try, now))
    return context.t("clearance.failures", next=when, count=status.failures) if status.failures else when


def _clock(instant: datetime | None, now: datetime) -> str:
    return f"{instant.astimezone(now.tzinfo):%H:%M}" if instant else ""


def _left_out(context: UiContext, status: SourceStatus) -> list[str]:
    """Count what came and could not be kept, by its cause; which places those were is not kept."""
    return [
        context.t("sources.left_out", count=f"{count:,}", why=_why(context, f"import.finding.{code}"))
        for code, count in status.skipped.items()
    ]


def _why(context: UiContext, key: str) -> str:
    """Say a cause, also one that another version of the program has kept."""
    known = key if context.texts.has(key) else "import.finding.other"
    return context.t(known, value="…", allowed="…")
