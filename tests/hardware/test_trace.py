# SPDX-License-Identifier: GPL-3.0-or-later
"""The trace of commands: enough to understand a fault, and nothing that identifies a person or opens a card."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import apdu
from hardware.api import CardPresented, CardReadRecord, ReadDone, ServiceDown
from hardware.errors import ServiceDownError
from hardware.profile import CardProfile
from hardware.simulated.deck import issue_card
from hardware.simulated.reader import SimulatedCard, SimulatedReader
from hardware.trace import TracedBackend, command_line, event_line, traced
from hardware.watcher import CardWatcher

if TYPE_CHECKING:
    from tests.hardware.conftest import Told

KEY = bytes.fromhex("5EC4E7A1B2C3")
UID, NUMBER = "04A1B2C3D4E5F6", "41020901L"


@pytest.fixture
def read(
    reader: SimulatedReader, profile: CardProfile, told: Told, caplog: pytest.LogCaptureFixture
) -> Callable[[SimulatedCard], str]:
    """Give what reads a card and gives the log of it."""

    def read_traced(card: SimulatedCard) -> str:
        caplog.set_level(logging.INFO)
        watcher = CardWatcher(TracedBackend(reader), profile, {"demo": KEY}, traced(told))
        watcher.start()
        reader.present(card)
        assert reader.settle()
        watcher.stop()
        return caplog.text

    return read_traced


def test_a_whole_read_is_traced_without_key_uid_or_contents(
    read: Callable[[SimulatedCard], str], told: Told, profile: CardProfile
) -> None:
    log = read(issue_card(UID, NUMBER, profile, KEY))
    assert [record.uid for record in told.records] == [UID]
    plain = re.sub(r"[^0-9A-F]", "", log.upper())
    for secret in (KEY.hex(), UID, NUMBER.encode().hex(), NUMBER):
        assert secret.upper() not in plain
    assert log.count("FF CA 00 00 00 -> [7] 9000") == 2
    assert "FF 82 00 00 06 [6] -> [0] 9000" in log
    assert "FF 86 00 00 05 01 00 28 60 00 -> [0] 9000" in log
    assert log.count("-> [16] 9000") == 3
    assert "#1 presented on Simulated reader 0, answer to reset 3B 8F" in log
    assert "#1 read" in log


def test_a_fault_is_traced_with_its_number(read: Callable[[SimulatedCard], str], profile: CardProfile) -> None:
    card = issue_card(UID, NUMBER, profile, KEY)
    card.faults.codes = {3: 0x80100069}
    log = read(card)
    assert "FF 86 00 00 05 01 00 28 60 00 -> reader_card_gone (80100069)" in log
    assert "#1 failed: reader_card_gone (80100069)" in log


def test_a_refused_connection_is_traced(read: Callable[[SimulatedCard], str], profile: CardProfile) -> None:
    card = issue_card(UID, NUMBER, profile, KEY)
    card.faults.mute = True
    assert "#1 cannot be opened: reader_timeout (80100066)" in read(card)


@given(st.binary(min_size=4, max_size=5), st.binary(min_size=4, max_size=40))
def test_the_data_of_a_command_are_never_written(head: bytes, data: bytes) -> None:
    command = head.ljust(5, b"\x00") + data
    if command[:2] == bytes((apdu.CLASS_READER, apdu.Instruction.AUTHENTICATE)) and len(data) == 5:
        assert command_line(command).endswith(data.hex(" ").upper())
    else:
        assert command_line(command) == f"{command[:5].hex(' ').upper()} [{len(data)}]"


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (CardPresented("reader 0", 3, b"\x3b\x00"), "#3 presented on reader 0, answer to reset 3B 00"),
        (ReadDone(3, CardReadRecord(UID, NUMBER)), "#3 read"),
        (ServiceDown(ServiceDownError(0x8010001D)), "ServiceDown(fault=ServiceDownError(2148532253))"),
    ],
)
def test_events_are_written_without_the_person(event: CardPresented | ReadDone | ServiceDown, line: str) -> None:
    assert event_line(event) == line
