# SPDX-License-Identifier: GPL-3.0-or-later
"""The only module that knows every layer: reads the settings, chooses the adapters, wires them.

Everything is imported late: a command pays for what it uses, and the window is there before the papers' libraries are.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desk_app.documents import DeskPapers
    from desk_app.domain.errors import PolicyError
    from desk_app.domain.papers import Language, SealReport
    from desk_app.domain.policy import Policy
    from desk_app.domain.records import Operator
    from desk_app.i18n import Catalogue
    from desk_app.policy.tools import PolicyTools
    from desk_app.services.desk import Desk
    from desk_app.services.health import CheckResult
    from desk_app.services.imports import Imports
    from desk_app.services.ports import Clock, Printer, Store
    from desk_app.storage.store import DeskStore
    from desk_app.ui.context import UiContext
    from desk_app.ui.main_window import MainWindow
    from desk_app.ui.reader_panel import ReaderPanel
    from desk_app.ui.tasks import TaskRunner
    from hardware.profile import CardProfile
    from hardware.simulated.deck import DeckCard
    from hardware.simulated.reader import SimulatedReader
    from hardware.watcher import CardWatcher

_STORE_KEY, _INDEX_KEY = "store.key", "index.key"


def policy_tools(policy_dir: Path | None = None, language: str = "en") -> PolicyTools:
    """Give the tools for rule packs over a folder, the shipped one by default, speaking one language."""
    from desk_app.domain.papers import Language
    from desk_app.i18n import catalogue
    from desk_app.policy.library import PolicyLibrary
    from desk_app.policy.tools import PolicyTools
    from desk_app.resources import resource

    return PolicyTools(PolicyLibrary(policy_dir or resource("policy")), catalogue(Language(language)))


def load_policy(settings: Settings) -> Policy:
    """Load the policy of a desk; raise :class:`SettingsError` for a counter that it does not have."""
    from desk_app.domain.errors import SettingsError
    from desk_app.policy.library import PolicyLibrary
    from desk_app.resources import resource

    policy = PolicyLibrary(resource("policy"), settings.policy_folder).load(settings.policy)
    if settings.counter not in policy.counters:
        allowed = ", ".join(policy.counters)
        raise SettingsError("settings_counter", key="desk.counter", value=settings.counter, allowed=allowed)
    return policy


def desk_clock(settings: Settings, policy: Policy) -> Clock:
    """Give the machine's clock, or the one that stands when the settings say so."""
    from desk_app.clock import StandingClock, SystemClock

    zone = policy.edition.timezone
    return StandingClock(settings.standing_at, zone) if settings.standing_at else SystemClock(zone)


def initialise(settings: Settings) -> None:
    """Make the data folder with keys and an empty store, and enter the operators of the settings.

    Raises :class:`StoreError` when there is a store already; nothing is overwritten.
    """
    from desk_app.documents import create_keys
    from desk_app.domain.errors import StoreError
    from desk_app.services.wording import institution_name
    from desk_app.storage.cipher import FieldCipher
    from desk_app.storage.key_file import make_key
    from desk_app.storage.store import create_store

    policy = load_policy(settings)
    if settings.store_file.exists():
        raise StoreError("store_exists", path=str(settings.store_file))
    try:
        for folder in (settings.data, settings.key_folder, settings.log_folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError("store_folder", path=str(settings.data), reason=error.strerror or "") from error
    key = make_key(settings.key_folder / _STORE_KEY)
    make_key(settings.key_folder / _INDEX_KEY)
    now = desk_clock(settings, policy).now().replace(hour=0, minute=0, second=0, microsecond=0)
    create_keys(settings.seal_folder, institution_name(policy).en, now)
    store = create_store(settings.store_file, FieldCipher(key))
    with store.write() as ledger:
        ledger.put_operators(settings.operators)
    store.close()


def open_desk_store(settings: Settings) -> DeskStore:
    """Open the store of a desk with its key."""
    from desk_app.storage.cipher import FieldCipher
    from desk_app.storage.key_file import read_key
    from desk_app.storage.store import open_store

    return open_store(settings.store_file, FieldCipher(read_key(settings.key_folder / _STORE_KEY)))


def build_desk(settings: Settings, clock: Clock | None = None) -> Desk:
    """Build a desk on the store of its data folder; the caller closes it."""
    from desk_app.documents import TableExporter
    from desk_app.identifiers import RandomIdentifiers
    from desk_app.services.day_logs import DayLogs
    from desk_app.services.desk import Desk
    from desk_app.services.keyed_index import KeyedIndex
    from desk_app.services.operators import Operators
    from desk_app.services.pickup import Pickup
    from desk_app.services.ports import DeskIdentity
    from desk_app.services.print_queue import PrintQueue
    from desk_app.services.receipts import Receipts
    from desk_app.services.trail import Trail
    from desk_app.storage.key_file import read_key

    policy = load_policy(settings)
    clock = clock or desk_clock(settings, policy)
    identity = DeskIdentity(settings.counter, settings.desk, settings.receipt_prefix, settings.demo)
    papers = _papers(settings)
    index, exporter, printer = (
        KeyedIndex(read_key(settings.key_folder / _INDEX_KEY)),
        TableExporter(),
        _printer(settings),
    )
    store = open_desk_store(settings)
    operators = Operators(store, _first_operator(settings, store))
    trail = Trail(identity, policy, operators)
    return Desk(
        identity=identity,
        policy=policy,
        clock=clock,
        store=store,
        papers=papers,
        exporter=exporter,
        printer=printer,
        pickup=Pickup(store, policy, clock, RandomIdentifiers(), index, identity, operators),
        receipts=Receipts(store, papers, clock, trail),
        print_queue=PrintQueue(store, printer, clock, trail),
        day_logs=DayLogs(store, policy, clock, identity, operators, papers, exporter),
        operators=operators,
    )


def build_imports(desk: Desk, encoding: str = "") -> Imports:
    """Give the imports of a desk; ``encoding`` "" means UTF-8."""
    from desk_app.services.imports import Imports
    from desk_app.services.trail import Trail
    from desk_app.sources.files import DeskFiles

    files = DeskFiles(desk.policy, desk.identity.counter, desk.pickup.index.blind, encoding)
    trail = Trail(desk.identity, desk.policy, desk.operators)
    return Imports(desk.store, files, desk.clock, trail, desk.papers.unprintable)


def verify_seal(root: Path, pdf: bytes) -> SealReport:
    """Check the seal of a paper against a root certificate; no ledger is asked."""
    from desk_app.documents import DeskVerifier, load_certificate

    return DeskVerifier(load_certificate(root)).verify(pdf, None)


def verify_receipt_file(settings: Settings, pdf: bytes) -> SealReport:
    """Check a sealed receipt against root and ledger of a desk."""
    from desk_app.documents import DeskVerifier, load_certificate
    from desk_app.services.verification import verify_receipt

    verifier = DeskVerifier(load_certificate(settings.seal_folder / "root.pem"))
    with closing(open_desk_store(settings)) as store:
        return verify_receipt(verifier, store, pdf)


def examine_desk(settings: Settings) -> tuple[CheckResult, ...]:
    """Check every part that the desk needs to work."""
    from desk_app.services.health import examine

    return examine(
        {
            "engine": _engine_version,
            "policy": lambda: load_policy(settings).digest,
            "keys": lambda: _seal_fingerprint(settings),
            "store": lambda: _store_state(settings),
            "fonts": lambda: _font_state(settings),
            "printer": lambda: _printer(settings).name,
            "disk": lambda: _free_space(settings),
            "clock": lambda: desk_clock(settings, load_policy(settings)).now().isoformat(timespec="seconds"),
        }
    )


def _engine_version() -> str:
    from desk_app.storage.engine import engine_version

    return engine_version()


def _seal_fingerprint(settings: Settings) -> str:
    from desk_app.documents import load_keys

    return load_keys(settings.seal_folder).fingerprint


def _store_state(settings: Settings) -> str:
    """Open the store and walk the audit chain."""
    from desk_app.domain.errors import StoreError
    from desk_app.storage.store import verify_audit

    with closing(open_desk_store(settings)) as store:
        bad = verify_audit(store)
    if bad is not None:
        raise StoreError("store_audit_broken", sequence=bad)
    return str(settings.store_file)


def _font_state(settings: Settings) -> str:
    """Load the faces and look for the two rare characters of the sample names."""
    from desk_app.domain.errors import GlyphMissingError

    missing = _papers(settings).unprintable("\N{CJK UNIFIED IDEOGRAPH-20BB7}\N{CJK UNIFIED IDEOGRAPH-5803}")
    if missing:
        raise GlyphMissingError(code=" ".join(f"U+{ord(char):04X}" for char in missing))
    return "Noto Sans TC"


def _papers(settings: Settings) -> DeskPapers:
    from desk_app.documents import DeskPapers, load_keys
    from desk_app.resources import resource

    return DeskPapers(resource("fonts"), load_keys(settings.seal_folder))


def _free_space(settings: Settings) -> str:
    import shutil

    from desk_app.services.health import require_space

    folder = next(path for path in (settings.data, *settings.data.absolute().parents) if path.exists())
    return require_space(shutil.disk_usage(folder).free)


def policy_faults(error: PolicyError, texts: Catalogue) -> tuple[str, ...]:
    """Give every fault of a pack as a line of text."""
    from desk_app.policy.problems import describe, problems_of

    file = str(error.data.get("file", ""))
    return tuple(describe(texts, file, problem) for problem in problems_of(error))


def demo_settings(folder: Path) -> Settings:
    """Give the settings of the demonstration's desk with its data in a folder."""
    from desk_app.resources import resource
    from desk_app.settings import load_settings

    return load_settings(resource("demo", "settings.toml"), folder)


def demo_desk(folder: Path) -> Desk:
    """Make a fresh desk in a folder from the shipped sample files, through the importers; its clock stands at 10:00."""
    from desk_app.clock import StandingClock
    from desk_app.resources import resource
    from desk_app.services.sample_day import SampleFiles, fill_sample_day

    settings = demo_settings(folder)
    initialise(settings)
    policy = load_policy(settings)
    clock = StandingClock(settings.standing_at or desk_clock(settings, policy).now(), policy.edition.timezone)
    desk = build_desk(settings, clock)
    fill_sample_day(
        desk, build_imports(desk), SampleFiles(resource("demo"), resource("cards", "cards.csv")), clock.move_to
    )
    return desk


def _printer(settings: Settings) -> Printer:
    from desk_app.printing import CupsPrinter, FolderPrinter
    from desk_app.settings import PrinterKind

    if settings.printer is PrinterKind.CUPS:
        return CupsPrinter(settings.printer_name)
    return FolderPrinter(settings.print_folder)


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


@dataclass(frozen=True)
class DeskWindow:
    """The open window with what moves it: the runner of its work, the reader, and the demonstration's drawer of cards."""

    application: QApplication
    window: MainWindow
    context: UiContext
    runner: TaskRunner
    reader: SimulatedReader
    watcher: CardWatcher
    cards: tuple[DeckCard, ...] = ()
    drawer: ReaderPanel[DeckCard] | None = None

    def close(self) -> None:
        """End reader and work, and close the windows; work under way is finished first."""
        self.watcher.stop()
        if self.drawer is not None:
            self.drawer.close()
        self.window.close()
        self.runner.shutdown()


def open_window(desk: Desk, settings: Settings, language: Language) -> DeskWindow:
    """Open the counter application on a desk and finish what an earlier run still owes.

    A desk of the demonstration has a reader with simulated cards; another one has no reader until one is connected.
    """
    from desk_app.domain.errors import DeskError
    from desk_app.identifiers import RandomIdentifiers
    from desk_app.resources import resource
    from desk_app.ui.context import UiContext
    from desk_app.ui.main_window import MainWindow
    from desk_app.ui.pages import PageParts
    from desk_app.ui.reader_bridge import ReaderBridge
    from desk_app.ui.tasks import TaskRunner
    from hardware.simulated.classic import TRANSPORT_KEY
    from hardware.simulated.deck import load_deck
    from hardware.simulated.reader import SimulatedReader
    from hardware.watcher import CardWatcher

    application = _application()
    context = UiContext(application, settings.language or language, settings.theme.value)
    bridge = ReaderBridge()
    runner = TaskRunner(lambda _crash: window.show_failure(DeskError()), lambda: RandomIdentifiers().new()[:8])
    window = MainWindow(PageParts(context, desk, runner, bridge))
    profile, reader = _card_profile(demo=settings.demo), SimulatedReader()
    if not settings.demo:
        reader.unplug()
    watcher = CardWatcher(reader, profile, {"demo": TRANSPORT_KEY}, bridge.post)
    cards = load_deck(resource("cards", "deck.csv"), profile) if settings.demo else ()
    drawer = _drawer(desk, context, reader, cards) if cards else None
    runner.run_in_background(lambda: _catch_up(desk), lambda _: None, window.show_failure, window)
    watcher.start()
    window.show()
    return DeskWindow(application, window, context, runner, reader, watcher, cards, drawer)


def _application() -> QApplication:
    from PySide6.QtWidgets import QApplication

    from desk_app.ui.theme import load_fonts

    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(["desk-app"])
    load_fonts()
    return application


def _catch_up(desk: Desk) -> None:
    """Finish what an earlier run owes, print what waits, and load what the first receipt needs."""
    desk.receipts.finish_pending()
    desk.print_queue.deliver()
    desk.papers.warm_up()


def _card_profile(*, demo: bool) -> CardProfile:
    from desk_app.resources import resource
    from hardware.profile import load_profile

    return load_profile(resource("card_profiles", "demo-4k.toml" if demo else "uid-only.toml"))


def _drawer(
    desk: Desk, context: UiContext, reader: SimulatedReader, cards: tuple[DeckCard, ...]
) -> ReaderPanel[DeckCard]:
    from desk_app.ui.card_drawer import open_drawer

    with desk.store.read() as records:
        found = [(card, records.dossier(card.student_no)) for card in cards]
    named = [(card.key, dossier.graduate.name if dossier else "", card) for card, dossier in found]
    return open_drawer(context, named, lambda card: reader.present(card.card), reader.remove)
