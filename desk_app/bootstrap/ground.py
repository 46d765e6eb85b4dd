# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desk stands on, each for itself: its rules, clock, store, papers and printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.documents import DeskPapers
    from desk_app.documents.keys import SealKeys
    from desk_app.domain.policy import Policy
    from desk_app.domain.store_keys import StoreKeys
    from desk_app.policy.library import PolicyLibrary
    from desk_app.services.ports import Clock, Printer
    from desk_app.storage.store import DeskStore


def policy_library(settings: Settings) -> PolicyLibrary:
    """Give the packs of a desk: those of its own folder go before those that are shipped."""
    from desk_app.policy.library import PolicyLibrary
    from desk_app.resources import resource

    return PolicyLibrary(resource("policy"), settings.policy_folder)


def load_policy(settings: Settings) -> Policy:
    """Load the policy of a desk; raise :class:`SettingsError` for a counter that it does not have."""
    from desk_app.domain.errors import SettingsError

    policy = policy_library(settings).load(settings.policy)
    if settings.counter not in policy.counters:
        allowed = ", ".join(policy.counters)
        raise SettingsError("settings_counter", key="desk.counter", value=settings.counter, allowed=allowed)
    return policy


def desk_clock(settings: Settings, policy: Policy) -> Clock:
    """Give the machine's clock, or the one that stands when the settings say so."""
    from desk_app.clock import StandingClock, SystemClock

    zone = policy.edition.timezone
    return StandingClock(settings.standing_at, zone) if settings.standing_at else SystemClock(zone)


def open_desk_store(settings: Settings, keys: StoreKeys | None = None) -> DeskStore:
    """Open the store of a desk with its keys, which are fetched unless they are given.

    Raises :class:`StoreError` when a key is not the store's, or the file is not enciphered as the settings promise.
    """
    from desk_app.bootstrap.keys import desk_keys
    from desk_app.domain.errors import StoreError
    from desk_app.domain.store_keys import INDEX_KEY
    from desk_app.storage.keys.cipher import FieldCipher, key_check
    from desk_app.storage.store import open_store
    from desk_app.storage.witness import Witness

    keys = keys or desk_keys(settings)
    cipher = FieldCipher(keys.fields)
    if settings.database:
        from desk_app.storage.server.store import open_server_store

        store = open_server_store(settings.database, cipher)
    else:
        store = open_store(settings.store_file, cipher)
    try:
        store.prove_key(INDEX_KEY, key_check(INDEX_KEY, keys.index))
        if settings.whole_file and not store.enciphered:
            raise StoreError("whole_file_plain", path=str(settings.store_file))
    except StoreError:
        store.close()
        raise
    store.witness = Witness(settings.witness_file, alone=not settings.database)
    return store


def desk_papers(settings: Settings, keys: StoreKeys | None = None) -> DeskPapers:
    """Give the maker of papers; faces that the office has put into the data folder come after the bundled ones.

    Raises :class:`DocumentError` when a key is missing; the keys themselves are loaded for the first paper.
    """
    from desk_app.bootstrap.keys import desk_keys
    from desk_app.documents import DeskPapers
    from desk_app.documents.key_files import require_key_files
    from desk_app.resources import resource

    private = (keys or desk_keys(settings)).seal

    def load() -> SealKeys:
        from desk_app.documents.keys import load_keys

        return load_keys(settings.seal_folder, private)

    require_key_files(settings.seal_folder, private)
    return DeskPapers(resource("fonts"), load, settings.extra_fonts)


def desk_printer(settings: Settings) -> Printer:
    """Give the printer that the settings name."""
    from desk_app.printing import CupsPrinter, FolderPrinter
    from desk_app.settings import PrinterKind

    if settings.printer is PrinterKind.CUPS:
        return CupsPrinter(settings.printer_name)
    return FolderPrinter(settings.print_folder)
