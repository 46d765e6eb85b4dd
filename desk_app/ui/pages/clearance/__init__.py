# SPDX-License-Identifier: GPL-3.0-or-later
"""The clearance page: how every source is doing, and what today's queue would look like."""

from desk_app.ui.pages.clearance.page import ClearancePage

__all__ = ["ClearancePage"]
