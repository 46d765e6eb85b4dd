# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame around every page: top bar, rail, search, lamps, operator."""
