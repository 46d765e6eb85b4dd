# SPDX-License-Identifier: GPL-3.0-or-later
"""Where papers go: the print queue's adapters."""
