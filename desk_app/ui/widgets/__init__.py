# SPDX-License-Identifier: GPL-3.0-or-later
"""The kit of parts that every page is built of; a page sets no colour and no size of its own."""

from desk_app.ui.widgets.banner import VerdictBanner
from desk_app.ui.widgets.button import KeyButton
from desk_app.ui.widgets.field import Field, line_edit
from desk_app.ui.widgets.focus_ring import FocusRing
from desk_app.ui.widgets.label import ElidedLabel, Icon, IconLabel, Keycap, Label, Rule, ink_of
from desk_app.ui.widgets.marks import Chip, Lamp, LampState, NumberDot, Tile
from desk_app.ui.widgets.notes import InlineFault, ProgressLine
from desk_app.ui.widgets.panel import Panel, ScrollPane
from desk_app.ui.widgets.photo import Photo
from desk_app.ui.widgets.segmented import Option, Segmented
from desk_app.ui.widgets.surface import Surface
from desk_app.ui.widgets.table import Cell, Column, DataTable, Row

__all__ = [
    "Cell",
    "Chip",
    "Column",
    "DataTable",
    "ElidedLabel",
    "Field",
    "FocusRing",
    "Icon",
    "IconLabel",
    "InlineFault",
    "KeyButton",
    "Keycap",
    "Label",
    "Lamp",
    "LampState",
    "NumberDot",
    "Option",
    "Panel",
    "Photo",
    "ProgressLine",
    "Row",
    "Rule",
    "ScrollPane",
    "Segmented",
    "Surface",
    "Tile",
    "VerdictBanner",
    "ink_of",
    "line_edit",
]
