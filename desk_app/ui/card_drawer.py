# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration's drawer of cards in the language of the screens: who the card belongs to, what the case shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from desk_app.ui.context import UiContext
from desk_app.ui.reader_panel import ReaderPanel

CardT = TypeVar("CardT")


def open_drawer(
    context: UiContext,
    cards: Sequence[tuple[str, str, CardT]],
    present: Callable[[CardT], None],
    remove: Callable[[], None],
) -> ReaderPanel[CardT]:
    """Open the drawer for cards given by key, name ("" for a card of nobody) and card."""

    def labelled() -> list[tuple[str, CardT]]:
        return [(f"{key} {name}".rstrip() + f"\n{context.t(f'demo.case.{key}')}", card) for key, name, card in cards]

    drawer = ReaderPanel(labelled(), present, remove, context.texts)

    def change_language() -> None:
        drawer.retranslate(context.texts)
        drawer.set_cards(labelled())

    context.language_changed.connect(change_language)
    drawer.show()
    room, frame = drawer.screen().availableGeometry(), drawer.frameGeometry()
    drawer.move(room.right() - frame.width(), room.bottom() - frame.height())
    return drawer
