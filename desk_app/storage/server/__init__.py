# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL, on which several desks share one store; a desk with a file of its own never loads this."""
