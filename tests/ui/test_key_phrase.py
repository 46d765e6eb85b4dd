# SPDX-License-Identifier: GPL-3.0-or-later
"""The small window before the first page: asks once for the pass phrase of the keys, and again when it was wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import KeyTroubleError
from desk_app.domain.papers import Language
from desk_app.domain.store_keys import StoreKeys
from desk_app.storage.keys.places import PhraseFile
from desk_app.storage.keys.wrap import PhraseCosts, wrap_with_phrase
from desk_app.ui.context import UiContext
from desk_app.ui.key_phrase_dialog import KeyPhraseDialog, WindowKeyPhrase

KEYS = StoreKeys({"index.key": b"I" * 32, "store.key": b"S" * 32})
PHRASE = "ein langer Satz 9"


@pytest.fixture
def context(qtbot: QtBot, qapp: QApplication) -> UiContext:
    return UiContext(qapp, Language.EN)


@pytest.fixture
def wrapped(tmp_path: Path) -> Path:
    file = tmp_path / "phrase.sealed"
    file.touch(mode=0o600)
    file.write_bytes(wrap_with_phrase(KEYS, PHRASE, PhraseCosts(1, 64, 1)))
    return tmp_path


def answer(qapp: QApplication, *acts: Callable[[KeyPhraseDialog], None]) -> list[str]:
    """Do one act in each window that opens, and keep what it said was wrong."""
    said: list[str] = []
    left = list(acts)

    def act() -> None:
        dialog = qapp.activeModalWidget()
        if not isinstance(dialog, KeyPhraseDialog):
            QTimer.singleShot(0, act)
            return
        said.append(dialog.field.error)
        left.pop(0)(dialog)
        if left:
            QTimer.singleShot(0, act)

    QTimer.singleShot(0, act)
    return said


def typing(phrase: str) -> Callable[[KeyPhraseDialog], None]:
    def act(dialog: KeyPhraseDialog) -> None:
        QTest.keyClicks(dialog.field.edit, phrase)
        QTest.keyClick(dialog.field.edit, Qt.Key.Key_Return)

    return act


def test_it_is_asked_once_and_the_keys_are_there(context: UiContext, qapp: QApplication, wrapped: Path) -> None:
    asked = WindowKeyPhrase(context)
    said = answer(qapp, typing(PHRASE))
    assert PhraseFile(wrapped, asked).read() == KEYS
    assert PhraseFile(wrapped, asked).read() == KEYS
    assert said == [""]


def test_a_wrong_one_is_told_and_asked_for_again(context: UiContext, qapp: QApplication, wrapped: Path) -> None:
    said = answer(qapp, typing("ein anderer Satz"), typing(PHRASE))
    assert PhraseFile(wrapped, WindowKeyPhrase(context)).read() == KEYS
    assert said == ["", "That was not the pass phrase of the keys."]


def test_whoever_turns_away_gets_no_desk(context: UiContext, qapp: QApplication, wrapped: Path) -> None:
    answer(qapp, lambda dialog: dialog.cancel_button.click())
    with pytest.raises(KeyTroubleError, match="keys_phrase_cancelled"):
        PhraseFile(wrapped, WindowKeyPhrase(context)).read()


def test_keys_are_not_changed_from_the_window(context: UiContext) -> None:
    with pytest.raises(KeyTroubleError, match="keys_phrase_cancelled"):
        WindowKeyPhrase(context).new()


@pytest.mark.parametrize("language", Language)
def test_it_hides_what_is_typed_and_speaks_both_languages(qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    dialog = KeyPhraseDialog(UiContext(qapp, language), wrong=True)
    qtbot.addWidget(dialog)
    assert dialog.field.edit.echoMode() is QLineEdit.EchoMode.Password
    assert dialog.windowTitle() == {"zh": "本櫃檯的金鑰"}.get(language.value[:2], "Keys of this desk")
    assert dialog.field.error
    dialog.accept()
    assert dialog.result() == 0  # nothing was typed yet
