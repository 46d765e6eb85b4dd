# SPDX-License-Identifier: GPL-3.0-or-later
"""The mark in a receipt's QR code: which receipt was issued when with which content, signed, checked without a network.

It proves that the receipt was issued, not that the sheet in hand is the original.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from desk_app.documents import base45
from desk_app.domain.errors import DocumentError
from desk_app.domain.papers import ReceiptContent

_VERSION = 1
_BODY = struct.Struct(">B4sHHB4s16s")
_SIGNATURE_BYTES = 64
_EPOCH = date(2000, 1, 1)
_NUMBER = re.compile(r"([\x21-\x7e]{1,4})-(\d{8})-(\d{3,5})")
BODY_BYTES = _BODY.size
"""30: version, prefix, day, two parts of the sequence, seconds since 1970, half of the content's SHA-256."""


@dataclass(frozen=True, slots=True)
class ReceiptMark:
    """What a receipt's QR code tells: number, instant of issue, the first 32 hexadecimal digits of the content's hash."""

    receipt_no: str
    issued_at: datetime
    content_sha256: str

    def sign(self, key: Ed25519PrivateKey) -> str:
        """Give the text of the QR code: body and signature in base45."""
        body = self._body()
        return base45.encode(body + key.sign(body))

    def _body(self) -> bytes:
        found = _NUMBER.fullmatch(self.receipt_no)
        if found is None:
            raise DocumentError("receipt_number_form", number=self.receipt_no)
        prefix, day, sequence = (
            found[1].encode(),
            datetime.strptime(found[2], "%Y%m%d").replace(tzinfo=UTC),
            int(found[3]),
        )
        seconds = int(self.issued_at.timestamp()).to_bytes(4, "big")
        days = (day.date() - _EPOCH).days
        return _BODY.pack(
            _VERSION, prefix, days, sequence & 0xFFFF, sequence >> 16, seconds, bytes.fromhex(self.content_sha256[:32])
        )


def mark_of(content: ReceiptContent) -> ReceiptMark:
    """Give the mark of a receipt."""
    return ReceiptMark(content.receipt_no, content.issued_at, content.sha256()[:32])


def read_mark(text: str, key: Ed25519PublicKey) -> ReceiptMark | None:
    """Read a QR code's text; ``None`` when it is no mark or not signed by this key."""
    try:
        data = base45.decode(text)
        key.verify(data[-_SIGNATURE_BYTES:], data[:-_SIGNATURE_BYTES])
        version, prefix, days, low, high, seconds, digest = _BODY.unpack(data[:-_SIGNATURE_BYTES])
    except (ValueError, InvalidSignature, struct.error):
        return None
    if version != _VERSION:
        return None
    day = _EPOCH + timedelta(days=days)
    number = f"{prefix.rstrip(bytes(1)).decode()}-{day:%Y%m%d}-{(high << 16) + low:03d}"
    return ReceiptMark(number, datetime.fromtimestamp(int.from_bytes(seconds, "big"), UTC), digest.hex())
