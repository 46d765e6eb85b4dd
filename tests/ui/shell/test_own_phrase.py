# SPDX-License-Identifier: GPL-3.0-or-later
"""One's own pass phrase: changed from the menu, offered to whoever has one that a colleague knows, never in the way."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import StoreError
from desk_app.domain.papers import Language
from desk_app.domain.records import AuditKind
from desk_app.ui import pages
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PageParts
from desk_app.ui.shell.gate import SignInRules
from desk_app.ui.shell.own_phrase import OwnPhraseDialog
from desk_app.ui.tasks import Lane
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.wedge_filter import WedgeFilter
from tests.quick_phrases import QuickPhrases
from tests.ui.prompt_tasks import LateTasks
from tests.ui.sample_desk import CLERK, PHRASE, SampleDesk
from tests.ui.shots import cut, keep, settle
from tests.ui.stand_in import pages_with_stand_in, stand_in

NEW = "ein neuer Satz"


@pytest.fixture
def late() -> LateTasks:
    return LateTasks(())


@pytest.fixture
def closed(qtbot: QtBot, parts: PageParts, late: LateTasks, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """Give the window of a desk at which nobody has signed in; its work waits when ``late`` is told to keep it."""
    monkeypatch.setattr(pages, "PAGES", pages_with_stand_in())
    parts.desk.operators.leave()
    shown = MainWindow(dataclasses.replace(parts, runner=late), SignInRules(CLERK.id))
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
        shown.activateWindow()
    return shown


@pytest.fixture
def asked_late(closed: MainWindow, sample: SampleDesk, late: LateTasks) -> None:
    """Somebody with a given phrase has just signed in: whether it is given is still being looked up."""
    sample.store.givers[CLERK.id] = "super-m"
    late._kept = (Lane.USE_CASE,)
    sign_in(closed)
    late.let_go()
    assert not closed.shut
    assert late.waiting
    assert dialog_of(closed) is None


def sign_in(window: MainWindow, phrase: str = PHRASE) -> None:
    window.gate.panel.phrase.edit.setText(phrase)
    window.gate.panel.enter.click()


def dialog_of(window: MainWindow) -> OwnPhraseDialog | None:
    """Give the form if it is open."""
    return next((one for one in window.findChildren(OwnPhraseDialog) if one.isVisible()), None)


def opened(window: MainWindow) -> OwnPhraseDialog:
    """Ask for the form in the menu."""
    entry(window, "變更通行碼…").trigger()
    dialog = dialog_of(window)
    assert dialog is not None
    return dialog


def offered(window: MainWindow, sample: SampleDesk) -> OwnPhraseDialog:
    """Sign in with a phrase that the supervisor has set."""
    sample.store.givers[CLERK.id] = "super-m"
    sign_in(window)
    dialog = dialog_of(window)
    assert dialog is not None
    return dialog


def entry(window: MainWindow, text: str) -> QAction:
    return next(one for one in window.top_bar.operator.menu.actions() if one.text() == text)


def type_all(dialog: OwnPhraseDialog, old: str, new: str, again: str) -> None:
    for field, text in zip(dialog.fields, (old, new, again), strict=True):
        field.set_text(text)
    dialog.accept_button.click()


def errors(dialog: OwnPhraseDialog) -> tuple[str, ...]:
    return tuple(field.error for field in dialog.fields)


def kept(sample: SampleDesk) -> str | None:
    return sample.store.hashes.get(CLERK.id)


class TestChanging:
    """Whoever works here changes the own phrase with the keys alone."""

    def test_the_phrase_is_changed_and_that_is_said(self, window: MainWindow, sample: SampleDesk) -> None:
        dialog = opened(window)
        assert dialog.focusWidget() is dialog.old.edit
        assert not dialog.why.isVisible()
        for field, text in zip(dialog.fields, (PHRASE, NEW, NEW), strict=True):
            assert dialog.focusWidget() is field.edit
            assert field.edit.echoMode() is QLineEdit.EchoMode.Password
            QTest.keyClicks(field.edit, text)
            QTest.keyClick(field.edit, Qt.Key.Key_Return)
        assert kept(sample) == QuickPhrases().hash(NEW)
        assert "已變更" in dialog.done_line.text()
        assert [part.isVisible() for part in (dialog.line, *dialog.fields, dialog.accept_button)] == [False] * 5
        assert [field.edit.text() for field in dialog.fields] == [""] * 3
        QTest.keyClick(dialog.cancel_button, Qt.Key.Key_Return)
        assert dialog_of(window) is None
        assert not window.shut

    def test_the_next_sign_in_takes_the_new_one_only(self, closed: MainWindow) -> None:
        sign_in(closed)
        dialog = opened(closed)
        type_all(dialog, PHRASE, NEW, NEW)
        closed.lock()
        assert not dialog.isVisible()
        sign_in(closed)
        assert closed.shut
        sign_in(closed, NEW)
        assert not closed.shut

    def test_turning_away_changes_nothing(self, window: MainWindow, sample: SampleDesk) -> None:
        dialog = opened(window)
        QTest.keyClicks(dialog.old.edit, PHRASE)
        QTest.keyClick(dialog.old.edit, Qt.Key.Key_Escape)
        assert dialog_of(window) is None
        assert kept(sample) is None

    def test_the_window_waits_for_nothing(self, closed: MainWindow, sample: SampleDesk, late: LateTasks) -> None:
        sign_in(closed)
        dialog = opened(closed)
        late._kept = (Lane.USE_CASE,)
        type_all(dialog, PHRASE, NEW, NEW)
        QTest.keyClick(dialog.again.edit, Qt.Key.Key_Return)
        assert (len(late.waiting), dialog.accept_button.busy, kept(sample)) == (1, True, None)
        late.let_go()
        assert (dialog.accept_button.busy, kept(sample)) == (False, QuickPhrases().hash(NEW))


class TestWhatIsWrong:
    """It stands at its field; what nobody can see is typed again, everything else stays."""

    def test_a_wrong_old_phrase(self, window: MainWindow, sample: SampleDesk) -> None:
        dialog = opened(window)
        type_all(dialog, "wrong-wrong", NEW, NEW)
        assert "還可再試 4 次" in errors(dialog)[0]
        assert errors(dialog)[1:] == ("", "")
        assert [field.edit.text() for field in dialog.fields] == ["", NEW, NEW]
        assert dialog.focusWidget() is dialog.old.edit
        assert sample.store.events[-1].kind is AuditKind.LOGIN_FAILED
        dialog.old.set_text(PHRASE)
        dialog.accept_button.click()
        assert kept(sample) == QuickPhrases().hash(NEW)

    def test_no_old_phrase(self, window: MainWindow) -> None:
        dialog = opened(window)
        type_all(dialog, "", NEW, NEW)
        assert errors(dialog) == ("請輸入通行碼。", "", "")

    def test_too_many_attempts(self, window: MainWindow, sample: SampleDesk) -> None:
        sample.store.failures = 4
        dialog = opened(window)
        type_all(dialog, "wrong-wrong", NEW, NEW)
        until = sample.clock.at + timedelta(minutes=5)
        assert f"{until:%H:%M}" in errors(dialog)[0]

    @pytest.mark.parametrize(("new", "said"), [("short", "8 至 128"), ("clerk-m1-clerk", "太容易猜到")])
    def test_a_new_phrase_that_is_none(self, window: MainWindow, new: str, said: str) -> None:
        dialog = opened(window)
        type_all(dialog, PHRASE, new, new)
        assert said in errors(dialog)[1]
        assert [field.edit.text() for field in dialog.fields] == [PHRASE, "", ""]
        assert dialog.focusWidget() is dialog.new.edit

    def test_the_phrase_that_a_colleague_knows(self, closed: MainWindow, sample: SampleDesk) -> None:
        dialog = offered(closed, sample)
        type_all(dialog, PHRASE, PHRASE, PHRASE)
        assert "另選一個" in errors(dialog)[1]
        assert kept(sample) is None

    def test_two_that_differ_cost_no_attempt(self, window: MainWindow, sample: SampleDesk) -> None:
        dialog = opened(window)
        type_all(dialog, PHRASE, NEW, NEW + "s")
        assert errors(dialog) == ("", "", "兩次輸入不同，沒有設定。")
        assert dialog.focusWidget() is dialog.new.edit
        assert sample.store.events == []
        type_all(dialog, PHRASE, NEW, NEW)
        assert kept(sample) == QuickPhrases().hash(NEW)

    def test_a_store_out_of_reach(self, window: MainWindow, sample: SampleDesk) -> None:
        dialog = opened(window)
        sample.store.broken = True
        type_all(dialog, PHRASE, NEW, NEW)
        assert dialog.fault.text() == dialog.context.error_words(StoreError())
        assert errors(dialog) == ("", "", "")
        sample.store.broken = False
        dialog.accept_button.click()
        assert not dialog.fault.isVisible()
        assert dialog.done_line.isVisible()


class TestTheOffer:
    """It comes once after a sign-in, says why, and never stands between a visitor and the desk."""

    def test_it_says_why_and_waits_until_later(self, closed: MainWindow, sample: SampleDesk) -> None:
        dialog = offered(closed, sample)
        assert "同仁也知道" in dialog.why.text()
        assert dialog.cancel_button.text() == "稍後"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog_of(closed) is None
        assert not closed.shut
        closed.lock()
        sign_in(closed)
        assert dialog_of(closed) is None
        closed.top_bar.operator.leave_requested.emit()
        sign_in(closed)
        assert dialog_of(closed) is not None

    def test_whoever_has_changed_is_not_asked_again(self, closed: MainWindow, sample: SampleDesk) -> None:
        type_all(offered(closed, sample), PHRASE, NEW, NEW)
        closed.top_bar.operator.leave_requested.emit()
        sign_in(closed, NEW)
        assert not closed.shut
        assert dialog_of(closed) is None

    def test_nobody_is_asked_whose_phrase_is_the_own(self, closed: MainWindow, sample: SampleDesk) -> None:
        sample.store.givers["clerk-m2"] = "super-m"
        sign_in(closed)
        assert not closed.shut
        assert dialog_of(closed) is None

    def test_a_record_stays_as_it_is(self, closed: MainWindow, sample: SampleDesk) -> None:
        sign_in(closed)
        stand_in(closed).recorded = True
        closed.top_bar.operator.leave_requested.emit()
        dialog = offered(closed, sample)
        dialog.cancel_button.click()
        assert (stand_in(closed).recorded, stand_in(closed).forgotten) == (True, 0)

    def test_a_card_goes_first_while_nothing_is_typed(self, closed: MainWindow, sample: SampleDesk) -> None:
        offered(closed, sample)
        closed._parts.reader.card_presented.emit(1)
        assert dialog_of(closed) is None

    def test_a_card_takes_nothing_away_that_was_typed(self, closed: MainWindow, sample: SampleDesk) -> None:
        dialog = offered(closed, sample)
        dialog.old.set_text(PHRASE)
        closed._parts.reader.card_presented.emit(1)
        assert dialog_of(closed) is dialog
        assert dialog.old.edit.text() == PHRASE

    def test_a_keyboard_reader_is_heard(
        self, closed: MainWindow, sample: SampleDesk, qapp: QApplication, qtbot: QtBot
    ) -> None:
        typed: list[str] = []

        def take(text: str) -> bool:
            typed.append(text)
            return True

        heard = WedgeFilter(qapp, take, closed)
        dialog = offered(closed, sample)
        with qtbot.waitActive(dialog):
            dialog.activateWindow()
        focused = qapp.focusWidget()
        assert isinstance(focused, QWidget)
        QTest.keyClicks(focused, "0412345678")
        QTest.keyClick(focused, Qt.Key.Key_Return)
        qapp.removeEventFilter(heard)
        assert typed == ["0412345678"]
        assert [field.edit.text() for field in dialog.fields] == [""] * 3
        assert errors(dialog) == ("", "", "")

    @pytest.mark.usefixtures("asked_late")
    def test_an_answer_that_comes_behind_the_lock_opens_nothing(self, closed: MainWindow, late: LateTasks) -> None:
        closed.lock()
        late.let_go()
        assert dialog_of(closed) is None

    @pytest.mark.usefixtures("asked_late")
    def test_an_answer_that_comes_above_another_dialog_opens_nothing(self, closed: MainWindow, late: LateTasks) -> None:
        closed.show_keys()
        late.let_go()
        assert dialog_of(closed) is None

    @pytest.mark.usefixtures("asked_late")
    def test_an_answer_that_comes_after_a_card_opens_nothing(self, closed: MainWindow, late: LateTasks) -> None:
        closed._parts.reader.card_presented.emit(1)
        late.let_go()
        assert dialog_of(closed) is None

    @pytest.mark.usefixtures("asked_late")
    def test_a_store_out_of_reach_keeps_nobody_from_working(
        self, closed: MainWindow, sample: SampleDesk, late: LateTasks
    ) -> None:
        sample.store.broken = True
        late.let_go()
        assert dialog_of(closed) is None
        assert not closed.shut
        assert not closed.fault.isVisible()


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
def test_no_word_of_the_form_is_cut(
    closed: MainWindow, sample: SampleDesk, context: UiContext, language: Language, theme: str
) -> None:
    closed.resize(1280, 720)
    context.set_language(language)
    context.set_theme(theme)
    dialog = offered(closed, sample)
    for name in ("offered", "wrong-new", "wrong-old", "done"):
        if name == "wrong-new":
            type_all(dialog, PHRASE, "demo", "demo")
        elif name == "wrong-old":
            type_all(dialog, "wrong-wrong", NEW, NEW)
        elif name == "done":
            type_all(dialog, PHRASE, NEW, NEW)
        settle()
        keep(dialog, f"own-phrase-{name}-{language.value}-{theme}")
        assert cut(dialog) == []
        assert dialog.height() <= closed.height()
