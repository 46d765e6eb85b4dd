# SPDX-License-Identifier: GPL-3.0-or-later
"""The desk without an operator: signing in, the lock that hides the person, and the quick change of operator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.errors import DeskError
from desk_app.domain.records import Operator
from desk_app.domain.staff import Account
from desk_app.services.recovery import Recovered
from desk_app.services.wording import counter_name
from desk_app.ui.names import campus
from desk_app.ui.pages.page import PageParts
from desk_app.ui.shell.desk_tile import DeskTile
from desk_app.ui.shell.lamps import Lamps
from desk_app.ui.shell.sign_in_panel import SignInPanel
from desk_app.ui.tasks import Lane
from desk_app.ui.widgets import Icon, IconLabel, Label

_CLOCK_MS = 20_000
_LINE_WIDTH = 544


@dataclass(frozen=True, slots=True)
class SignInRules:
    """Who is expected (``operator``, "" for anybody), when the desk locks itself, and the demonstration's pass phrase."""

    operator: str = ""
    lock_minutes: int = 0
    demo_phrase: str = ""


class GateMode(StrEnum):
    """Why the gate is shut; the value names its words."""

    LOGIN = "login"
    LOCKED = "locked"
    SWITCH = "switch"


class Gate(QWidget):
    """Stands before the pages: no person is to be seen, what was recorded stays behind it.

    ``entered`` carries the operator who has signed in, ``turned_back`` tells that the one before goes on.
    """

    entered = Signal(object)
    turned_back = Signal()

    def __init__(self, parts: PageParts, rules: SignInRules) -> None:
        super().__init__()
        self._parts = parts
        self._rules = rules
        self.mode = GateMode.LOGIN
        self._owner = ""
        self._unfinished = False
        self._idle_minutes = 0
        self.panel = SignInPanel(parts.context, rules.demo_phrase)
        self.lamps = Lamps(parts.context)
        self._office, self._desk = Label(), Label("", "caption", "ink2")
        self._icon = Icon("lock", "ink", 28)
        self._title, self._second = Label("", "title"), Label("", "body", "ink3")
        self._line = Label("", "body", "ink2", wrap=True)
        self.recovered = IconLabel("warning", type="body", tone="hold", wrap=True)
        self._recovery: Recovered | None = None
        self._time, self._day = Label("", "display"), Label("", "lead", "ink2")
        self._build()
        self.panel.submitted.connect(self._sign_in)
        self.panel.chosen.connect(lambda _operator: self._settle_warning())
        self.panel.turned_back.connect(self.turned_back)

    def _build(self) -> None:
        self._office.set_strong(True)
        self._line.setFixedWidth(_LINE_WIDTH)
        self.recovered.setFixedWidth(_LINE_WIDTH)
        self.recovered.hide()
        identity = self._parts.desk.identity
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addStretch(1)
        left.addLayout(_beside(DeskTile(f"{identity.receipt_prefix}{identity.desk}"), _below(self._office, self._desk)))
        left.addSpacing(40)
        left.addLayout(_beside(self._icon, self._title))
        left.addWidget(self._second)
        left.addWidget(self._line)
        left.addWidget(self.recovered)
        left.addSpacing(16)
        left.addLayout(_beside(self._time, self._day))
        left.addStretch(1)
        left.addWidget(self.lamps, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(48, 40, 48, 40)
        row.setSpacing(48)
        row.addStretch(1)
        row.addLayout(left)
        row.addStretch(1)
        row.addWidget(self.panel, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self._clock = QTimer(self, interval=_CLOCK_MS)
        self._clock.timeout.connect(self._show_time)

    def shut(self, mode: GateMode, *, unfinished: bool = False, idle_minutes: int = 0, wanted: str = "") -> None:
        """Stand before the pages; ``unfinished`` tells that a record with evidence lies behind."""
        self.mode, self._unfinished, self._idle_minutes = mode, unfinished, idle_minutes
        operators = self._parts.desk.operators
        present = operators.current.id if operators.signed_in else ""
        self._owner = present
        first = wanted or present or self._rules.operator
        self.retranslate()
        self.panel.begin(unlock=mode is GateMode.LOCKED, back=mode is GateMode.SWITCH)
        self._clock.start()
        staff = self._parts.desk.staff

        def show(accounts: tuple[Account, ...]) -> None:
            self.panel.show_people([one.operator for one in accounts if one.usable], first)
            self._settle_warning()

        self._parts.runner.run(staff.accounts, show, self.panel.show_fault, self)
        recovery = self._parts.desk.recovery
        self._parts.runner.run(recovery.newest, self._tell_recovery, self.panel.show_fault, self, lane=Lane.BACKGROUND)

    def _tell_recovery(self, recovery: Recovered | None) -> None:
        """Tell everybody who comes here that a pass phrase was set anew by the owner of the desk."""
        self._recovery = recovery
        texts = self._parts.context
        told = {"at": f"{recovery.at:%Y-%m-%d %H:%M}", "account": recovery.account} if recovery else {}
        self.recovered.set_text(texts.t(f"staff.recovered.{recovery.proof}", **told) if recovery else "")

    def _settle_warning(self) -> None:
        """Say that a change of operator gives up the record that lies behind, before it happens."""
        chosen = self.panel.operator
        changes = chosen is not None and chosen.id != self._owner
        self.panel.warn(self._parts.context.t("staff.unfinished") if changes and self._unfinished else "")

    def _sign_in(self, phrase: str) -> None:
        operator, staff = self.panel.operator, self._parts.desk.staff
        if operator is not None:
            self.panel.set_busy(True)
            self._parts.runner.run(lambda: staff.sign_in(operator.id, phrase), self._enter, self._refuse, self)

    def _enter(self, operator: Operator) -> None:
        self.panel.set_busy(False)
        self._clock.stop()
        self.entered.emit(operator)

    def _refuse(self, error: DeskError) -> None:
        self.panel.set_busy(False)
        self.panel.show_fault(error)

    def _show_time(self) -> None:
        now = self._parts.desk.clock.now()
        self._time.setText(f"{now:%H:%M}")
        self._day.setText(self._parts.context.texts.day(now.date()))

    def retranslate(self) -> None:
        """Say every word anew."""
        context, desk = self._parts.context, self._parts.desk
        self._office.setText(context.of(counter_name(desk.policy, desk.identity.counter)))
        place = campus(context, desk.policy, desk.identity.counter)
        self._desk.setText(context.t("shell.desk", place=place, desk=desk.identity.desk))
        key = f"staff.{self.mode.value}"
        self._icon.set_icon("users" if self.mode is GateMode.SWITCH else "lock")
        self._title.setText(context.t(f"{key}.title"))
        self._second.setText(context.second(f"{key}.title"))
        idle = self.mode is GateMode.LOCKED and self._idle_minutes > 0
        line = "staff.locked.idle_line" if idle else f"{key}.line"
        self._line.setText(context.t(line, minutes=self._idle_minutes))
        self._show_time()
        self._tell_recovery(self._recovery)
        self.lamps.retranslate()
        self.panel.retranslate()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.panel.take_keyboard()


def _beside(left: QWidget, right: QWidget | QVBoxLayout) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(left)
    if isinstance(right, QWidget):
        row.addWidget(right)
    else:
        row.addLayout(right)
    row.addStretch(1)
    return row


def _below(above: QWidget, below: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addWidget(above)
    column.addWidget(below)
    return column
