# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the counter's windows as a clerk's hands do: cards on the reader, keys, a pen; with a picture of every step.

Nothing here knows the use cases: it presses what a person presses and looks at what a person sees. Where the window
does not follow within :data:`PATIENCE_S`, the tour ends with the step that failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desk_app.domain.errors import DeskError
from desk_app.domain.facts import Mode
from desk_app.domain.papers import Language
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PICKUP, POLICY, REPORTS, TODAY
from desk_app.ui.pages.pickup.page import PickupPage
from desk_app.ui.pages.pickup.state import PaperStage, Phase, PickupState
from desk_app.ui.pages.policy.page import PolicyPage
from desk_app.ui.widgets.signature_pad import BASE_LINE_PX
from desk_app.ui.widgets.signature_replay import sign_with_pen

PATIENCE_S = 20.0
"""A step that takes longer has failed; the slowest, the first sealed receipt, takes about one second."""

_PAINT_S = 0.25
"""Lets a cross-fade end before its picture is taken."""

_PROXY_NUMBER = "Y190000016"
"""A well-formed number of the range that was never given to a person."""

_TYPHOON_DAY, _ANNOUNCEMENT = "2025-06-05", "臺北市政府 114-06-03 公告"
"""A closure that is written down but not entered: the rest of the morning goes on."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What the tour's hands can do beside pressing keys: lay a card of the deck on the reader, take it off.

    ``supervisor`` is the id of the operator who is called for the reports, ``phrase`` the pass phrase.
    """

    lay_on: Callable[[str], None]
    take_off: Callable[[], None]
    supervisor: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Visited:
    """One step that was done: the key of its words, and its picture."""

    key: str
    picture: Path


class Tour:
    """The walk through one morning at the counter."""

    def __init__(self, window: MainWindow, context: UiContext, hands: Hands, pictures: Path) -> None:
        self._window = window
        self._context = context
        self._hands = hands
        self._pictures = pictures
        self.visited: list[Visited] = []

    def run(self) -> tuple[Visited, ...]:
        """Walk the whole way; raise :class:`DeskError` with the step at which the window did not follow."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        self._until(self._window.isVisible, "window")
        self._window.activateWindow()
        self._until(self._window.isActiveWindow, "window")
        self._until(lambda: self._state.idle is not None, "idle")
        self._take_picture("idle")
        self._collect_in_person("S01")
        self._be_refused("S30", VerdictCode.HOLD, "hold")
        self._be_refused("S03", VerdictCode.REDIRECT, "redirect")
        self._collect_by_proxy("S42")
        self._come_again("S01")
        self._look_at_the_day()
        self._look_at_the_rules()
        self._change_looks("S30")
        return tuple(self.visited)

    @property
    def _page(self) -> PickupPage:
        page = self._window.page(PICKUP)
        if not isinstance(page, PickupPage):
            raise TypeError(type(page).__name__)
        return page

    @property
    def _state(self) -> PickupState:
        return self._page.presenter.state

    def _collect_in_person(self, card: str) -> None:
        self._lay_on(card)
        self._until(lambda: self._verdict_is(VerdictCode.RELEASE_NOTICE), "ready")
        self._take_picture("ready")
        self._type_certificate_number()
        self._sign()
        self._until(lambda: self._is_ready, "complete")
        self._take_picture("complete")
        self._press_release("released")

    def _be_refused(self, card: str, verdict: VerdictCode, name: str) -> None:
        self._lay_on(card)
        self._until(lambda: self._verdict_is(verdict), name)
        self._take_picture(name)
        self._press(Qt.Key.Key_F7)
        self._until(lambda: self._state.slip_stage is PaperStage.SENT, f"{name}_slip")
        self._clear()

    def _collect_by_proxy(self, card: str) -> None:
        self._lay_on(card)
        self._until(lambda: self._verdict_is(VerdictCode.RELEASE_NOTICE), "proxy")
        self._press(Qt.Key.Key_F3)
        self._until(lambda: self._verdict_is(VerdictCode.NEED_EVIDENCE), "proxy_checklist")
        self._take_picture("proxy_checklist")
        self._record_letter()
        self._record_proxy_id()
        self._choose_relation()
        self._take_picture("proxy_midway")
        self._type_certificate_number()
        self._sign()
        self._until(lambda: self._is_ready, "proxy_complete")
        self._take_picture("proxy_complete")
        self._press_release("proxy_released")

    def _record_letter(self) -> None:
        """Type the letter's date, then say that all the rest is in order."""
        self._type_into(self._page.steps.letter.date, "2025-06-02")
        self._press(Qt.Key.Key_F8)
        self._until(lambda: self._visit_has("letter"), "proxy_letter")

    def _record_proxy_id(self) -> None:
        form = self._page.steps.proxy_id
        self._until(form.isVisible, "proxy_id")
        self._type_into(form.name, "許試言")
        self._type_into(form.number, _PROXY_NUMBER)
        self._until(lambda: self._visit_has("proxy"), "proxy_id")

    def _choose_relation(self) -> None:
        self._until(self._page.steps.relation.isVisible, "proxy_relation")
        self._page.steps.relation.setFocus()
        self._press(Qt.Key.Key_A)
        self._until(lambda: self._visit_has("relation"), "proxy_relation")

    def _come_again(self, card: str) -> None:
        self._lay_on(card)
        self._until(lambda: self._verdict_is(VerdictCode.DUPLICATE), "duplicate")
        self._take_picture("duplicate")
        self._clear()

    def _look_at_the_day(self) -> None:
        """Look at today as the clerk, then at the reports as the supervisor."""
        self._window.show_page(TODAY)
        self._take_picture("today")
        self._call_supervisor()
        self._window.show_page(REPORTS)
        self._take_picture("reports")

    def _call_supervisor(self) -> None:
        """Leave the desk for a moment, and let the supervisor take it over with the pass phrase."""
        gate = self._window.gate
        self._window.lock()
        self._until(lambda: bool(gate.panel.rows), "locked")
        self._take_picture("locked")
        row = next(row for row in gate.panel.rows if row.operator.id == self._hands.supervisor)
        row.click()
        self._type_into(gate.panel.phrase, self._hands.phrase)
        self._until(lambda: REPORTS in self._window.rail.page_ids, "reports")

    def _look_at_the_rules(self) -> None:
        """Look at what applies, at what the last edition left behind, and at what a typhoon day would move."""
        self._window.show_page(POLICY)
        page = self._window.page(POLICY)
        if not isinstance(page, PolicyPage):
            raise TypeError(type(page).__name__)
        self._until(lambda: page.loaded, "rules")
        self._take_picture("rules")
        self._press(Qt.Key.Key_F3)
        self._until(lambda: bool(page.compare.table.rows), "rules_compared")
        self._take_picture("rules_compared")
        self._press(Qt.Key.Key_F4)
        form = page.closures.form
        self._until(form.isVisible, "closure")
        self._type_into(form.source, _ANNOUNCEMENT)
        self._type_into(form.starts, _TYPHOON_DAY)
        self._until(page.closures.confirm.isVisible, "closure")
        self._take_picture("closure")
        self._press(Qt.Key.Key_Escape)
        self._window.show_page(PICKUP)

    def _change_looks(self, card: str) -> None:
        """Show the other language and the other theme, at the smallest size."""
        self._lay_on(card)
        self._until(lambda: self._verdict_is(VerdictCode.HOLD), "other_language")
        self._context.set_language(Language.EN if self._context.language is Language.ZH else Language.ZH)
        self._take_picture("other_language")
        self._context.set_theme("dark" if self._context.theme.name == "light" else "light")
        self._window.resize(self._window.minimumSize())
        self._take_picture("other_theme")
        self._clear()

    def _lay_on(self, card: str) -> None:
        """Lay a card on the reader and take it off again: the record stays."""
        self._hands.lay_on(card)
        self._until(lambda: self._state.phase is Phase.CASE, f"card_{card}")
        self._hands.take_off()

    def _type_certificate_number(self) -> None:
        self._until(self._page.steps.serial.isVisible, "serial")
        case = self._state.case
        if case is None or case.dossier is None:
            raise DeskError("tour_stuck", step="serial")
        self._type_into(self._page.steps.serial, case.dossier.holdings[0].serial)
        self._until(lambda: self._visit_has("serials"), "serial")

    def _sign(self) -> None:
        pad = self._page.steps.signature.pad
        self._until(pad.isVisible, "signature")
        sign_with_pen(pad, handwriting(pad.width(), pad.height()))
        self._until(lambda: self._visit_has("signature"), "signature")

    def _press_release(self, name: str) -> None:
        """Press RELEASE twice: the second press must do nothing."""
        self._press(Qt.Key.Key_F9)
        self._press(Qt.Key.Key_F9)
        self._until(lambda: self._state.phase is Phase.RELEASED, name)
        self._until(lambda: self._state.papers is not PaperStage.WORKING, f"{name}_papers")
        if self._state.papers is PaperStage.FAILED:
            raise DeskError("tour_stuck", step=f"{name}_papers")
        self._take_picture(name)
        self._press(Qt.Key.Key_Return)
        self._until(lambda: self._state.phase is Phase.IDLE, f"{name}_next")

    def _clear(self) -> None:
        self._press(Qt.Key.Key_Escape)
        self._until(lambda: self._state.phase is Phase.IDLE, "clear")

    @property
    def _is_ready(self) -> bool:
        return self._state.case is not None and self._state.case.ready

    def _verdict_is(self, verdict: VerdictCode) -> bool:
        case = self._state.case
        return self._state.phase is Phase.CASE and case is not None and case.verdict.code is verdict

    def _visit_has(self, recorded: str) -> bool:
        case = self._state.case
        if case is None or (recorded == "proxy" and case.visit.mode is not Mode.BY_PROXY):
            return False
        return bool(getattr(case.visit, recorded))

    def _press(self, key: Qt.Key) -> None:
        QTest.keyClick(self._hand_rests_on(self._window), key)
        self._let_paint(0.02)

    def _hand_rests_on(self, otherwise: QWidget) -> QWidget:
        """Give the control that has the keyboard; Qt gives none while nothing has."""
        focused: QWidget | None = self._window.focusWidget()
        return otherwise if focused is None else focused

    def _type_into(self, field: QWidget, text: str) -> None:
        """Give a field the keyboard, type (Chinese as an input method hands it over), and press Enter."""
        field.setFocus()
        target = self._hand_rests_on(field)
        if text.isascii():
            QTest.keyClicks(target, text)
        else:
            composed = QInputMethodEvent()
            composed.setCommitString(text)
            QCoreApplication.sendEvent(target, composed)
        QTest.keyClick(target, Qt.Key.Key_Return)
        self._let_paint(0.02)

    def _until(self, reached: Callable[[], bool], step: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not reached():
            if time.monotonic() > end:
                self._take_picture(f"stuck_{step}")
                raise DeskError("tour_stuck", step=step)
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def _let_paint(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def _take_picture(self, key: str) -> None:
        self._let_paint(_PAINT_S)
        picture = self._pictures / f"{len(self.visited) + 1:02d}-{key.replace('_', '-')}.png"
        self._window.grab().save(str(picture))
        self.visited.append(Visited(key, picture))


def handwriting(width: int, height: int) -> Signature:
    """Make strokes that look like a written name, for a field of a size in pixels."""
    left, top = width * 0.22, height * 0.1
    size = min(width * 0.5, (height - BASE_LINE_PX - top) * 2)
    outline = (
        ((0.02, 0.12), (0.16, 0.10), (0.30, 0.09)),
        ((0.16, 0.02), (0.15, 0.20), (0.10, 0.34), (0.01, 0.44)),
        ((0.15, 0.22), (0.24, 0.34), (0.33, 0.42)),
        ((0.42, 0.10), (0.44, 0.26), (0.43, 0.42)),
        ((0.40, 0.08), (0.52, 0.06), (0.62, 0.07), (0.61, 0.24), (0.58, 0.42), (0.52, 0.36)),
        ((0.44, 0.22), (0.52, 0.21), (0.58, 0.21)),
        ((0.72, 0.24), (0.84, 0.22), (0.98, 0.19)),
    )
    strokes = []
    ms = 0
    for corners in outline:
        points = []
        for x, y in corners:
            ms += 24
            points.append(PenPoint(round(left + x * size), round(top + y * size), 620, ms))
        strokes.append(tuple(points))
        ms += 90
    return Signature(tuple(strokes), PenDevice.PEN, width, height, 96)
