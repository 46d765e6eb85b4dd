# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds a desk: rules, clock, keys, store, papers, printer and the use cases on top of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.bootstrap.ground import (
    desk_clock,
    desk_papers,
    desk_printer,
    load_policy,
    open_desk_store,
    policy_library,
)
from desk_app.collecting import collecting_later
from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.bootstrap.shared_store import Sharing
    from desk_app.domain.records import Operator
    from desk_app.domain.store_keys import StoreKeys
    from desk_app.services.desk import Desk
    from desk_app.services.imports import Imports
    from desk_app.services.ports import Clock, PassPhrases
    from desk_app.services.store_port import Store


def initialise(
    settings: Settings, phrase: str = "", phrases: PassPhrases | None = None, sharing: Sharing | None = None
) -> str:
    """Make the data folder with keys and an empty store, and enter the operators of the settings.

    ``phrase`` becomes the pass phrase of the first supervisor among them, who gives the others theirs; the
    demonstration's stands in its settings and is everybody's.
    With ``sharing`` the store is one on a server; the first desk makes it, every further one joins it.
    Gives the recovery key of the new keys, to be shown once and kept nowhere; "" where the desk joins with those of
    another. What was broken off, by a cut of power too, is taken up again; a store in which somebody has worked never was.
    Raises :class:`StoreError` when there is a store already; nothing is overwritten.
    """
    from desk_app.bootstrap.keys import begin_setting_up, end_setting_up, is_unfinished, key_place, make_keys
    from desk_app.bootstrap.shared_store import join_store, new_store, require_unused
    from desk_app.domain.errors import StoreError
    from desk_app.domain.staff import require_phrase
    from desk_app.services.wording import institution_name
    from desk_app.storage.keys.cipher import FieldCipher

    policy = load_policy(settings)
    again = is_unfinished(settings)
    if sharing is not None and not again and join_store(settings, sharing):
        return ""
    if settings.store_file.exists() and not again:
        raise StoreError("store_exists", path=str(settings.store_file))
    if again:
        require_unused(settings, sharing)
    _make_folders(settings)
    require_phrase(phrase or settings.demo_phrase, supervisor_of(settings).id)
    if not key_place(settings).there():
        begin_setting_up(settings)
    now = desk_clock(settings, policy).now().replace(hour=0, minute=0, second=0, microsecond=0)
    keys, recovery = make_keys(settings, institution_name(policy).en, now)
    store = new_store(settings, FieldCipher(keys.fields), sharing)
    with store.write() as ledger:
        ledger.put_operators(settings.operators)
    store.close()
    _give_phrases(settings, phrase, phrases)
    end_setting_up(settings)
    return recovery


def _make_folders(settings: Settings) -> None:
    from desk_app.domain.errors import StoreError

    try:
        for folder in (settings.data, settings.key_folder, settings.log_folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError("store_folder", path=str(settings.data), reason=error.strerror or "") from error


def supervisor_of(settings: Settings) -> Operator:
    """Give the first supervisor among the operators of the settings; raise :class:`SettingsError` without one."""
    from desk_app.domain.errors import SettingsError
    from desk_app.domain.records import Role

    found = next((one for one in settings.operators if one.role is Role.SUPERVISOR), None)
    if found is None:
        raise SettingsError("settings_supervisor")
    return found


def _give_phrases(settings: Settings, phrase: str, phrases: PassPhrases | None) -> None:
    """Give the first supervisor the pass phrase; in the demonstration everybody."""
    supervisor = supervisor_of(settings)
    desk = build_desk(settings, phrases=phrases)
    if any(account.phrase_hash for account in desk.staff.accounts()):  # a setting up that broke off at its very end
        desk.operators.switch(supervisor.id)
        desk.staff.set_phrase(supervisor.id, phrase or settings.demo_phrase)
    else:
        desk.staff.begin(supervisor.id, phrase or settings.demo_phrase)
    if settings.demo_phrase:
        for operator in settings.operators:
            if operator != supervisor:
                desk.operators.switch(operator.id)
                desk.staff.set_phrase(operator.id, settings.demo_phrase)
    desk.close()


@collecting_later()
def build_desk(
    settings: Settings,
    clock: Clock | None = None,
    phrases: PassPhrases | None = None,
    keys: StoreKeys | None = None,
) -> Desk:
    """Build a desk on the store of its data folder; the caller closes it. Keys are fetched unless they are given.

    The operator of the settings works at it: whoever may read the data folder with its keys is vouched for by the
    machine. The counter application lets that operator go and asks for a pass phrase.
    """
    from desk_app.bootstrap.keys import desk_keys
    from desk_app.bootstrap.retention import desk_periods, store_copies
    from desk_app.bootstrap.sources import desk_sources, source_titles
    from desk_app.bootstrap.trust import audit_tables, desk_backups
    from desk_app.documents import TableExporter
    from desk_app.identifiers import RandomIdentifiers
    from desk_app.policy.shelf import PackShelf
    from desk_app.services.desk import Ground, desk_on
    from desk_app.services.keyed_index import KeyedIndex
    from desk_app.services.operators import Operators
    from desk_app.services.ports import DeskIdentity
    from desk_app.storage.pass_phrases import ArgonPhrases

    policy = load_policy(settings)
    clock = clock or desk_clock(settings, policy)
    keys = keys or desk_keys(settings)
    papers, index = desk_papers(settings, keys), KeyedIndex(keys.index)
    store = open_desk_store(settings, keys)
    ground = Ground(
        identity=DeskIdentity(settings.counter, settings.desk, settings.receipt_prefix, settings.demo),
        policy=policy,
        clock=clock,
        ids=RandomIdentifiers(),
        store=store,
        index=index,
        papers=papers,
        exporter=TableExporter(),
        printer=desk_printer(settings),
        rules=PackShelf(lambda: policy_library(settings)),
        phrases=phrases or ArgonPhrases(),
        operators=Operators(store, _first_operator(settings, store)),
        needs_verifier=settings.proxy_needs_verifier,
        periods=desk_periods(settings, policy),
        store_copies=lambda: store_copies(settings),
        sources=desk_sources(settings, policy, clock),
        source_titles=source_titles(settings),
    )
    return desk_on(ground, desk_backups(settings, store, clock, ground.trail), audit_tables())


def build_imports(desk: Desk, encoding: str = "") -> Imports:
    """Give the imports of a desk; ``encoding`` "" means UTF-8."""
    from desk_app.services.imports import Imports
    from desk_app.services.trail import Trail
    from desk_app.sources.files import DeskFiles

    files = DeskFiles(desk.policy, desk.identity.counter, desk.pickup.index.blind, encoding)
    trail = Trail(desk.identity, desk.policy, desk.operators)
    return Imports(desk.store, files, desk.clock, trail, desk.papers.unprintable)


def _first_operator(settings: Settings, store: Store) -> Operator:
    """Give the operator of the settings, or the first one of the store."""
    from desk_app.domain.errors import SettingsError

    with store.read() as records:
        operators = records.operators()
    wanted = settings.operator
    found = next((one for one in operators if wanted in ("", one.id)), None)
    if found is None:
        store.close()
        allowed = ", ".join(one.id for one in operators)
        raise SettingsError("settings_operator", key="desk.operator", value=wanted, allowed=allowed)
    return found


def demo_settings(folder: Path, sources: Path | None = None) -> Settings:
    """Give the settings of the demonstration's desk with its data in a folder, and the sources of another file."""
    from desk_app.resources import resource
    from desk_app.settings import load_settings

    settings = load_settings(resource("demo", "settings.toml"), folder)
    return dataclasses.replace(settings, sources=load_settings(sources, folder).sources) if sources else settings


def demo_desk(folder: Path, sources: Path | None = None) -> Desk:
    """Make a fresh desk in a folder from the shipped sample files, through the importers; its clock stands at 10:00."""
    from desk_app.clock import StandingClock
    from desk_app.resources import resource
    from desk_app.services.sample_day import SampleFiles, fill_sample_day
    from desk_app.storage.pass_phrases import ArgonPhrases

    settings = demo_settings(folder, sources)
    # Everybody knows the demonstration's pass phrase: to make it costly to guess would only cost its start.
    phrases = ArgonPhrases(time_cost=1, memory_kib=64)
    initialise(settings, phrases=phrases)
    policy = load_policy(settings)
    clock = StandingClock(settings.standing_at or desk_clock(settings, policy).now(), policy.edition.timezone)
    desk = build_desk(settings, clock, phrases)
    fill_sample_day(
        desk, build_imports(desk), SampleFiles(resource("demo"), resource("cards", "cards.csv")), clock.move_to
    )
    return desk
