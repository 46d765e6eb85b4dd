# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration's drawer of cards: a small window from which simulated cards are laid on the reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desk_app.i18n import Catalogue
from desk_app.ui.theme import LIST, current_look, dress
from desk_app.ui.widgets.button import KeyButton
from desk_app.ui.widgets.label import Label
from desk_app.ui.widgets.painting import draw_box, draw_text

CardT = TypeVar("CardT")

_SIZE_PX = QSize(376, 640)
_ROW_PADDING_PX = 12

_Index = QModelIndex | QPersistentModelIndex


class _CardRow(QStyledItemDelegate):
    """Paints a label of two lines: who, and what the case shows."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        theme = current_look().theme
        return QSize(0, theme.type("body").line + theme.type("caption").line + theme.size("s1"))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look, chosen = current_look(), bool(option.state & QStyle.StateFlag.State_Selected)
        who, _, case = str(index.data()).partition("\n")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            draw_box(painter, QRectF(option.rect), look.size("radius_control"), look.color("accent_tint"))
        text = QRectF(option.rect).adjusted(_ROW_PADDING_PX, look.size("half"), -_ROW_PADDING_PX, -look.size("half"))
        upper, lower = QRectF(text), QRectF(text)
        upper.setHeight(look.theme.type("body").line)
        lower.setTop(upper.bottom())
        painter.setFont(look.font("body", bold=True))
        painter.setPen(look.color("accent_ink" if chosen else "ink"))
        draw_text(painter, upper, who)
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("accent_ink" if chosen else "ink2"))
        draw_text(painter, lower, case)
        painter.restore()


class ReaderPanel(QWidget, Generic[CardT]):
    """Lists cards by their labels and hands the chosen one to the reader; what a card is, it does not know.

    A label has two lines: key and name, and what the case shows.
    """

    def __init__(
        self,
        cards: Sequence[tuple[str, CardT]],
        present: Callable[[CardT], None],
        remove: Callable[[], None],
        texts: Catalogue,
    ) -> None:
        super().__init__(None, Qt.WindowType.Tool)
        self._present = present
        self._remove = remove
        self._texts = texts
        self._cards: list[CardT] = []
        self._lying: int | None = None
        self._hint = Label("", "caption", "ink2", wrap=True)
        self._status = Label("", "body", "ink", wrap=True)
        self._list = QListWidget()
        self._lay_on, self._swap, self._take_off = KeyButton("primary"), KeyButton(), KeyButton()
        self._build_behaviour()
        self._build_layout()
        self.set_cards(cards)
        self.retranslate(texts)

    def _build_behaviour(self) -> None:
        dress(self._list, LIST)
        self._list.setItemDelegate(_CardRow(self._list))
        self._list.currentRowChanged.connect(self._show_what_is_possible)
        self._list.itemActivated.connect(self.lay_on)
        self._lay_on.clicked.connect(self.lay_on)
        self._swap.clicked.connect(self.lay_on)
        self._take_off.clicked.connect(self.take_off)

    def _build_layout(self) -> None:
        look = current_look()
        buttons = QHBoxLayout()
        buttons.setSpacing(look.size("s1"))
        for button in (self._lay_on, self._swap, self._take_off):
            buttons.addWidget(button, 1)
        layout = QVBoxLayout(self)
        margin = look.size("s2")
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(look.size("s1"))
        layout.addWidget(self._hint)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._status)
        layout.addLayout(buttons)
        self.resize(_SIZE_PX)

    def set_cards(self, cards: Sequence[tuple[str, CardT]]) -> None:
        """Show other cards, or the same ones with other labels; the choice stays."""
        row = self._list.currentRow()
        self._cards = [card for _, card in cards]
        self._list.clear()
        self._list.addItems([label for label, _ in cards])
        self._list.setCurrentRow(min(max(row, 0), len(cards) - 1))
        self._show_what_is_possible()

    def retranslate(self, texts: Catalogue) -> None:
        """Change the language; the labels come with :meth:`set_cards`."""
        self._texts = texts
        self.setWindowTitle(texts("demo.reader.title"))
        self._hint.set_text(texts("demo.reader.hint"))
        self._list.setAccessibleName(texts("demo.reader.list"))
        self._lay_on.set_label(texts("demo.reader.lay_on"))
        self._swap.set_label(texts("demo.reader.swap"))
        self._take_off.set_label(texts("demo.reader.take_off"))
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
        chosen, lying = self._list.currentRow(), self._lying
        self._lay_on.setEnabled(chosen >= 0 and lying is None)
        self._swap.setEnabled(chosen >= 0 and lying is not None and lying != chosen)
        self._take_off.setEnabled(lying is not None)
        item = None if lying is None else self._list.item(lying)
        if item is None:
            self._status.set_text(self._texts("demo.reader.empty"))
        else:
            self._status.set_text(self._texts("demo.reader.lying", label=item.text().partition("\n")[0]))
