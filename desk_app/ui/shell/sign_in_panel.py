# SPDX-License-Identifier: GPL-3.0-or-later
"""Who signs in: one colleague in front with the field for the pass phrase, the others below by key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desk_app.domain.errors import DeskError
from desk_app.domain.masking import mask_name
from desk_app.domain.records import Operator
from desk_app.ui.context import UiContext
from desk_app.ui.names import role_words
from desk_app.ui.shell.person_row import Initial, PersonRow
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Field, IconLabel, KeyButton, Label, Panel, Rule, ScrollPane

_WIDTH = 448
_MOST_ROWS = 4
"""More colleagues than this are scrolled to, or chosen by their key."""

_FIRST_KEY, _LAST_KEY = 2, 9


class SignInPanel(Panel):
    """``submitted`` carries the typed pass phrase, ``chosen`` the colleague who came to the front."""

    submitted = Signal(str)
    chosen = Signal(object)
    turned_back = Signal()

    def __init__(self, context: UiContext, demo_phrase: str) -> None:
        super().__init__(padding=24)
        self._context = context
        self._demo_phrase = demo_phrase
        self._unlock = False
        self._people: tuple[Operator, ...] = ()
        self.operator: Operator | None = None
        self.rows: tuple[PersonRow, ...] = ()
        self.setFixedWidth(_WIDTH)
        self._initial = Initial(64)
        self._name, self._role = Label("", "title"), Label("", "body", "ink2")
        self.phrase = Field("lock")
        self.phrase.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._fault = IconLabel("warning", type="caption", tone="hold", wrap=True)
        self._warning = IconLabel("warning", type="caption", tone="hold", wrap=True)
        self._demo = IconLabel("info", type="caption", tone="ink2", wrap=True)
        self.enter = KeyButton("primary", "Enter", "unlock", height="tall")
        self.back = KeyButton("ghost", "Esc")
        self._others, self._others_second = Label(), Label("", "caption", "ink3")
        self._build()
        self._bind()

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._role)
        person = QHBoxLayout()
        person.setSpacing(16)
        person.addWidget(self._initial)
        person.addLayout(words, 1)
        self.body.setSpacing(12)
        self.body.addLayout(person)
        for widget in (self.phrase, self._fault, self._demo, self._warning, self.enter, self.back, Rule()):
            self.body.addWidget(widget)
        self._others.set_strong(True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._others)
        head.addWidget(self._others_second)
        head.addStretch(1)
        self.body.addLayout(head)
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._pane = ScrollPane(inner)
        self.body.addWidget(self._pane)
        for hidden in (self._fault, self._warning, self._demo, self.back):
            hidden.hide()

    def _bind(self) -> None:
        self.phrase.submitted.connect(lambda _text: self._submit())
        self.enter.clicked.connect(self._submit)
        self.back.clicked.connect(self.turned_back)
        for number in range(_FIRST_KEY, _LAST_KEY + 1):
            shortcut = QShortcut(QKeySequence(f"F{number}"), self)
            shortcut.activated.connect(lambda place=number - _FIRST_KEY: self._choose_place(place))

    def begin(self, *, unlock: bool, back: bool) -> None:
        """Begin anew: nothing is typed, nobody is chosen yet."""
        self._unlock = unlock
        self.phrase.set_text("")
        self.show_fault(None)
        self.back.setVisible(back)
        self.retranslate()

    def show_people(self, people: Sequence[Operator], first: str) -> None:
        """Offer these colleagues, the one named ``first`` in front."""
        self._people = tuple(people)
        self.operator = next((one for one in people if one.id == first), people[0] if people else None)
        self._show_chosen()
        self.take_keyboard()  # before, nobody's phrase was asked for, and Qt has passed the keyboard on
        if not people:
            self._fault.set_text(self._context.t("staff.nobody"))

    def choose(self, operator: Operator) -> None:
        """Bring a colleague to the front; what was typed was another's pass phrase."""
        self.operator = operator
        self.phrase.set_text("")
        self.show_fault(None)
        self._show_chosen()
        self.chosen.emit(operator)
        self.take_keyboard()

    def _choose_place(self, place: int) -> None:
        if place < len(self.rows) and not self.enter.busy:
            self.choose(self.rows[place].operator)

    def _show_chosen(self) -> None:
        operator = self.operator
        self._initial.show_name(operator.name if operator else "")
        self._name.setText(mask_name(operator.name) if operator else "")
        self._role.setText(role_words(self._context, operator) if operator else "")
        self.phrase.setEnabled(operator is not None)
        self.enter.setEnabled(operator is not None)
        self._show_others()

    def _show_others(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        while self._list.count():
            self._list.takeAt(0)
        others = [one for one in self._people if one != self.operator]
        keys = [f"F{number}" for number in range(_FIRST_KEY, _LAST_KEY + 1)]
        keys += [""] * max(0, len(others) - len(keys))
        self.rows = tuple(PersonRow(self._context, one, key) for one, key in zip(others, keys, strict=False))
        for row in self.rows:
            row.clicked.connect(lambda _checked=False, one=row.operator: self.choose(one))
            self._list.addWidget(row)
        self._list.addStretch(1)
        self._pane.setFixedHeight(min(len(others), _MOST_ROWS) * current_look().size("row"))
        for part in (self._others, self._others_second, self._pane):
            part.setVisible(bool(others))

    def _submit(self) -> None:
        phrase = self.phrase.edit.text()
        if phrase and self.operator is not None and not self.enter.busy:
            self.submitted.emit(phrase)

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001 - the one property that this setter sets
        """Wait for the answer: a hash takes its time on purpose."""
        self.enter.set_busy(busy)
        if not busy:
            self.phrase.set_text("")

    def show_fault(self, error: DeskError | None) -> None:
        """Say below the field why nobody was signed in; ``None`` when nothing is wrong."""
        self._fault.set_text(self._context.error_words(error) if error else "")
        if error is not None:
            self.take_keyboard()

    @property
    def fault(self) -> str:
        """What is wrong, "" when nothing is."""
        return self._fault.text() if self._fault.isVisibleTo(self) else ""

    def warn(self, text: str) -> None:
        """Say above the button what signing in would give up, "" when nothing is lost."""
        self._warning.set_text(text)
        self._settle_button(giving_up=bool(text))

    @property
    def warning(self) -> str:
        """What signing in would give up, "" when nothing is lost."""
        return self._warning.text() if self._warning.isVisibleTo(self) else ""

    def _settle_button(self, *, giving_up: bool = False) -> None:
        key = "give_up" if giving_up else "unlock" if self._unlock else "enter"
        self.enter.set_label(self._context.t(f"staff.{key}"))

    def take_keyboard(self) -> None:
        """Put the keyboard into the field of the pass phrase."""
        self.phrase.setFocus()

    def retranslate(self) -> None:
        """Say every word anew."""
        t = self._context.t
        self.phrase.set_words("", t("staff.phrase"))
        self._settle_button(giving_up=bool(self.warning))
        self.back.set_label(t("staff.back"))
        self._others.setText(t("staff.others"))
        self._others_second.setText(self._context.second("staff.others"))
        self._demo.set_text(t("staff.demo", phrase=self._demo_phrase) if self._demo_phrase else "")
        self._show_chosen()
