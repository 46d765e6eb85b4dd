# SPDX-License-Identifier: GPL-3.0-or-later
"""What an office's own columns and words stand for: a profile in a TOML file, and the rows that are read by it."""
