# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificate Desk: the counter application with which a university hands out its degree certificates."""
