# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped rule packs, read once for all tests of a process: policies never change, and no test writes to them."""

from __future__ import annotations

import functools

from desk_app.policy.library import PolicyLibrary
from desk_app.resources import resource


@functools.cache
def shipped_library() -> PolicyLibrary:
    """Give the library of the packs that travel with the program."""
    return PolicyLibrary(resource("policy"))
