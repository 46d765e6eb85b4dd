# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desk knows, as plain values and pure functions: no input or output, no clock, no display text."""
