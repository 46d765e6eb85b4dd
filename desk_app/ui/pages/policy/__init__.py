# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy page: what applies today, how two editions differ, which closures are announced."""

from desk_app.ui.pages.policy.page import PolicyPage

__all__ = ["PolicyPage"]
