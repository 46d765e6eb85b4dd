# SPDX-License-Identifier: GPL-3.0-or-later
"""A source as a row of the clearance page: whatever it is called, and whatever another program has kept of it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desk_app.domain.clearance_sources import SourceFault, SourceKind, SourceStatus
from desk_app.domain.papers import Bilingual
from desk_app.services.clearance.pull import SourceStanding
from desk_app.services.clearance.titles import SourceTitles
from desk_app.ui.context import UiContext
from desk_app.ui.pages.clearance.source_card import source_card
from desk_app.ui.widgets import IconLabel, Label
from tests.ui.sample_desk import NOW


def said(qtbot: QtBot, context: UiContext, title: str, status: SourceStatus) -> list[str]:
    standing = SourceStanding(status.name, SourceKind.FILES, status)
    card = source_card(context, standing, SourceTitles({status.name: Bilingual(title, title)}), NOW)
    qtbot.addWidget(card)
    words = [label.text() for label in card.findChildren(Label)]
    return [*words, *(label.text() for label in card.findChildren(IconLabel))]


@pytest.mark.parametrize("title", ["{source} {x!r}", "[甲|乙]", "<b>館</b>", "R&D", "ספרייה", "W" * 40, "%s"])
def test_a_title_is_shown_as_it_is_written(qtbot: QtBot, context: UiContext, title: str) -> None:
    fault = SourceFault("source_unreachable", {"source": "library", "detail": "{detail}"})
    words = said(qtbot, context, title, SourceStatus("library", fault=fault))
    assert title in words
    assert any(f"「{title}」" in one and "{detail}" in one for one in words)


@pytest.mark.parametrize(
    "fault", [SourceFault("source_of_tomorrow"), SourceFault("source_keyring", {"source": "library", "detail": ""})]
)
def test_what_another_version_of_the_program_has_kept_is_told_in_general(
    qtbot: QtBot, context: UiContext, fault: SourceFault
) -> None:
    status = SourceStatus("library", skipped={"of_tomorrow": 3}, fault=fault)
    words = "\n".join(said(qtbot, context, "圖書館", status))
    assert context.t("import.finding.other") in words
    assert context.t("shell.failed") in words
