# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables: chosen and opened by key, rows that differ, a place beyond the text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desk_app.ui.theme import Look
from desk_app.ui.widgets import Cell, Column, DataTable, Panel, Row
from tests.ui.widgets.conftest import Show


def table_rows(count: int) -> list[Row]:
    return [
        Row(
            f"k{n}",
            (Cell(str(n)), Cell("已沖正", chip="stop") if n == 1 else Cell("已發給", caption=True)),
            note=n == 2,
        )
        for n in range(count)
    ]


def test_a_table_reports_choice_and_opening_by_key(shown: Show, qtbot: QtBot) -> None:
    table = DataTable("清冊")
    shown(table)
    table.show_rows([Column("序", 60, right=True), Column("狀態", 0)], table_rows(5))
    table.setFocus()
    with qtbot.waitSignal(table.row_chosen) as chosen:
        QTest.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(table.row_opened) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args == opened.args == [table.chosen_key]
    assert table.accessibleName() == "清冊"


def test_a_choice_survives_new_rows_while_it_is_among_them(shown: Show) -> None:
    table = DataTable()
    shown(table)
    columns = [Column("序", 60), Column("狀態", 0)]
    table.show_rows(columns, table_rows(5))
    table.choose("k3")
    table.show_rows(columns, table_rows(4))
    assert table.chosen_key == "k3"
    table.show_rows(columns, table_rows(2))
    assert table.chosen_key == ""
    assert len(table.rows) == 2


def test_a_row_that_differs_is_a_note(shown: Show, look: Look) -> None:
    table = DataTable()
    shown(table)
    table.show_rows([Column("序", 60), Column("狀態", 0)], table_rows(4))
    grabbed = table.viewport().grab().toImage()
    assert grabbed.pixelColor(50, 2 * 40 + 6).name() == look.theme.family("hold").tint.name()
    assert grabbed.pixelColor(50, 3 * 40 + 6).name() != look.theme.family("hold").tint.name()


def test_a_table_in_a_panel_reaches_beyond_the_text(shown: Show, look: Look) -> None:
    panel, table = Panel("清冊", "Ledger", tight=True), DataTable()
    panel.add_table(table)
    shown(panel)
    assert table.x() == look.size("line_hair") + look.size("panel_padding") - 12
    assert table.parentWidget() is panel
    panel.set_title("日結", "Close")
    assert panel.accessibleName() == "日結"
