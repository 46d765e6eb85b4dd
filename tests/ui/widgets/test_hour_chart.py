# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart of the hours: its axis, its colours, its numbers read aloud."""

from __future__ import annotations

import pytest

from desk_app.ui.theme import Look
from desk_app.ui.widgets.hour_chart import HourBar, HourChart, Legend, axis_step
from tests.ui.widgets.conftest import Show


@pytest.mark.parametrize(("highest", "step"), [(0, 1), (3, 1), (4, 2), (26, 10), (31, 20), (100, 50), (301, 200)])
def test_three_lines_of_the_axis_reach_the_highest_bar(highest: int, step: int) -> None:
    assert axis_step(highest) == step
    assert axis_step(highest) * 3 >= highest


def test_the_chart_reads_its_numbers_aloud_and_paints_accent_and_tint(shown: Show, look: Look) -> None:
    chart, legend = HourChart(), Legend("chart_b")
    legend.set_text("代領")
    shown(chart, legend)
    chart.show_bars([HourBar("08", 20, 10), HourBar("12", 0, 0, "午休"), HourBar("13", 5, 0)], "每小時發給件數")
    assert chart.accessibleDescription() == "08 30, 12 0, 13 5"
    assert [bar.total for bar in chart.bars] == [30, 0, 5]
    colors = {
        chart.grab().toImage().pixelColor(32 + (chart.width() - 32) // 6, y).name() for y in range(chart.height())
    }
    assert {look.color("chart_a").name(), look.color("chart_b").name()} <= colors


def test_the_number_above_the_highest_bar_is_not_cut_off(shown: Show, look: Look) -> None:
    chart = HourChart()
    shown(chart)
    chart.show_bars([HourBar("08", 30, 0)], "每小時發給件數")
    picture = chart.grab().toImage()
    middle = 32 + (chart.width() - 32) // 2
    ink = [
        y
        for y in range(picture.height() // 2)
        for x in range(middle - 12, middle + 12)
        if picture.pixelColor(x, y).name() == look.color("ink").name()
    ]
    assert min(ink) > 0
    assert max(ink) - min(ink) >= 7  # the whole height of a digit
