# SPDX-License-Identifier: GPL-3.0-or-later
"""Lays one table over another, as cases are laid over their base and patches over a pack."""

from __future__ import annotations

from collections.abc import Mapping


def lay_over(base: Mapping[str, object], top: Mapping[str, object]) -> dict[str, object]:
    """Merge tables key by key at every depth; everything else is replaced as a whole."""
    merged = dict(base)
    for key, value in top.items():
        below = merged.get(key)
        merged[key] = lay_over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged
