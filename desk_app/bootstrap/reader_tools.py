# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools for whoever sets up a reader: a watch with a memory, the calibration, the card on a virtual reader."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk_app.bootstrap.readers import card_keys, card_profile, card_watcher, desk_reader
from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.services.reader_calibration import Calibration
    from desk_app.services.reader_checks import ReaderChecks
    from desk_app.services.store_port import Store
    from hardware.api import EventSink, ReaderBackend, ReaderEvent
    from hardware.journal import ReaderJournal
    from hardware.probe import CheckLine
    from hardware.profile import CardProfile
    from hardware.watcher import CardWatcher
    from hardware.wedge.layout import Layout

_CONNECT_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class WatchedReader:
    """A reader under watch with what it has told; ``checks`` are the same that the lamp of the window opens."""

    reader: ReaderBackend
    watcher: CardWatcher
    profile: CardProfile
    journal: ReaderJournal
    checks: ReaderChecks

    def type_in(self, text: str) -> None:
        """Hand a typed line to a keyboard reader; other readers type nothing."""
        from hardware.wedge.backend import WedgeBackend

        if isinstance(self.reader, WedgeBackend):
            self.reader.type_in(text)

    def run_checks(self, card_patience_s: float) -> Iterator[CheckLine]:
        """Give the checks one after the other, each as soon as it is sound or its time is over."""
        from hardware.probe import PATIENCE_S, CheckStep, run_checks

        patience = {**PATIENCE_S, CheckStep.CARD: card_patience_s}
        return run_checks(self.journal, self.profile, self.checks.keys, patience)


def prepare_reader(settings: Settings, store: Store | None, listener: EventSink) -> WatchedReader:
    """Give the reader of the settings with its watch, not yet started; the journal hears of everything first."""
    from desk_app.services.reader_checks import ReaderChecks
    from desk_app.services.reader_words import system_of
    from hardware.journal import ReaderJournal

    profile, reader, journal = card_profile(settings), desk_reader(settings, store), ReaderJournal()
    watcher = card_watcher(reader, profile, settings, _both(journal, listener))

    def begin_again() -> None:
        watcher.stop()
        journal.forget()
        watcher.start()

    calibration = reader_calibration(settings, store, reader)
    checks = ReaderChecks(journal, profile, card_keys(settings), begin_again, system_of(sys.platform), calibration)
    return WatchedReader(reader, watcher, profile, journal, checks)


@contextmanager
def watched_reader(settings: Settings, listener: EventSink) -> Iterator[WatchedReader]:
    """Watch the reader of the settings for the time of a command, with the desk's roster where there is one."""
    from desk_app.bootstrap.ground import open_desk_store

    store = open_desk_store(settings) if settings.database or settings.store_file.exists() else None
    try:
        watched = prepare_reader(settings, store, listener)
        watched.watcher.start()
        try:
            yield watched
        finally:
            watched.watcher.stop()
    finally:
        if store is not None:
            store.close()


def reader_calibration(settings: Settings, store: Store | None, reader: ReaderBackend) -> Calibration | None:
    """Give the calibration of a keyboard reader, ``None`` for readers that need none."""
    from desk_app.domain.errors import DeskError
    from desk_app.services.reader_calibration import Calibration
    from hardware.wedge.backend import WedgeBackend
    from hardware.wedge.layout import save_layout

    if not isinstance(reader, WedgeBackend):
        return None

    def keep(layout: Layout) -> None:
        try:
            save_layout(settings.wedge_file, layout)
        except OSError as error:
            raise DeskError("calibration_kept", file=str(settings.wedge_file), detail=error.strerror or "") from error
        reader.calibrate(layout)

    return Calibration(store, keep, lambda: reader.layout)


@contextmanager
def simulated_card(key: str, host: str, port: int) -> Iterator[None]:
    """Lay a card of the demonstration's drawer on a virtual PC/SC reader for the time of a command."""
    import socket

    from desk_app.card_profiles import load_profile
    from desk_app.domain.errors import DeskError
    from desk_app.resources import resource
    from hardware.simulated.deck import load_deck
    from hardware.simulated.vpcd import VpcdCard

    deck = load_deck(resource("cards", "deck.csv"), load_profile(resource("card_profiles", "demo-4k.toml")))
    cards = {card.key: card.card for card in deck}
    if key not in cards:
        raise DeskError("reader_simulate_card", card=key, allowed=", ".join(cards))
    try:
        connection = socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT_S)
    except OSError as error:
        raise DeskError("reader_simulate", host=host, port=port, detail=error.strerror or str(error)) from error
    connection.settimeout(None)
    card = VpcdCard(connection, cards[key])
    card.lay_on()
    try:
        yield
    finally:
        card.take_off()


def _both(first: EventSink, second: EventSink) -> EventSink:
    def tell(event: ReaderEvent) -> None:
        first(event)
        second(event)

    return tell
