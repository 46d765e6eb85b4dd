# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of a sealed receipt: its page as it is, a little smaller, below a band that says which copy this is.

The sealed original stays untouched in the archive; the copy has a seal of its own.
"""

from __future__ import annotations

import io
from typing import Any

from desk_app.documents.receipt_style import BODY, CAPTION, MARGIN, NUMBER, PAGE, WIDTH
from desk_app.documents.sheet import ACCENT, INK2, Box, Sheet
from desk_app.documents.words import Words, instant_stamp
from desk_app.domain.papers import CopyMark

_BAND = 34.0
"""So many points at the upper edge belong to the band."""

_SCALE = 1 - _BAND / PAGE[1]
_WATERMARK_AT = 0.36
"""Below the one of the demonstration, above the signature."""


def draw_band(sheet: Sheet, mark: CopyMark, words: Words) -> None:
    """Draw what tells a copy from the original: the band, and a pale word across the page."""
    sheet.watermark(words.zh("paper.copy.across"), PAGE[0] / 2, PAGE[1] * _WATERMARK_AT, 46)
    sheet.box(Box(MARGIN, 9, WIDTH, _BAND - 10), stroke=ACCENT, radius=4)
    end = sheet.text(MARGIN + 8, 25, words.label("copy.mark"), NUMBER.tinted(ACCENT))
    nth = words.both("copy.nth", number=mark.number)
    sheet.text(end + 8, 25, f"{nth.zh} {nth.en}", BODY.tinted(ACCENT))
    right = MARGIN + WIDTH - 8
    sheet.right(right, 19, instant_stamp(mark.at), CAPTION.tinted(INK2))
    printed = words.both("copy.by", place=mark.place, by=mark.by)
    sheet.right(right, 28, f"{printed.zh} {printed.en}", CAPTION.tinted(INK2))


def below_band(original: bytes, band: bytes) -> bytes:
    """Lay the page of a sealed receipt below the band of a copy; its seal, which is no part of the page, stays behind."""
    # The band is drawn by what lays papers out, which does without pyHanko's 0.6 s.
    from pyhanko.pdf_utils import generic  # noqa: PLC0415 - see above
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - see above
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - see above

    # pyHanko's objects have no types.
    made: Any = generic
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(band))
    page = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(original)))
    left = PAGE[0] * (1 - _SCALE) / 2
    drawing = f"q {_SCALE:.5f} 0 0 {_SCALE:.5f} {left:.3f} 0 cm /Original Do Q"
    stream = writer.add_object(made.StreamObject(stream_data=drawing.encode()))
    used = made.DictionaryObject({made.NameObject("/Original"): page})
    writer.add_stream_to_page(0, stream, made.DictionaryObject({made.NameObject("/XObject"): used}))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
