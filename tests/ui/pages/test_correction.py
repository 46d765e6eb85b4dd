# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a hand-over back from the Today page: who is asked, what is handed on, and that no word is cut."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.decisions import Credential
from desk_app.domain.errors import CorrectionError
from desk_app.domain.papers import Language
from desk_app.services.corrections import CorrectionKind, CorrectionRequest
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import TODAY
from desk_app.ui.pages.correction_dialog import CorrectionDialog
from desk_app.ui.pages.today import TodayPage
from desk_app.ui.theme import THEME_NAMES
from tests.ui.sample_desk import PHRASE, SampleDesk
from tests.ui.shots import cut, keep, settle


def opened(window: MainWindow) -> CorrectionDialog:
    """Choose the newest hand-over of the day and ask to take it back."""
    window.show_page(TODAY)
    page = window.page(TODAY)
    assert isinstance(page, TodayPage)
    page._show_facts(str(page.desk_rows[-1].release.receipt_no))
    page.facts.reverse_button.click()
    dialog = page.facts.findChild(CorrectionDialog)
    assert isinstance(dialog, CorrectionDialog)
    return dialog


def test_a_clerk_asks_a_supervisor_and_hands_the_proof_on(window: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(window)
    assert dialog.second.person.ids == ("super-m",)
    dialog.kind.set_value(CorrectionKind.MISPRINT.value)
    dialog.why.set_text("印錯英文名")
    dialog.second.phrase.set_text(PHRASE)
    dialog.asked.disconnect()
    with qtbot.waitSignal(dialog.asked) as asked:
        dialog.accept_button.click()
    (request,) = asked.args or []
    assert isinstance(request, CorrectionRequest)
    assert (request.kind, request.why, request.second) == (
        CorrectionKind.MISPRINT,
        "印錯英文名",
        Credential("super-m", PHRASE),
    )
    assert dialog.second.phrase.edit.text() == ""


def test_an_auditor_takes_nothing_back(window: MainWindow, sample: SampleDesk) -> None:
    sample.desk.operators.switch("auditor")
    window.show_page(TODAY)
    page = window.page(TODAY)
    assert isinstance(page, TodayPage)
    page._show_facts(str(page.desk_rows[-1].release.receipt_no))
    assert not page.facts.reverse_button.isVisibleTo(page.facts)


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
def test_no_word_of_the_correction_is_cut(
    window: MainWindow, context: UiContext, language: Language, theme: str
) -> None:
    window.resize(1280, 720)
    context.set_language(language)
    context.set_theme(theme)
    dialog = opened(window)
    dialog.show_fault(CorrectionError("override_same_person"))
    settle()
    keep(dialog, f"correction-{language.value}-{theme}")
    shown: QWidget = window
    keep(shown, f"correction-page-{language.value}-{theme}")
    assert cut(dialog) == []
