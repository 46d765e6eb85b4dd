# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of typed person numbers: the check digit, the keyed hash, the mask; the number itself is never kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

from desk_app.domain.errors import DeskError
from desk_app.domain.facts import EvidenceCode, EvidenceFact, PhotoIdKind
from desk_app.domain.masking import mask_person_number
from desk_app.domain.person_name import typed_name_fault
from desk_app.domain.person_number import is_void, person_number_fault, person_number_kind
from desk_app.domain.student_number import normalise_number
from desk_app.domain.visit import ProxyShown, Visit

_SHORTEST_PASSPORT = 5


def is_well_formed(typed: str) -> bool:
    """Tell whether a typed number has the form and the check digit of a person number."""
    return person_number_kind(normalise_number(typed)) is not None


def proxy_shown(kind: PhotoIdKind, number: str, name: str, blind: Callable[[str], str]) -> ProxyShown:
    """Give what is kept of a proxy's photo ID: name, mask and keyed hash; a passport has no check digit.

    Raises :class:`DeskError` for what can be no name, such as one in which a personal number stands.
    """
    if refused := typed_name_fault(name.strip()):
        raise DeskError(refused)
    normal = normalise_number(number)
    fault = _passport_fault(normal) if kind is PhotoIdKind.PASSPORT else person_number_fault(normal) or ""
    valid = False if fault else None if kind is PhotoIdKind.PASSPORT else True
    return ProxyShown(
        name=name.strip(),
        id_kind=kind,
        id_masked=mask_person_number(normal),
        id_valid=valid,
        day_key=blind(normal) if valid is not False else "",
        id_fault=fault,
    )


def _passport_fault(normal: str) -> str:
    """Refuse what cannot be a passport number; anything else is neither right nor wrong by itself."""
    plausible = len(normal) >= _SHORTEST_PASSPORT and normal.isascii() and normal.isalnum()
    return "" if plausible else "passport"


def with_proxy(visit: Visit, shown: ProxyShown) -> Visit:
    """Record a proxy's photo ID; one whose number cannot be right is no evidence."""
    others = tuple(evidence for evidence in visit.evidence if evidence.code is not EvidenceCode.PROXY_ID)
    own = EvidenceFact(EvidenceCode.PROXY_ID, kind=shown.id_kind or PhotoIdKind.NATIONAL_ID)
    evidence = others if shown.id_valid is False else (*others, own)
    return dataclasses.replace(visit, proxy=shown, evidence=evidence)


def with_person_number(visit: Visit, typed: str, *, matches: bool | None, today: date) -> Visit:
    """Record the check of the graduate's number: only what speaks against it stays, and only masked.

    ``matches`` is ``None`` when the roster keeps no hash to compare with. A masked number is no well-formed one, so
    the engine says of it what it would say of the typo; a void number is kept, because it opens nothing any more.
    """
    kind = person_number_kind(normalise_number(typed))
    if kind is None:
        kept: str | None = mask_person_number(normalise_number(typed))
    else:
        kept = normalise_number(typed) if is_void(kind, today) else None
    flags = dataclasses.replace(visit.flags, id_mismatch=kind is not None and matches is False)
    return dataclasses.replace(visit, id_number_typed=kept, flags=flags)
