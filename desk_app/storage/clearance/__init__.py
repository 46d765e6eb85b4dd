# SPDX-License-Identifier: GPL-3.0-or-later
"""Clearance data in the store: items, deliveries on their way to their place, and how each source is doing."""
