# SPDX-License-Identifier: GPL-3.0-or-later
"""One of a list that may be long: a button with what is chosen on it, and a menu below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy
from typing_extensions import override

from desk_app.ui.theme import MENU, dress
from desk_app.ui.widgets.opening_button import OpeningButton
from desk_app.ui.widgets.painting import text_width

_WIDEST = 360


class ChoiceButton(OpeningButton):
    """Shows the chosen entry; a press or Space opens the menu with all of them."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._options: tuple[tuple[str, str], ...] = ()
        self._value = ""
        self.menu = QMenu(self)
        dress(self.menu, MENU)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)

    @property
    def value(self) -> str:
        """The id of the chosen entry, "" when none is."""
        return self._value

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all entries."""
        return tuple(identifier for identifier, _label in self._options)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer these entries, as ids with their words; a choice that is still among them stays."""
        self._options = tuple(options)
        self.menu.clear()
        for identifier, label in self._options:
            action = self.menu.addAction(label)
            action.triggered.connect(lambda _checked=False, one=identifier: self.choose(one))
        self.set_value(self._value if self._value in self.ids else "")

    def set_value(self, value: str) -> None:
        """Choose an entry without reporting it."""
        self._value = value
        self.setText(dict(self._options).get(value, ""))
        self.setAccessibleDescription(self.text())
        self.updateGeometry()
        self.update()

    def choose(self, value: str) -> None:
        """Choose an entry and report it."""
        if value != self._value:
            self.set_value(value)
            self.chosen.emit(value)

    def _open(self) -> None:
        self.menu.setMinimumWidth(self.width())
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    @override
    def sizeHint(self) -> QSize:
        widest = max((text_width("body", label) for _identifier, label in self._options), default=0)
        return self.size_around(min(widest, _WIDEST))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())
