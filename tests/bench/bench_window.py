# SPDX-License-Identifier: GPL-3.0-or-later
"""What the clerk waits for, in the real window on the big store: the verdict after a card, the release after RELEASE.

python -m tests.bench.bench_window FOLDER
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shiboken6 import delete

from desk_app.bootstrap.desk import build_desk
from desk_app.bootstrap.window import DeskWindow, open_window
from desk_app.domain.papers import Language
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.ui.pages import PICKUP
from desk_app.ui.pages.pickup.page import PickupPage
from desk_app.ui.pages.pickup.state import PaperStage, Phase, PickupState
from hardware.profile import CardProfile
from hardware.simulated.deck import issue_card
from tests.bench import dataset
from tests.bench.big_desk import make_big_desk
from tests.bench.painting import run_until, run_until_painted
from tests.bench.table import Row, print_table, row_of

_CARDS = 400
_RELEASES = 150
_STROKES = tuple(
    tuple(PenPoint(x, 40 + x % 37, 500, x * 3) for x in range(start, start + 150)) for start in (5, 200, 400)
)
_SIGNATURE = Signature(_STROKES, PenDevice.PEN, 600, 200, 96)


def measure(folder: Path) -> list[Row]:
    """Measure cards of all kinds of cases, then hand-overs with signatures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(dir=folder) as home, _counter(folder, Path(home)) as counter:
        counter.lay_on(_waiting()[-1])
        counter.clear()
        cards = [counter.timed_card(turn * 7919 % dataset.STUDENTS) for turn in range(_CARDS)]
        times = [counter.timed_release(index) for index in _waiting()[:_RELEASES]]
    return [
        row_of("card presented -> verdict painted", cards, 100.0, note="all kinds of cases"),
        row_of("RELEASE pressed -> durable", [one.durable for one in times], 30.0, note="press to committed and told"),
        row_of("RELEASE pressed -> receipt number painted", [one.painted for one in times], None),
    ]


def _waiting() -> list[int]:
    """Give graduates of the main counter who wait, each of them far from the next in the file."""
    found = [index for index in range(0, dataset.WAITING, 97) if dataset.unit_of(index).counter == "MAIN"]
    return found[: _RELEASES + 1]


@dataclass(frozen=True, slots=True)
class _Release:
    """Milliseconds from the press until the release is durable and until its number is painted."""

    durable: float
    painted: float


@dataclass
class _Counter:
    """The open window with the hands of a clerk."""

    opened: DeskWindow
    page: PickupPage
    profile: CardProfile
    durable: list[float] = field(default_factory=list)

    @property
    def state(self) -> PickupState:
        """What the page shows."""
        return self.page.presenter.state

    def lay_on(self, index: int) -> float:
        """Lay a graduate's card on the reader; give the milliseconds until the verdict is painted."""
        number = dataset.number_of(index)
        card = issue_card(dataset.uid_of(index), number, self.profile)
        begin = time.perf_counter()
        run_until_painted(self.page.banner, lambda: self._shows(number), lambda: self.opened.hand.present(card))
        return (time.perf_counter() - begin) * 1000

    def _shows(self, number: str) -> bool:
        case = self.state.case
        return self.state.phase is Phase.CASE and case is not None and case.visit.typed == number

    def _has_serial(self) -> bool:
        return self.state.case is not None and bool(self.state.case.visit.serials)

    def timed_card(self, index: int) -> float:
        """Serve a visitor who goes away again."""
        taken = self.lay_on(index)
        self.clear()
        return taken

    def timed_release(self, index: int) -> _Release:
        """Serve a visitor to the end: number, signature, RELEASE, papers, next."""
        self.lay_on(index)
        presenter = self.page.presenter
        run_until(self._has_serial, lambda: presenter.confirm_serial(dataset.serial_of(index)))
        presenter.signed(_SIGNATURE)
        run_until(self.page.work.release.isEnabled, lambda: None)
        begin = time.perf_counter()
        run_until_painted(self.page.banner, lambda: self.state.phase is Phase.RELEASED, self.page.work.release.click)
        painted = time.perf_counter()
        run_until(lambda: self.state.papers is not PaperStage.WORKING, lambda: None)
        if self.state.papers is not PaperStage.SENT:
            raise RuntimeError(f"no papers for {index}")
        self.opened.hand.remove()
        run_until(lambda: self.state.phase is Phase.IDLE, self.page.work.next.click)
        return _Release((self.durable.pop() - begin) * 1000, (painted - begin) * 1000)

    def clear(self) -> None:
        """Take the card off and clear the page."""
        self.opened.hand.remove()
        run_until(lambda: self.state.phase is Phase.IDLE, self.page.person.clear.click)

    def note_releases(self) -> None:
        """Note the instant at which the page hears of a release, before it begins to show it."""
        presenter = self.page.presenter
        show = presenter._on_change

        def noting() -> None:
            if self.state.phase is Phase.RELEASED and not self.durable:
                self.durable.append(time.perf_counter())
            show()

        presenter._on_change = noting


@contextmanager
def _counter(folder: Path, home: Path) -> Iterator[_Counter]:
    desk_on_copy = make_big_desk(folder, home)
    desk = build_desk(desk_on_copy.settings)
    opened = open_window(desk, desk_on_copy.settings, Language.ZH, drawer=False)
    try:
        page = opened.window.page(PICKUP)
        if not isinstance(page, PickupPage):
            raise TypeError(type(page).__name__)
        counter = _Counter(opened, page, opened.watcher._profile)
        counter.note_releases()
        run_until(lambda: counter.state.idle is not None, lambda: None)
        yield counter
    finally:
        opened.close()
        # The process goes on, and its next event loop would let the timers of this window work without a desk.
        run_until(lambda: True, lambda: None)
        delete(opened.window)
        desk.close()


if __name__ == "__main__":
    print_table(measure(Path(sys.argv[1])))
