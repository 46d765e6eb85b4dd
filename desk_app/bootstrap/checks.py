# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks without a window: receipts, rule packs, and every part that a desk needs to work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.bootstrap.ground import desk_clock, desk_papers, desk_printer, load_policy, open_desk_store
from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.domain.closures import AnnouncedClosure
    from desk_app.domain.errors import PolicyError
    from desk_app.domain.papers import SealReport
    from desk_app.i18n import Catalogue
    from desk_app.policy.tools import PolicyTools
    from desk_app.services.health import CheckResult


def policy_tools(policy_dir: Path | None = None, language: str = "en", own: Path | None = None) -> PolicyTools:
    """Give the tools for rule packs over a folder, the shipped one by default, speaking one language.

    The packs of the folder ``own`` go before those.
    """
    from desk_app.domain.papers import Language
    from desk_app.i18n import catalogue
    from desk_app.policy.library import PolicyLibrary
    from desk_app.policy.tools import PolicyTools
    from desk_app.resources import resource

    return PolicyTools(PolicyLibrary(policy_dir or resource("policy"), own), catalogue(Language(language)))


def announced_closures(settings: Settings) -> tuple[AnnouncedClosure, ...]:
    """Give the closures that were announced at a desk, none for a desk without a store."""
    if not settings.database and not settings.store_file.exists():
        return ()
    with closing(open_desk_store(settings)) as store, store.read() as records:
        return records.announced_closures()


def policy_faults(error: PolicyError, texts: Catalogue) -> tuple[str, ...]:
    """Give every fault of a pack as a line of text."""
    from desk_app.policy.problems import describe, problems_of

    file = str(error.data.get("file", ""))
    return tuple(describe(texts, file, problem) for problem in problems_of(error))


def verify_seal(root: Path, pdf: bytes) -> SealReport:
    """Check the seal of a paper against a root certificate; no ledger is asked."""
    from desk_app.documents.keys import load_certificate
    from desk_app.documents.verify import DeskVerifier

    return DeskVerifier(load_certificate(root)).verify(pdf, None)


def verify_receipt_file(settings: Settings, pdf: bytes) -> SealReport:
    """Check a sealed receipt against root and ledger of a desk."""
    from desk_app.documents.keys import load_certificate
    from desk_app.documents.verify import DeskVerifier
    from desk_app.services.verification import verify_receipt

    verifier = DeskVerifier(load_certificate(settings.seal_folder / "root.pem"))
    with closing(open_desk_store(settings)) as store:
        return verify_receipt(verifier, store, pdf)


def examine_desk(settings: Settings) -> tuple[CheckResult, ...]:
    """Check every part that the desk needs to work."""
    from desk_app.bootstrap.key_checks import recovery_state, root_key_state, store_keys_state
    from desk_app.bootstrap.trust_checks import (
        backup_state,
        calendar_state,
        copies_state,
        edition_state,
        epoch_state,
        reader_state,
    )
    from desk_app.services.health import examine

    policy = cache(lambda: load_policy(settings))  # a fault of the rules is one of every part that asks them

    def now() -> datetime:
        return desk_clock(settings, policy()).now()

    return examine(
        {
            "engine": lambda: _engine_version(settings),
            "policy": lambda: policy().digest,
            "edition": lambda: edition_state(policy(), now().date()),
            "store_keys": lambda: store_keys_state(settings),
            "recovery": lambda: recovery_state(settings),
            "keys": lambda: _seal_fingerprint(settings, now),
            "store": lambda: _store_state(settings),
            "fonts": lambda: _font_state(settings),
            "printer": lambda: desk_printer(settings).name,
            "disk": lambda: _free_space(settings),
            "clock": lambda: _clock_state(settings, now),
            "reader": lambda: reader_state(settings),
            "calendar": lambda: calendar_state(policy(), now().date()),
            "backup": lambda: backup_state(settings, now()),
            "recount": lambda: epoch_state(settings, now()),
            "copies": lambda: copies_state(settings),
            "root_key": lambda: root_key_state(settings),
        }
    )


def _engine_version(settings: Settings) -> str:
    if settings.database:
        from desk_app.storage.server.store import server_version

        return server_version(settings.database)
    from desk_app.storage.engine import engine_version

    return engine_version()


def _seal_fingerprint(settings: Settings, now: Callable[[], datetime]) -> str:
    """Load the keys, see that they belong together, and that the desk's clock lies within the certificate's time."""
    from desk_app.bootstrap.keys import desk_keys
    from desk_app.documents.keys import load_keys, require_in_force, require_own_mark

    keys = load_keys(settings.seal_folder, desk_keys(settings).seal)
    require_own_mark(keys, settings.seal_folder)
    require_in_force(keys, now())
    return keys.fingerprint


def _store_state(settings: Settings) -> str:
    """Open the store and prove audit chain, hand-overs, papers and receipt numbers against each other."""
    from desk_app.storage.store import prove_store

    with closing(open_desk_store(settings)) as store:
        prove_store(store)
    return settings.store_name


def _font_state(settings: Settings) -> str:
    """Load the faces and look for the two rare characters of the sample names."""
    from desk_app.domain.errors import GlyphMissingError

    missing = desk_papers(settings).unprintable("\N{CJK UNIFIED IDEOGRAPH-20BB7}\N{CJK UNIFIED IDEOGRAPH-5803}")
    if missing:
        raise GlyphMissingError(point=" ".join(f"U+{ord(char):04X}" for char in missing))
    return "Noto Sans TC"


def _clock_state(settings: Settings, now: Callable[[], datetime]) -> str:
    """Give the desk's time; a clock that does not stand must agree with the file shares and the server."""
    from desk_app.bootstrap.trust_checks import require_clock_after_log, require_true_clock

    if settings.standing_at is None:
        require_true_clock(settings, now)
        require_clock_after_log(settings, now())
    return now().isoformat(timespec="seconds")


def _free_space(settings: Settings) -> str:
    import shutil

    from desk_app.services.health import require_space

    folder = next(path for path in (settings.data, *settings.data.absolute().parents) if path.exists())
    return require_space(shutil.disk_usage(folder).free)
