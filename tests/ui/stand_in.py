# SPDX-License-Identifier: GPL-3.0-or-later
"""A page in the place of the pick-up page, for tests of the frame around it."""

from __future__ import annotations

import dataclasses

from typing_extensions import override

from desk_app.ui import pages
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages.page import Page, PageParts


class StandInPickup(Page):
    """Notes what the frame asks of the pick-up page."""

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self.opened: list[str] = []
        self.said = 0
        self.recorded = False
        self.forgotten = 0

    @property
    @override
    def unfinished(self) -> bool:
        return self.recorded

    @override
    def forget_person(self) -> None:
        self.forgotten += 1
        self.recorded = False

    @override
    def open_number(self, number: str) -> None:
        self.opened.append(number)

    @override
    def retranslate(self) -> None:
        self.said += 1


def pages_with_stand_in() -> tuple[pages.PageSpec, ...]:
    """Give the pages of the rail with the stand-in first."""
    first, *others = pages.PAGES
    return (dataclasses.replace(first, build=StandInPickup), *others)


def stand_in(window: MainWindow) -> StandInPickup:
    """Give the stand-in that a window shows."""
    page = window.page(pages.PICKUP)
    assert isinstance(page, StandInPickup)
    return page
