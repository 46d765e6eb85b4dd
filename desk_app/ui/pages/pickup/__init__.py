# SPDX-License-Identifier: GPL-3.0-or-later
"""The pick-up page: who, why, and what the clerk does, for every verdict in the same three columns."""

from desk_app.ui.pages.pickup.page import PickupPage

__all__ = ["PickupPage"]
