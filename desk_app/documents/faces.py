# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of faces: which face prints which character, and what is printed when none can."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError

from desk_app.documents.embedding import DeskFont
from desk_app.documents.lines import wrap
from desk_app.domain.errors import DocumentError, GlyphMissingError

REGULAR, BOLD, RARE = "NotoSansTC-Regular.ttf", "NotoSansTC-Bold.ttf", "DeskRareSung.ttf"


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a text that one face prints; ``font`` is the name under which reportlab knows it."""

    font: str
    text: str


class _Face:
    """A face of a file, loaded when it is first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._font: DeskFont | None = None
        # The full path: two folders may hold different faces of one name.
        self.font_name = str(path)

    def has(self, char: str) -> bool:
        """Tell whether the face has a glyph for a character."""
        if self._font is None:
            self._font = _registered(self._path)
        return ord(char) in self._font.face.charToGlyph


def _registered(path: Path) -> DeskFont:
    """Load a face into reportlab's registry, which is one for the whole process, unless it is there already."""
    name = str(path)
    if name not in pdfmetrics.getRegisteredFontNames():
        try:
            pdfmetrics.registerFont(DeskFont(name, name))
        except (TTFError, OSError, struct.error, LookupError, ValueError) as error:
            raise DocumentError("face_unreadable", path=name) from error
    font: DeskFont = pdfmetrics.getFont(name)
    return font


class FaceChain:
    """The bundled faces in two weights, the face of rare characters, then the faces of an optional folder."""

    def __init__(self, fonts: Path, extra: Path | None = None) -> None:
        more = sorted(extra.glob("*.ttf")) if extra is not None and extra.is_dir() else []
        tail = [_Face((fonts / RARE).resolve()), *(_Face(path.resolve()) for path in more)]
        self._chains: dict[bool, list[_Face]] = {
            False: [_Face((fonts / REGULAR).resolve()), *tail],
            True: [_Face((fonts / BOLD).resolve()), *tail],
        }
        # Papers repeat the same labels and names thousands of times (the daily log).
        self.runs = lru_cache(maxsize=8192)(self._runs)
        # The same notices stand on every receipt, and a receipt is measured before it is drawn.
        self.lines = lru_cache(maxsize=2048)(self._lines)
        self.printable = lru_cache(maxsize=8192)(self._printable)

    @property
    def base(self) -> str:
        """The name of the regular face."""
        return self._chains[False][0].font_name

    def warm_up(self) -> None:
        """Load the two faces that every paper needs."""
        for chain in self._chains.values():
            chain[0].has(" ")

    def missing(self, text: str) -> tuple[str, ...]:
        """Give the characters that no face has, each once, in the order of the text."""
        return tuple(dict.fromkeys(char for char in _spaced(text) if self._face_of(char, bold=False) is None))

    def _printable(self, text: str, mark: str) -> str:
        """Put ``mark`` with the code point (placeholder ``{code}``) in place of each character that no face has.

        The rest stays as it is: a name is never normalised, U+F9DC would become another character.
        """
        if _simple(text):
            return text
        gone = self.missing(text)
        if not gone:
            return _spaced(text)
        return "".join(mark.format(code=f"U+{ord(char):04X}") if char in gone else char for char in _spaced(text))

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Give the width of a text in points."""
        return float(sum(pdfmetrics.stringWidth(run.text, run.font, size) for run in self.runs(text, bold)))

    def _lines(self, text: str, width: float, size: float, bold: bool) -> tuple[str, ...]:  # noqa: FBT001 - as below
        """Break a printable text into lines of a width in points."""
        return tuple(wrap(text, width, lambda part: self.width(part, size, bold=bold)))

    def _runs(self, text: str, bold: bool) -> tuple[Run, ...]:  # noqa: FBT001 - the key of the cache, always positional
        """Split a text into runs of one face; raise :class:`GlyphMissingError` when no face has a character."""
        if _simple(text):
            return (Run(self._chains[bold][0].font_name, text),)
        runs: list[Run] = []
        for char in text:
            face = self._face_of(char, bold=bold)
            if face is None:
                raise GlyphMissingError(point=f"U+{ord(char):04X}")
            if runs and runs[-1].font == face.font_name:
                runs[-1] = Run(face.font_name, runs[-1].text + char)
            else:
                runs.append(Run(face.font_name, char))
        return tuple(runs)

    def _face_of(self, char: str, *, bold: bool) -> _Face | None:
        # A private-use character means something else in every office, whatever glyph a face may hold for it.
        if unicodedata.category(char) == "Co":
            return None
        return next((face for face in self._chains[bold] if face.has(char)), None)


def _simple(text: str) -> bool:
    """Tell whether a text needs no look-up: both bundled weights hold all of printable ASCII."""
    return text.isascii() and text.isprintable()


def _spaced(text: str) -> str:
    """Turn control characters and unusual spaces into plain ones: they have no glyph and carry no meaning."""
    return "".join(_plain_space(text))


def _plain_space(text: str) -> Iterator[str]:
    for char in text:
        yield " " if unicodedata.category(char) in ("Cc", "Zs", "Zl", "Zp") and char != "\u3000" else char
