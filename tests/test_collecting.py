# SPDX-License-Identifier: GPL-3.0-or-later
"""The search for dead circles waits for a file to be read, and is on again afterwards whatever happened."""

from __future__ import annotations

import gc
from contextlib import suppress

from desk_app.collecting import collecting_later


def test_the_search_is_put_off_and_on_again_afterwards() -> None:
    assert gc.isenabled()
    with collecting_later():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_search_is_on_again_after_an_error() -> None:
    with suppress(ValueError), collecting_later():
        raise ValueError
    assert gc.isenabled()


def test_only_the_outermost_switches_it_on_again() -> None:
    with collecting_later():
        with collecting_later():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
