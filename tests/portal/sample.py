# SPDX-License-Identifier: GPL-3.0-or-later
"""A portal with the demonstration's data, and the settings with which a desk finds it."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

from tests.portal.app import Portal
from tests.portal.rows import Rows, rows_of_csv

SAMPLE = Path(__file__).parents[2] / "resources" / "demo" / "items.csv"
_TOKEN_FILE = "portal.token"


def sample_portal(items: Path = SAMPLE, at: datetime | None = None) -> Portal:
    """Make a portal with a token of its own; its clock stands at ``at``, or is the machine's."""
    rows = Rows()
    rows.put(rows_of_csv(items))
    return Portal(rows, lambda: at or datetime.now().astimezone(), secrets.token_urlsafe(24))


def write_settings(file: Path, url: str, token: str) -> None:
    """Write the table of a desk's settings, whole at once, and beside it the token for this account alone."""
    descriptor = os.open(file.with_name(_TOKEN_FILE), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(token)
    table = (
        '[[source]]\nname = "portal"\nkind = "portal"\ntitle = "離校系統"\ntitle_en = "Leaving system"\n'
        f'url = "{url}"\ntoken_file = "{_TOKEN_FILE}"\n'
    )
    partial = file.with_name(f"{file.name}.part")
    partial.write_text(table, encoding="utf-8")
    partial.replace(file)
