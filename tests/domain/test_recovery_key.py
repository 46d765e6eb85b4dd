# SPDX-License-Identifier: GPL-3.0-or-later
"""The recovery key on paper: it comes back as it was written, and whatever is mistyped is named by its group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.errors import KeyTroubleError, StoreError
from desk_app.domain.recovery_key import GROUPS, SECRET_BYTES, RecoveryKey, read_recovery_key
from desk_app.domain.store_keys import StoreKeys, store_key_name, store_key_version

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEY = RecoveryKey(bytes(range(SECRET_BYTES)))
SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)


def wrong_group(typed: str) -> object:
    with pytest.raises(KeyTroubleError) as refused:
        read_recovery_key(typed)
    assert refused.value.code == "recovery_group"
    return refused.value.data["group"]


@given(SECRETS)
def test_what_was_written_is_read_again(secret: bytes) -> None:
    written = RecoveryKey(secret).written()
    assert read_recovery_key(written).secret == secret
    assert [len(group) for group in written.split("-")] == [5] * GROUPS


def test_it_is_read_as_people_write_it() -> None:
    written = KEY.written()
    assert "0" in written
    for typed in (
        written.lower(),
        written.replace("-", ""),
        written.replace("-", "  ") + "\n",
        written.replace("0", "O").replace("1", "l"),
        written.translate({ord(sign): ord(sign) + 0xFEE0 for sign in SIGNS}),
    ):
        assert read_recovery_key(typed) == KEY


@given(SECRETS, st.integers(0, GROUPS * 5 - 1), st.sampled_from(SIGNS))
def test_one_wrong_sign_names_its_group(secret: bytes, place: int, sign: str) -> None:
    signs = list(RecoveryKey(secret).written().replace("-", ""))
    if signs[place] != sign:
        signs[place] = sign
        assert wrong_group("".join(signs)) == place // 5 + 1


@given(SECRETS, st.integers(0, GROUPS - 1), st.integers(0, 3))
def test_two_neighbours_exchanged_name_their_group(secret: bytes, group: int, place: int) -> None:
    groups = [list(one) for one in RecoveryKey(secret).written().split("-")]
    one = groups[group]
    if one[place] != one[place + 1]:
        one[place], one[place + 1] = one[place + 1], one[place]
        assert wrong_group("".join(map("".join, groups))) == group + 1


@given(SECRETS, st.permutations(range(GROUPS)))
def test_groups_in_another_order_are_seen(secret: bytes, order: list[int]) -> None:
    groups = RecoveryKey(secret).written().split("-")
    moved = [place for place, taken in enumerate(order) if place != taken]
    if moved:
        assert wrong_group("-".join(groups[taken] for taken in order)) == moved[0] + 1


def test_a_sign_that_is_none_names_its_group() -> None:
    assert wrong_group(KEY.written()[:-1] + "?") == GROUPS


@pytest.mark.parametrize("typed", ["", "12345", KEY.written() + "0"])
def test_too_many_or_too_few_signs_are_counted(typed: str) -> None:
    with pytest.raises(KeyTroubleError) as refused:
        read_recovery_key(typed)
    assert refused.value.code == "recovery_length"
    assert refused.value.data["found"] == len(typed.replace("-", ""))


def test_it_is_never_shown_by_accident() -> None:
    assert KEY.written() not in repr(KEY)
    assert str(bytes(range(SECRET_BYTES))) not in repr(KEY)
    with pytest.raises(ValueError, match="3"):
        RecoveryKey(b"abc")


@pytest.mark.parametrize(("version", "name"), [(1, "store.key"), (2, "store-2.key"), (12, "store-12.key")])
def test_versions_have_names(version: int, name: str) -> None:
    assert store_key_name(version) == name
    assert store_key_version(name) == version


@pytest.mark.parametrize("name", ["index.key", "store-1.key", "store-0.key", "store-x.key", "seal/seal.key"])
def test_other_names_are_no_version(name: str) -> None:
    assert store_key_version(name) is None


def test_a_set_of_keys_tells_them_apart_and_shows_none() -> None:
    keys = StoreKeys({"index.key": b"i" * 32, "store.key": b"s" * 32, "seal/seal.key": b"pem"})
    newer = keys.with_version(2, b"n" * 32)
    assert newer.fields == {1: b"s" * 32, 2: b"n" * 32}
    assert (newer.newest, newer.index, newer.seal) == (2, b"i" * 32, {"seal.key": b"pem"})
    assert "ssss" not in repr(newer)


@pytest.mark.parametrize("name", ["store.key", "store-2.key", "index.key"])
def test_a_key_that_was_cut_short_is_named(name: str) -> None:
    with pytest.raises(StoreError) as refused:
        StoreKeys({name: b"short"})
    assert refused.value.data == {"key": name, "expected": 32, "found": 5}
