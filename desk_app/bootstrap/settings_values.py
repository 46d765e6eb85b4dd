# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a desk as the audit log keeps them: no name of a person, no secret."""

from __future__ import annotations

import dataclasses
import hashlib

from desk_app.settings import Settings

_NOT_LOGGED = frozenset({"operators", "demo_phrase", "key_phrase"})


def settings_values(settings: Settings) -> dict[str, str]:
    """Give every setting by its name, what the desk has learnt about a keyboard reader as a hash among them."""
    values = {
        field.name: str(getattr(settings, field.name))
        for field in dataclasses.fields(settings)
        if field.name not in _NOT_LOGGED
    }
    values["operators"] = ", ".join(f"{one.id} {one.role.value}" for one in settings.operators)
    learnt = settings.wedge_file
    values["keyboard_reader"] = hashlib.sha256(learnt.read_bytes()).hexdigest()[:16] if learnt.is_file() else ""
    return values
