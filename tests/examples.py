# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples a property is tried on: all in a whole run, a few in the fast tier (``--hypothesis-profile``)."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

WHOLE, FAST = "whole", "fast"
_WHOLE_RUN = 100
_FAST_TIER = 15


def register_profiles() -> None:
    """Make both profiles known and take the whole one; seeds are random in both."""
    settings.register_profile(WHOLE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile(FAST, settings.get_profile(WHOLE), max_examples=_FAST_TIER)
    settings.load_profile(WHOLE)


def examples(whole_run: int) -> int:
    """Give a property's share in this run, if it gets so many examples in a whole one."""
    return max(1, whole_run * settings().max_examples // _WHOLE_RUN)
