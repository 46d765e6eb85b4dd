# SPDX-License-Identifier: GPL-3.0-or-later
"""Every event of a reader can be told, in both languages and as JSON, without a whole number of anybody."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from desk_app.cli.reader_events import event_fields, event_words
from desk_app.domain.papers import Language
from desk_app.i18n import catalogue
from hardware import api
from hardware.api import CardReadRecord, ReaderEvent
from hardware.errors import AccessRefusedError, UnsupportedCardError

UID, NUMBER = "04112233445566", "41020901L"
EVENTS: list[tuple[ReaderEvent, dict[str, object]]] = [
    (api.ServiceUp(), {"event": "service_up"}),
    (api.ServiceDown(), {"event": "service_down", "reason": ""}),
    (api.ServiceDown(AccessRefusedError()), {"event": "service_down", "reason": "reader_access_refused"}),
    (api.ReaderArrived("r"), {"event": "reader_arrived", "reader": "r"}),
    (api.ReaderLeft("r"), {"event": "reader_left", "reader": "r"}),
    (
        api.CardPresented("r", 3, b"\x3b\x8f"),
        {"event": "card_presented", "reader": "r", "generation": 3, "atr": "3B 8F"},
    ),
    (api.CardRemoved("r", 3), {"event": "card_removed", "generation": 3}),
    (
        api.ReadDone(3, CardReadRecord(UID, NUMBER)),
        {"event": "read_done", "generation": 3, "kind": "", "uid": "…5566", "number": "41020***L"},
    ),
    (
        api.ReadFailed(3, UnsupportedCardError(atr="3B 00")),
        {"event": "read_failed", "generation": 3, "reason": "reader_card_unsupported", "atr": "3B 00"},
    ),
]


def test_no_event_is_forgotten() -> None:
    assert {type(event) for event, _ in EVENTS} == set(get_args(ReaderEvent))


@pytest.mark.parametrize(("event", "fields"), EVENTS, ids=lambda value: type(value).__name__)
def test_an_event_is_told(event: ReaderEvent, fields: dict[str, object]) -> None:
    assert event_fields(event) == fields
    told = json.dumps(fields) + "".join(event_words(event, catalogue(language)) for language in Language)
    assert UID not in told
    assert NUMBER not in told
