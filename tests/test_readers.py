# SPDX-License-Identifier: GPL-3.0-or-later
"""Which reader a desk gets, and what of it is logged."""

from __future__ import annotations

import dataclasses
import logging
import queue
from pathlib import Path

import pytest

from desk_app.bootstrap.desk import demo_desk, demo_settings
from desk_app.bootstrap.readers import card_keys, card_profile, card_watcher, desk_reader
from desk_app.domain.errors import SettingsError
from desk_app.settings import ReaderKind, Settings
from hardware.api import ReadDone, ReaderArrived, ReaderEvent, ReadFailed, ServiceUp
from hardware.pcsc.backend import PcscBackend
from hardware.simulated.deck import issue_card
from hardware.simulated.reader import SimulatedReader
from hardware.wedge.backend import READER, WedgeBackend
from hardware.wedge.layout import Cut, Layout, save_layout


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


def _profile_file(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_profile_of_the_office_goes_before_the_shipped_one(settings: Settings, tmp_path: Path) -> None:
    assert card_profile(settings).id == "uid-only"
    assert card_profile(dataclasses.replace(settings, card_profile="demo-4k")).number is not None
    _profile_file(tmp_path / "own", "demo-4k", 'id = "of the office"\n')
    own = dataclasses.replace(settings, card_profile="demo-4k", profile_folder=tmp_path / "own")
    assert card_profile(own).id == "of the office"


def test_a_profile_that_is_not_there_is_answered_with_those_that_are(settings: Settings) -> None:
    with pytest.raises(SettingsError) as caught:
        card_profile(dataclasses.replace(settings, card_profile="school"))
    assert caught.value.code == "card_profile_unknown"
    assert caught.value.data == {"profile": "school", "allowed": "demo-4k, uid-only"}


def test_a_profile_that_is_wrong_is_told_with_file_and_key(settings: Settings, tmp_path: Path) -> None:
    file = _profile_file(tmp_path / "own", "school", 'id = "school"\n[uid]\nsizes = [5]\n')
    with pytest.raises(SettingsError) as caught:
        card_profile(dataclasses.replace(settings, card_profile="school", profile_folder=tmp_path / "own"))
    assert (caught.value.code, caught.value.data["file"], caught.value.data["key"]) == (
        "card_profile_value",
        str(file),
        "uid.sizes",
    )


def test_keys_come_from_the_key_file_and_from_nowhere_else(settings: Settings, tmp_path: Path) -> None:
    assert dict(card_keys(settings)) == {}
    settings.key_folder.mkdir()
    settings.card_key_file.write_text("school = 0123456789AB\n")
    settings.card_key_file.chmod(0o600)
    assert dict(card_keys(settings)) == {"school": bytes.fromhex("0123456789AB")}
    with pytest.raises(SettingsError) as caught:
        card_keys(dataclasses.replace(settings, card_keys=tmp_path / "none.env"))
    assert caught.value.code == "card_keys_unreadable"


def test_a_key_file_that_is_wrong_is_told_by_its_line_and_never_repeated(settings: Settings) -> None:
    settings.key_folder.mkdir()
    settings.card_key_file.write_text("school = 0123456789\n")
    settings.card_key_file.chmod(0o600)
    with pytest.raises(SettingsError) as caught:
        card_keys(settings)
    assert (caught.value.code, caught.value.data["line"]) == ("card_keys_line", 1)
    assert "01234" not in str(caught.value)


def test_a_keyboard_reader_finds_cards_of_the_roster_and_marks_them(tmp_path: Path) -> None:
    desk = demo_desk(tmp_path / "desk")
    settings = dataclasses.replace(demo_settings(tmp_path / "desk"), reader=ReaderKind.WEDGE)
    assert card_profile(settings).number is None
    save_layout(settings.wedge_file, Layout("6H8D", cut=Cut.LAST))
    reader = desk_reader(settings, desk.store)
    assert isinstance(reader, WedgeBackend)
    told: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    watcher = card_watcher(reader, card_profile(settings), settings, told.put)
    watcher.start()
    reader.type_in(f"{int('237714', 16):08}")
    events = [told.get(timeout=5) for _ in range(4)]
    watcher.stop()
    desk.close()
    assert [type(event).__name__ for event in events] == ["ServiceUp", "ReaderArrived", "CardPresented", "ReadDone"]
    assert isinstance(events[1], ReaderArrived)
    assert events[1].reader == READER
    assert isinstance(events[3], ReadDone)
    assert (events[3].record.uid, events[3].record.typed) == ("58237714", True)


def test_a_keyboard_reader_without_a_roster_finds_nobody(settings: Settings) -> None:
    settings = dataclasses.replace(settings, reader=ReaderKind.WEDGE)
    save_layout(settings.wedge_file, Layout("6H8D", cut=Cut.LAST))
    told: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    reader = desk_reader(settings)
    assert isinstance(reader, WedgeBackend)
    watcher = card_watcher(reader, card_profile(settings), settings, told.put)
    watcher.start()
    reader.type_in("00000001")
    failed = [told.get(timeout=5) for _ in range(4)][3]
    watcher.stop()
    assert isinstance(failed, ReadFailed)
    assert failed.fault.code == "reader_card_unknown"
