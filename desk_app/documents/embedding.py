# SPDX-License-Identifier: GPL-3.0-or-later
"""A TrueType font for reportlab whose text copies right: its own ToUnicode map is wrong above U+FFFF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportlab.pdfbase.ttfonts import SUBSETN, TTFont
from typing_extensions import override

_BLOCK = 100
"""ISO 32000-1, 9.10.3 with Adobe Technical Note 5411: a block of bfchar holds at most 100 entries."""


class DeskFont(TTFont):  # type: ignore[misc] # reportlab has no types
    """reportlab's font with a corrected ToUnicode map."""

    @override
    def addObjects(self, doc: object) -> None:
        """Add the font to a document, then put the right map in place of reportlab's."""
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode("latin-1")
            stream = doc.idToObject[f"toUnicodeCMap:{name}"]  # type: ignore[attr-defined] # reportlab's document
            stream.content = to_unicode_map(name, subset)


def to_unicode_map(name: str, subset: Sequence[int]) -> str:
    """Write the map from codes of a subset to characters, as UTF-16 big-endian; unused places (0) are left out."""
    entries = [f"<{code:02X}> <{_utf16(char)}>" for code, char in enumerate(subset) if char]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *_blocks(entries),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


def _blocks(entries: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(entries), _BLOCK):
        block = entries[start : start + _BLOCK]
        yield f"{len(block)} beginbfchar"
        yield from block
        yield "endbfchar"


def _utf16(char: int) -> str:
    return chr(char).encode("utf-16-be").hex().upper()
