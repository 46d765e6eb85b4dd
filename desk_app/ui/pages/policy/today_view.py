# SPDX-License-Identifier: GPL-3.0-or-later
"""What applies today: lines in four panels, each with its source and its mark; and what is doubtful in the pack."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.domain.basis import EntryStatus
from desk_app.services.doubts import Doubt
from desk_app.services.rules_today import RuleGroup, RuleLine
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.parts_view import column, empty, row, ruled
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Chip, Icon, Label, Panel, ScrollPane

_LABEL_WIDTH = 148
_LABEL_WIDTH_COMPACT = 124
_LEFT_GROUPS = ("service", "edition")
_TONES = {EntryStatus.SUSPECT: "hold", EntryStatus.DEFAULT: "plain"}
_TOP = Qt.AlignmentFlag.AlignTop


class TodayView(QWidget):
    """Two columns of panels that scroll together."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._groups: tuple[RuleGroup, ...] = ()
        self._doubts: tuple[Doubt, ...] = ()
        inner = QWidget()
        self._columns = QHBoxLayout(inner)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self.pane = ScrollPane(inner)
        self.pane.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.pane)
        room = QVBoxLayout(self)
        room.setContentsMargins(0, 0, 0, 0)
        room.addWidget(self.pane)

    def show_rules(self, groups: Sequence[RuleGroup], doubts: Sequence[Doubt]) -> None:
        """Show what applies, and what is doubtful in the pack."""
        self._groups, self._doubts = tuple(groups), tuple(doubts)
        self.rebuild()

    def rebuild(self) -> None:
        """Build everything anew, in the language and density of now."""
        empty(self._columns)
        gutter = current_look().size("gutter")
        self._columns.setSpacing(gutter)
        left, left_column = column(gutter)
        right, right_column = column(gutter)
        for group in self._groups:
            target = left_column if group.key in _LEFT_GROUPS else right_column
            target.addWidget(self._panel(group))
        if self._doubts:
            left_column.addWidget(self._doubt_panel())
        for side, layout in ((left, left_column), (right, right_column)):
            layout.addStretch(1)
            self._columns.addWidget(side, 1)

    def _panel(self, group: RuleGroup) -> Panel:
        t, second = self._context.t, self._context.second
        panel = Panel(t(f"rules.group.{group.key}"), second(f"rules.group.{group.key}"))
        panel.body.setSpacing(0)
        ruled(panel.body, [self._line(line) for line in group.lines])
        return panel

    def _line(self, line: RuleLine) -> QWidget:
        """Give one line: its name, what holds, and in caption what it rests on; the mark at the right."""
        widget, layout = row(12)
        layout.setContentsMargins(0, 8, 0, 8)
        name = Label(line.label, tone="ink2", wrap=True)
        name.setFixedWidth(_LABEL_WIDTH_COMPACT if current_look().compact else _LABEL_WIDTH)
        layout.addWidget(name, 0, _TOP)
        said, words = column(2)
        value = Label(line.value, wrap=True)
        value.set_strong(line.key == "now")
        words.addWidget(value)
        for text, tone in ((line.words, "ink2"), (line.note, "ink2"), (line.source, "ink3")):
            if text:
                quoted = self._context.t("rules.quoted", words=text) if text is line.words else text
                words.addWidget(Label(quoted, "caption", tone, wrap=True))
        layout.addWidget(said, 1)
        if line.status in _TONES:
            chip = Chip(_TONES[line.status], self._context.t(f"rules.mark.{line.status.value}"))
            layout.addWidget(chip, 0, _TOP)
        widget.setAccessibleName(f"{line.label} {line.value}")
        return widget

    def _doubt_panel(self) -> Panel:
        t, second = self._context.t, self._context.second
        places = sum(len(one.paths) for one in self._doubts)
        count = Label(t("rules.places", count=places), "caption", "ink2")
        panel = Panel(t("rules.group.findings"), second("rules.group.findings"), count)
        panel.body.setSpacing(0)
        ruled(panel.body, [self._doubt(one) for one in self._doubts])
        return panel

    def _doubt(self, doubt: Doubt) -> QWidget:
        """Give one doubt with every entry that it is about, in words; where it stands in the pack is its hint."""
        widget, layout = row(12)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.addWidget(Icon("warning", "stop" if doubt.serious else "hold"), 0, _TOP)
        said, words = column(0)
        words.addWidget(Label(doubt.words, wrap=True))
        words.addWidget(Label(self._context.t("rules.about_join").join(doubt.about), "caption", "ink3", wrap=True))
        layout.addWidget(said, 1)
        widget.setToolTip("\n".join(doubt.paths))
        return widget
