# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes audit entries for other programs: JSON lines with their exact text, or CSV in which nothing comes alive."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from desk_app.documents.exports import disarmed
from desk_app.domain.audit import readable
from desk_app.domain.records import AuditEntry

_UTF8_BOM = b"\xef\xbb\xbf"
_COLUMNS = ("sequence", "at", "kind", "counter", "operator", "subject", "edition", "payload", "previous", "hash")


class AuditTables:
    """Writes entries; the CSV is for people, the JSON lines are for whoever checks the chain with a program of their own."""

    def jsonl(self, entries: Iterable[AuditEntry]) -> bytes:
        """Give one object a line: ``hash`` is the SHA-256 of ``previous``, a line feed and the text of ``entry``.

        Beside the exact text stands what its enciphered part says (``opened``), or that it is ``purged``.
        """
        lines = (
            f'{{"hash":"{one.hash}","previous":"{one.previous}","entry":{one.body}{_beside(one)}}}\n' for one in entries
        )
        return "".join(lines).encode()

    def csv(self, entries: Iterable[AuditEntry]) -> bytes:
        """Give UTF-8 with BOM, everything quoted, formulas disarmed."""
        target = io.StringIO(newline="")
        writer = csv.writer(target, quoting=csv.QUOTE_ALL)
        writer.writerow(_COLUMNS)
        for one in entries:
            body = readable(one) | {"previous": one.previous, "hash": one.hash}
            body["payload"] = json.dumps(body["payload"], ensure_ascii=False)
            writer.writerow([disarmed(str(body[name])) for name in _COLUMNS])
        return _UTF8_BOM + target.getvalue().encode()


def _beside(entry: AuditEntry) -> str:
    if entry.opened is None:
        return ""
    return f',"opened":{entry.opened}' if entry.opened else ',"purged":true'
