# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a case that may be written in several forms: items, stock and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from desk_app.domain.engine.evidence import GIVEN_ELSEWHERE, PHOTO_IDS
from desk_app.domain.facts import (
    CertDetail,
    EvidenceCode,
    EvidenceFact,
    ItemFact,
    ItemState,
    PhoneConfirmation,
    PhotoIdKind,
    StockState,
)
from desk_app.domain.policy import ClearanceItem, Policy
from desk_app.policy.table_reader import TableReader

_CERTIFICATE_ITEM = "DEPT_CERT"
_DATA_KEYS = frozenset({"state", "as_of", "window_closed", "confirmed"})
_CERTIFICATE_KEYS = frozenset({"certificate_date", "detail"})


def read_items(reader: TableReader | None, policy: Policy) -> dict[str, Mapping[str, ItemFact]]:
    """Read the clearance items that a case names."""
    if reader is None:
        return {}
    items: dict[str, Mapping[str, ItemFact]] = {}
    for code in reader.values:
        item = policy.item(code)
        if item is None:
            _note_unknown(reader, "unknown_item", code, [item.code for item in policy.clearance])
        else:
            items[code] = _read_item(reader, item, policy.edition.timezone)
    return items


def _note_unknown(reader: TableReader, problem: str, key: str, known: list[str]) -> None:
    reader.log.add_unknown(problem, reader.place(key), found=key, known=known)


def _read_item(reader: TableReader, item: ClearanceItem, zone: ZoneInfo) -> dict[str, ItemFact]:
    """Read an item: a state or data for all sources, or a table of sources."""
    if not isinstance(reader.values[item.code], dict):
        return dict.fromkeys(item.source_keys, ItemFact(state=reader.choice(item.code, ItemState)))
    table = reader.needed_child(item.code)
    if _is_data(item, table.values):
        return dict.fromkeys(item.source_keys, _read_data(table, item, zone))
    return _read_sources(table, item, zone)


def _is_data(item: ClearanceItem, values: Mapping[str, object]) -> bool:
    """Tell whether a table is data of the whole item: then a key that is no data key is a misspelt one."""
    known = _data_keys(item)
    if not item.sources or known.issuperset(values):
        return True
    return not known.isdisjoint(values) and values.keys().isdisjoint(item.sources)


def _data_keys(item: ClearanceItem) -> frozenset[str]:
    return _DATA_KEYS | _CERTIFICATE_KEYS if item.code == _CERTIFICATE_ITEM else _DATA_KEYS


def _read_sources(table: TableReader, item: ClearanceItem, zone: ZoneInfo) -> dict[str, ItemFact]:
    facts: dict[str, ItemFact] = {}
    for source, value in table.values.items():
        if source not in item.sources:
            _note_unknown(table, "unknown_source", source, list(item.sources))
        elif isinstance(value, dict):
            facts[source] = _read_data(table.needed_child(source), item, zone)
        else:
            facts[source] = ItemFact(state=table.choice(source, ItemState))
    return facts


def _read_data(reader: TableReader, item: ClearanceItem, zone: ZoneInfo) -> ItemFact:
    certificate = item.code == _CERTIFICATE_ITEM
    fact = ItemFact(
        state=reader.choice("state", ItemState, ItemState.CLEARED),
        as_of=reader.instant_or_none("as_of", zone),
        window_closed=reader.flag("window_closed", default=False),
        confirmed=_read_confirmation(reader.child("confirmed"), zone),
        certificate_date=reader.day_or_none("certificate_date") if certificate else None,
        detail=reader.choice_or_none("detail", CertDetail) if certificate else None,
    )
    reader.done()
    return fact


def _read_confirmation(reader: TableReader | None, zone: ZoneInfo) -> PhoneConfirmation | None:
    if reader is None:
        return None
    confirmation = PhoneConfirmation(
        by=reader.text("by"), person=reader.text("person"), number=reader.text("number"), at=reader.instant("at", zone)
    )
    reader.done()
    return confirmation


def read_stock(reader: TableReader, policy: Policy) -> dict[str, StockState]:
    """Read where the documents are: one state for all of them, or a table by document."""
    codes = [document.code for document in policy.documents]
    if not isinstance(reader.values.get("stock"), dict):
        state = reader.choice_or_none("stock", StockState)
        return {} if state is None else dict.fromkeys(codes, state)
    table = reader.needed_child("stock")
    stock: dict[str, StockState] = {}
    for code in table.values:
        if code in codes:
            stock[code] = table.choice(code, StockState)
        else:
            _note_unknown(table, "unknown_document", code, codes)
    return stock


def read_evidence(reader: TableReader) -> tuple[EvidenceFact, ...]:
    """Read what else lies on the desk: codes, or tables with what matters for photo IDs and the form."""
    facts: list[EvidenceFact] = []
    for place, value in reader.places("evidence", reader.array_or_none("evidence") or []):
        if isinstance(value, dict):
            facts.append(_read_shown(TableReader(value, place, reader.log)))
        elif isinstance(value, str):
            code = _evidence_code(TableReader({"code": value}, place, reader.log), place)
            facts.append(EvidenceFact(code))
        else:
            reader.log.add("wrong_type", place, expected="string or table")
    return tuple(facts)


def _evidence_code(reader: TableReader, place: str) -> EvidenceCode:
    """Read a code of evidence that may lie on the desk: cards and letters are given elsewhere."""
    allowed = [code.value for code in EvidenceCode if code not in GIVEN_ELSEWHERE]
    found = reader.text("code")
    if found in allowed:
        return EvidenceCode(found)
    if isinstance(reader.values.get("code"), str):
        reader.log.add_unknown("unknown_evidence", place, found=found, known=allowed)
    return EvidenceCode.APP_SCREEN


def _read_shown(reader: TableReader) -> EvidenceFact:
    code = _evidence_code(reader, reader.place("code"))
    is_photo_id = code in PHOTO_IDS
    fact = EvidenceFact(
        code=code,
        kind=reader.choice("kind", PhotoIdKind, PhotoIdKind.NATIONAL_ID) if is_photo_id else PhotoIdKind.NATIONAL_ID,
        expired=is_photo_id and reader.flag("expired", default=False),
        original=reader.flag("original", default=True) if is_photo_id else True,
        photo=reader.flag("photo", default=True) if is_photo_id else True,
        surrendered=reader.flag("surrendered", default=True) if code is EvidenceCode.LEAVING_FORM else True,
    )
    reader.done()
    return fact
