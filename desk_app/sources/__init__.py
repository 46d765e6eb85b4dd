# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with students, clearance data, stock, cards and photos, read into plain values."""
