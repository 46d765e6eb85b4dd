# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be no person's name: it would forge lines on papers, hide a number, or fit on no receipt."""

from __future__ import annotations

import unicodedata

from desk_app.domain.person_number import holds_person_number

LONGEST_NAME = 120
"""In characters; the longest names on record are well below, and a receipt has lines for as many."""

_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_PRIVATE, _PICTURE = "Co", "So"
"""Characters that offices have made for themselves stand in names; emoji do not."""

_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing, so that a name is read otherwise than it is stored."""


def name_fault(name: str) -> str:
    """Give the code of what is wrong with a name as written, or "" when it can be a name."""
    if len(name) > LONGEST_NAME:
        return "name_too_long"
    if any(unicodedata.category(char) in _REFUSED_CATEGORIES or char in _DIRECTION for char in name):
        return "name_control"
    if holds_person_number(unicodedata.normalize("NFKC", name)):
        return "name_holds_number"
    return ""


def typed_name_fault(name: str) -> str:
    """Give the code of what is wrong with a name typed at a desk: beside :func:`name_fault`, it is made of letters.

    A name of the roster stands as the registry has it; what somebody types can be looked at once more.
    """
    if fault := name_fault(name):
        return fault
    categories = [unicodedata.category(char) for char in name]
    lettered = any(one.startswith("L") or one == _PRIVATE for one in categories)
    return "" if lettered and _PICTURE not in categories else "name_not_letters"
