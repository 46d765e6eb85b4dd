# SPDX-License-Identifier: GPL-3.0-or-later
"""A signed checkpoint of the audit chain as the text of a QR code, checked without a network and without the store."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from desk_app.documents import base45
from desk_app.domain.audit import Checkpoint

_VERSION = 2
"""The mark of a receipt is 1: neither is ever taken for the other."""

_BODY = struct.Struct(">BQI32s")
_SIGNATURE_BYTES = 64


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Give number, instant in seconds and hash of a checkpoint with their signature, in base45."""
    seconds = int(checkpoint.at.timestamp()) if checkpoint.at else 0
    body = _BODY.pack(_VERSION, checkpoint.sequence, seconds, bytes.fromhex(checkpoint.hash))
    return base45.encode(body + key.sign(body))


def read_checkpoint(text: str, key: Ed25519PublicKey) -> Checkpoint | None:
    """Read a signed checkpoint; ``None`` when it is none or not signed by this key."""
    try:
        data = base45.decode(text)
        key.verify(data[-_SIGNATURE_BYTES:], data[:-_SIGNATURE_BYTES])
        version, sequence, seconds, digest = _BODY.unpack(data[:-_SIGNATURE_BYTES])
    except (ValueError, InvalidSignature, struct.error):
        return None
    if version != _VERSION:
        return None
    return Checkpoint(sequence, digest.hex(), datetime.fromtimestamp(seconds, UTC))
