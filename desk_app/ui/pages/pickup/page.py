# SPDX-License-Identifier: GPL-3.0-or-later
"""The pick-up page: joins the presenter to the views, the reader and the keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.errors import DeskError
from desk_app.domain.facts import PhotoIdKind
from desk_app.domain.papers import Language
from desk_app.domain.records import Relation
from desk_app.domain.verdict import VerdictCode
from desk_app.services.explain.names import Names
from desk_app.ui.pages.page import Page, PageParts
from desk_app.ui.pages.pickup.called_colleagues import CalledColleagues
from desk_app.ui.pages.pickup.case_model import case_model
from desk_app.ui.pages.pickup.idle_view import DeviceRow, IdleStage, IdleWork
from desk_app.ui.pages.pickup.letter import LetterTick
from desk_app.ui.pages.pickup.middle_view import MiddleView
from desk_app.ui.pages.pickup.model import CaseModel, Middle, Work
from desk_app.ui.pages.pickup.person_view import PersonView
from desk_app.ui.pages.pickup.refresh_view import RefreshLine
from desk_app.ui.pages.pickup.refreshing import ClearancePresenter
from desk_app.ui.pages.pickup.state import Choice, OfficeNews, Phase, PickupState, is_answer
from desk_app.ui.pages.pickup.steps_view import StepsView
from desk_app.ui.pages.pickup.work_view import WorkView
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import InlineFault, KeyButton, VerdictBanner
from hardware.api import CardReadRecord
from hardware.errors import ReaderError

_CLOCK_MS = 20_000
_REST_MS = 1_000
"""After a verdict the clerk reads and the visitor signs: the time to load what the receipt will need."""
_STEP_KEYS = 9


class PickupPage(Page):
    """The home page: a card on the reader brings the verdict without a click."""

    case_changed = Signal(object)
    released = Signal(str)

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self.presenter = ClearancePresenter(parts.desk, parts.runner, self._render, self.released.emit)
        self.colleagues = CalledColleagues(parts, self.presenter, self)
        self._shown_visit = ""
        self._focus_on = ""
        self._heard: OfficeNews | None = None
        self._language: Language | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringTarget", "none")
        self.steps = StepsView(self.context)
        self.banner = VerdictBanner()
        self.person = PersonView(self.context)
        self.refresh = RefreshLine(self.context)
        self.middle = MiddleView(self.context, self.steps, self.refresh)
        self.work = WorkView(self.context, self.steps)
        self.stage = IdleStage(self.context, self.desk.policy, self.desk.identity.counter)
        self.idle_work = IdleWork(self.context, self.desk.policy)
        self._build()
        self._connect_views()
        self._connect_reader()
        self.context.density_changed.connect(self._settle_density)
        self._bind_keys()
        self._render()

    def _build(self) -> None:
        # Enter ends every scan and answers no; nothing that is scanned holds Ctrl and Enter down together.
        self._question = InlineFault("Ctrl Enter", icon=None)
        self._question_no = KeyButton("ghost", "Esc")
        for answer in (self._question.act, self._question_no):
            answer.hears_enter = True
        asking = QHBoxLayout()
        asking.setContentsMargins(0, 0, 0, 0)
        asking.addWidget(self._question, 1)
        asking.addWidget(self._question_no)
        self.column.addLayout(asking)
        self.column.addWidget(self.banner)
        self._columns = QWidget()
        self._row = QHBoxLayout(self._columns)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.stage, self.person, self.middle, self.work, self.idle_work):
            self._row.addWidget(widget, 1 if widget in (self.stage, self.middle) else 0)
        self.column.addWidget(self._columns, 1)
        self._clock = QTimer(self, interval=_CLOCK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.presenter.prepare_papers)

    def _connect_views(self) -> None:
        presenter, steps, work = self.presenter, self.steps, self.work
        self.person.cleared.connect(presenter.clear)
        self.person.photo_differs.connect(presenter.report_photo_mismatch)
        self._question.acted.connect(lambda: presenter.answer(agreed=True))
        self._question_no.clicked.connect(lambda: presenter.answer(agreed=False))
        self.middle.act_done.connect(presenter.do_act)
        self.middle.note_changed.connect(presenter.set_note)
        work.choice_made.connect(lambda choice: presenter.choose(Choice(choice)))
        work.released.connect(presenter.release)
        work.next_asked.connect(presenter.next)
        work.print_asked.connect(presenter.print_slip)
        work.print_again_asked.connect(presenter.print_again)
        work.supplemented.connect(presenter.supplement)
        work.supervisor_called.connect(self.colleagues.call_supervisor)
        work.number_typed.connect(presenter.open_number)
        work.slip_language_chosen.connect(lambda code: presenter.set_slip_language(Language(code)))
        self.idle_work.all_asked.connect(lambda: self.page_requested.emit("today"))
        steps.step_chosen.connect(presenter.open_step)
        self.middle.step_chosen.connect(presenter.open_step)
        self.middle.copy_asked.connect(self.ask_copy)
        steps.letter.ticked.connect(lambda tick: presenter.tick_letter(LetterTick(tick)))
        steps.letter.dated.connect(presenter.type_letter_date)
        steps.letter.accepted.connect(presenter.accept_letter)
        steps.proxy_id.submitted.connect(self._check_proxy_id)
        steps.paper_ticked.connect(presenter.tick_paper)
        steps.photo_id_shown.connect(lambda kind: presenter.show_photo_id(PhotoIdKind(kind)))
        steps.verifier_called.connect(self.colleagues.call_verifier)
        self.middle.phone_asked.connect(self.colleagues.record_call)
        self.refresh.asked.connect(presenter.ask_again)
        steps.relation_chosen.connect(lambda relation: presenter.choose_relation(Relation(relation)))
        steps.serial_typed.connect(presenter.confirm_serial)
        steps.signed.connect(presenter.signed)
        steps.signature_cleared.connect(presenter.clear_signature)

    def ask_copy(self, receipt_no: str) -> None:
        """Ask why the receipt of an earlier hand-over is printed again."""
        from desk_app.ui.pages.copy_dialog import ask_copy  # noqa: PLC0415 - rare

        ask_copy(self.context, self.desk, self.runner, receipt_no, self, lambda: None)

    def _connect_reader(self) -> None:
        self.reader.card_presented.connect(lambda _generation: self.presenter.card_presented())
        self.reader.card_read.connect(self.card_read)
        self.reader.read_failed.connect(self.read_failed)
        self.reader.card_removed.connect(self.card_removed)

    def _bind_keys(self) -> None:
        for number in range(1, _STEP_KEYS + 1):
            # Beside Alt the digits also reach a step from within a field.
            keys = [QKeySequence(str(number)), QKeySequence(f"Alt+{number}")]
            shortcut = QShortcut(self)
            shortcut.setKeys(keys)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=number: self._number_key(step))

    def _number_key(self, number: int) -> None:
        state = self.presenter.state
        if state.phase is Phase.CASE and state.case is not None and state.case.verdict.code is VerdictCode.STOP:
            self.presenter.do_act(number)
        elif state.phase is Phase.CASE and state.case is not None and state.case.steps:
            self._focus_on = ""
            self.presenter.open_step(number)
        elif state.phase is Phase.IDLE:
            self.search_requested.emit(str(number))

    def card_read(self, record: CardReadRecord) -> None:
        """Open the record of a card that was read, and come to the front; a desk that is locked or nobody's reads none."""
        if self.desk.operators.locked or not self.desk.operators.signed_in:
            return
        self.page_requested.emit("pickup")
        wanted = self.reader.still_newest()
        self.presenter.open_card(record.uid, record.student_no, wanted, issued_on=record.issued_on, typed=record.typed)

    def read_failed(self, fault: ReaderError) -> None:
        """Say in place that a card could not be read."""
        self.presenter.read_failed(fault.code, **fault.data)

    def card_removed(self) -> None:
        """End a read that was broken off; an open record stays."""
        self.presenter.card_removed()

    @property
    @override
    def unfinished(self) -> bool:
        return self.presenter.state.has_evidence

    @override
    def forget_person(self) -> None:
        self.presenter.forget_person()

    @override
    def open_number(self, number: str) -> None:
        self.presenter.open_number(number)

    @override
    def activate(self) -> None:
        self.presenter.come_forward()

    @override
    def retranslate(self) -> None:
        self._render()

    @override
    def take_keyboard(self) -> None:
        """Go back to where the next act is: digits that are scanned onto the page itself would open steps."""
        super().take_keyboard()
        self._focus_on = ""
        self._render()

    def show_devices(self, devices: tuple[DeviceRow, ...]) -> None:
        """Show on the idle page how the devices are."""
        self.idle_work.show_devices(devices)

    def _check_proxy_id(self, kind: str, name: str, number: str) -> None:
        if kind:
            self.presenter.check_proxy_id(PhotoIdKind(kind), name, number)

    def _tick(self) -> None:
        if self.presenter.state.phase is Phase.IDLE and self.isVisible():
            self.stage.show_stage(self.desk.clock.now(), reading=False)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        idle = self.presenter.state.phase in (Phase.IDLE, Phase.READING)
        if idle and text.strip() and text.isprintable():
            self.search_requested.emit(text)
            return
        super().keyPressEvent(event)

    def _render(self) -> None:
        """Show the presenter's state."""
        state, before = self.presenter.state, QApplication.focusWidget()
        self._begin_visit(state)
        names = Names.of(self.desk.policy, self.context.language, self.desk.clock.now())
        model = None
        if state.phase in (Phase.CASE, Phase.RELEASED):
            now, demo = self.desk.clock.now(), self.desk.identity.demo
            model = case_model(self.desk.policy, state, names, now, demo=demo)
        self._show_faults(state)
        for part in (self.banner, self.person, self.middle, self.work):
            part.setVisible(model is not None)
        for waiting in (self.stage, self.idle_work):
            waiting.setVisible(model is None)
        self._settle_widths()
        # Before the keyboard moves: what is being composed for the search belongs to no case.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, model is None)
        if model is None:
            self.stage.announced = state.idle.closures if state.idle else ()
            self.stage.show_stage(self.desk.clock.now(), reading=state.phase is Phase.READING)
            self.idle_work.show_news(state.idle)
        else:
            self._show_case(model)
        self._settle_rest(state.phase)
        answered, self._heard = state.news is not self._heard and is_answer(state.news), state.news
        self._settle_focus(state, model, before, answered=answered)
        if answered:
            self.sources_asked.emit()

    def _settle_rest(self, phase: Phase) -> None:
        """Wait with what is slow to load until the clerk reads: never while a card is read."""
        if phase is Phase.CASE:
            self._rest.start()
        elif phase is Phase.READING:
            self._rest.stop()

    def _begin_visit(self, state: PickupState) -> None:
        """Take everything of the person before off the screen when a case begins or ends."""
        visit = state.case.visit.id if state.case is not None else ""
        if self._language is not self.context.language:
            self._language = self.context.language
            self._focus_on = ""
            self.middle.rebuild()
            self.work.rebuild()
        if visit != self._shown_visit:
            self._shown_visit = visit
            self._focus_on = ""
            for dialog in self.findChildren(QDialog):  # what it asks would be decided about the next person
                dialog.reject()
            self.steps.forget()
            self.middle.rebuild()
            self.work.rebuild()
            self.middle.clear_note()
            self.case_changed.emit(state.case)

    def _show_case(self, model: CaseModel) -> None:
        banner = model.banner
        if banner.code:
            self.banner.show_verdict(
                banner.code, banner.words, banner.second, banner.line, banner.right_top, banner.right_bottom
            )
        else:
            self.banner.show_released(banner.words, banner.second, banner.line, banner.right_top, banner.right_bottom)
        self.banner.set_person(model.person.name if model.person else "")
        self.person.show_person(model.person)
        if model.steps is not None:
            self.steps.show_steps(model.steps)
        if model.refresh is not None:
            self.refresh.show_news(model.refresh)
        self.middle.show_middle(model.middle, model.steps)
        self.work.show_work(model.work)

    def _settle_density(self) -> None:
        """Lay everything out anew for a wider or narrower window; what was typed and signed stays."""
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):  # it would go to whatever comes next, the search for one
            self._focus_on = ""
        for view in (self.steps, self.middle, self.work):
            view.rebuild()
        self._render()

    def _settle_widths(self) -> None:
        look = current_look()
        self._row.setSpacing(look.size("gutter"))
        self.person.setFixedWidth(look.size("col_person"))
        self.work.setFixedWidth(look.size("col_work"))
        self.idle_work.setFixedWidth(look.size("col_work"))

    def _show_faults(self, state: PickupState) -> None:
        t = self.context.t
        if state.question is None:
            self._question.clear()
            self._question_no.hide()
        else:
            key = state.question.value
            self._question.show_fault(t(f"pickup.ask.{key}"), "", t(f"pickup.ask_yes.{key}"))
            self._question_no.set_label(t("pickup.ask_no"))
            self._question_no.show()
        self.person.clear.setEnabled(state.question is None)
        if not state.fault.code:
            self.fault.clear()
            return
        error = DeskError(state.fault.code, **dict(state.fault.data))
        self.fault.show_fault(self.context.error_words(error), self._still_works(state))

    def _still_works(self, state: PickupState) -> str:
        hint = f"reader.hint.{state.fault.code}"
        if self.context.texts.has(hint):
            atr = state.fault.data.get("atr")  # what support asks for
            return self.context.t(hint) + (self.context.t("pickup.card_answer", atr=atr) if atr else "")
        if state.phase is Phase.CASE:
            return self.context.t("pickup.nothing_changed")
        return self.context.t("pickup.still_works")

    def _settle_focus(
        self, state: PickupState, model: CaseModel | None, before: QWidget | None, *, answered: bool
    ) -> None:
        """Put the keyboard where the next act is, once for every new situation.

        What an office has answered takes it from nothing that is still there: somebody may be typing. And it lays no
        hand-over under a key that was meant for something else.
        """
        target = self._target(state, model)
        if answered and before is not None and self.isAncestorOf(before) and before.isVisible() and before.isEnabled():
            target = before
        elif answered and target is self.work.release:
            target = self
        mark = f"{self._shown_visit} {state.phase.value} {id(target)} {state.question}"
        if mark != self._focus_on:
            self._focus_on = mark
            if target is not None and self.isVisible():
                target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _target(self, state: PickupState, model: CaseModel | None) -> QWidget | None:
        if model is None:
            return self
        if state.question is not None:
            return self._question_no  # what is scanned meanwhile ends with Enter and must do no harm
        if state.phase is Phase.RELEASED or model.work.ready:
            return self.work.next if state.phase is Phase.RELEASED else self.work.release
        stepped = model.work.kind in (Work.STEPS, Work.CHECKLIST) or model.middle.kind is Middle.CHECKLIST
        field = self.steps.field_of_now() if stepped else None
        if field is not None:
            return field
        if model.work.kind is Work.NUMBER:
            return self.work.number
        return self.work.print if model.work.slip is not None else self.person.clear
