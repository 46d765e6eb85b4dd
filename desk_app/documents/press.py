# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints content values as PDF files; loads reportlab, therefore imported late."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reportlab.pdfgen.canvas import Canvas

from desk_app.documents.checkpoint import sign_checkpoint
from desk_app.documents.daily_log import PAGE as LOG_PAGE
from desk_app.documents.daily_log import draw_daily_log
from desk_app.documents.faces import FaceChain
from desk_app.documents.mark import mark_of
from desk_app.documents.qr import qr_modules
from desk_app.documents.receipt import draw_receipt
from desk_app.documents.receipt_copy import draw_band
from desk_app.documents.receipt_style import PAGE as RECEIPT_PAGE
from desk_app.documents.sheet import Sheet
from desk_app.documents.slip import draw_slip
from desk_app.documents.words import Words
from desk_app.domain.papers import CopyMark, DailyLogContent, ReceiptContent, SlipContent

_REGISTRY = threading.RLock()
# reportlab keeps its fonts for the whole process, and a font reads its file by one shared position: one paper at a time.


class Press:
    """Lays out papers with the faces of a folder."""

    def __init__(self, fonts: Path, extra_fonts: Path | None) -> None:
        self._faces = FaceChain(fonts, extra_fonts)
        self._words = Words()

    def warm_up(self) -> None:
        """Load the faces."""
        with _REGISTRY:
            self._faces.warm_up()

    def unprintable(self, text: str) -> tuple[str, ...]:
        """Give the characters that no face has."""
        with _REGISTRY:
            return self._faces.missing(text)

    def receipt(self, content: ReceiptContent, key: Ed25519PrivateKey) -> bytes:
        """Lay out a receipt, with its mark signed by ``key``."""
        code = qr_modules(mark_of(content).sign(key))
        title = f"{self._words.zh('paper.receipt.title')} {content.receipt_no}"

        def draw(sheet: Sheet) -> None:
            draw_receipt(sheet, content, self._words, code)

        return self._printed(RECEIPT_PAGE, title, content.issued_at, draw)

    def copy_band(self, mark: CopyMark) -> bytes:
        """Lay out the band of a copy on an empty page of a receipt's size."""
        title = f"{self._words.zh('paper.receipt.title')} {mark.receipt_no} {self._words.label('copy.mark')}"

        def draw(sheet: Sheet) -> None:
            draw_band(sheet, mark, self._words)

        return self._printed(RECEIPT_PAGE, title, mark.at, draw)

    def slip(self, content: SlipContent) -> bytes:
        """Lay out a slip."""

        def draw(sheet: Sheet) -> None:
            draw_slip(sheet, content, self._words)

        return self._printed(RECEIPT_PAGE, content.title, content.issued_at, draw)

    def daily_log(self, content: DailyLogContent, key: Ed25519PrivateKey) -> bytes:
        """Lay out a daily log, with the checkpoint of the audit log signed by ``key``."""
        code = qr_modules(sign_checkpoint(content.checkpoint, key)) if content.checkpoint else ()
        title = f"{self._words.zh('paper.log.title')} {content.day.isoformat()} {content.counter}".rstrip()

        def draw(sheet: Sheet) -> None:
            draw_daily_log(sheet, content, self._words, code)

        return self._printed(LOG_PAGE, title, content.printed_at, draw)

    def _printed(self, size: tuple[float, float], title: str, at: datetime, draw: Callable[[Sheet], None]) -> bytes:
        target = io.BytesIO()
        with _REGISTRY:
            self._faces.warm_up()
            canvas = Canvas(
                target,
                pagesize=size,
                initialFontName=self._faces.base,
                pageCompression=1,
                invariant=1,
                lang="zh-TW",
                pdfVersion=(1, 7),
            )
            _describe(canvas, title, at)
            draw(Sheet(self._faces, size[1], self._words.missing_glyph, canvas))
            canvas.save()
        return target.getvalue()


def _describe(canvas: Any, title: str, at: datetime) -> None:
    """Set title, producer and dates; reportlab would take the machine's time."""
    canvas.setTitle(title)
    canvas.setAuthor("Certificate Desk")
    canvas.setCreator("Certificate Desk")
    offset = at.strftime("%z")
    stamp = f"D:{at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"
    canvas.setDateFormatter(lambda *_: stamp)
