# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a visit a verifier confirms: the letter, the proxy's ID, the other papers and the relation, as they were shown."""

from __future__ import annotations

import dataclasses
import hashlib

from desk_app.domain.visit import Visit


def shown_by_proxy(visit: Visit) -> str:
    """Give the hash of what the proxy has shown; any change gives another one, the count of the day does not."""
    proxy = visit.proxy and dataclasses.replace(visit.proxy, graduates_today=1)
    letter = visit.letter and dataclasses.replace(visit.letter, signatures=frozenset())
    signed = sorted(visit.letter.signatures) if visit.letter else []
    evidence = sorted(map(repr, visit.evidence))
    shown = (letter, signed, visit.letter_date, proxy, visit.relation, evidence)
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def is_confirmed(visit: Visit) -> bool:
    """Tell whether what the proxy shows now is what somebody has confirmed."""
    return visit.confirmed is not None and visit.confirmed.shown == shown_by_proxy(visit)
