# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration's drawer of cards: a small window from which simulated cards are laid on the reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from desk_app.i18n import Catalogue

CardT = TypeVar("CardT")

_WIDTH_PX = 360
_HEIGHT_PX = 520


class ReaderPanel(QWidget, Generic[CardT]):
    """Lists cards by their labels and hands the chosen one to the reader; what a card is, it does not know."""

    def __init__(
        self,
        cards: Sequence[tuple[str, CardT]],
        present: Callable[[CardT], None],
        remove: Callable[[], None],
        texts: Catalogue,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self._present = present
        self._remove = remove
        self._texts = texts
        self._cards: list[CardT] = []
        self._lying: int | None = None
        self._build_parts()
        self._build_layout()
        self.set_cards(cards)
        self.retranslate(texts)

    def _build_parts(self) -> None:
        self.setProperty("role", "ground")
        self._hint = QLabel()
        self._hint.setProperty("type", "caption")
        self._hint.setProperty("tone", "ink2")
        self._hint.setWordWrap(True)
        self._list = QListWidget()
        self._list.setProperty("role", "list")
        self._list.setWordWrap(True)
        self._list.currentRowChanged.connect(self._show_what_is_possible)
        self._list.itemActivated.connect(self.lay_on)
        self._status = QLabel()
        self._status.setWordWrap(True)
        self._lay_on, self._swap, self._take_off = QPushButton(), QPushButton(), QPushButton()
        for button, kind, act in (
            (self._lay_on, "primary", self.lay_on),
            (self._swap, "plain", self.lay_on),
            (self._take_off, "plain", self.take_off),
        ):
            button.setProperty("role", kind)
            button.clicked.connect(act)

    def _build_layout(self) -> None:
        buttons = QHBoxLayout()
        for button in (self._lay_on, self._swap, self._take_off):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        for part in (self._hint, self._list, self._status):
            layout.addWidget(part)
        layout.addLayout(buttons)
        self.resize(_WIDTH_PX, _HEIGHT_PX)

    def set_cards(self, cards: Sequence[tuple[str, CardT]]) -> None:
        """Show other cards, or the same ones with other labels; the choice stays."""
        row = self._list.currentRow()
        self._list.clear()
        self._cards = [card for _, card in cards]
        self._list.addItems([label for label, _ in cards])
        self._list.setCurrentRow(min(max(row, 0), len(cards) - 1))
        self._show_what_is_possible()

    def retranslate(self, texts: Catalogue) -> None:
        """Change the language; the labels come with :meth:`set_cards`."""
        self._texts = texts
        self.setWindowTitle(texts("demo.reader.title"))
        self._hint.setText(texts("demo.reader.hint"))
        self._list.setAccessibleName(texts("demo.reader.list"))
        self._lay_on.setText(texts("demo.reader.lay_on"))
        self._swap.setText(texts("demo.reader.swap"))
        self._take_off.setText(texts("demo.reader.take_off"))
        self._show_what_is_possible()

    def choose(self, row: int) -> None:
        """Choose a card of the list."""
        self._list.setCurrentRow(row)

    def lay_on(self) -> None:
        """Lay the chosen card on the reader, in place of one that lies there."""
        row = self._list.currentRow()
        if row < 0:
            return
        self._lying = row
        self._present(self._cards[row])
        self._show_what_is_possible()

    def take_off(self) -> None:
        """Take the card off the reader."""
        self._lying = None
        self._remove()
        self._show_what_is_possible()

    def _show_what_is_possible(self) -> None:
        chosen, lying = self._list.currentRow() >= 0, self._lying is not None
        self._lay_on.setEnabled(chosen and not lying)
        self._swap.setEnabled(chosen and lying and self._list.currentRow() != self._lying)
        self._take_off.setEnabled(lying)
        item = None if self._lying is None else self._list.item(self._lying)
        if item is None:
            self._status.setText(self._texts("demo.reader.empty"))
        else:
            self._status.setText(self._texts("demo.reader.lying", label=item.text().splitlines()[0]))
