# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the files that the program ships: beside the checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def resource_root() -> Path:
    """Give the folder of the shipped resources."""
    installed = _HERE / "_resources"
    return installed if installed.is_dir() else _HERE.parent / "resources"


def resource(*parts: str) -> Path:
    """Give the path of one shipped file or folder."""
    return resource_root().joinpath(*parts)
