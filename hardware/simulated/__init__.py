# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated 4K card and reader: the same interface as a real one, so that nothing above can tell the difference."""
