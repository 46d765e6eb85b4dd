# SPDX-License-Identifier: GPL-3.0-or-later
"""A decided case in words, for screen and slip alike."""
