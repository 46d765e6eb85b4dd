# SPDX-License-Identifier: GPL-3.0-or-later
"""The top bar: which desk this is, the search, the lamps, who works here."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desk_app.services.wording import counter_name
from desk_app.ui.names import campus
from desk_app.ui.pages import PageParts
from desk_app.ui.shell.desk_tile import DeskTile
from desk_app.ui.shell.lamp_button import LampButton
from desk_app.ui.shell.lamps import Lamps
from desk_app.ui.shell.operator_menu import OperatorButton
from desk_app.ui.shell.search_box import SearchBox
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Chip, Label
from desk_app.ui.widgets.surface import Surface

_SEARCH_WIDTH = 360
_SEARCH_WIDTH_COMPACT = 280
_SEARCH_LEAST = 184


class TopBar(Surface):
    """The bar of 56 px above everything."""

    def __init__(self, parts: PageParts, search: SearchBox) -> None:
        super().__init__("chrome")
        self._parts = parts
        self._search = search
        self.setFixedHeight(current_look().size("topbar"))
        self._office = Label()
        self._office.set_strong(True)
        self._desk = Label("", "caption", "ink2")
        self.demo = Chip("hold")
        self.reader_button = LampButton()
        self.lamps = Lamps(parts.context, self.reader_button)
        self.operator = OperatorButton(parts.context)
        self._build_row()
        self.retranslate()

    def _build_row(self) -> None:
        identity = self._parts.desk.identity
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._office)
        words.addWidget(self._desk)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 24, 0)
        row.setSpacing(12)
        row.addWidget(DeskTile(f"{identity.receipt_prefix}{identity.desk}"))
        row.addLayout(words)
        row.addWidget(self.demo)
        row.addStretch(1)
        row.addWidget(self._search, 100)
        row.addStretch(1)
        row.addWidget(self.lamps)
        row.addSpacing(12)
        row.addWidget(self.operator)
        self.demo.setVisible(identity.demo)
        self.settle_width()

    def settle_width(self) -> None:
        """Give the search the width and the words of the density."""
        self._search.retranslate()
        self._search.setMinimumWidth(_SEARCH_LEAST)
        self._search.setMaximumWidth(_SEARCH_WIDTH_COMPACT if current_look().compact else _SEARCH_WIDTH)

    def retranslate(self) -> None:
        """Say every word anew."""
        context, desk = self._parts.context, self._parts.desk
        self._office.setText(context.of(counter_name(desk.policy, desk.identity.counter)))
        place = campus(context, desk.policy, desk.identity.counter)
        self._desk.setText(context.t("shell.desk", place=place, desk=desk.identity.desk))
        self.demo.set_state("hold", context.t("shell.demo"))
        self.lamps.retranslate()
        self.reader_button.setAccessibleDescription(context.t("reader.check.title"))
        self.operator.retranslate()
