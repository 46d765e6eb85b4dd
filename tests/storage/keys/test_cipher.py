# SPDX-License-Identifier: GPL-3.0-or-later
"""A sealed field opens with its own key, field and row, and with nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from desk_app.domain.errors import StoreError
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import DeskStore
from desk_app.storage.tables import SIGNATURE
from tests.storage.samples import KEY, LIN, WANG, hand_over

CIPHER = FieldCipher(KEY)
_UNPROTECT = {
    "sqlite": "DROP TRIGGER signature_no_update",
    "postgresql": "DROP TRIGGER signature_no_update ON signature",
}
SEALED = CIPHER.seal("signature.strokes", "M-1", b"plain")
SIGNED = CIPHER.sign(b"said")


@given(st.binary(max_size=200))
def test_what_was_sealed_opens_again(plain: bytes) -> None:
    assert CIPHER.open("a.b", "row", CIPHER.seal("a.b", "row", plain)) == plain


def test_the_same_text_never_looks_the_same() -> None:
    assert CIPHER.seal("a.b", "row", b"plain") != CIPHER.seal("a.b", "row", b"plain")


@pytest.mark.parametrize(
    ("cipher", "field", "row", "sealed"),
    [
        (CIPHER, "signature.strokes", "M-2", SEALED),
        (CIPHER, "photo.image", "M-1", SEALED),
        (FieldCipher(bytes(32)), "signature.strokes", "M-1", SEALED),
        (CIPHER, "signature.strokes", "M-1", SEALED[:-1]),
        (CIPHER, "signature.strokes", "M-1", b"\x02" + SEALED[1:]),
        (CIPHER, "signature.strokes", "M-1", b""),
    ],
    ids=["other row", "other field", "other key", "cut", "other key version", "empty"],
)
def test_anything_else_does_not_open(cipher: FieldCipher, field: str, row: str, sealed: bytes) -> None:
    with pytest.raises(StoreError) as refused:
        cipher.open(field, row, sealed)
    assert refused.value.code == "store_cipher"


@pytest.mark.parametrize(
    ("cipher", "said", "seal"),
    [
        (CIPHER, b"other", SIGNED),
        (FieldCipher(bytes(32)), b"said", SIGNED),
        (CIPHER, b"said", b"\x02" + SIGNED[1:]),
        (CIPHER, b"said", SIGNED[:-1]),
        (CIPHER, b"said", SIGNED[:1]),
        (CIPHER, b"said", b""),
        (CIPHER, b"said", None),
    ],
    ids=["other words", "other key", "other key version", "cut", "version alone", "empty", "none"],
)
def test_what_was_signed_is_known_again_and_nothing_else(cipher: FieldCipher, said: bytes, seal: bytes | None) -> None:
    assert CIPHER.has_signed(b"said", SIGNED)
    assert not cipher.has_signed(said, seal)


def test_every_version_of_the_key_knows_what_it_has_signed() -> None:
    newer = FieldCipher({1: KEY, 2: bytes(32)})
    assert newer.has_signed(b"said", SIGNED)
    assert newer.sign(b"said")[0] == 2
    assert newer.has_signed(b"said", newer.sign(b"said"))
    assert not FieldCipher({2: bytes(32)}).has_signed(b"said", SIGNED)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(StoreError) as refused:
        FieldCipher(b"short")
    assert refused.value.data == {"key": "store.key", "expected": 32, "found": 5}


def test_a_signature_moved_to_another_release_does_not_open(store: DeskStore, owner: Engine) -> None:
    with store.write() as ledger:
        mine = str(hand_over(ledger, WANG, "key-1").receipt_no)
        other = str(hand_over(ledger, LIN, "key-2").receipt_no)
    with owner.begin() as connection:
        connection.exec_driver_sql(_UNPROTECT[owner.dialect.name])
        first = select(SIGNATURE.c.strokes).where(SIGNATURE.c.receipt_no == mine).scalar_subquery()
        connection.execute(update(SIGNATURE).values(strokes=first))
    with store.read() as records:
        assert records.signature_of(mine) is not None
        with pytest.raises(StoreError) as refused:
            records.signature_of(other)
    assert refused.value.code == "store_cipher"
