# SPDX-License-Identifier: GPL-3.0-or-later
"""The only module that knows every layer: reads the settings, chooses the adapters, wires them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk_app.policy.tools import PolicyTools


def policy_tools(policy_dir: Path | None = None, language: str = "en") -> PolicyTools:
    """Give the tools for rule packs over a folder, the shipped one by default, speaking one language."""
    from desk_app.domain.papers import Language
    from desk_app.i18n import catalogue
    from desk_app.policy.library import PolicyLibrary
    from desk_app.policy.tools import PolicyTools
    from desk_app.resources import resource

    return PolicyTools(PolicyLibrary(policy_dir or resource("policy")), catalogue(Language(language)))
