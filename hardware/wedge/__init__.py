# SPDX-License-Identifier: GPL-3.0-or-later
"""Keyboard-wedge readers: they type a card's number, or a part of it, as if somebody had, and end with Enter.

Nothing but its speed tells a card from a person who types, nothing tells when it is taken off, and anybody can type it:
such a card leads to the roster's row and is worth less than one that was read.
"""
