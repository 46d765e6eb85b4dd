# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the papers of a desk; cheap to construct, because reportlab and pyHanko are loaded when first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.domain.audit import Checkpoint
from desk_app.domain.papers import CopyMark, DailyLogContent, ReceiptContent, SlipContent

if TYPE_CHECKING:
    from desk_app.documents.keys import SealKeys
    from desk_app.documents.press import Press
    from desk_app.documents.seal import Sealer


class DeskPapers:
    """Lays out and seals papers; may be used from several threads.

    ``keys`` is asked once, for the first paper or by :meth:`warm_up`; what it raises is raised there.
    """

    def __init__(self, fonts: Path, keys: Callable[[], SealKeys], extra_fonts: Path | None = None) -> None:
        self._fonts = fonts
        self._extra_fonts = extra_fonts
        self._load_keys = keys
        self._keys: SealKeys | None = None
        self._press: Press | None = None
        self._sealer: Sealer | None = None
        self._lock = threading.Lock()

    def receipt(self, content: ReceiptContent) -> bytes:
        """Make the sealed receipt; the seal states the time of issue."""
        pdf = self._loaded_press().receipt(content, self._loaded_keys().mark_key)
        return self._loaded_sealer().seal(pdf, content.issued_at, f"Receipt {content.receipt_no}")

    def receipt_copy(self, original: bytes, mark: CopyMark) -> bytes:
        """Make a marked copy of a sealed receipt with a seal of its own, which states when it was printed."""
        from desk_app.documents.receipt_copy import below_band  # noqa: PLC0415 - reportlab takes 0.2 s

        pdf = below_band(original, self._loaded_press().copy_band(mark))
        return self._loaded_sealer().seal(pdf, mark.at, f"Copy {mark.number} of receipt {mark.receipt_no}")

    def slip(self, content: SlipContent) -> bytes:
        """Make a slip to take along (not sealed)."""
        return self._loaded_press().slip(content)

    def daily_log(self, content: DailyLogContent) -> bytes:
        """Make the sealed daily log; the seal states the time of printing."""
        pdf = self._loaded_press().daily_log(content, self._loaded_keys().mark_key)
        reason = f"Daily log {content.day.isoformat()} {content.counter}".rstrip()
        return self._loaded_sealer().seal(pdf, content.printed_at, reason)

    def sign_checkpoint(self, checkpoint: Checkpoint) -> str:
        """Sign a checkpoint of the audit log."""
        from desk_app.documents.checkpoint import sign_checkpoint  # noqa: PLC0415 - cryptography loads with the keys

        return sign_checkpoint(checkpoint, self._loaded_keys().mark_key)

    def warm_up(self) -> None:
        """Load libraries and faces, so that the first receipt need not wait."""
        self._loaded_press().warm_up()
        self._loaded_sealer()

    def unprintable(self, text: str) -> tuple[str, ...]:
        """Give the characters of a text that no face has, each once."""
        return self._loaded_press().unprintable(text)

    def _loaded_keys(self) -> SealKeys:
        with self._lock:
            if self._keys is None:
                self._keys = self._load_keys()
            return self._keys

    def _loaded_press(self) -> Press:
        with self._lock:
            if self._press is None:
                from desk_app.documents.press import Press  # noqa: PLC0415 - reportlab takes 0.2 s of the start

                self._press = Press(self._fonts, self._extra_fonts)
            return self._press

    def _loaded_sealer(self) -> Sealer:
        keys = self._loaded_keys()
        with self._lock:
            if self._sealer is None:
                from desk_app.documents.seal import Sealer  # noqa: PLC0415 - pyHanko takes 0.6 s of the start

                self._sealer = Sealer(keys)
            return self._sealer
