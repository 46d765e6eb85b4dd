# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone, place and age of a reason leave its state in the window, however long the name of an office is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget

from desk_app.domain.verdict import Reason, ReasonCode
from desk_app.services.explain.reasons import ReasonRow
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.parts_view import reason_widget
from desk_app.ui.widgets import Chip, IconLabel
from tests.ui.shots import cut, settle

COMPACT_COLUMN = 462
OFFICE = "Your department's office"
ROW = ReasonRow(
    reasons=(Reason(ReasonCode.ITEM_OPEN, "DEPT_CERT"),),
    title="Department certification open",
    act="Ask your department's office",
    phone="no phone on record",
    place=OFFICE,
    age="2 min ago",
    chip="Open",
    icon="state-open",
)


@pytest.fixture(params=[True, False], ids=["compact", "regular"])
def compact(context: UiContext, request: pytest.FixtureRequest) -> Iterator[bool]:
    context.set_compact(request.param)
    yield request.param
    context.set_compact(False)


def facts(row: QWidget) -> list[str]:
    return [label.text() for label in row.findChildren(IconLabel)]


def test_a_long_office_that_is_named_above_is_left_out_of_a_narrow_column(compact: bool) -> None:
    row = reason_widget(ROW)
    assert facts(row) == ["no phone on record", *([] if compact else [OFFICE]), "2 min ago"]
    short = reason_widget(dataclasses.replace(ROW, place="Library", act="Return it to the Library"))
    assert facts(short) == ["no phone on record", "Library", "2 min ago"]


@pytest.mark.parametrize("act", [ROW.act, "Settle it online"])
def test_the_state_stays_in_a_narrow_column(context: UiContext, act: str) -> None:
    context.set_compact(True)
    room = QWidget()
    room.setFixedSize(COMPACT_COLUMN, 200)
    row = reason_widget(dataclasses.replace(ROW, act=act))
    row.setParent(room)
    row.setGeometry(0, 0, COMPACT_COLUMN, row.heightForWidth(COMPACT_COLUMN))
    room.show()
    settle()
    assert row.minimumSizeHint().width() <= COMPACT_COLUMN
    (chip,) = row.findChildren(Chip)
    assert chip.visibleRegion().boundingRect() == chip.rect()
    assert cut(row) == []
    room.close()
