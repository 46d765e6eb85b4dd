# SPDX-License-Identifier: GPL-3.0-or-later
"""The five lamps: reader, clearance link, printer, store, clock; each with words, never colour alone."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desk_app.ui.context import UiContext
from desk_app.ui.reader_bridge import ReaderState
from desk_app.ui.shell.status import DeskStatus, FailingSource
from desk_app.ui.widgets import Lamp, LampState


class LampName(StrEnum):
    """Which lamp."""

    READER = "reader"
    PORTAL = "portal"
    PRINTER = "printer"
    STORE = "store"
    CLOCK = "clock"


_READER_LAMPS = {
    ReaderState.SERVICE_DOWN: LampState.FAULT,
    ReaderState.ACCESS_REFUSED: LampState.FAULT,
    ReaderState.LIBRARY_MISSING: LampState.FAULT,
    ReaderState.NOT_CALIBRATED: LampState.FAULT,
    ReaderState.NO_READER: LampState.ABSENT,
    ReaderState.READY: LampState.OK,
    ReaderState.READING: LampState.OK,
    ReaderState.SLOW: LampState.FAULT,
}


class Lamps(QWidget):
    """The row of lamps; ``reader`` is the reader's where that can be pressed, without it nothing can."""

    def __init__(self, context: UiContext, reader: Lamp | None = None) -> None:
        super().__init__()
        self._context = context
        self._states = dict.fromkeys(LampName, LampState.OK)
        self.reader = ReaderState.NO_READER
        self._states[LampName.READER] = _READER_LAMPS[self.reader]
        self._status: DeskStatus | None = None
        self._lamps = {name: Lamp() for name in LampName}
        if reader is not None:
            self._lamps[LampName.READER] = reader
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        for lamp in self._lamps.values():
            row.addWidget(lamp)
        self.retranslate()

    def set_reader(self, state: ReaderState) -> None:
        """Show how the reader is."""
        self.reader = state
        self._states[LampName.READER] = _READER_LAMPS[state]
        self._say(LampName.READER)

    def set_status(self, status: DeskStatus) -> None:
        """Show how link, printer, store and clock are."""
        self._status = status
        faults = {
            LampName.PORTAL: status.store_ok and (status.portal_stale or bool(status.failing)),
            LampName.PRINTER: status.unprinted > 0,
            LampName.STORE: not status.store_ok,
            LampName.CLOCK: status.clock_behind,
        }
        for name, faulty in faults.items():
            self._states[name] = LampState.FAULT if faulty else LampState.OK
        self.retranslate()

    def state(self, name: LampName) -> LampState:
        """Give the state of a lamp."""
        return self._states[name]

    def words(self, name: LampName) -> str:
        """Give the words of a lamp."""
        return self._lamps[name].text

    def retranslate(self) -> None:
        """Say every word anew."""
        for name in LampName:
            self._say(name)

    def _say(self, name: LampName) -> None:
        state = self._states[name]
        self._lamps[name].set_state(state, self._words(name, state))
        if name is LampName.PORTAL:
            told = failing_words(self._context, self._status) if self._status else ""
            # A title may look like markup, which only tips are searched for.
            self._lamps[name].setToolTip(Qt.convertFromPlainText(told) if Qt.mightBeRichText(told) else told)
            self._lamps[name].setAccessibleDescription(told)

    def _words(self, name: LampName, state: LampState) -> str:
        status = self._status
        if name is LampName.READER:
            return self._context.t(f"shell.lamp.reader.{self.reader.value}")
        if name is LampName.PORTAL and status is not None and status.store_ok:
            if status.failing:
                return self._context.t("shell.lamp.portal.failing")
            if status.clearance_as_of is None:
                return self._context.t("shell.lamp.portal.none")
            age = self._context.texts.age(status.at - status.clearance_as_of)
            return self._context.t("shell.lamp.portal.age", age=age)
        key = f"shell.lamp.{name.value}.{state.value}"
        return self._context.t(key, count=status.unprinted if status else 0)


def failing_words(context: UiContext, status: DeskStatus) -> str:
    """Say which sources cannot be used and since when, and what works all the same; "" when all work."""
    said = [_failing(context, status, one) for one in status.failing]
    return "\n".join([*said, context.t("shell.failing_still")]) if said else ""


def _failing(context: UiContext, status: DeskStatus, one: FailingSource) -> str:
    source = context.of(one.title)
    if one.last_worked is None:
        return context.t("shell.failing_never", source=source)
    local = one.last_worked.astimezone(status.at.tzinfo)
    when = context.t("explain.when", day=context.texts.short_day(local.date()), time=f"{local:%H:%M}")
    return context.t("shell.failing_since", source=source, when=when)
