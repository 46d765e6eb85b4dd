# SPDX-License-Identifier: GPL-3.0-or-later
"""The real PC/SC stack with a virtual reader, in namespaces of its own, and hands that lay simulated cards on it.

Several stacks run side by side. The service's socket is reached through a link that ``PCSCLITE_CSOCK_NAME`` names, so
that the library in the tests' own process, and in any program they start, finds this service and never the machine's.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from typing_extensions import override

from hardware.api import CardPresented, CardRemoved, EventSink, ReaderArrived, ReaderEvent
from hardware.pcsc.backend import PcscBackend
from hardware.pcsc.context import PcscContext, Sight
from hardware.pcsc.winscard import load_winscard
from hardware.simulated.reader import SimulatedCard
from hardware.simulated.vpcd import VpcdCard

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
READERS = ("Virtual PCD 00 00", "Virtual PCD 00 01")
SEEN_WITHIN_S = 5.0

_NEST = Path(__file__).with_name("reader_nest.py")
_INSTALL = "apt-get install --no-install-recommends pcscd vsmartcard-vpcd"


class VirtualStack:
    """Service, reader and hands. Whatever cannot be set up is an :class:`AssertionError` in words."""

    def __init__(self) -> None:
        for program in ("pcscd", "unshare"):
            assert shutil.which(program, path=_search_path()), f"{program} is missing: {_INSTALL}"
        self._door, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._door.settimeout(30)
        with inside:
            inside.set_inheritable(True)
            self._nest = subprocess.Popen(
                [*_unshare(), sys.executable, str(_NEST), str(inside.fileno())],
                pass_fds=(inside.fileno(),),
                stderr=subprocess.PIPE,
                env={**os.environ, "PATH": _search_path()},
            )
        try:
            self.say("build")
            self.say("start")
        except AssertionError:
            self._end()
            raise
        link = Path(os.environ[SOCKET_VARIABLE])
        link.unlink(missing_ok=True)
        link.symlink_to(f"/proc/{self._nest.pid}/root/run/pcscd/pcscd.comm")

    def say(self, word: str) -> list[int]:
        """Have the nest do something; give the descriptors that it hands out."""
        answer = b""
        descriptors: list[int] = []
        with contextlib.suppress(ConnectionError):  # of a nest that is dead: the complaint says why
            self._door.send(word.encode())
            answer, descriptors, _, _ = socket.recv_fds(self._door, 4096, 1)
        assert answer == b"ok", self._complaint(answer.decode())
        return descriptors

    def close(self) -> None:
        """End everything."""
        self._end()
        Path(os.environ[SOCKET_VARIABLE]).unlink(missing_ok=True)

    def hand(self, slot: int = 0) -> Hand:
        """Give a hand at one of the two slots."""
        return Hand(self, slot)

    def _complaint(self, answer: str) -> str:
        if answer:
            return f"the virtual reader's stack failed: {answer}"
        return f"no namespaces for the virtual reader ({' '.join(_unshare())}): {self._end()}"

    def _end(self) -> str:
        """End the nest, and the service with it; give what it complained about."""
        self._door.close()
        if self._nest.stderr is not None and not self._nest.stderr.closed:
            _, errors = self._nest.communicate(timeout=SEEN_WITHIN_S)
            return errors.decode().strip()
        return ""


class Hand:
    """Lays cards on one slot of the virtual reader, and waits until the service has seen what it did.

    It looks with a context of its own, so that it may act at any moment and on any one thread.
    """

    def __init__(self, stack: VirtualStack, slot: int) -> None:
        self.reader = READERS[slot]
        self._stack = stack
        self._slot = slot
        self._card: VpcdCard | None = None

    def present(self, card: SimulatedCard) -> None:
        """Lay a card on; one that lies there already is taken off first."""
        self.remove()
        before = self.sight()
        (descriptor,) = self._stack.say(str(self._slot))
        self._card = VpcdCard(socket.socket(fileno=descriptor), card)
        self._card.lay_on()
        self._see(lambda sight: sight.count != before.count, "the reader does not see the card")

    def remove(self) -> None:
        """Take the card off, if one lies there."""
        if self._card is not None:
            self._card.take_off()
            self._card = None
            self._see(lambda sight: not sight.present, "the reader goes on seeing the card")

    def sight(self) -> Sight:
        """Tell what the service says of the reader now."""
        context = PcscContext(load_winscard())
        try:
            return context.wait({self.reader: 0}, 0)[self.reader]
        finally:
            context.release()

    def _see(self, seen: Callable[[Sight], bool], failure: str) -> None:
        assert wait_for(lambda: seen(self.sight())), failure


class SettlingBackend(PcscBackend):
    """A backend that knows which events its sink has come back from."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._done: list[ReaderEvent] = []

    @override
    def start(self, sink: EventSink) -> None:
        self._done = done = []

        def note(event: ReaderEvent) -> None:
            sink(event)
            done.append(event)

        super().start(note)

    def settle(self, hand: Hand) -> bool:
        """Wait until everything that a hand's reader has seen so far has been told."""
        return wait_for(lambda: self._has_told(hand.reader, hand.sight()))

    def _has_told(self, reader: str, sight: Sight) -> bool:
        watch = self._watch
        seen = watch._seen.get(reader) if watch is not None else None
        if watch is None or seen is None or (seen.count, seen.present) != (sight.count, sight.present):
            return False
        done = list(self._done)
        presented = [one.generation for one in done if isinstance(one, CardPresented) and one.reader == reader]
        removed = [one.generation for one in done if isinstance(one, CardRemoved) and one.reader == reader]
        lying = [generation for generation in presented if generation not in removed]
        return ReaderArrived(reader) in done and lying == ([watch._lying[reader]] if sight.present else [])


def wait_for(condition: Callable[[], bool], timeout: float = SEEN_WITHIN_S) -> bool:
    """Wait for a condition, looking often."""
    pause, end = threading.Event(), time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            return False
        pause.wait(0.005)
    return True


def _unshare() -> tuple[str, ...]:
    as_root = () if os.geteuid() == 0 else ("--map-root-user",)
    return ("unshare", *as_root, "--mount", "--net")


def _search_path() -> str:
    """Give the search path with the places of system programs, which an ordinary account's path may lack."""
    return os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"))
