# SPDX-License-Identifier: GPL-3.0-or-later
"""The papers: the only place for layout and sealing."""
