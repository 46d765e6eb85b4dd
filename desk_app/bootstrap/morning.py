# SPDX-License-Identifier: GPL-3.0-or-later
"""Spends a morning at the demonstration's counter without anybody: the windows are driven, the papers read back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.bootstrap.window import DeskWindow
    from desk_app.services.desk import Desk
    from desk_app.services.paper_folder import WrittenPapers
    from desk_app.ui.tour import Hands

_RECEIPTS = 3
"""The one of the sample day, the graduate in person, and the proxy."""

_SLIPS = 2
"""The list of missing items, and the way to the other counter."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What happened: the steps with their pictures, and the papers."""

    steps: tuple[tuple[str, Path], ...]
    papers: WrittenPapers

    @property
    def complete(self) -> bool:
        """True when all that should happen happened, and every receipt is genuine."""
        papers = self.papers
        return papers.genuine and len(papers.receipts) == _RECEIPTS and len(papers.slips) == _SLIPS


def spend_morning(
    opened: DeskWindow, desk: Desk, settings: Settings, folder: Path, hands: Hands | None = None
) -> Morning:
    """Drive the windows through the tour and write pictures and papers into a folder.

    Without ``hands`` the cards of the drawer are laid on the simulated reader. Raises
    :class:`~desk_app.domain.errors.DeskError` with the step at which the window did not follow.
    """
    from desk_app.documents.keys import load_certificate
    from desk_app.documents.verify import DeskVerifier
    from desk_app.services.paper_folder import write_papers
    from desk_app.ui.tour import Tour

    hands = hands or _hands_of_the_drawer(opened, settings)
    visited = Tour(opened.window, opened.context, hands, folder / "screens").run()
    verifier = DeskVerifier(load_certificate(settings.seal_folder / "root.pem"))
    papers = write_papers(desk, desk.clock.now().date(), folder / "papers", verifier)
    return Morning(tuple((step.key, step.picture) for step in visited), papers)


def _hands_of_the_drawer(opened: DeskWindow, settings: Settings) -> Hands:
    from desk_app.bootstrap.desk import supervisor_of
    from desk_app.ui.tour import Hands

    cards = {card.key: card.card for card in opened.cards}
    return Hands(
        lambda key: opened.hand.present(cards[key]),
        opened.hand.remove,
        supervisor_of(settings).id,
        settings.demo_phrase,
    )
