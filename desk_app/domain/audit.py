# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told about the audit chain: checkpoints that leave the machine, and what a verification has found."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from desk_app.domain.errors import StoreError
from desk_app.domain.records import AuditEntry, AuditEvent

SEALED = "sealed"
"""The part of a payload that holds what of an entry is personal, enciphered."""

ALIAS_MARK = "~"
"""Begins the alias under which a person stands in an entry; no student number does."""

OPEN_PARTS = frozenset({"desk", "receipt", "content_sha256", "sha256", "voided", "decision"})
"""What an entry about a person says in clear: by it the ledger is proven when the rest can be read no more."""

_PARTS = frozenset(AuditEvent.__slots__)
_CODE = re.compile(r"([1-9]\d{0,11})-([A-Z2-7]{4})-([A-Z2-7]{4})-([A-Z2-7]{4})-([A-Z2-7]{4})")
_CODE_BYTES = 10


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The end of the chain at an instant: number of the entry and the beginning of its hash (hexadecimal).

    Only what lies elsewhere shows a tail that was cut off and a chain that was rewritten as a whole.
    """

    sequence: int
    hash: str
    at: datetime | None = None

    @property
    def code(self) -> str:
        """The short code that is printed and typed: the number and 80 bits of the hash."""
        text = base64.b32encode(bytes.fromhex(self.hash)[:_CODE_BYTES]).decode()
        return "-".join([str(self.sequence), *(text[start : start + 4] for start in range(0, 16, 4))])

    def fits(self, entry_hash: str) -> bool:
        """Tell whether the entry of this number has this hash."""
        return bool(self.hash) and entry_hash.startswith(self.hash)


def checkpoint_of_code(text: str) -> Checkpoint | None:
    """Read a short code; ``None`` when it is none."""
    found = _CODE.fullmatch("".join(text.split()).upper())
    if found is None:
        return None
    return Checkpoint(int(found[1]), base64.b32decode("".join(found.groups()[1:])).hex())


class ChainFault(StrEnum):
    """What was done to a chain."""

    EDITED = "edited"
    DELETED = "deleted"
    CUT = "cut"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a verification has found: ``sequence`` and ``at`` name the first bad entry, or the last good one's time.

    ``compared`` tells that a checkpoint from elsewhere was compared.
    """

    entries: int
    end: Checkpoint | None
    compared: bool = False
    fault: ChainFault | None = None
    sequence: int = 0
    at: datetime | None = None

    @property
    def whole(self) -> bool:
        """True when nothing was found."""
        return self.fault is None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry as people read it; ``subject`` is a student number or "", ``purged`` tells that it can be read no more."""

    sequence: int
    at: datetime
    kind: str
    counter: str
    operator: str
    subject: str
    payload: Mapping[str, object] = field(default_factory=dict)
    purged: bool = False


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted: from ``start`` (included) to ``end`` (excluded); "" and ``None`` take all."""

    start: datetime | None = None
    end: datetime | None = None
    kind: str = ""
    operator: str = ""
    subject: str = ""


def names_person(subject: str) -> bool:
    """Tell whether the subject of an entry is a person: not nobody, and no word of the program such as ``@epoch``."""
    return bool(subject) and not subject.startswith("@")


def body_of(sequence: int, text: str) -> dict[str, Any]:
    """Read the text of an entry; raise :class:`StoreError` for one that no program has written: its hash proves nothing.

    Whoever rewrites a chain by hand makes the hashes fit.
    """
    try:
        body = json.loads(text)
    except ValueError as error:
        raise StoreError("store_audit_broken", sequence=sequence) from error
    whole = isinstance(body, dict) and body.keys() >= _PARTS and isinstance(body["payload"], dict)
    if not whole or (SEALED not in body["payload"] and str(body["subject"]).startswith(ALIAS_MARK)):
        raise StoreError("store_audit_broken", sequence=sequence)
    return dict(body)


def readable(entry: AuditEntry) -> dict[str, Any]:
    """Give the body of an entry with what was enciphered in its place; ``purged`` in the payload where it is destroyed.

    Raises like :func:`body_of`.
    """
    body = body_of(entry.sequence, entry.body)
    if entry.opened is None:
        return body
    clear = {name: value for name, value in body["payload"].items() if name != SEALED}
    if not entry.opened:
        return body | {"subject": "", "payload": clear | {"purged": True}}
    parts = json.loads(entry.opened)
    return body | {"subject": parts["subject"], "payload": clear | parts["payload"]}
