# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps Python from looking for dead circles of objects while a long file becomes many objects that all live."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """Put off the search until the context ends: it walks all rows again and again, for a third of the reading time.

    What is in no circle is freed at once all the same.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
