# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes one value of a settings file and leaves every other line as its owner wrote it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from desk_app.domain.errors import KeyTroubleError, SettingsError
from desk_app.settings import Settings, settings_of_text

_SECTION = re.compile(r"^\s*\[")


def changed_settings(file: Path, data: Path, key: str, value: str) -> tuple[str, Settings]:
    """Give the text with ``key`` (``section.name``) set to a TOML value, and the settings that it makes.

    Raises :class:`KeyTroubleError` when the file does not take it; nothing is written here.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        changed = _with_value(text, key, value)
        return changed, settings_of_text(changed, file, data)
    except (OSError, UnicodeDecodeError, SettingsError) as error:
        raise KeyTroubleError("keys_settings", file=str(file), key=key, value=value) from error


def put_settings(file: Path, text: str) -> None:
    """Replace a settings file as a whole; raise :class:`KeyTroubleError` when that cannot be done."""
    partial = file.with_name(f"{file.name}.part")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.chmod(file.stat().st_mode & 0o777)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(file)
    except OSError as error:
        raise KeyTroubleError("keys_unwritten", path=str(file), reason=error.strerror or "") from error


def _with_value(text: str, key: str, value: str) -> str:
    """Replace the line of a key, add it to its section, or add the section at the end, where none can follow wrongly."""
    section, name = key.split(".")
    lines = text.splitlines()
    head = next((at for at, line in enumerate(lines) if re.match(rf"\s*\[\s*{section}\s*\]", line)), None)
    if head is None:
        return "\n".join([*lines, "", f"[{section}]", f"{name} = {value}", ""])
    end = next((at for at in range(head + 1, len(lines)) if _SECTION.match(lines[at])), len(lines))
    found = next((at for at in range(head + 1, end) if re.match(rf"\s*{name}\s*=", lines[at])), None)
    if found is None:
        lines.insert(head + 1, f"{name} = {value}")
    else:
        lines[found] = f"{name} = {value}"
    return "\n".join([*lines, ""])
