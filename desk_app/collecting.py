# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps Python from looking for dead circles of objects while many objects are made that all live."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """Put off the search until the context ends, or the function that this decorates.

    It walks all that was made again and again: a third of the time in which a long file is read, a tenth of the time
    in which the counter application starts. What is in no circle is freed at once all the same.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
