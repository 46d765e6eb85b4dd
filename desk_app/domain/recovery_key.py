# SPDX-License-Identifier: GPL-3.0-or-later
"""The recovery key as people write and type it: groups of which each proves itself.

Eight groups of five signs: four carry 20 bits, the fifth checks them and their place. One wrong sign, two neighbours
exchanged and a group in another's place are always seen, and the group is named.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from typing_extensions import override

from desk_app.domain.errors import KeyTroubleError

GROUPS = 8
SECRET_BYTES = 20
_CARRYING = 4
_BITS = 5
# Crockford's alphabet: no letter that looks like a digit or another letter.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans(dict.fromkeys(" -\t\r\n_.", " "))
# x^5 + x^2 + 1: the field of 32 elements, in which each place of a group has a weight of its own.
_FIELD = 0b100101


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The secret that a printed recovery key stands for; never shown by accident."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise ValueError(len(self.secret))

    @override
    def __repr__(self) -> str:
        """Keep the secret out of logs and traces."""
        return "RecoveryKey(…)"

    def written(self) -> str:
        """Give the groups as they are printed, joined by hyphens."""
        number = int.from_bytes(self.secret)
        signs = [number >> (_BITS * place) & 31 for place in reversed(range(GROUPS * _CARRYING))]
        groups = [signs[start : start + _CARRYING] for start in range(0, len(signs), _CARRYING)]
        return "-".join(
            "".join(_SIGNS[sign] for sign in (*group, _check(place, group))) for place, group in enumerate(groups, 1)
        )


def read_recovery_key(typed: str) -> RecoveryKey:
    """Read a typed recovery key; raise :class:`KeyTroubleError` that counts the groups or names the first wrong one."""
    signs = "".join(unicodedata.normalize("NFKC", typed).upper().translate(_SEPARATORS).split()).translate(_READ_AS)
    if len(signs) != GROUPS * (_CARRYING + 1):
        raise KeyTroubleError("recovery_length", found=len(signs), expected=GROUPS * (_CARRYING + 1))
    number = 0
    for place in range(1, GROUPS + 1):
        group = signs[(place - 1) * (_CARRYING + 1) : place * (_CARRYING + 1)]
        values = [_SIGNS.find(sign) for sign in group]
        if -1 in values or _check(place, values[:-1]) != values[-1]:
            raise KeyTroubleError("recovery_group", group=place)
        for value in values[:-1]:
            number = number << _BITS | value
    return RecoveryKey(number.to_bytes(SECRET_BYTES))


def _check(place: int, group: list[int]) -> int:
    """Give the check sign's value of a group: a polynomial whose coefficients are the place and the signs."""
    total = place
    for value in group:
        total = _times_x(total) ^ value
    return _times_x(total)


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD if doubled > 31 else doubled
