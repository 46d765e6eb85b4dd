# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the codes of a profile with the items of the rules: rows about others would be left out, one and all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from desk_app.domain.findings import Finding
from desk_app.sources.mapping.profile import MappingProfile

ItemSources = Mapping[str, tuple[str, ...]]
"""By the code of an item: its sources, one empty name where it has none."""


def unfit_codes(profile: MappingProfile, known: ItemSources) -> tuple[Finding, ...]:
    """Name the codes of items and sources in a profile that the rules do not have."""
    return tuple(dict.fromkeys((*_unfit_items(profile, known), *_unfit_sources(profile, known))))


def _unfit_items(profile: MappingProfile, known: ItemSources) -> Iterator[Finding]:
    for code in (*(one.item for one in profile.statements), *profile.words.get("item", {}).values()):
        if code and code not in known:
            yield Finding("code_unknown", value=code, allowed=", ".join(known))


def _unfit_sources(profile: MappingProfile, known: ItemSources) -> Iterator[Finding]:
    """Name sources that no item has, and items whose source nothing says."""
    all_sources = {source for sources in known.values() for source in sources}
    for code in profile.words.get("source", {}).values():
        if code not in all_sources:
            yield Finding("code_unknown", value=code, allowed=", ".join(sorted(filter(None, all_sources))))
    absence = None if profile.things is None else profile.things.absence
    if absence is not None and not set(absence.sources) <= set(known.get(absence.item, absence.sources)):
        yield _unfit_source(absence.item, known)
    if "source" in profile.columns:
        return
    for one in profile.statements:
        if one.item in known and (one.source or "") not in known[one.item]:
            yield _unfit_source(one.item, known)


def _unfit_source(item: str, known: ItemSources) -> Finding:
    return Finding("source_unfit", value=item, allowed=", ".join(source or "–" for source in known[item]))
