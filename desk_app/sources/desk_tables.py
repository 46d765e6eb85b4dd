# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads clearance data, printed certificates and cards: one datum, one certificate, one card a row."""

from __future__ import annotations

import re

from desk_app.domain.clearance_sources import ItemReport
from desk_app.domain.facts import CardGeneration, CertDetail, ItemState, StockState
from desk_app.domain.policy import Policy
from desk_app.domain.records import CardRecord, CardState, Holding, ItemRecord
from desk_app.sources.cells import Cells

ITEM_COLUMNS = (
    "number", "code", "source", "state", "as_of", "note", "window_closed", "detail", "certificate_date",
)  # fmt: skip
ITEM_REQUIRED = ("number", "code", "state", "as_of")
STOCK_COLUMNS = ("number", "document", "serial", "counter", "box", "state")
STOCK_REQUIRED = ("number", "document", "serial", "box", "state")
CARD_COLUMNS = ("uid", "number", "generation", "state", "valid_from", "valid_to")
CARD_REQUIRED = ("uid", "number", "generation", "state")

_UID = re.compile(r"(?:[0-9A-F]{8}|[0-9A-F]{14})")


def item_row(cells: Cells, policy: Policy) -> ItemReport | None:
    """Give one datum; the note of an office is not taken over: it may hold amounts and titles."""
    number = cells.number("number")
    item = policy.item(cells.text("code"))
    state = cells.choice("state", ItemState)
    as_of = cells.instant("as_of")
    if item is None:
        cells.refuse("item_unknown", "code", cells.text("code"), ", ".join(entry.code for entry in policy.clearance))
        return None
    source = cells.text("source")
    if source not in item.source_keys:
        cells.refuse("source_unknown", "source", source, ", ".join(item.sources) or "-")
    if not cells.text("as_of"):
        cells.refuse("value_missing", "as_of")
    if number is None or state is None or as_of is None:
        return None
    record = ItemRecord(
        item=item.code,
        source=source,
        state=state,
        as_of=as_of,
        window_closed=cells.truth("window_closed", default=False) is True,
        detail=cells.choice("detail", CertDetail) if cells.text("detail") else None,
        certificate_date=cells.day("certificate_date"),
    )
    return ItemReport(number, record)


def holding_row(cells: Cells, policy: Policy, own_counter: str) -> Holding | None:
    """Give one certificate; without a counter it lies at the counter of this desk."""
    number = cells.number("number")
    serial = cells.number("serial")
    document = cells.one_of("document", [rule.code for rule in policy.documents], "document_unknown")
    state = cells.choice("state", StockState)
    counter = cells.one_of("counter", policy.counters, "counter_unknown") if cells.text("counter") else own_counter
    if number is None or serial is None or document is None or state is None or counter is None:
        return None
    return Holding(serial, number, document, counter, cells.text("box"), state)


def card_row(cells: Cells) -> CardRecord | None:
    """Give one card; a UID has 4 or 7 bytes."""
    number = cells.number("number")
    uid = cells.text("uid").upper().replace(" ", "").replace(":", "")
    if not _UID.fullmatch(uid):
        cells.refuse("uid_malformed", "uid", cells.text("uid"))
        return None
    generation = cells.choice("generation", CardGeneration)
    state = cells.choice("state", CardState)
    if number is None or generation is None or state is None:
        return None
    return CardRecord(uid, number, generation, state, cells.day("valid_from"), cells.day("valid_to"))
