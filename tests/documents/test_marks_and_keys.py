# SPDX-License-Identifier: GPL-3.0-or-later
"""Base45 by the vectors of its RFC, the signed mark of the QR code, numbers in words, keys, strokes."""

from __future__ import annotations

import itertools
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from desk_app.documents.base45 import decode, encode
from desk_app.documents.key_files import require_key_files
from desk_app.documents.keys import SealKeys, load_certificate, load_keys, load_mark_key
from desk_app.documents.mark import BODY_BYTES, ReceiptMark, mark_of, read_mark
from desk_app.documents.qr import qr_modules
from desk_app.documents.strokes import smooth
from desk_app.documents.words import chinese_words, english_words
from desk_app.domain.errors import DocumentError
from desk_app.domain.papers import ReceiptContent
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from tests.seal_keys import fresh_keys

NOW = datetime(2025, 6, 3, 2, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
)
def test_base45_keeps_the_vectors_of_rfc_9285(data: bytes, text: str) -> None:
    assert encode(data) == text
    assert decode(text) == data


@given(st.binary(max_size=200))
def test_base45_comes_back(data: bytes) -> None:
    assert decode(encode(data)) == data


@pytest.mark.parametrize("text", ["GGW", "A", "AAAA", "ab8", "::", "Ü00"])
def test_base45_refuses_what_it_never_writes(text: str) -> None:
    with pytest.raises(ValueError, match="base45"):
        decode(text)


def test_mark_is_read_with_the_public_key_alone(keys: SealKeys, receipt_of: Callable[..., ReceiptContent]) -> None:
    mark = mark_of(receipt_of())
    text = mark.sign(keys.mark_key)
    read = read_mark(text, keys.mark_key.public_key())
    assert read is not None
    assert (read.receipt_no, read.content_sha256) == ("M-20250603-042", receipt_of().sha256()[:32])
    assert read.issued_at == receipt_of().issued_at
    assert BODY_BYTES == 30
    assert len(text) == 141
    assert len(qr_modules(text)) == 41


@given(st.integers(0, 99999), st.integers(0, 140), st.sampled_from("0123456789ABCXYZ:/"))
def test_altered_mark_is_refused(sequence: int, place: int, char: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    mark = ReceiptMark(f"GG-20250603-{sequence:03d}", NOW, "ab" * 16)
    text = mark.sign(key)
    assert read_mark(text, key.public_key()) == mark
    changed = text[:place] + char + text[place + 1 :]
    assert (read_mark(changed, key.public_key()) == mark) is (changed == text)


def test_foreign_texts_are_no_marks(keys: SealKeys) -> None:
    key = keys.mark_key
    unknown = bytes([9]) + bytes(29)
    for text in ("", "HELLO", encode(b"x" * 94), encode(unknown + key.sign(unknown)), encode(b"x" + key.sign(b"x"))):
        assert read_mark(text, key.public_key()) is None


def test_number_that_does_not_fit_is_told(keys: SealKeys) -> None:
    with pytest.raises(DocumentError) as caught:
        ReceiptMark("GONGGUAN-20250603-001", NOW, "ab" * 16).sign(keys.mark_key)
    assert caught.value.code == "receipt_number_form"


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (0, "零", "zero"),
        (7, "柒", "seven"),
        (10, "壹拾", "ten"),
        (42, "肆拾貳", "forty-two"),
        (100, "壹佰", "one hundred"),
        (305, "參佰零伍", "three hundred five"),
        (1000, "壹仟", "one thousand"),
        (5003, "伍仟零參", "five thousand three"),
        (2060, "貳仟零陸拾", "two thousand sixty"),
    ],
)
def test_numbers_are_written_out(number: int, zh: str, en: str) -> None:
    assert chinese_words(number) == zh
    assert english_words(number) == en


def test_keys_come_back_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    made = fresh_keys(tmp_path / "keys", "測試大學", NOW)
    loaded = load_keys(tmp_path / "keys")
    assert loaded.leaf == made.leaf
    assert loaded.fingerprint == made.fingerprint
    assert len(made.fingerprint) == 64
    assert load_certificate(tmp_path / "keys" / "root.pem") == made.root
    assert load_mark_key(tmp_path / "keys" / "mark.pem") == made.mark_key.public_key()
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_leaf_lasts_five_years_and_root_twenty(keys: SealKeys) -> None:
    assert keys.leaf.not_valid_after_utc - keys.leaf.not_valid_before_utc == timedelta(days=1826)
    assert keys.root.not_valid_after_utc - keys.root.not_valid_before_utc == timedelta(days=7305)


def test_long_name_of_an_office_still_fits_a_certificate(tmp_path: Path) -> None:
    keys = fresh_keys(tmp_path, "測" * 200, NOW)
    for certificate in (keys.root, keys.leaf):
        (name,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        assert name.value == "測" * 21  # X.520 allows 64 bytes
    keys.leaf.verify_directly_issued_by(keys.root)
    with pytest.raises(ValueError, match=r"[Ii]ssuer"):
        keys.root.verify_directly_issued_by(keys.leaf)


@pytest.mark.parametrize("name", ["seal.key", "seal.pem", "mark.key", "root.pem"])
@pytest.mark.parametrize("data", [None, b"no key", "mark.pem", "root.key"])
def test_damaged_or_foreign_key_is_told_with_its_path(tmp_path: Path, name: str, data: bytes | str | None) -> None:
    fresh_keys(tmp_path, "測試大學", NOW)
    if data is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(data if isinstance(data, bytes) else (tmp_path / data).read_bytes())
    with pytest.raises(DocumentError) as caught:
        load_keys(tmp_path)
    assert caught.value.code == "keys_unreadable"
    assert str(tmp_path) in str(caught.value.data["path"])


@pytest.mark.parametrize("name", ["seal.key", "seal.pem", "mark.key", "root.pem"])
@pytest.mark.parametrize("size", [None, 0, 60])
def test_key_that_is_missing_or_cut_off_is_told_before_any_is_loaded(
    tmp_path: Path, name: str, size: int | None
) -> None:
    fresh_keys(tmp_path, "測試大學", NOW)
    require_key_files(tmp_path)
    if size is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:size])
    with pytest.raises(DocumentError) as caught:
        require_key_files(tmp_path)
    assert (caught.value.code, caught.value.data["path"]) == ("keys_unreadable", str(tmp_path / name))


@pytest.mark.parametrize("name", ["gone.pem", "root.pem", "root.key"])
def test_foreign_mark_key_is_told(tmp_path: Path, name: str) -> None:
    fresh_keys(tmp_path, "測試大學", NOW)
    with pytest.raises(DocumentError):
        load_mark_key(tmp_path / name)


def pen(*points: tuple[int, int]) -> tuple[PenPoint, ...]:
    return tuple(PenPoint(x, y, 500, 10 * number) for number, (x, y) in enumerate(points))


coordinates = st.tuples(st.integers(0, 807), st.integers(0, 649))


@given(st.lists(st.lists(coordinates, min_size=1, max_size=30).map(lambda points: pen(*points)), max_size=5))
def test_strokes_stay_inside_their_box(strokes: list[tuple[PenPoint, ...]]) -> None:
    curves = smooth(Signature(tuple(strokes), PenDevice.PEN, 808, 650, 96), (10, 20), (200, 80))
    assert len(curves) == len(strokes)
    for stroke in curves:
        for segment in stroke:
            for x, y in (segment.start, segment.first, segment.second, segment.end):
                assert 10 - 1e-6 <= x <= 210 + 1e-6
                assert 20 - 1e-6 <= y <= 100 + 1e-6


def test_stroke_begins_and_ends_where_the_pen_did() -> None:
    signature = Signature((pen((0, 0), (40, 80), (80, 0), (160, 80)),), PenDevice.PEN, 160, 80, 96)
    stroke = smooth(signature, (0, 0), (160, 80))[0]
    assert (stroke[0].start, stroke[-1].end) == ((0, 0), (160, 80))
    assert all(a.end == b.start for a, b in itertools.pairwise(stroke))
