# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader tells, as a line of words or as fields; numbers of persons and cards masked."""

from __future__ import annotations

from desk_app.i18n import Catalogue
from desk_app.services.reader_words import masked_record, words_of_fault
from hardware import api
from hardware.api import ReaderEvent


def event_fields(event: ReaderEvent) -> dict[str, object]:
    """Give an event as fields; faults by their codes."""
    fields: dict[str, object] = {"event": _NAMES[type(event)]}
    match event:
        case api.ServiceDown(fault=fault):
            fields["reason"] = "" if fault is None else fault.code
        case api.ReaderArrived(reader=reader) | api.ReaderLeft(reader=reader):
            fields["reader"] = reader
        case api.CardPresented(reader=reader, generation=generation, atr=atr):
            fields |= {"reader": reader, "generation": generation, "atr": atr.hex(" ").upper()}
        case api.CardRemoved(generation=generation):
            fields["generation"] = generation
        case api.ReadDone(generation=generation, record=record):
            fields |= {"generation": generation, "kind": record.kind.value, **masked_record(record)}
        case api.ReadFailed(generation=generation, fault=fault):
            fields |= {"generation": generation, "reason": fault.code, **fault.data}
        case api.ServiceUp():
            pass
    return fields


def event_words(event: ReaderEvent, texts: Catalogue) -> str:
    """Say an event in words."""
    fields = event_fields(event)
    if isinstance(event, (api.ServiceDown, api.ReadFailed)):
        fields["reason"] = "–" if event.fault is None else words_of_fault(texts, event.fault)
    return texts(f"reader.event.{_NAMES[type(event)]}", **fields)


_NAMES: dict[type[object], str] = {
    api.ServiceUp: "service_up",
    api.ServiceDown: "service_down",
    api.ReaderArrived: "reader_arrived",
    api.ReaderLeft: "reader_left",
    api.CardPresented: "card_presented",
    api.CardRemoved: "card_removed",
    api.ReadDone: "read_done",
    api.ReadFailed: "read_failed",
}
