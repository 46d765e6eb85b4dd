# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed checkpoints of the audit log: what was signed is read back, whatever else is refused; exports stay checkable."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desk_app.documents import base45
from desk_app.documents.audit_tables import AuditTables
from desk_app.documents.checkpoint import read_checkpoint, sign_checkpoint
from desk_app.domain.audit import Checkpoint
from desk_app.domain.records import AuditEntry

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2025, 6, 3, 2, 0, tzinfo=UTC)
CHECKPOINT = Checkpoint(1_000_000, "5a" * 32, AT)
BODY = (
    '{"at":"2025-06-03T02:00:00.000000+00:00","counter":"MAIN","edition":"113-2","kind":"EXPORT","operator":"=cmd",'
    '"payload":{"who":"測"},"policy_digest":"","sequence":1,"subject":""}'
)
ENTRY = AuditEntry(1, "0" * 64, hashlib.sha256(f"{'0' * 64}\n{BODY}".encode()).hexdigest(), BODY)


def test_a_signed_checkpoint_is_read_back() -> None:
    assert read_checkpoint(sign_checkpoint(CHECKPOINT, KEY), KEY.public_key()) == CHECKPOINT


def test_a_checkpoint_of_another_key_or_altered_is_none() -> None:
    signed = sign_checkpoint(CHECKPOINT, KEY)
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert read_checkpoint(signed, other) is None
    data = bytearray(base45.decode(signed))
    for place in range(0, len(data), 7):
        altered = data.copy()
        altered[place] ^= 1
        assert read_checkpoint(base45.encode(bytes(altered)), KEY.public_key()) is None


@pytest.mark.parametrize("text", ["", "A", "nothing", "BB8" * 50])
def test_what_is_no_checkpoint_is_none(text: str) -> None:
    assert read_checkpoint(text, KEY.public_key()) is None


def test_a_receipts_mark_is_no_checkpoint() -> None:
    body = bytes([1]) + bytes(44)
    assert read_checkpoint(base45.encode(body + KEY.sign(body)), KEY.public_key()) is None


def test_json_lines_hold_the_exact_text_that_the_hash_covers() -> None:
    (line,) = AuditTables().jsonl([ENTRY]).decode().splitlines()
    told = json.loads(line)
    text = line.split('"entry":', 1)[1][:-1]
    assert text == BODY
    assert hashlib.sha256(f"{told['previous']}\n{text}".encode()).hexdigest() == told["hash"]


def test_a_table_disarms_formulas() -> None:
    data = AuditTables().csv([ENTRY])
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (row["operator"], row["kind"], row["payload"]) == ("'=cmd", "EXPORT", '{"who": "測"}')


def test_what_was_enciphered_stands_beside_the_exact_text() -> None:
    sealed = BODY.replace('"payload":{"who":"測"}', '"payload":{"desk":"1","sealed":{}}')
    opened = '{"payload":{"who":"測"},"subject":"41020901L"}'
    entry = AuditEntry(1, "0" * 64, "ab", sealed, opened)
    (line,) = AuditTables().jsonl([entry]).decode().splitlines()
    assert json.loads(line)["opened"] == json.loads(opened)
    assert f'"entry":{sealed}' in line
    row = AuditTables().csv([entry]).decode("utf-8-sig").splitlines()[1]
    assert '"41020901L"' in row
    assert '""who"": ""測""' in row
    assert "sealed" not in row


def test_what_was_purged_says_so() -> None:
    entry = AuditEntry(1, "0" * 64, "ab", BODY.replace('"payload":{"who":"測"}', '"payload":{"sealed":{}}'), "")
    (line,) = AuditTables().jsonl([entry]).decode().splitlines()
    assert json.loads(line)["purged"] is True
    assert '{""purged"": true}' in AuditTables().csv([entry]).decode("utf-8-sig")
