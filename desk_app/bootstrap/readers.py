# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses the card reader, the card profile and the keys that the settings name, and watches the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk_app.settings import ReaderKind, Settings

if TYPE_CHECKING:
    from desk_app.services.store_port import Store
    from hardware.api import EventSink, ReaderBackend
    from hardware.profile import CardProfile
    from hardware.student_card import KeyRing
    from hardware.watcher import CardWatcher
    from hardware.wedge.backend import FindUids

_DEMO_PROFILE, _USUAL_PROFILE = "demo-4k", "uid-only"
_ENOUGH_UIDS = 2
"""Two cards that fit are as many as a hundred: neither is opened."""


def desk_reader(settings: Settings, store: Store | None = None) -> ReaderBackend:
    """Give the reader of the settings; a desk without one has a reader that is never plugged in.

    A keyboard reader asks the roster of ``store`` for the cards of which it types only a part.
    """
    if settings.reader is ReaderKind.PCSC:
        from hardware.pcsc.backend import PcscBackend

        return PcscBackend(settings.reader_name)
    if settings.reader is ReaderKind.WEDGE:
        from hardware.wedge.backend import WedgeBackend
        from hardware.wedge.layout import load_layout

        return WedgeBackend(load_layout(settings.wedge_file), _uids_of(store))
    from hardware.simulated.reader import SimulatedReader

    reader = SimulatedReader()
    if settings.reader is ReaderKind.NONE:
        reader.unplug()
    return reader


def card_profile(settings: Settings) -> CardProfile:
    """Give the profile by which the desk's cards are read; one of the office's own folder goes before a shipped one.

    Raises :class:`SettingsError` with file and key. A keyboard reader gives nothing but the UID, whatever is named.
    """
    from desk_app.card_profiles import load_profile
    from desk_app.domain.errors import SettingsError
    from desk_app.profile_tables import ProfileError
    from desk_app.resources import resource

    name = settings.card_profile or (_DEMO_PROFILE if settings.demo else _USUAL_PROFILE)
    if settings.reader is ReaderKind.WEDGE:
        name = _USUAL_PROFILE
    folders = [folder for folder in (settings.profile_folder, resource("card_profiles")) if folder is not None]
    files = {file.stem: file for folder in reversed(folders) for file in sorted(folder.glob("*.toml"))}
    if name not in files:
        raise SettingsError("card_profile_unknown", profile=name, allowed=", ".join(files))
    try:
        return load_profile(files[name])
    except ProfileError as error:
        raise SettingsError(f"card_profile_{error.fault}", file=error.file, key=error.key, **error.data) from error


def card_keys(settings: Settings) -> KeyRing:
    """Give the keys to the cards: the demonstration's, or those of the key file, none when there is no such file.

    Raises :class:`SettingsError` for a file that cannot be used; what stands in it is never repeated.
    """
    if settings.demo:
        from hardware.simulated.classic import TRANSPORT_KEY

        return {"demo": TRANSPORT_KEY}
    if settings.card_keys is None and not settings.card_key_file.exists():
        return {}
    from desk_app.domain.errors import SettingsError
    from hardware.key_ring import KeyFileError, load_key_ring

    try:
        return load_key_ring(settings.card_key_file)
    except KeyFileError as error:
        raise SettingsError(error.code, file=error.file, line=error.line, detail=error.detail) from error


def card_watcher(reader: ReaderBackend, profile: CardProfile, settings: Settings, listener: EventSink) -> CardWatcher:
    """Give the watch over a reader; its commands and events are logged, masked, where the settings say so."""
    from hardware.watcher import CardWatcher

    keys = card_keys(settings)
    if settings.reader is ReaderKind.WEDGE:
        from hardware.wedge.backend import less_trusted

        listener = less_trusted(listener)
    if not settings.reader_trace:
        return CardWatcher(reader, profile, keys, listener)
    from hardware.trace import TracedBackend, traced

    return CardWatcher(TracedBackend(reader), profile, keys, traced(listener))


def _uids_of(store: Store | None) -> FindUids:
    """Ask a roster for the UIDs that have a part; without a store there are none."""
    from hardware.wedge.layout import Cut, UidPart

    def find(part: UidPart) -> tuple[str, ...]:
        if store is None:
            return ()
        beginning, ending = (part.digits, "") if part.place is Cut.FIRST else ("", part.digits)
        with store.read() as records:
            return records.card_uids(beginning, ending, _ENOUGH_UIDS)

    return find
