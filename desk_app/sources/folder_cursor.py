# SPDX-License-Identifier: GPL-3.0-or-later
"""What the store remembers about a drop folder: the digests of the files taken last, and whether the last was refused."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from desk_app.domain.errors import SourceError

_MOST = 200
_REFUSED = "!"
_FORM = re.compile(r"(?:files:(?:[0-9a-f]{16}(?:\.[0-9a-f]{16})*)?!?)?")


@dataclass(frozen=True, slots=True)
class FolderCursor:
    """The files taken last, by their digests; an older one that comes again is harmless, because the newest datum wins."""

    digests: tuple[str, ...] = ()
    last_refused: bool = False

    @staticmethod
    def of(text: str, source: str) -> FolderCursor:
        """Read it; raise :class:`SourceError` (``source_cursor``) for the cursor of another kind of source."""
        if not _FORM.fullmatch(text):
            raise SourceError("source_cursor", source=source)
        listed = text.partition(":")[2].removesuffix(_REFUSED)
        return FolderCursor(tuple(listed.split(".")) if listed else (), text.endswith(_REFUSED))

    @property
    def text(self) -> str:
        """The form in which the store keeps it."""
        return f"files:{'.'.join(self.digests)}{_REFUSED if self.last_refused else ''}"

    def taken(self, digest: str) -> FolderCursor:
        """Add a file that was taken."""
        return FolderCursor((*self.digests, digest)[-_MOST:])

    def refused(self) -> FolderCursor:
        """Remember that the last file was refused."""
        return dataclasses.replace(self, last_refused=True)
