# SPDX-License-Identifier: GPL-3.0-or-later
"""Clearance from the offices: pulled, refreshed, sifted, and confirmed by telephone."""
