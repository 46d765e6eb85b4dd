# SPDX-License-Identifier: GPL-3.0-or-later
"""What keyboard readers type: every format walks its vectors and survives a round trip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.wedge.formats import FORMATS, looks_typed_by_a_reader

VECTORS = [(name, raw, typed) for name, form in FORMATS.items() for raw, typed in form.vectors]


@pytest.mark.parametrize(("name", "raw", "typed"), VECTORS)
def test_every_format_keeps_its_vectors(name: str, raw: str, typed: str) -> None:
    assert FORMATS[name].write(bytes.fromhex(raw)) == typed
    assert FORMATS[name].read(typed) == bytes.fromhex(raw)
    assert FORMATS[name].read(typed.lower()) == bytes.fromhex(raw)


@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_every_format_survives_a_round_trip(name: str, data: st.DataObject) -> None:
    form = FORMATS[name]
    sizes = [form.size] if form.size else [4, 7]
    size = data.draw(st.sampled_from(sizes))
    raw = data.draw(st.binary(min_size=size, max_size=size))
    assert form.read(form.write(raw)) == raw
    assert looks_typed_by_a_reader(form.write(raw))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1234567",
        "99999999,",
        "256,00001",
        "001,65536",
        "65536,00000",
        "M-0123",
        "41020901L",
    ],
)
def test_what_no_reader_types_is_no_number(typed: str) -> None:
    assert not looks_typed_by_a_reader(typed)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(typed: str) -> None:
    assert all(form.read(typed) is None or len(form.read(typed) or b"") >= 3 for form in FORMATS.values())
