# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of retention: what is due, what erases it, and what proves afterwards that it was no theft."""
