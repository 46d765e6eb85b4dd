# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which the reference portal can misbehave on purpose."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """One misbehaviour; the portal shows one at a time until it is told to stop."""

    NONE = "none"
    SLOW_DRIP = "slow_drip"
    SERVER_ERROR = "server_error"
    UNAVAILABLE = "unavailable"
    TOO_MANY = "too_many"
    TRUNCATED = "truncated"
    TRUNCATED_GZIP = "truncated_gzip"
    WRONG_TYPE = "wrong_type"
    BAD_JSON = "bad_json"
    NAME_TWICE = "name_twice"
    MISSING_FIELD = "missing_field"
    UNKNOWN_STATE = "unknown_state"
    NO_OFFSET = "no_offset"
    EXPIRED_TOKEN = "expired_token"
    REDIRECT_LOOP = "redirect_loop"
    CLOCK_SKEW = "clock_skew"
    DUPLICATE_PAGES = "duplicate_pages"
    CURSOR_RESET = "cursor_reset"
    HUGE = "huge"
    GZIP_BOMB = "gzip_bomb"
    OTHER_STUDENT = "other_student"
    NOT_FOUND = "not_found"


class FaultSwitch:
    """Which misbehaviour is on; ``times`` ends it by itself after so many answers, 0 leaves it on."""

    def __init__(self) -> None:
        self._fault = Fault.NONE
        self._left = 0
        self.asked = 0

    def turn(self, fault: Fault, times: int = 0) -> None:
        """Begin or end to misbehave."""
        self._fault, self._left, self.asked = fault, times, 0

    def take(self) -> Fault:
        """Give the misbehaviour of the next answer."""
        self.asked += 1
        fault = self._fault
        if self._left:
            self._left -= 1
            if not self._left:
                self._fault = Fault.NONE
        return fault

    @property
    def current(self) -> Fault:
        """The misbehaviour that is on."""
        return self._fault
