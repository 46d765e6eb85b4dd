# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of a store: where they rest, how they are wrapped and checked, and what is enciphered with them."""
