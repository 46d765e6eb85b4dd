# SPDX-License-Identifier: GPL-3.0-or-later
"""The left column: photo, name and number of the graduate, the proxy below, and the act that clears."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.model import Pair, PersonModel, ProxyModel
from desk_app.ui.pages.pickup.parts_view import column, empty, row
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Chip, IconLabel, KeyButton, Label, Panel, Photo, Rule, ScrollPane

_PAIR_WIDTH = 80


class PersonView(Panel):
    """Who stands at the desk."""

    cleared = Signal()
    photo_differs = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.body.setSpacing(0)
        self._content, self._lines = column(0)
        self._differs = KeyButton("ghost", "F10", "photo-mismatch", height="row")
        self._differs.clicked.connect(self.photo_differs)
        self.clear = KeyButton("plain", "Esc")
        self.clear.clicked.connect(self.cleared)
        self.body.addWidget(ScrollPane(self._content), 1)
        self.body.addWidget(self._differs)
        self.body.addSpacing(8)
        self.body.addWidget(self.clear)

    def show_person(self, model: PersonModel | None) -> None:
        """Show a person; ``None`` leaves only the act that clears."""
        self.clear.set_label(self._context.t("pickup.clear"))
        self._differs.set_label(self._context.t("pickup.photo_differs"))
        empty(self._lines)
        self._differs.setVisible(model is not None and model.may_differ and model.proxy is None)
        if model is None:
            return
        beside = 4 - int(current_look().compact)
        if model.enlarged:
            beside = 2 if current_look().compact else 0
        self._lines.addWidget(self._top(model, model.pairs[:beside]))
        self._lines.addSpacing(12)
        self._add_names(model)
        below = model.pairs[beside:]
        if below:
            self._add_pairs(below)
        if model.proxy is not None:
            self._add_proxy(model.proxy)
        self._lines.addStretch(1)

    def _top(self, model: PersonModel, pairs: tuple[Pair, ...]) -> QWidget:
        widget, layout = row(16)
        photo = Photo(model.photo)
        look = current_look()
        width, height = look.extent("photo_stop" if model.enlarged else "photo")
        if model.enlarged and look.compact:  # the large one would push the name out of the column
            width, height = width * 7 // 12, height * 7 // 12
        photo.setFixedSize(width, height)
        layout.addWidget(photo)
        side = QVBoxLayout()
        side.setSpacing(0)
        for caption, value in pairs:
            side.addWidget(Label(caption, "caption", "ink3"))
            side.addWidget(Label(value, wrap=True))
        side.addStretch(1)
        layout.addLayout(side, 1)
        return widget

    def _add_names(self, model: PersonModel) -> None:
        name = Label(model.name, "title", wrap=True)
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lines.addWidget(name)
        if model.romanised:
            self._lines.addWidget(Label(model.romanised, "caption", "ink2", wrap=True))
        self._lines.addSpacing(4)
        self._lines.addWidget(Label(model.number, "lead"))
        self._lines.addWidget(Label(model.unit, wrap=True))
        self._lines.addWidget(Label(model.level, "caption", "ink2"))

    def _add_pairs(self, pairs: tuple[Pair, ...]) -> None:
        self._lines.addSpacing(8)
        self._lines.addWidget(Rule())
        self._lines.addSpacing(6)
        for number, (caption, value) in enumerate(pairs):
            self._lines.addSpacing(4 if number else 0)
            widget, layout = row(0)
            label = Label(caption, "caption", "ink3")
            label.setFixedWidth(_PAIR_WIDTH)
            layout.addWidget(label)
            layout.addWidget(Label(value), 1)
            self._lines.addWidget(widget)

    def _add_proxy(self, proxy: ProxyModel) -> None:
        self._lines.addSpacing(8)
        self._lines.addWidget(Rule())
        self._lines.addSpacing(8)
        widget, layout = row(8)
        layout.addWidget(IconLabel("users", self._context.t("pickup.proxy"), type="caption", tone="ink2"))
        layout.addStretch(1)
        layout.addWidget(Chip("plain", proxy.today))
        self._lines.addWidget(widget)
        self._lines.addWidget(Label(proxy.name, "lead", wrap=True))
        self._lines.addWidget(Label(proxy.document, "caption", "ink2"))
