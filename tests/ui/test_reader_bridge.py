# SPDX-License-Identifier: GPL-3.0-or-later
"""The bridge: events cross to the UI thread in order, and a record of a replaced card never arrives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desk_app.card_profiles import load_profile
from desk_app.ui.reader_bridge import SLOW_AFTER_MS, ReaderBridge, ReaderState
from hardware.api import (
    CardPresented,
    CardReadRecord,
    CardRemoved,
    ReadDone,
    ReaderArrived,
    ReaderEvent,
    ReaderLeft,
    ReadFailed,
    ServiceDown,
    ServiceUp,
)
from hardware.errors import AccessRefusedError, CardGoneError, LibraryMissingError, ReaderError, ServiceDownError
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.deck import issue_card
from hardware.simulated.reader import SimulatedReader
from hardware.watcher import CardWatcher
from tests.examples import examples

READER = "reader 0"
A, B = CardReadRecord("04112233445566", "41020901L"), CardReadRecord("04AABBCCDDEEFF", "41030901A")


class Screen:
    """Writes down what a screen would show."""

    def __init__(self, bridge: ReaderBridge) -> None:
        self.news: list[object] = []
        self.threads: set[int] = set()
        bridge.card_presented.connect(lambda generation: self._note(("presented", generation)))
        bridge.card_read.connect(self._note)
        bridge.read_failed.connect(self._note)
        bridge.card_removed.connect(lambda: self._note("removed"))
        bridge.reader_state_changed.connect(self._note)

    def _note(self, news: object) -> None:
        self.threads.add(threading.get_ident())
        self.news.append(news)


@pytest.fixture
def bridge(qtbot: QtBot) -> ReaderBridge:
    return ReaderBridge()


@pytest.fixture
def screen(bridge: ReaderBridge) -> Screen:
    return Screen(bridge)


def _post(bridge: ReaderBridge, *events: ReaderEvent) -> None:
    for event in events:
        bridge.post(event)
    QCoreApplication.processEvents()


def test_a_read_goes_from_presented_to_record_to_removed(bridge: ReaderBridge, screen: Screen) -> None:
    _post(
        bridge,
        ServiceUp(),
        ReaderArrived(READER),
        CardPresented(READER, 1, b""),
        ReadDone(1, A),
        CardRemoved(READER, 1),
    )
    assert screen.news == [
        ReaderState.NO_READER,
        ReaderState.READY,
        ReaderState.READING,
        ("presented", 1),
        ReaderState.READY,
        A,
        "removed",
    ]


def test_nothing_is_told_before_the_event_loop_turns(bridge: ReaderBridge, screen: Screen) -> None:
    bridge.post(ServiceUp())
    assert screen.news == []


def test_a_record_that_still_waits_when_another_card_comes_is_dropped(bridge: ReaderBridge, screen: Screen) -> None:
    _post(bridge, CardPresented(READER, 1, b""), ReadDone(1, A), CardRemoved(READER, 1), CardPresented(READER, 2, b""))
    assert A not in screen.news
    _post(bridge, ReadDone(2, B))
    assert screen.news[-1] == B


def test_a_fault_of_a_replaced_card_is_dropped(bridge: ReaderBridge, screen: Screen) -> None:
    fault = CardGoneError()
    _post(bridge, CardPresented(READER, 1, b""), ReadFailed(1, fault), CardPresented(READER, 2, b""))
    assert fault not in screen.news


def test_a_quick_tap_is_shown_although_the_card_is_gone_again(bridge: ReaderBridge, screen: Screen) -> None:
    _post(bridge, CardPresented(READER, 1, b""), ReadDone(1, A), CardRemoved(READER, 1))
    assert A in screen.news


def test_a_fault_is_shown(bridge: ReaderBridge, screen: Screen) -> None:
    fault = CardGoneError()
    _post(bridge, CardPresented(READER, 1, b""), ReadFailed(1, fault))
    assert screen.news[-1] is fault


def test_a_slow_read_is_noticed(bridge: ReaderBridge, screen: Screen, qtbot: QtBot) -> None:
    _post(bridge, ServiceUp(), ReaderArrived(READER), CardPresented(READER, 1, b""))
    assert bridge._slow.interval() == SLOW_AFTER_MS
    bridge._slow.start(0)
    qtbot.waitUntil(lambda: bridge.state is ReaderState.SLOW)
    _post(bridge, ReadDone(1, A))
    assert bridge.state is ReaderState.READY


@pytest.mark.parametrize("end", [ReadDone(1, A), ReadFailed(1, CardGoneError()), CardRemoved(READER, 1), ServiceDown()])
def test_a_read_that_ended_is_not_slow(bridge: ReaderBridge, end: ReaderEvent) -> None:
    _post(bridge, CardPresented(READER, 1, b""), end)
    assert not bridge._slow.isActive()


def test_the_lamp_follows_cable_and_service(bridge: ReaderBridge, screen: Screen) -> None:
    _post(bridge, ServiceUp(), ReaderArrived(READER), ReaderLeft(READER), ReaderArrived(READER), ServiceDown())
    assert screen.news == [
        ReaderState.NO_READER,
        ReaderState.READY,
        ReaderState.NO_READER,
        ReaderState.READY,
        ReaderState.SERVICE_DOWN,
    ]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (None, ReaderState.SERVICE_DOWN),
        (ServiceDownError(), ReaderState.SERVICE_DOWN),
        (AccessRefusedError(), ReaderState.ACCESS_REFUSED),
        (LibraryMissingError(), ReaderState.LIBRARY_MISSING),
    ],
)
def test_a_set_up_that_keeps_the_reader_away_is_told_by_name(
    bridge: ReaderBridge, fault: ReaderError | None, state: ReaderState
) -> None:
    _post(bridge, ServiceUp(), ReaderArrived(READER), ServiceDown(fault))
    assert bridge.state is state


def test_a_watch_that_begins_again_forgets_a_reader_that_left_meanwhile(bridge: ReaderBridge) -> None:
    states = []
    for events in ((ServiceUp(), ReaderArrived(READER)), (ServiceUp(),)):
        _post(bridge, *events)
        states.append(bridge.state)
    assert states == [ReaderState.READY, ReaderState.NO_READER]


def test_a_card_taken_off_another_reader_does_not_end_the_read(bridge: ReaderBridge, screen: Screen) -> None:
    _post(bridge, CardPresented("reader 1", 1, b""), CardPresented(READER, 2, b""), CardRemoved("reader 1", 1))
    assert "removed" not in screen.news
    assert bridge.state is ReaderState.READING


cards = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=8)


@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cards)
def test_whenever_the_loop_turns_no_record_of_a_replaced_card_arrives(
    qtbot: QtBot, turns: list[tuple[bool, bool, bool]]
) -> None:
    bridge = ReaderBridge()
    newest: list[int] = [0]
    bridge.card_read.connect(lambda record: shown.append((record.student_no, newest[0])))
    shown: list[tuple[str, int]] = []
    for generation, (early, middle, late) in enumerate(turns, start=1):
        newest[0] = generation
        steps: list[tuple[ReaderEvent, bool]] = [
            (CardPresented(READER, generation, b""), early),
            (ReadDone(generation, CardReadRecord("04112233445566", str(generation))), middle),
            (CardRemoved(READER, generation), late),
        ]
        for event, turn in steps:
            bridge.post(event)
            if turn:
                QCoreApplication.processEvents()
    QCoreApplication.processEvents()
    assert all(number == str(current) for number, current in shown)
    assert shown[-1] == (str(len(turns)), len(turns))


@pytest.fixture
def reader(bridge: ReaderBridge, project_root: Path) -> Iterator[SimulatedReader]:
    profile = load_profile(project_root / "resources/card_profiles/demo-4k.toml")
    made = SimulatedReader()
    watcher = CardWatcher(made, profile, {"demo": TRANSPORT_KEY}, bridge.post)
    watcher.start()
    yield made
    watcher.stop()


def test_a_card_laid_on_the_reader_reaches_the_screen_on_its_own_thread(
    reader: SimulatedReader, bridge: ReaderBridge, screen: Screen, project_root: Path, qtbot: QtBot
) -> None:
    profile = load_profile(project_root / "resources/card_profiles/demo-4k.toml")
    with qtbot.waitSignal(bridge.card_read) as read:
        reader.present(issue_card(A.uid, A.student_no, profile))
    assert (read.args[0].uid, read.args[0].student_no) == (A.uid, A.student_no)
    assert screen.threads == {threading.get_ident()}
