# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast a card is read through the real card service and a virtual reader, and what watching costs while nothing happens.

Run: ``python -m tests.bench.bench_pcsc`` on Linux with pcscd and vsmartcard-vpcd. The virtual reader looks for cards a few
times a second only, so the time from a hand to the service's event is its own, and is not measured.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smartcard import scard

from desk_app.bootstrap.desk import demo_desk, demo_settings
from desk_app.bootstrap.readers import card_profile
from desk_app.bootstrap.window import DeskWindow, open_window
from desk_app.domain.papers import Language
from desk_app.settings import ReaderKind
from desk_app.ui.pages import PICKUP
from desk_app.ui.pages.pickup.page import PickupPage
from desk_app.ui.pages.pickup.state import Phase
from hardware import apdu
from hardware.api import CardPresented, ReaderArrived, ReaderEvent
from hardware.pcsc.backend import PcscBackend
from hardware.pcsc.context import PcscContext
from hardware.pcsc.transport import PcscTransport
from hardware.pcsc.winscard import load_winscard
from hardware.profile import CardProfile
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.deck import DeckCard, issue_card, load_deck
from hardware.student_card import read_card
from tests.bench.painting import run_until, run_until_painted
from tests.bench.table import Row, print_table, row_of, timed
from tests.hardware.virtual_stack import SOCKET_VARIABLE, Hand, VirtualStack

KEYS = {"demo": TRANSPORT_KEY}
_READS = 500
_VISITORS = 60
_IDLE_SECONDS = 10
_STOPS = 30
_ROOT = Path(__file__).resolve().parents[2]


def measure() -> list[Row]:
    """Measure reads, the way from the service's event to the painted verdict, an idle watch, and its end."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault(SOCKET_VARIABLE, f"{folder}/pcscd.comm")
        stack = VirtualStack()
        try:
            return [*_reads(stack.hand()), _verdicts(stack.hand(), Path(folder)), *_idle()]
        finally:
            stack.close()


def _reads(hand: Hand) -> list[Row]:
    """Read one card again and again: connect, UID, key, authentication, three blocks, UID, disconnect."""
    profile = card_profile(demo_settings(_ROOT))
    hand.present(issue_card("04112233445566", "41020901L", profile))
    bare = timed(lambda _: _bare_read(hand.reader), _READS)
    context = PcscContext(load_winscard())
    ours = timed(lambda _: _whole_read(context, hand, profile), _READS)
    context.release()
    hand.remove()
    return [
        row_of("virtual reader: connect to disconnect", ours, 5.0, sorted(bare)[len(bare) // 2], "floor: bare calls")
    ]


def _whole_read(context: PcscContext, hand: Hand, profile: CardProfile) -> None:
    transport = PcscTransport(context, hand.reader, context.wait({hand.reader: 0}, 0)[hand.reader])
    read_card(transport, profile, KEYS)
    transport.close()


def _bare_read(reader: str) -> None:
    """Send the same commands with nothing of this program around them."""
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    _, card, _ = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, protocols)
    commands = [apdu.GET_UID, apdu.load_key(0, TRANSPORT_KEY), apdu.authenticate(40, apdu.KeyType.A, 0)]
    for command in (*commands, *(apdu.read_block(block) for block in (40, 41, 42)), apdu.GET_UID):
        scard.SCardTransmit(card, scard.SCARD_PCI_T1, list(command))
    scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)


def _verdicts(hand: Hand, folder: Path) -> Row:
    """Lay cards on before the open window of the demonstration's desk."""
    with _window(folder) as (opened, page, cards):
        events: list[float] = []
        _note_presentations(opened, events)
        samples = [_one_verdict(hand, page, cards[turn % len(cards)], events) for turn in range(_VISITORS + 1)]
    return row_of("service's event -> verdict painted", samples[1:], 100.0, note="sample day")


@contextmanager
def _window(folder: Path) -> Iterator[tuple[DeskWindow, PickupPage, tuple[DeckCard, ...]]]:
    desk = demo_desk(folder / "desk")
    settings = dataclasses.replace(demo_settings(folder / "desk"), reader=ReaderKind.PCSC)
    opened = open_window(desk, settings, Language.ZH)
    try:
        page = opened.window.page(PICKUP)
        if not isinstance(page, PickupPage):
            raise TypeError(type(page).__name__)
        deck = load_deck(_ROOT / "resources/cards/deck.csv", card_profile(settings))
        run_until(lambda: page.presenter.state.idle is not None, lambda: None)
        yield opened, page, tuple(card for card in deck if card.key in ("S01", "S03", "S12", "S30"))
    finally:
        opened.close()
        desk.close()


def _note_presentations(opened: DeskWindow, events: list[float]) -> None:
    """Note the instant at which the backend tells of a card, before the window hears of it."""
    tell = opened.watcher._listener

    def noting(event: ReaderEvent) -> None:
        if isinstance(event, CardPresented):
            events.append(time.perf_counter())
        tell(event)

    opened.watcher._listener = noting


def _one_verdict(hand: Hand, page: PickupPage, card: DeckCard, events: list[float]) -> float:
    def shows() -> bool:
        case = page.presenter.state.case
        return case is not None and case.visit.card_uid == card.uid

    laying = threading.Thread(target=hand.present, args=(card.card,))
    run_until_painted(page.banner, shows, laying.start)
    taken = (time.perf_counter() - events[-1]) * 1000
    laying.join()
    hand.remove()
    run_until(lambda: page.presenter.state.phase is Phase.IDLE, page.person.clear.click)
    return taken


def _idle() -> list[Row]:
    """Watch two empty slots; then end idle watches."""
    backend, ready = PcscBackend(), threading.Event()

    def hear(event: ReaderEvent) -> None:
        if isinstance(event, ReaderArrived):
            ready.set()

    def end(_: int) -> float:
        begin = time.perf_counter()
        backend.stop()
        taken = (time.perf_counter() - begin) * 1000
        ready.clear()
        backend.start(hear)
        ready.wait()
        return taken

    backend.start(hear)
    ready.wait()
    busy = [_processor_ms_of_a_second() for _ in range(_IDLE_SECONDS)]
    ends = [end(turn) for turn in range(_STOPS)]
    backend.stop()
    return [
        row_of("idle watch: processor time in a second", busy, 5.0, note="5 ms are 0.5 %"),
        row_of("stop of an idle watch", ends, 100.0),
    ]


def _processor_ms_of_a_second() -> float:
    before = time.process_time()
    threading.Event().wait(1)
    return (time.process_time() - before) * 1000


if __name__ == "__main__":
    print_table(measure())
