# SPDX-License-Identifier: GPL-3.0-or-later
"""The day in numbers: what was handed over, and what ended otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.domain.records import DayCounts
from desk_app.domain.verdict import VerdictCode
from desk_app.ui.context import UiContext
from desk_app.ui.widgets import IconLabel, Label, Panel, Rule

SHOWN = (VerdictCode.HOLD, VerdictCode.NEED_EVIDENCE, VerdictCode.REDIRECT, VerdictCode.STOP)
"""The refusals that have a figure of their own, in the order of the picture; the rest is counted together."""


class _Figure(QWidget):
    """One number above its verdict's icon and word."""

    def __init__(self, icon: str, tone: str) -> None:
        super().__init__()
        self.number = Label("0", "title")
        self.word = IconLabel(icon, type="caption", tone="ink2", icon_tone=tone)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.number)
        column.addWidget(self.word)


class DayCountsRow(Panel):
    """The counts of a day in one row."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._counts = DayCounts()
        self.released = Label("0", "display")
        self._word = Label()
        self._word.set_strong(True)
        self.split = Label("", "caption", "ink2")
        self.figures = {code: self._figure(code) for code in SHOWN}
        self._build_row()

    def _figure(self, code: VerdictCode) -> _Figure:
        family, icon = self._context.theme.verdict(code)
        return _Figure(icon, family)

    def _build_row(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._word)
        words.addWidget(self.split)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.released)
        row.addLayout(words)
        row.addStretch(1)
        row.addWidget(Rule(vertical=True))
        for figure in self.figures.values():
            figure.setMinimumWidth(88)
            row.addWidget(figure)
        self.body.addLayout(row)

    def show_counts(self, counts: DayCounts) -> None:
        """Show the counts of a day."""
        self._counts = counts
        self.retranslate()

    def retranslate(self) -> None:
        """Say every word anew."""
        t, counts = self._context.t, self._counts
        self.released.setText(str(counts.released))
        self._word.setText(t("counts.released"))
        self.split.setText(t("counts.split", in_person=counts.in_person, by_proxy=counts.by_proxy))
        for code, figure in self.figures.items():
            figure.number.setText(str(counts.refused.get(code.value, 0)))
            figure.word.set_text(t(f"counts.refused.{code.value}"))


def refused_words(context: UiContext, refused: Mapping[str, int]) -> str:
    """Write the refusals of a day by verdict in one line, the most frequent first."""
    entries = sorted(refused.items(), key=lambda entry: (-entry[1], entry[0]))
    return context.t("counts.join").join(
        context.t("counts.entry", word=context.t(f"counts.refused.{code}"), count=count) for code, count in entries
    )
