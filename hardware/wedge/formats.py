# SPDX-License-Identifier: GPL-3.0-or-later
"""How keyboard readers write a card's number; each format carries its vectors, one test walks them all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Protocol

from typing_extensions import override

WHOLE_SIZES = (4, 7)


class WedgeFormat(Protocol):
    """Writes ``size`` bytes as a reader types them, and reads them back; ``size`` 0 means a whole UID of 4 or 7 bytes."""

    size: ClassVar[int]
    vectors: ClassVar[tuple[tuple[str, str], ...]]
    """Pairs of bytes (hexadecimal) and what is typed."""

    def write(self, part: bytes) -> str:
        """Write bytes as the reader does."""
        ...

    def read(self, typed: str) -> bytes | None:
        """Read what was typed, in whatever case; ``None`` when it is not of this format."""
        ...


class Hexadecimal(WedgeFormat):
    """The whole UID in 8 or 14 hexadecimal digits."""

    size = 0
    lengths: ClassVar[tuple[int, ...]] = WHOLE_SIZES
    vectors: ClassVar[tuple[tuple[str, str], ...]] = (("026F6C3A", "026F6C3A"), ("04112233445566", "04112233445566"))

    @override
    def write(self, part: bytes) -> str:
        return part.hex().upper()

    @override
    def read(self, typed: str) -> bytes | None:
        raw = _hexadecimal(typed)
        return raw if raw is not None and len(raw) in self.lengths else None


class TenHexadecimal(Hexadecimal):
    """10H: five bytes in 10 hexadecimal digits; a UID of four has zeros before it."""

    size = 5
    lengths = (5,)
    vectors = (("01026F6C3A", "01026F6C3A"),)


class Decimals(WedgeFormat):
    """Numbers of a fixed width, split by a comma where there are several; ``parts`` are bytes and digits of each."""

    parts: ClassVar[tuple[tuple[int, int], ...]]

    @override
    def write(self, part: bytes) -> str:
        numbers, rest = [], part
        for size, digits in self.parts:
            numbers.append(f"{int.from_bytes(rest[:size], 'big'):0{digits}}")
            rest = rest[size:]
        return ",".join(numbers)

    @override
    def read(self, typed: str) -> bytes | None:
        if not re.fullmatch(",".join(f"[0-9]{{{digits}}}" for _, digits in self.parts), typed):
            return None
        try:
            pairs = zip(self.parts, typed.split(","), strict=True)
            return b"".join(int(number).to_bytes(size, "big") for (size, _), number in pairs)
        except OverflowError:
            return None


class EightHexTenDecimal(Decimals):
    """8H10D: four bytes as one number of 10 digits; the most common of all."""

    size = 4
    parts = ((4, 10),)
    vectors = (("026F6C3A", "0040856634"),)


class SixHexEightDecimal(Decimals):
    """6H8D: three bytes as one number of 8 digits."""

    size = 3
    parts = ((3, 8),)
    vectors = (("6F6C3A", "07302202"),)


class TwoHexFourHex(Decimals):
    """2H4H, written ``ddd,ddddd``: one byte and two bytes."""

    size = 3
    parts = ((1, 3), (2, 5))
    vectors = (("6F6C3A", "111,27706"),)


class FourHexFourHex(Decimals):
    """4H4H, written ``ddddd,ddddd``: two bytes and two bytes."""

    size = 4
    parts = ((2, 5), (2, 5))
    vectors = (("026F6C3A", "00623,27706"),)


FORMATS: Mapping[str, WedgeFormat] = MappingProxyType(
    {
        "8H10D": EightHexTenDecimal(),
        "6H8D": SixHexEightDecimal(),
        "2H4H": TwoHexFourHex(),
        "4H4H": FourHexFourHex(),
        "10H": TenHexadecimal(),
        "hex": Hexadecimal(),
    }
)


def looks_typed_by_a_reader(typed: str) -> bool:
    """Tell whether a text is of any format that readers type."""
    return any(form.read(typed) is not None for form in FORMATS.values())


def _hexadecimal(typed: str) -> bytes | None:
    return bytes.fromhex(typed) if re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", typed) else None
