# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of a name in which names are compared; the name itself is kept as it was delivered."""

from __future__ import annotations

import unicodedata

_DROPPED = ("P", "Z", "Cc", "Cf")


def search_form(text: str) -> str:
    """Give letters and digits only, NFKC and case-folded, without accents: ``Nguyễn Thị`` is found by ``nguyen thi``."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) != "Mn")
    folded = unicodedata.normalize("NFKC", bare).casefold()
    return "".join(char for char in folded if not unicodedata.category(char).startswith(_DROPPED))
