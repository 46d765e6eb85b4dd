# SPDX-License-Identifier: GPL-3.0-or-later
"""Words by telephone as a row of clearance data keeps them, and whether such a row is as the program has written it.

A word stays when a newer datum takes the place of the one beside it. So it is no part of what the row's seal covers: it
lies enciphered for this row, and fits no other.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from desk_app.domain.errors import AlteredRecordError, StoreError
from desk_app.domain.facts import PhoneConfirmation
from desk_app.storage.columns import DESK_ZONE, canonical_json
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.row_seals import ITEM_SEAL

_FIELD = "clearance_item.confirmed"


def item_key(student_no: str, item: str, source: str) -> str:
    """Give what stands for the primary key in what is enciphered, so that nothing can be moved to another row."""
    return f"{student_no}|{item}|{source}"


def sealed_word(cipher: FieldCipher, key: str, word: PhoneConfirmation | None) -> str | None:
    """Give a word as it is kept in the row of a key."""
    if word is None:
        return None
    said = {"by": word.by, "person": word.person, "number": word.number, "at": word.at}
    return base64.b64encode(cipher.seal(_FIELD, key, canonical_json(said).encode())).decode()


def proven_word(cipher: FieldCipher, row: Row[Any]) -> PhoneConfirmation | None:
    """Give the word of a row of clearance data; raise :class:`AlteredRecordError` where row or word were altered."""
    if not ITEM_SEAL.stands(cipher, row):
        raise ITEM_SEAL.altered(row)
    if row.confirmed is None:
        return None
    try:
        sealed = base64.b64decode(row.confirmed, validate=True)
        said = json.loads(cipher.open(_FIELD, item_key(row.student_no, row.item, row.source), sealed))
    except (binascii.Error, StoreError) as error:
        raise ITEM_SEAL.altered(row) from error
    at = datetime.fromisoformat(said["at"]).astimezone(DESK_ZONE)
    return PhoneConfirmation(said["by"], said["person"], said["number"], at)


def item_stands(cipher: FieldCipher, row: Row[Any]) -> bool:
    """Tell whether a row of clearance data and its word are as the program has written them."""
    try:
        proven_word(cipher, row)
    except AlteredRecordError:
        return False
    return True
