# SPDX-License-Identifier: GPL-3.0-or-later
"""The only part that knows every layer: reads the settings, chooses the adapters, wires them.

Everything is imported late: a command pays for what it uses, and the window is there before the papers' libraries are.
"""
