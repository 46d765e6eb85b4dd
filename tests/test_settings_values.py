# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings as the audit log keeps them: every one, and nothing that names a person or opens anything."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from desk_app.bootstrap.settings_values import settings_values
from desk_app.domain.records import Operator, Role
from desk_app.settings import Settings


def test_every_setting_is_kept_but_names_and_pass_phrases(tmp_path: Path) -> None:
    operators = (Operator("boss", "周測主", Role.SUPERVISOR), Operator("clerk-1", "林測一", Role.CLERK))
    settings = Settings(data=tmp_path, demo=True, demo_phrase="demo-1234", operators=operators)
    values = settings_values(settings)
    kept = {field.name for field in dataclasses.fields(settings)} - {"demo_phrase", "key_phrase"}
    assert set(values) == kept | {"keyboard_reader"}
    assert values["operators"] == "boss supervisor, clerk-1 clerk"
    assert not any(word in value for value in values.values() for word in ("demo-1234", "周測主", "林測一"))


def test_a_new_calibration_is_another_value(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert settings_values(settings)["keyboard_reader"] == ""
    settings.wedge_file.write_text("first", encoding="utf-8")
    first = settings_values(settings)["keyboard_reader"]
    settings.wedge_file.write_text("second", encoding="utf-8")
    assert first != settings_values(settings)["keyboard_reader"] != ""
