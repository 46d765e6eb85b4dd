# SPDX-License-Identifier: GPL-3.0-or-later
"""Small compositions that the columns of the pick-up page share."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from desk_app.services.explain.items import ClearanceRow
from desk_app.services.explain.notices import NoticeLine
from desk_app.services.explain.reasons import ReasonRow
from desk_app.ui.pages.pickup.model import LineModel
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Chip, ElidedLabel, Icon, IconLabel, KeyButton, Label, Rule, ScrollPane, Tile

_LONG = 18
"""A title of a reason that is longer may take two lines."""

_LONG_FACTS = 44
"""Phone, place and age of more characters together do not stand on one line of the compact column."""

_TOP = Qt.AlignmentFlag.AlignTop
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TOP_RIGHT = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
_STATE_FAMILY = {"CLEARED": "release", "BY_PHONE": "release", "NOT_APPLICABLE": "ink3"}
_STATE_ICON = {
    "CLEARED": "state-cleared",
    "BY_PHONE": "phone",
    "NOT_APPLICABLE": "state-not-applicable",
    "OPEN": "state-open",
    "PENDING": "state-pending",
    "UNKNOWN": "state-unknown",
    "STALE": "state-stale",
}


def empty(layout: QLayout, keep: Iterable[QWidget] = ()) -> None:
    """Take everything out of a layout; what is not to be kept is deleted with all that is in it."""
    kept = set(keep)
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None and widget not in kept:
            # Hidden and not taken from its parent: that would style all of it once more, just before it goes.
            widget.hide()
            widget.deleteLater()


def take_out(widgets: Iterable[QWidget], home: QWidget) -> None:
    """Take lasting widgets out of whatever holds them, before that is deleted; they wait, hidden, at home."""
    for widget in widgets:
        widget.hide()
        viewport = widget.parentWidget()
        pane = viewport.parentWidget() if viewport is not None else None
        if isinstance(pane, ScrollPane) and pane.widget() is widget:
            pane.takeWidget()
        widget.setParent(home)


def column(spacing: int = 0) -> tuple[QWidget, QVBoxLayout]:
    """Give a widget with a column without margins."""
    widget = QWidget()
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return widget, layout


def row(spacing: int = 8) -> tuple[QWidget, QHBoxLayout]:
    """Give a widget with a row without margins."""
    widget = QWidget()
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return widget, layout


def bold(text: str, type_name: str = "body", tone: str = "ink", *, wrap: bool = False) -> Label:
    """Give a text in the heavy weight."""
    label = Label(text, type_name, tone, wrap=wrap)
    label.set_strong(True)
    return label


def head(title: str, second: str, right: QWidget | None = None) -> QWidget:
    """Give a head line: title, second language in caption, and something at the right."""
    widget, layout = row(8)
    layout.addWidget(bold(title))
    layout.addWidget(Label(second, "caption", "ink3"))
    layout.addStretch(1)
    if right is not None:
        layout.addWidget(right)
    return widget


def clearance_line(model: ClearanceRow) -> QWidget:
    """Give a row of the clearance table: icon, item, office and source, state, age."""
    look = current_look()
    widget, layout = row(0)
    widget.setFixedHeight(look.size("row") - 1)
    quiet = model.settled
    tone = _STATE_FAMILY.get(model.state, "hold")
    layout.addWidget(Icon(_STATE_ICON[model.state], tone))
    layout.addSpacing(12 if not look.compact else 8)
    name = Label(model.name, tone="ink3" if model.state == "NOT_APPLICABLE" else "ink")
    name.set_strong(not quiet)
    name.setFixedWidth(132 if not look.compact else 118)
    layout.addWidget(name)
    layout.addSpacing(8)
    layout.addWidget(ElidedLabel(model.where, "caption", "ink3"), 1)
    state = Label(model.word, "caption", tone)
    state.set_strong(not quiet)
    layout.addWidget(state)
    age = Label(model.age, "caption", "ink3")
    age.setFixedWidth(76)
    age.setAlignment(_RIGHT)
    layout.addWidget(age)
    return widget


def settled_line(model: ClearanceRow) -> QWidget:
    """Give a settled item in the dense form: icon, short name, source, age or the word."""
    compact, not_needed = current_look().compact, model.state == "NOT_APPLICABLE"
    widget, layout = row(6 if compact else 8)
    widget.setFixedHeight(current_look().size("row_dense"))
    layout.addWidget(Icon(_STATE_ICON[model.state], _STATE_FAMILY.get(model.state, "hold")))
    layout.addWidget(Label(model.short, tone="ink3" if not_needed else "ink"))
    where = "" if compact and not_needed else model.where_short
    layout.addWidget(ElidedLabel(where, "caption", "ink3"), 1)
    age = model.age_short if compact else model.age
    layout.addWidget(Label(model.word if not_needed else age, "caption", "ink3"))
    return widget


def glance_cell(model: ClearanceRow) -> QWidget:
    """Give an item at a glance: icon and short name."""
    tone = "ink3" if model.state == "NOT_APPLICABLE" else "ink"
    icon_tone = _STATE_FAMILY.get(model.state, "hold")
    return IconLabel(_STATE_ICON[model.state], model.short, type="caption", tone=tone, icon_tone=icon_tone)


def notice_row(notice: NoticeLine) -> QWidget:
    """Give a notice with its icon."""
    line = IconLabel(notice.icon, notice.text, icon_tone="ink2", wrap=True)
    line.setMinimumHeight(32 if not current_look().compact else 26)
    return line


def reason_widget(model: ReasonRow, act: KeyButton | None = None) -> QWidget:
    """Give a reason: tile, title, what to do, the state and an act at the right; below, phone, place and age."""
    widget, layout = row(16)
    space = 10 if not current_look().compact else 6
    layout.setContentsMargins(0, space, 0, space)
    layout.addWidget(Tile(model.icon, model.tone, dashed=model.dashed), 0, _TOP)
    body, lines = column(0)
    head_line, beside = row(12)
    beside.addWidget(Label(model.title, "lead", wrap=len(model.title) > _LONG), 1)
    beside.addWidget(Chip(model.tone, model.chip), 0, _TOP_RIGHT)
    lines.addWidget(head_line)
    what_to_do, beside = row(12)
    beside.addWidget(Label(model.act, wrap=True), 1)
    if act is not None:
        beside.addWidget(act, 0, _TOP_RIGHT)
    lines.addWidget(what_to_do)
    facts = _facts(model)
    if facts is not None:  # below the chip, not beside it: in English they need the whole width of the compact column
        lines.addWidget(facts)
    layout.addWidget(body, 1)
    return widget


def _facts(model: ReasonRow) -> QWidget | None:
    """Give phone, place and age; a place that does not fit beside the others stands in what to do already, or bends."""
    facts = [("phone", model.phone), ("pin", model.place), ("lamp-clock", model.age)]
    shown = [(icon, text) for icon, text in facts if text]
    wide = current_look().compact and sum(len(text) for _icon, text in shown) > _LONG_FACTS
    if wide and model.place.casefold() in model.act.casefold():
        shown = [(icon, text) for icon, text in shown if icon != "pin"]
        wide = False
    if not shown:
        return None
    widget, layout = row(18)
    for icon, text in shown:
        bends = wide and icon == "pin"
        layout.addWidget(IconLabel(icon, text, type="caption", tone="ink2", wrap=bends), int(bends))
    if not wide:
        layout.addStretch(1)
    return widget


def line_widget(model: LineModel, mark: QWidget, act: KeyButton | None = None) -> QWidget:
    """Give a row of mark, title and what to say, with an act at the right."""
    widget, layout = row(16)
    space = 8 if not current_look().compact else 6
    layout.setContentsMargins(0, space, 0, space)
    widget.setMinimumHeight(80 if not current_look().compact else 64)
    layout.addWidget(mark)
    words, lines = column(0)
    lines.addStretch(1)
    lines.addWidget(Label(model.title, "lead", wrap=len(model.title) > _LONG))
    lines.addWidget(Label(model.detail, tone="ink2", wrap=True))
    lines.addStretch(1)
    layout.addWidget(words, 1)
    if act is not None:
        layout.addWidget(act)
    return widget


def ruled(layout: QBoxLayout, widgets: Iterable[QWidget]) -> None:
    """Put widgets below each other with hairlines between them."""
    for number, widget in enumerate(widgets):
        if number:
            layout.addWidget(Rule())
        layout.addWidget(widget)
