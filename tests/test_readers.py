# SPDX-License-Identifier: GPL-3.0-or-later
"""Which reader a desk gets, and what of it is logged."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import pytest

from desk_app.bootstrap.readers import card_profile, card_watcher, desk_reader
from desk_app.settings import ReaderKind, Settings
from hardware.api import ReadDone, ReaderEvent, ServiceUp
from hardware.pcsc.backend import PcscBackend
from hardware.simulated.deck import issue_card
from hardware.simulated.reader import SimulatedReader


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def test_a_desk_uses_any_reader_of_the_card_service(settings: Settings) -> None:
    assert isinstance(desk_reader(settings), PcscBackend)


def test_a_desk_may_have_no_reader(settings: Settings) -> None:
    reader = desk_reader(dataclasses.replace(settings, reader=ReaderKind.NONE))
    assert isinstance(reader, SimulatedReader)
    told: list[ReaderEvent] = []
    reader.start(told.append)
    assert reader.settle()
    reader.stop()
    assert told == [ServiceUp()]


@pytest.mark.parametrize("trace", [False, True])
def test_commands_are_logged_where_the_settings_say_so(
    settings: Settings, trace: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = dataclasses.replace(settings, reader=ReaderKind.SIMULATED, reader_trace=trace, demo=True)
    reader, profile = desk_reader(settings), card_profile(settings)
    assert isinstance(reader, SimulatedReader)
    told: list[ReaderEvent] = []
    watcher = card_watcher(reader, profile, settings, told.append)
    watcher.start()
    reader.present(issue_card("04112233445566", "41020901L", profile))
    assert reader.settle()
    watcher.stop()
    assert isinstance(told[-1], ReadDone)
    assert ("FF CA 00 00 00 -> [7] 9000" in caplog.text) is trace
