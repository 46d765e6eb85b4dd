# SPDX-License-Identifier: GPL-3.0-or-later
"""Two editions side by side: first the dates that nobody changed, then what differs, then what only one has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.services.entry_words import entry_words
from desk_app.services.explain.names import Names
from desk_app.services.rules import PackDifference, PackName
from desk_app.ui.context import UiContext
from desk_app.ui.pages.policy.choice_button import ChoiceButton
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Cell, Column, DataTable, Label, Panel, Row, ScrollPane

KINDS = ("NOT_UPDATED", "CHANGED", "ONLY_A", "ONLY_B")
"""The kinds of differences in the order in which they are shown."""

_TONES = {"NOT_UPDATED": "hold", "CHANGED": "refer", "ONLY_A": "plain", "ONLY_B": "plain"}
_KIND_WIDTH = 132
_DETAIL_HEIGHT = 92


class CompareView(QWidget):
    """The choice of two packs, the table of differences, and the chosen one in full."""

    compared = Signal(str, str)

    def __init__(self, context: UiContext, names: Callable[[], Names]) -> None:
        super().__init__()
        self._context = context
        self._names_now = names
        self._packs: tuple[PackName, ...] = ()
        self._differences: tuple[PackDifference, ...] = ()
        self.a, self.b = ChoiceButton(), ChoiceButton()
        self._names = Label("", "caption", "ink2"), Label("", "caption", "ink2")
        self.counts = Label("", "body", "ink2")
        self.table = DataTable()
        self._empty = Label("", "body", "ink2")
        self._panel = Panel(right=self.counts, tight=True)
        self._entry, self._path = Label("", "caption", "ink2"), Label("", "caption", "ink3")
        self._values = Label("", "body", wrap=True), Label("", "body", wrap=True)
        self._build()
        for button in (self.a, self.b):
            button.chosen.connect(lambda _pack: self._ask())
        self.table.row_chosen.connect(self._show_detail)

    def _build(self) -> None:
        room = QVBoxLayout(self)
        room.setContentsMargins(0, 0, 0, 0)
        choice = Panel(padding=16)
        line = QHBoxLayout()
        line.setSpacing(16)
        for name, button in zip(self._names, (self.a, self.b), strict=True):
            half = QVBoxLayout()
            half.setSpacing(4)
            half.addWidget(name)
            half.addWidget(button)
            line.addLayout(half, 1)
        choice.body.addLayout(line)
        room.addWidget(choice)
        self._panel.body.addWidget(self._empty)
        self._panel.add_table(self.table)
        room.addWidget(self._panel, 1)
        room.addWidget(self._build_detail())
        room.setSpacing(current_look().size("gutter"))
        self.setFocusProxy(self.a)

    def _build_detail(self) -> Panel:
        detail = Panel(padding=16)
        detail.setFixedHeight(_DETAIL_HEIGHT)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._entry)
        head.addWidget(self._path)
        head.addStretch(1)
        column.addLayout(head)
        values = QHBoxLayout()
        values.setSpacing(16)
        for value in self._values:
            values.addWidget(value, 1)
        column.addLayout(values)
        column.addStretch(1)
        detail.body.addWidget(ScrollPane(inner))
        return detail

    def offer(self, packs: Sequence[PackName], current: str) -> None:
        """Offer these packs; at first the pack in force stands at the right, and the one before it by id at the left."""
        self._packs = tuple(packs)
        self._label_packs()
        if self.b.value or not packs:
            return
        ids = [one.pack for one in packs if one.readable]
        before = [one for one in ids if one < current] or [one for one in ids if one != current]
        self.b.set_value(current if current in ids else ids[-1])
        self.a.set_value(before[-1] if before else self.b.value)
        self._ask()

    def _label_packs(self) -> None:
        """Name every pack by its id and title."""
        options = [(one.pack, self._pack_words(one)) for one in self._packs if one.readable]
        for button in (self.a, self.b):
            button.set_options(options)

    def _pack_words(self, pack: PackName) -> str:
        return f"{pack.pack}  {self._context.of(pack.title)}"

    def _ask(self) -> None:
        if self.a.value and self.b.value:
            self.compared.emit(self.a.value, self.b.value)

    def show_differences(self, differences: Sequence[PackDifference]) -> None:
        """Show how the two packs differ."""
        self._differences = tuple(sorted(differences, key=lambda one: KINDS.index(one.kind)))
        self.rebuild()

    def rebuild(self) -> None:
        """Say every word anew."""
        t = self._context.t
        self._label_packs()
        for letter, name, button in zip("ab", self._names, (self.a, self.b), strict=True):
            name.setText(t(f"rules.compare.pack_{letter}"))
            button.setAccessibleName(t(f"rules.compare.pack_{letter}"))
        self.table.setAccessibleName(t("rules.compare.title"))
        self._panel.set_title(t("rules.compare.title"), self._context.second("rules.compare.title"))
        tally = Counter(one.kind for one in self._differences)
        counted = (t("counts.entry", word=t(f"rules.kind.{kind}"), count=tally[kind]) for kind in KINDS if tally[kind])
        self.counts.setText(t("counts.join").join(counted))
        self._empty.set_text("" if self._differences else t("rules.compare.same"))
        columns = (
            Column(t("rules.compare.kind"), _KIND_WIDTH),
            Column(t("rules.compare.path"), 0),
            Column(self.a.value, 0),
            Column(self.b.value, 0),
        )
        names = self._names_now()
        self.table.show_rows(columns, [self._row(names, number, one) for number, one in enumerate(self._differences)])
        self._show_detail(self.table.chosen_key)

    def _row(self, names: Names, number: int, one: PackDifference) -> Row:
        stale = one.kind == "NOT_UPDATED"
        word = self._context.t(f"rules.kind.{one.kind}")
        entry = Cell(entry_words(names, one.path), bold=stale)
        cells = (Cell(word, chip=_TONES[one.kind]), entry, Cell(one.a), Cell(one.b))
        return Row(str(number), cells, note=stale)

    def _show_detail(self, key: str) -> None:
        """Write the chosen difference in full, since a cell may be too narrow for it, with the key for whoever mends it."""
        chosen = self._differences[int(key)] if key and int(key) < len(self._differences) else None
        self._entry.setText(
            entry_words(self._names_now(), chosen.path) if chosen else self._context.t("rules.compare.hint")
        )
        self._path.setText(chosen.path if chosen else "")
        for label, value in zip(self._values, (chosen.a, chosen.b) if chosen else ("", ""), strict=True):
            label.setText(value)
