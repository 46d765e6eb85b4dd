# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of the system's PC/SC service; the only place for pyscard, of which the raw calls alone are used.

pyscard's own monitor misses a swap of two cards with equal answers to reset and dies for good with the service.
"""
