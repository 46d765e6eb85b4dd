# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a day's report: bars by hour and four numbers with their words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.domain.papers import DailyLogContent
from desk_app.domain.policy import Pickup
from desk_app.ui.context import UiContext
from desk_app.ui.pages.day_counts import refused_words
from desk_app.ui.widgets import Label, Panel, Rule
from desk_app.ui.widgets.hour_chart import HourBar

_NUMBER_WIDTH = 64


def hour_bars(content: DailyLogContent, pickup: Pickup, closed: str) -> tuple[HourBar, ...]:
    """Give a bar for every hour from the first to the last that the counter serves, and any other with hand-overs."""
    counted = {count.hour: count for count in content.hours}
    served = [window.start.hour for window in pickup.windows] + [
        window.end.hour - (window.end.minute == 0) for window in pickup.windows
    ]
    hours = [*served, *counted]
    if not hours:
        return ()
    bars = []
    for hour in range(min(hours), max(hours) + 1):
        count = counted.get(hour)
        word = "" if _is_served(hour, pickup) else closed
        bars.append(HourBar(f"{hour:02d}", count.in_person if count else 0, count.by_proxy if count else 0, word))
    return tuple(bars)


def _is_served(hour: int, pickup: Pickup) -> bool:
    """Tell whether a service window reaches into an hour."""
    return any(
        window.start.hour <= hour and (window.end.hour > hour or (window.end.hour == hour and window.end.minute > 0))
        for window in pickup.windows
    )


class _Figure(QWidget):
    """A number at the left, its words and a line below at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.number = Label("", "title")
        self.number.setAlignment(self.number.alignment() | Qt.AlignmentFlag.AlignRight)
        self.number.setFixedWidth(_NUMBER_WIDTH)
        self.words = Label()
        self.words.set_strong(True)
        self.line = Label("", "caption", "ink2")
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(self.words)
        column.addWidget(self.line)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.number)
        row.addLayout(column, 1)

    def show_words(self, number: str, words: str, line: str) -> None:
        """Show a figure."""
        self.number.setText(number)
        self.words.setText(words)
        self.line.set_text(line)


class DayFigures(Panel):
    """Four numbers: handed over, the busiest hour, the median time, and what was not handed over."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(padding=12)
        self._context = context
        self.figures = [_Figure() for _ in range(4)]
        self.body.setSpacing(0)
        for number, figure in enumerate(self.figures):
            if number:
                self.body.addWidget(Rule())
            self.body.addWidget(figure, 1)

    def show_day(self, content: DailyLogContent) -> None:
        """Show the figures of a day."""
        t = self._context.t
        released, peak, median, refused = self.figures
        split = t("counts.split", in_person=content.in_person, by_proxy=content.by_proxy)
        calls = len(content.by_phone)
        words = t("counts.released_by_phone", count=calls) if calls else t("counts.released")
        released.show_words(str(content.in_person + content.by_proxy), words, split)
        self._show_peak(peak, content)
        seconds = "–" if content.median_seconds is None else str(content.median_seconds)
        median.show_words(seconds, t("reports.median"), t("reports.median_line"))
        total = sum(count for _code, count in content.refused)
        refused.show_words(str(total), t("reports.refused"), refused_words(self._context, dict(content.refused)))

    def _show_peak(self, figure: _Figure, content: DailyLogContent) -> None:
        t = self._context.t
        busiest = max(content.hours, key=lambda hour: hour.in_person + hour.by_proxy, default=None)
        if busiest is None:
            figure.show_words("0", t("reports.no_peak"), "")
            return
        count = busiest.in_person + busiest.by_proxy
        line = t("reports.peak_line", minutes=f"{60 / count:.1f}".removesuffix(".0"))
        figure.show_words(str(count), t("reports.peak", hour=f"{busiest.hour:02d}"), line)
