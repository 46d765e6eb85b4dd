# SPDX-License-Identifier: GPL-3.0-or-later
"""What applies today: every line with its source, doubts marked, closures at once."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from desk_app.domain.papers import Language
from desk_app.ui.context import UiContext
from desk_app.ui.pages.policy.page import PolicyPage
from desk_app.ui.widgets import Chip
from tests.ui.pages.policy.conftest import enter_typhoon, words
from tests.ui.sample_desk import SampleDesk

pytestmark = pytest.mark.slow


def test_every_line_has_its_source_and_doubt_has_a_mark(page: PolicyPage) -> None:
    shown = words(page.today)
    assert {"目前服務中", "週一至週五 08:30–12:00、13:30–17:00", "R26、R27、G4b、G47、F4"} <= set(shown)
    marks = [chip.text for chip in page.today.findChildren(Chip) if chip.isVisible()]
    assert marks.count("存疑") == 3
    assert "預設" in marks


def test_the_doubts_of_the_pack_stand_in_words_each_once(page: PolicyPage) -> None:
    shown = words(page.today)
    assert shown.count("2025-01-31 為放假日") == 1
    assert shown.count("沒有電話號碼") == 1
    assert any("主辦單位・總務處・電話；主辦單位・圖書館・電話；" in text for text in shown)


def test_where_a_doubt_stands_in_the_pack_is_a_hint_and_no_text(page: PolicyPage) -> None:
    assert not any("office.LIBRARY.phone" in text for text in words(page.today))
    hints = [widget.toolTip() for widget in page.today.findChildren(QWidget)]
    assert any("office.LIBRARY.phone" in hint.splitlines() for hint in hints)


def test_an_announced_closure_stands_there_at_once(page: PolicyPage) -> None:
    enter_typhoon(page, "2025-06-05")
    page.show_part("today")
    assert any(text.startswith("停止服務：颱風停班停課。") for text in words(page.today))


def test_a_store_that_fails_is_told_in_place(page: PolicyPage, sample: SampleDesk) -> None:
    sample.store.broken = True
    page.activate()
    assert page.fault.isVisible()
    sample.store.broken = False
    page.activate()
    assert not page.fault.isVisible()


def test_another_language_says_everything_anew(page: PolicyPage, context: UiContext) -> None:
    context.set_language(Language.EN)
    page.retranslate()
    assert "Open now" in words(page.today)
    assert "Doubtful" in [chip.text for chip in page.today.findChildren(Chip) if chip.isVisible()]
