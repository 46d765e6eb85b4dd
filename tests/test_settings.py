# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings file: typed, and every refusal names file and key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk_app.domain.errors import SettingsError
from desk_app.domain.papers import Language
from desk_app.domain.records import Operator, Role
from desk_app.settings import KeyKind, PrinterKind, ReaderKind, Settings, Theme, data_folder, load_settings

Load = Callable[[str], Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def read(text: str) -> Settings:
        file = tmp_path / "desk.toml"
        file.write_text(text, encoding="utf-8")
        return load_settings(file, tmp_path)

    return read


def test_an_empty_file_means_the_defaults(load: Load, tmp_path: Path) -> None:
    assert load("") == Settings(data=tmp_path)


def test_everything_that_can_be_set(load: Load, tmp_path: Path) -> None:
    settings = load("""
[desk]
counter = "GONGGUAN"
desk = "2"
receipt_prefix = "G"
policy = "ntnu-113-1"
operator = "clerk-g1"
demo = true
[screen]
language = "en"
theme = "dark"
[printer]
kind = "cups"
name = "laser"
[reader]
kind = "none"
name = "ACR122"
trace = true
profile = "school"
keys = "/etc/cards.keys"
[clock]
standing_at = 2025-06-03T10:00:00+08:00
[data]
folder = "store"
policy_folder = "packs"
profile_folder = "profiles"
[staff]
proxy_needs_verifier = true
[[operator]]
id = "clerk-g1"
name = "黃測三"
role = "clerk"
""")
    assert (settings.counter, settings.desk, settings.receipt_prefix) == ("GONGGUAN", "2", "G")
    assert (settings.reader, settings.reader_name, settings.reader_trace) == (ReaderKind.NONE, "ACR122", True)
    assert (settings.policy, settings.operator, settings.demo) == ("ntnu-113-1", "clerk-g1", True)
    assert (settings.language, settings.theme) == (Language.EN, Theme.DARK)
    assert (settings.printer, settings.printer_name) == (PrinterKind.CUPS, "laser")
    assert settings.standing_at == datetime(2025, 6, 3, 10, tzinfo=ZoneInfo("Asia/Taipei"))
    assert (settings.data, settings.policy_folder) == (tmp_path / "store", tmp_path / "packs")
    assert (settings.card_profile, settings.profile_folder) == ("school", tmp_path / "profiles")
    assert settings.card_key_file == Path("/etc/cards.keys")
    assert settings.operators == (Operator("clerk-g1", "黃測三", Role.CLERK),)
    assert settings.proxy_needs_verifier
    assert settings.store_file == tmp_path / "store" / "desk.db"
    assert settings.seal_folder.parent == settings.key_folder


def test_card_keys_and_what_a_keyboard_reader_has_taught_lie_in_the_data_folder(load: Load, tmp_path: Path) -> None:
    settings = load('[reader]\nkind = "wedge"')
    assert settings.reader is ReaderKind.WEDGE
    assert settings.card_key_file == tmp_path / "keys" / "cards.keys"
    assert settings.wedge_file.parent == tmp_path


@pytest.mark.parametrize("kind", KeyKind)
def test_how_keys_and_the_stores_file_are_kept(load: Load, kind: KeyKind) -> None:
    settings = load(f'[keys]\nkind = "{kind.value}"\n[data]\nwhole_file = true')
    assert (settings.keys, settings.whole_file) == (kind, True)


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("[desk", "settings_syntax", ""),
        ("[dsek]", "settings_key", "dsek"),
        ('[desk]\ncountr = "MAIN"', "settings_key", "desk.countr"),
        ('[[operator]]\nid = "a"\nname = "b"\nrole = "clerk"\nphone = "1"', "settings_key", "operator.phone"),
        ("desk = 1", "settings_value", "desk"),
        ("[desk]\ncounter = 1", "settings_value", "desk.counter"),
        ('[desk]\ncounter = " "', "settings_value", "desk.counter"),
        ('[desk]\ndemo = "yes"', "settings_value", "desk.demo"),
        ('[desk]\nreceipt_prefix = "main"', "settings_value", "desk.receipt_prefix"),
        ('[screen]\ntheme = "pink"', "settings_value", "screen.theme"),
        ("[desk]\ndemo = true\n[clock]\nstanding_at = 2025-06-03T10:00:00", "settings_value", "clock.standing_at"),
        ("[clock]\nstanding_at = 2025-06-03T10:00:00+08:00", "settings_value", "clock.standing_at"),
        ('[[desk]]\ncounter = "MAIN"', "settings_value", "desk"),
        ('[[operator]]\nid = "a"\nname = "b"\nrole = "boss"', "settings_value", "operator.role"),
        ('[[operator]]\nid = "a"\nname = "b"', "settings_value", "operator"),
        ('[[operator]]\nid = "a"\nname = "b"\nrole = "clerk"\n' * 2, "settings_value", "operator.id"),
        ('[staff]\nproxy_needs_verifier = "yes"', "settings_value", "staff.proxy_needs_verifier"),
        ('[keys]\nkind = "drawer"', "settings_value", "keys.kind"),
        ('[data]\nwhole_file = "yes"', "settings_value", "data.whole_file"),
        (
            '[data]\nwhole_file = true\ndatabase = "postgresql://desk_app@server/desk"',
            "settings_value",
            "data.whole_file",
        ),
    ],
)
def test_what_is_not_allowed_is_refused_with_file_and_key(load: Load, text: str, code: str, key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(text)
    assert caught.value.code == code
    assert str(caught.value.data["file"]).endswith("desk.toml")
    assert caught.value.data.get("key", "") == key


def test_an_unknown_key_is_answered_with_the_nearest_known_one(load: Load) -> None:
    with pytest.raises(SettingsError) as caught:
        load('[desk]\ncountr = "MAIN"')
    assert caught.value.data["nearest"] == "counter"
    with pytest.raises(SettingsError) as caught:
        load("[zzz]")
    assert "printer" in str(caught.value.data["nearest"])


def test_a_file_that_is_missing_or_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path / "none.toml", tmp_path)
    assert caught.value.code == "settings_missing"
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, tmp_path)
    assert caught.value.code == "settings_unreadable"


def test_the_data_folder_is_named_or_the_usual_one(tmp_path: Path) -> None:
    assert data_folder(str(tmp_path)) == tmp_path
    assert data_folder(None).name == "certificate-desk"
