# SPDX-License-Identifier: GPL-3.0-or-later
"""The screens: the only place for Qt, besides bootstrap."""
