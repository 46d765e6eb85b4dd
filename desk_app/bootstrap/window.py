# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens the counter application on a desk."""

from __future__ import annotations

import gc
import linecache
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk_app.collecting import collecting_later
from desk_app.settings import ReaderKind, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication

    from desk_app.bootstrap.reader_tools import WatchedReader
    from desk_app.domain.papers import Language
    from desk_app.domain.store_keys import KeyPhrase
    from desk_app.services.desk import Desk
    from desk_app.ui.context import UiContext
    from desk_app.ui.main_window import MainWindow
    from desk_app.ui.reader_panel import ReaderPanel
    from desk_app.ui.tasks import TaskRunner
    from hardware.api import ReaderBackend
    from hardware.profile import CardProfile
    from hardware.simulated.deck import DeckCard
    from hardware.simulated.reader import SimulatedReader
    from hardware.watcher import CardWatcher

_qt_log = logging.getLogger("desk_app.qt")


@dataclass(frozen=True)
class DeskWindow:
    """The open window with what moves it: the runner of its work, the reader, and the demonstration's drawer of cards."""

    application: QApplication
    window: MainWindow
    context: UiContext
    runner: TaskRunner
    reader: ReaderBackend
    watcher: CardWatcher
    cards: tuple[DeckCard, ...] = ()
    drawer: ReaderPanel[DeckCard] | None = None

    @property
    def hand(self) -> SimulatedReader:
        """The simulated reader, to lay cards on; raises :class:`TypeError` where the reader is another one."""
        return _hand_of(self.reader)

    def close(self) -> None:
        """End reader and work, and close the windows; work under way is finished first."""
        self.watcher.stop()
        if self.drawer is not None:
            self.drawer.close()
        self.window.close()
        self.runner.shutdown()


@collecting_later()
def open_window(desk: Desk, settings: Settings, language: Language, *, drawer: bool = True) -> DeskWindow:
    """Open the counter application on a desk and finish what an earlier run still owes.

    Without ``drawer`` simulated cards are laid on by whoever holds the window. Nobody works at the desk before signing
    in; the demonstration's first operator has done so by itself.
    """
    from desk_app.bootstrap.reader_tools import prepare_reader
    from desk_app.identifiers import RandomIdentifiers
    from desk_app.ui.context import UiContext
    from desk_app.ui.main_window import MainWindow
    from desk_app.ui.pages import PageParts
    from desk_app.ui.reader_bridge import ReaderBridge
    from desk_app.ui.shell.gate import SignInRules
    from desk_app.ui.tasks import Lane, TaskRunner

    if not settings.demo_phrase:
        desk.operators.leave()
    application = _application()
    context = UiContext(application, settings.language or language, settings.theme.value)
    bridge = ReaderBridge()
    ids = RandomIdentifiers()
    runner = TaskRunner(lambda crash: window.show_crash(crash), lambda: ids.new()[:8])  # noqa: PLW0108 - made below
    # PySide reads the source of every module imported after it, for a switch of its own; the lines need not stay.
    linecache.clearcache()
    watched = prepare_reader(settings, desk.store, bridge.post)
    reader, watcher = watched.reader, watched.watcher
    rules = SignInRules(settings.operator, settings.lock_minutes, settings.demo_phrase)
    window = MainWindow(PageParts(context, desk, runner, bridge, watched.checks), rules)
    cards = _simulated_cards(watched.profile) if settings.reader is ReaderKind.SIMULATED else ()
    _hear_keyboard(application, watched, window)
    panel = _drawer(desk, context, _hand_of(reader), cards) if cards and drawer else None
    for owed in _owed(desk, settings):  # each on its own: one fault stops no other
        runner.run(owed, lambda _: None, window.show_failure, window, lane=Lane.BACKGROUND)
    watcher.start()
    window.show()
    # What was made so far lives as long as the window: the collector need not walk through it with a visitor waiting.
    gc.freeze()
    return DeskWindow(application, window, context, runner, reader, watcher, cards, panel)


def _owed(desk: Desk, settings: Settings) -> tuple[Callable[[], object], ...]:
    """Give what a start owes: an entry for settings that have changed, and the papers of an earlier run."""
    from desk_app.bootstrap.settings_values import settings_values

    return (
        lambda: desk.settings_log.note(settings_values(settings)),
        desk.receipts.finish_pending,
        desk.print_queue.deliver,
    )


def window_key_phrase(settings: Settings, language: Language) -> KeyPhrase:
    """Give what asks for the pass phrase of wrapped keys in a small window, before the desk can be built."""
    from desk_app.ui.context import UiContext
    from desk_app.ui.key_phrase_dialog import WindowKeyPhrase

    return WindowKeyPhrase(UiContext(_application(), settings.language or language, settings.theme.value))


def _hear_keyboard(application: QApplication, watched: WatchedReader, window: MainWindow) -> None:
    """Hear what a keyboard reader types, where the desk has one, while the window lives."""
    from hardware.wedge.backend import WedgeBackend

    if isinstance(watched.reader, WedgeBackend):
        from desk_app.ui.wedge_filter import WedgeFilter

        WedgeFilter(application, watched.reader.type_in, window)


def _hand_of(reader: ReaderBackend) -> SimulatedReader:
    from hardware.simulated.reader import SimulatedReader

    if not isinstance(reader, SimulatedReader):
        raise TypeError(type(reader).__name__)
    return reader


def _application() -> QApplication:
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from desk_app.ui.theme import load_fonts

    qInstallMessageHandler(_log_qt_message)
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(["desk-app"])
    load_fonts()
    return application


def _log_qt_message(kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
    """Put Qt's own messages into the program's log; what the offscreen screen cannot do is no news."""
    from PySide6.QtCore import QtMsgType

    quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or message.startswith("This plugin does not support")
    _qt_log.log(logging.DEBUG if quiet else logging.WARNING, message)


def _simulated_cards(profile: CardProfile) -> tuple[DeckCard, ...]:
    from desk_app.resources import resource
    from hardware.simulated.deck import load_deck

    return load_deck(resource("cards", "deck.csv"), profile)


def _drawer(
    desk: Desk, context: UiContext, reader: SimulatedReader, cards: tuple[DeckCard, ...]
) -> ReaderPanel[DeckCard]:
    from desk_app.ui.card_drawer import open_drawer

    with desk.store.read() as records:
        found = [(card, records.dossier(card.student_no)) for card in cards]
    named = [(card.key, dossier.graduate.name if dossier else "", card) for card, dossier in found]
    return open_drawer(context, named, lambda card: reader.present(card.card), reader.remove)
