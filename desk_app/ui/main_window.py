# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: top bar, rail and the page in front; pages are built when they are first shown."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.errors import DeskError
from desk_app.domain.records import Operator
from desk_app.ui.clearance_pulls import ClearancePulls
from desk_app.ui.pages import PICKUP, Page, PageParts, PageSpec, pages_of
from desk_app.ui.reader_bridge import ReaderState
from desk_app.ui.shell.gate import Gate, GateMode, SignInRules
from desk_app.ui.shell.idle import IdleWatch
from desk_app.ui.shell.key_list import KeyList
from desk_app.ui.shell.own_phrase import OwnPhrase
from desk_app.ui.shell.rail import Rail
from desk_app.ui.shell.search import Search
from desk_app.ui.shell.status import DeskStatus, desk_status
from desk_app.ui.shell.top_bar import TopBar
from desk_app.ui.tasks import Crash, Lane
from desk_app.ui.widgets import FocusRing, InlineFault

LEAST_SIZE = (1280, 720)
COMPACT_BELOW = 1400
"""The width in px of the window below which the compact density is worn."""

_STATUS_EVERY_MS = 20_000


class MainWindow(QMainWindow):
    """The counter application's window; it never waits, all work goes through the task runner."""

    def __init__(self, parts: PageParts, rules: SignInRules | None = None) -> None:
        super().__init__()
        self.pulls = ClearancePulls(parts.desk, parts.runner, self)
        self._parts = parts = dataclasses.replace(parts, pulls=self.pulls)
        self._operator: Operator | None = None
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._status: DeskStatus | None = None
        self._store_failed = False
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(1440, 900)
        self.search = Search(parts, self)
        self.top_bar = TopBar(parts, self.search.box)
        self.rail = Rail(parts.context)
        self.fault = InlineFault()
        self.gate = Gate(parts, rules or SignInRules())
        self._own_phrase = OwnPhrase(parts, self)
        self._idle = IdleWatch(rules.lock_minutes if rules else 0, self)
        self._stack = QStackedWidget()
        self._build_frame()
        self._ring = FocusRing(self)
        self._connect()
        self._bind_keys()
        self._build_clock()
        if parts.desk.operators.signed_in:
            self._settle_role(parts.desk.operators.current)
        else:
            self._shut(GateMode.LOGIN)
        self.retranslate()

    def _build_frame(self) -> None:
        self._fault_room = QWidget()
        room = QVBoxLayout(self._fault_room)
        room.setContentsMargins(24, 16, 24, 0)
        room.addWidget(self.fault)
        self._fault_room.hide()
        below = QVBoxLayout()
        below.setSpacing(0)
        below.addWidget(self._fault_room)
        below.addWidget(self._stack, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(below, 1)
        self._frame = QWidget()
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addLayout(middle, 1)
        self._front = QStackedWidget()
        self._front.addWidget(self._frame)
        self._front.addWidget(self.gate)
        self.setCentralWidget(self._front)

    def _connect(self) -> None:
        context = self._parts.context
        context.language_changed.connect(self.retranslate)
        context.theme_changed.connect(self.top_bar.operator.retranslate)
        context.density_changed.connect(self.top_bar.settle_width)
        self.rail.page_chosen.connect(self.show_page)
        self.search.opened.connect(self._open_number)
        self.search.failed.connect(self.show_failure)
        self.fault.acted.connect(self._try_again)
        self.top_bar.operator.operator_chosen.connect(self.switch_operator)
        self.top_bar.operator.phrase_requested.connect(self._own_phrase.change)
        self.top_bar.operator.lock_requested.connect(self.lock)
        self.top_bar.operator.leave_requested.connect(self._leave)
        self.gate.entered.connect(self._enter)
        self.gate.turned_back.connect(self._open_frame)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusWindowChanged.connect(self._keep_shut)
        self._idle.idled.connect(lambda: self.lock(idle_minutes=self._idle.minutes))
        self._parts.reader.card_presented.connect(lambda _generation: self._idle.touch())
        self._parts.reader.card_read.connect(lambda _record: self.search.give_up())
        self.top_bar.operator.keys_requested.connect(self.show_keys)
        self.top_bar.reader_button.clicked.connect(self.check_reader)
        self._parts.reader.reader_state_changed.connect(self._show_reader)
        self._show_reader(self._parts.reader.state)

    def _bind_keys(self) -> None:
        QShortcut(QKeySequence("F1"), self).activated.connect(self.show_keys)
        QShortcut(QKeySequence("Ctrl+L"), self).activated.connect(self.lock)
        for number in range(1, 10):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(lambda place=number: self._show_place(place))

    def _build_clock(self) -> None:
        self._status_timer = QTimer(self, interval=_STATUS_EVERY_MS)
        self._status_timer.timeout.connect(self.refresh_status)
        self._status_timer.start()
        QTimer.singleShot(0, self.refresh_status)
        self.pulls.ended.connect(self._pull_ended)
        self.pulls.start()

    @property
    def current_page(self) -> str:
        """The id of the page in front."""
        return self._current

    def page(self, page_id: str) -> Page:
        """Give a page of the operator's role; it is built when it is first asked for."""
        if page_id not in self._pages:
            spec = next(spec for spec in self._specs if spec.id == page_id)
            page = spec.build(self._parts)
            page.page_requested.connect(self.show_page)
            page.search_requested.connect(self.search.begin)
            self.search.take_compositions(page)
            page.sources_asked.connect(self.refresh_status)
            page.retranslate()
            self._pages[page_id] = page
            self._stack.addWidget(page)
        return self._pages[page_id]

    def show_page(self, page_id: str) -> None:
        """Bring a page to the front."""
        page = self.page(page_id)
        self._show_fault_room(shown=self._store_failed)
        self._current = page_id
        self.rail.choose(page_id)
        self._stack.setCurrentWidget(page)
        page.activate()
        page.take_keyboard()

    def _show_place(self, place: int) -> None:
        """Bring the page at a place of the rail to the front."""
        if not self.shut and place <= len(self.rail.page_ids):
            self.show_page(self.rail.page_ids[place - 1])

    def _open_number(self, number: str) -> None:
        self.show_page(PICKUP)
        self.page(PICKUP).open_number(number)

    def refresh_status(self) -> None:
        """Ask how the desk is, away from the screen, and let the lamps tell."""
        desk = self._parts.desk
        self._parts.runner.run(
            lambda: desk_status(desk), self._show_status, self.show_failure, self, lane=Lane.BACKGROUND
        )

    def _pull_ended(self, _error: object) -> None:
        """Let the lamp tell the age of what has come; why nothing came stands on the clearance page."""
        self.refresh_status()

    def _try_again(self) -> None:
        """Ask again how the desk is and load the page in front again."""
        self._show_fault_room(shown=False)
        self.refresh_status()
        if self._current:
            self.page(self._current).activate()

    def _show_status(self, status: DeskStatus) -> None:
        for lamps in (self.top_bar.lamps, self.gate.lamps):
            lamps.set_status(status)
        self.top_bar.operator.set_operators(status.operators)
        self._status = status
        self._show_devices()
        if not status.store_ok:
            self._tell_fault("shell.store_fault", "shell.store_fault_still")
        elif self._store_failed:
            self._show_fault_room(shown=False)
        self._store_failed = not status.store_ok

    def _tell_fault(self, what: str, still: str, **values: object) -> None:
        context = self._parts.context
        self.fault.show_fault(context.t(what), context.t(still, **values), context.t("shell.retry"))
        self._show_fault_room(shown=True)

    def show_crash(self, crash: Crash) -> None:
        """Tell that the program met what nobody expected, and under which number the log has it."""
        self._tell_fault("shell.crash", "shell.crash_still", id=crash.error_id)

    def show_failure(self, error: DeskError) -> None:
        """Tell above the page what went wrong."""
        context = self._parts.context
        self.fault.show_fault(context.error_words(error), context.t("shell.failed_still"), context.t("shell.retry"))
        self._show_fault_room(shown=True)

    def _show_fault_room(self, *, shown: bool) -> None:
        self._fault_room.setVisible(shown)

    def _show_reader(self, state: ReaderState) -> None:
        for lamps in (self.top_bar.lamps, self.gate.lamps):
            lamps.set_reader(state)
        self._show_devices()

    def _show_devices(self) -> None:
        """Tell the pick-up page, which is loaded by then, how the devices are."""
        from desk_app.ui.pages.pickup import PickupPage  # noqa: PLC0415 - a page is loaded when it is first shown
        from desk_app.ui.shell.devices import device_rows  # noqa: PLC0415 - as above

        page = self._pages.get(PICKUP)
        if self._status is not None and isinstance(page, PickupPage):
            parts, lamps = self._parts, self.top_bar.lamps
            page.show_devices(device_rows(parts.context, parts.desk, self._status, lamps.state, lamps.reader))

    def show_keys(self) -> None:
        """Show the list of keys."""
        KeyList(self._parts.context, self).open()

    def check_reader(self) -> None:
        """Open the checks of the reader."""
        from desk_app.ui.reader_checks import ReaderChecksDialog  # noqa: PLC0415 - loaded when it is first asked for

        parts = self._parts
        if parts.checks is not None:
            ReaderChecksDialog(parts.context, parts.checks, parts.runner, self).open()

    @property
    def shut(self) -> bool:
        """True while nobody works here: the gate stands before the pages."""
        return self._front.currentWidget() is self.gate

    def lock(self, *, idle_minutes: int = 0) -> None:
        """Hide the person at once; what was recorded stays until the same operator comes back."""
        operators, staff = self._parts.desk.operators, self._parts.desk.staff
        if operators.signed_in and not operators.locked:
            self._shut(GateMode.LOCKED, idle_minutes=idle_minutes)
            self._parts.runner.run(lambda: staff.lock(idle_minutes=idle_minutes), _ignore, self.show_failure, self)

    def switch_operator(self, operator_id: str) -> None:
        """Ask for the pass phrase of another operator; Esc lets the one go on who works here."""
        self._shut(GateMode.SWITCH, wanted=operator_id)

    def _leave(self) -> None:
        """Sign out; a record with evidence is given up only by whoever signs in next."""
        staff = self._parts.desk.staff
        self._shut(GateMode.LOGIN)
        self._parts.runner.run(staff.sign_out, _ignore, self.show_failure, self)

    def _shut(self, mode: GateMode, *, idle_minutes: int = 0, wanted: str = "") -> None:
        """Put the gate before the pages and close what lies open above them: dialogs, calendars, menus, lists."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.search.give_up()
        unfinished = any(page.unfinished for page in self._pages.values())
        self._front.setCurrentWidget(self.gate)
        self.gate.shut(mode, unfinished=unfinished, idle_minutes=idle_minutes, wanted=wanted)

    def _keep_shut(self, _window: QWindow | None) -> None:
        """Close what a page opens behind the gate: its work was under way when the desk was locked."""
        if self.shut:
            for dialog in self._stack.findChildren(QDialog):
                dialog.reject()

    def _enter(self, operator: Operator) -> None:
        """Let somebody work: the same operator goes on, another begins with an empty screen."""
        unlocks = self.gate.mode is GateMode.LOCKED and operator == self._operator
        if operator != self._operator:
            for page in self._pages.values():
                page.forget_person()
        self._open_frame()
        self._settle_role(operator)
        if not unlocks:  # whoever left it for later is asked again after the next sign-in, not after every pause
            self._own_phrase.offer(lambda: not self.shut and operator == self._operator)

    def _open_frame(self) -> None:
        self._front.setCurrentWidget(self._frame)
        self._idle.touch()
        if self._current:
            self.page(self._current).take_keyboard()

    @property
    def _specs(self) -> tuple[PageSpec, ...]:
        """The pages of the one who works here, none without an operator."""
        return pages_of(self._operator.role) if self._operator else ()

    def _settle_role(self, operator: Operator) -> None:
        """Show the pages of the operator's role; a page that the role does not use leaves the front."""
        self._operator = operator
        self.top_bar.operator.set_operator(operator)
        pages = self._specs
        self.rail.show_pages(pages)
        ids = tuple(page.id for page in pages)
        self.search.box.setVisible(PICKUP in ids)
        self.show_page(self._current if self._current in ids else ids[0])

    def retranslate(self) -> None:
        """Say every word of the window anew."""
        context, desk = self._parts.context, self._parts.desk
        self.setWindowTitle(context.t("shell.title_demo" if desk.identity.demo else "shell.title"))
        self.top_bar.retranslate()
        self.rail.retranslate()
        self.search.retranslate()
        self.gate.retranslate()
        for page in self._pages.values():
            page.retranslate()
        self._show_devices()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._parts.context.set_compact(event.size().width() < COMPACT_BELOW)
        super().resizeEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if (handle := self.windowHandle()) is not None:
            self._idle.watch(handle)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # The runner takes no more work once the application ends.
        self._status_timer.stop()
        self.pulls.end()
        super().closeEvent(event)


def _ignore(_value: object) -> None:
    """Want nothing of the outcome."""
