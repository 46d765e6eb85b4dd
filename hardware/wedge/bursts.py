# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells what a reader types from what a person types: by the time between two keys, without any window."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_GAP_S = 0.05
"""Readers type a key every 1 to 20 ms; nobody types eight digits with less than 50 ms between any two of them."""

ENTER = "\r"
_CHARACTERS = frozenset("0123456789ABCDEFabcdef,")
_SHORTEST, _LONGEST = 8, 32


@dataclass(frozen=True, slots=True)
class Heard:
    """What to do with a key: let ``release`` (held back before) go on first, then keep or pass the key itself.

    ``burst`` is a whole text that came at a reader's speed and has just been ended by Enter; of it all but the first
    character were held back.
    """

    keep: bool = False
    release: str = ""
    burst: str = ""


class BurstListener:
    """Is fed with every key and its time in seconds, and holds keys back while they come at a reader's speed.

    The first key of a burst cannot be told from a person's and is passed on at once; from the second on, keys are held
    back until the burst ends: with Enter it is a reader's, with a pause or another key it was a person's.
    """

    def __init__(self) -> None:
        self._typed = ""
        self._last_s = 0.0

    @property
    def holds(self) -> bool:
        """True while keys are held back."""
        return len(self._typed) > 1

    def hear(self, character: str, time_s: float) -> Heard:
        """Take a key; ``character`` is "" for keys that write nothing."""
        follows = bool(self._typed) and 0 <= time_s - self._last_s <= LONGEST_GAP_S
        self._last_s = time_s
        if character == ENTER and follows and len(self._typed) >= _SHORTEST:
            burst, self._typed = self._typed, ""
            return Heard(burst=burst)
        if character not in _CHARACTERS:
            return Heard(release=self._let_go())
        if follows and len(self._typed) < _LONGEST:
            self._typed += character
            return Heard(keep=True)
        held = self._let_go()
        self._typed = character
        return Heard(release=held)

    def pause(self) -> str:
        """Take note that no key followed in time: give what was held back."""
        return self._let_go()

    def _let_go(self) -> str:
        held, self._typed = self._typed[1:], ""
        return held
