# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk of its own on a copy of the big store, so that a benchmark may hand over as it likes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from desk_app.bootstrap.desk import initialise
from desk_app.domain.store_keys import STORE_KEY
from desk_app.settings import SETTINGS_FILE, Settings, load_settings
from tests.bench import dataset

_SETTINGS = f"""
[desk]
counter = "MAIN"
demo = true
demo_phrase = "demo-1234"

[reader]
kind = "simulated"

[clock]
standing_at = {dataset.AT.isoformat()}

[[operator]]
id = "clerk-m1"
name = "測試櫃員"
role = "clerk"

[[operator]]
id = "super-m"
name = "測試主管"
role = "supervisor"
"""


@dataclass(frozen=True, slots=True)
class BigDesk:
    """The settings of the desk, and the file that holds them."""

    settings: Settings
    file: Path


def make_big_desk(store_folder: Path, home: Path) -> BigDesk:
    """Make a desk in the folder ``home`` on a copy of the big store (built when it is missing)."""
    dataset.open_big_store(store_folder).close()
    file = home / SETTINGS_FILE
    file.write_text(_SETTINGS, encoding="utf-8")
    settings = load_settings(file, home)
    initialise(settings)
    # The store's proof of its key: signatures of earlier benchmarks are enciphered with the one of the data set.
    (settings.key_folder / STORE_KEY).write_bytes(dataset.KEY)
    shutil.copyfile(store_folder / dataset.FILE, settings.store_file)
    return BigDesk(settings, file)
