# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses the card reader that the settings name, and watches it for the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk_app.settings import ReaderKind, Settings

if TYPE_CHECKING:
    from hardware.api import EventSink, ReaderBackend
    from hardware.profile import CardProfile
    from hardware.watcher import CardWatcher


def desk_reader(settings: Settings) -> ReaderBackend:
    """Give the reader of the settings; a desk without one has a reader that is never plugged in."""
    if settings.reader is ReaderKind.PCSC:
        from hardware.pcsc.backend import PcscBackend

        return PcscBackend(settings.reader_name)
    from hardware.simulated.reader import SimulatedReader

    reader = SimulatedReader()
    if settings.reader is ReaderKind.NONE:
        reader.unplug()
    return reader


def card_profile(settings: Settings) -> CardProfile:
    """Give the profile by which the desk's cards are read."""
    from desk_app.resources import resource
    from hardware.profile import load_profile

    return load_profile(resource("card_profiles", "demo-4k.toml" if settings.demo else "uid-only.toml"))


def card_watcher(reader: ReaderBackend, profile: CardProfile, settings: Settings, listener: EventSink) -> CardWatcher:
    """Give the watch over a reader; its commands and events are logged, masked, where the settings say so."""
    from hardware.simulated.classic import TRANSPORT_KEY
    from hardware.watcher import CardWatcher

    keys = {"demo": TRANSPORT_KEY}
    if not settings.reader_trace:
        return CardWatcher(reader, profile, keys, listener)
    from hardware.trace import TracedBackend, traced

    return CardWatcher(TracedBackend(reader), profile, keys, traced(listener))
