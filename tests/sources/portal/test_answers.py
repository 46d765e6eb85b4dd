# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of the contract are read strictly: what is allowed is taken, anything else is refused with its place."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.domain.clearance_sources import LONGEST_NOTE
from desk_app.domain.errors import SourceError
from desk_app.domain.facts import CertDetail, ItemState
from desk_app.domain.masking import MASK_GLYPH
from desk_app.domain.records import ItemRecord
from desk_app.sources.portal.answers import CONTRACT, MOST_COUNTED, MOST_ITEMS, MOST_ROWS, AnswerReader
from desk_app.sources.portal.client import PAGE_ROWS
from desk_app.sources.portal.exchange import LARGEST_BYTES

NUMBER = "41020901L"
ROW: dict[str, Any] = {"code": "LIB_BOOKS", "source": "NTU", "state": "OPEN", "as_of": "2025-06-03T09:58:00+08:00"}
READER = AnswerReader("portal")


def student(*rows: object, **more: object) -> bytes:
    return json.dumps({"number": NUMBER, "items": rows, **more}).encode()


def page(**changes: object) -> bytes:
    return json.dumps({"changes": [{"number": NUMBER, **ROW}], "cursor": "c1", "more": False} | changes).encode()


def _refusal(read: Any, *arguments: Any) -> tuple[str, object, object]:
    with pytest.raises(SourceError) as refused:
        read(*arguments)
    data = refused.value.data
    assert data["source"] == "portal"
    return refused.value.code, data.get("place"), data.get("value")


def test_every_member_of_the_contract_is_taken() -> None:
    full = ROW | {
        "note": " 還  《教育心理學》\n12 元 ",
        "window_closed": True,
        "detail": "REVIEW_DELAYED",
        "certificate_date": "2025-05-30",
        "colour": "green",
    }
    (report,) = READER.student(student(full), NUMBER)
    assert report.student_no == NUMBER
    assert report.record == ItemRecord(
        "LIB_BOOKS",
        "NTU",
        ItemState.OPEN,
        datetime.fromisoformat("2025-06-03T09:58:00+08:00"),
        window_closed=True,
        detail=CertDetail.REVIEW_DELAYED,
        certificate_date=date(2025, 5, 30),
        note="還 《教育心理學》 12 元",
    )


@pytest.mark.parametrize(
    "as_of", ["2025-06-03T01:58:00Z", "2025-06-03t01:58:00.000z", "2025-06-03T09:58:00.123456789+08:00"]
)
def test_an_instant_may_be_written_in_the_ways_of_the_standard(as_of: str) -> None:
    (report,) = READER.student(student(ROW | {"as_of": as_of}), NUMBER)
    assert report.record.as_of.replace(microsecond=0) == datetime.fromisoformat("2025-06-03T09:58:00+08:00")


@pytest.mark.parametrize(
    ("change", "place", "value"),
    [
        ({"state": "DONE"}, "items[1].state", "DONE"),
        ({"state": "cleared"}, "items[1].state", "cleared"),
        ({"state": None}, "items[1].state", "…"),
        ({"state": ["CLEARED"]}, "items[1].state", "…"),
        ({"code": "lib"}, "items[1].code", "lib"),
        ({"code": "Y190000212 "}, "items[1].code", MASK_GLYPH * 3),
        ({"source": None}, "items[1].source", "…"),
        ({"as_of": "2025-06-03T09:58:00"}, "items[1].as_of", "2025-06-03T09:58:00"),
        ({"as_of": "2025-06-03"}, "items[1].as_of", "2025-06-03"),
        ({"as_of": "2025-02-30T09:58:00Z"}, "items[1].as_of", "2025-02-30T09:58:00Z"),
        ({"as_of": "0001-01-01T00:00:00+08:00"}, "items[1].as_of", "0001-01-01T00:00:00+08:00"),
        ({"as_of": 1748915880}, "items[1].as_of", "1748915880"),
        ({"note": "x" * (LONGEST_NOTE + 1)}, "items[1].note", "…"),
        ({"note": 12}, "items[1].note", "…"),
        ({"window_closed": "true"}, "items[1].window_closed", "true"),
        ({"window_closed": 1}, "items[1].window_closed", "1"),
        ({"detail": "LATE"}, "items[1].detail", "LATE"),
        ({"certificate_date": "114.5.30"}, "items[1].certificate_date", "114.5.30"),
        ({"certificate_date": "2025-02-30"}, "items[1].certificate_date", "2025-02-30"),
    ],
)
def test_a_wrong_member_refuses_all_rows(change: dict[str, object], place: str, value: str) -> None:
    assert _refusal(READER.student, student(ROW, ROW | change), NUMBER) == ("source_malformed", place, value)


def test_an_item_that_stands_twice_is_not_guessed_at() -> None:
    other = ROW | {"source": "NTNU"}
    assert len(READER.student(student(ROW, other), NUMBER)) == 2
    twice = student(ROW, other, ROW | {"state": "CLEARED"})
    assert _refusal(READER.student, twice, NUMBER) == ("source_malformed", "items[2].code", "LIB_BOOKS")


@pytest.mark.parametrize("note", ["還\ud800書", "還\u202e書", "還\0書", "還\x1b書", "還\u2028\u200b書"])
def test_signs_that_nobody_sees_are_left_out_of_a_note(note: str) -> None:
    (report,) = READER.student(student(ROW | {"note": note}), NUMBER)
    assert report.record.note == "還 書"


@pytest.mark.parametrize("name", ["code", "source", "state", "as_of"])
def test_a_missing_member_refuses_all_rows(name: str) -> None:
    torn = {key: value for key, value in ROW.items() if key != name}
    assert _refusal(READER.student, student(torn), NUMBER)[:2] == ("source_malformed", f"items[0].{name}")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="torn"),
        pytest.param(b"\xff{}", id="latin"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"number": NaN}', id="nan"),
        pytest.param(page()[:-1] + b', "x": -Infinity}', id="infinity"),
        pytest.param(page()[:-1] + b', "x": ' + b"9" * 5000 + b"}", id="endless number"),
        pytest.param(page()[:-1] + b', "x": {"y": 1, "y": 1}}', id="twice"),
        pytest.param(page()[:-1] + b', "more": false}', id="twice the same"),
        pytest.param(page() + b"{}", id="two"),
        pytest.param(page() + b"\0", id="trailing"),
        pytest.param(b"\xef\xbb\xbf" + page(), id="marked"),
        pytest.param(page().decode().encode("utf-16"), id="utf-16"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_what_is_no_object_of_json_is_refused(body: bytes) -> None:
    for read in (READER.changes, READER.health):
        assert _refusal(read, body)[0] == "source_malformed"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"cursor": ""}, "cursor"),
        ({"cursor": "a b"}, "cursor"),
        ({"more": "no"}, "more"),
        ({"remaining": -1}, "remaining"),
        ({"remaining": True}, "remaining"),
        ({"remaining": 10**12 + 1}, "remaining"),
        ({"remaining": 1e3}, "remaining"),
        ({"changes": {}}, "changes"),
        ({"changes": [1]}, "changes[0]"),
        ({"changes": [{}] * (MOST_ROWS + 1)}, "changes"),
        ({"changes": [ROW]}, "changes[0].number"),
    ],
)
def test_a_wrong_page_is_refused(change: dict[str, object], place: str) -> None:
    assert _refusal(READER.changes, page(**change))[1] == place


def test_a_page_says_where_it_ends_and_what_is_left() -> None:
    found = READER.changes(page(more=True, remaining=7))
    assert (len(found.reports), found.cursor, found.more, found.remaining) == (1, "c1", True, 7)
    assert READER.changes(page()).remaining is None


def test_another_contract_is_refused() -> None:
    good = {"contract": CONTRACT, "now": "2025-06-03T10:00:00+08:00"}
    assert READER.health(json.dumps(good).encode()).rows is None
    assert _refusal(READER.health, json.dumps(good | {"contract": "2"}).encode())[1:] == ("contract", "2")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ROW, "number", "items"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(value=_JSON, name=st.sampled_from(sorted(ROW)))
def test_whatever_comes_is_taken_whole_or_refused(value: object, name: str) -> None:
    try:
        (report,) = READER.student(student(ROW | {name: value}), NUMBER)
    except SourceError as refused:
        outcome: object = refused.code
    else:
        outcome = getattr(report.record, "item" if name == "code" else name)
    assert outcome == "source_malformed" or (isinstance(value, str) and isinstance(outcome, (str, datetime)))


def test_the_client_has_the_bounds_and_words_of_the_contract(project_root: Path) -> None:
    contract = yaml.safe_load((project_root / "resources/openapi/clearance-portal.yaml").read_text(encoding="utf-8"))
    schemas = contract["components"]["schemas"]
    assert schemas["State"]["enum"] == [state.value for state in ItemState]
    item = schemas["Item"]["properties"]
    assert item["detail"]["enum"] == [detail.value for detail in CertDetail]
    assert item["note"]["maxLength"] == LONGEST_NOTE
    assert schemas["Changes"]["properties"]["changes"]["maxItems"] == MOST_ROWS
    assert schemas["Student"]["properties"]["items"]["maxItems"] == MOST_ITEMS
    assert schemas["Health"]["properties"]["contract"]["const"] == CONTRACT
    assert schemas["Health"]["properties"]["rows"]["maximum"] == MOST_COUNTED
    assert schemas["Changes"]["properties"]["remaining"]["maximum"] == MOST_COUNTED
    assert f"{LARGEST_BYTES // 1024**2} MiB" in contract["info"]["description"]
    assert set(schemas["Item"]["required"]) == set(ROW)
    (limit,) = (one for one in contract["paths"]["/v1/changes"]["get"]["parameters"] if one.get("name") == "limit")
    assert limit["schema"]["maximum"] == MOST_ROWS
    assert PAGE_ROWS <= MOST_ROWS
