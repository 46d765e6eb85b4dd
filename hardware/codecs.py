# SPDX-License-Identifier: GPL-3.0-or-later
"""How a school writes its number into a card's blocks; each codec carries its vectors, one test walks them all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Protocol

from typing_extensions import override

from hardware.mifare import decode_value, encode_value

VALUE = "value"
_BLANKS = b"\x00\x20\xff"


class NumberCodec(Protocol):
    """Writes a number as bytes and reads it back; a blank field is the number ""."""

    vectors: ClassVar[tuple[tuple[str, str], ...]]
    """Pairs of a number and its bytes (hexadecimal)."""

    def decode(self, raw: bytes) -> str:
        """Read a field; raise :class:`ValueError` when it holds no number."""
        ...

    def encode(self, number: str) -> bytes:
        """Write a number without filling."""
        ...


class AsciiCodec(NumberCodec):
    """One character a byte, upper case, filled with zeros, blanks or FF."""

    vectors = (("41020901L", "34313032303930314C"), ("", ""))

    @override
    def decode(self, raw: bytes) -> str:
        number = raw.rstrip(_BLANKS).decode("ascii")
        if number and not (number.isalnum() and number == number.upper()):
            raise ValueError("not a number in ASCII")
        return number

    @override
    def encode(self, number: str) -> bytes:
        return number.encode("ascii")


class BcdCodec(NumberCodec):
    """Two digits a byte, the high half first, filled with F; for numbers without letters."""

    vectors = (("41020901", "41020901"), ("410209012", "410209012F"), ("", ""))

    @override
    def decode(self, raw: bytes) -> str:
        digits = raw.hex().rstrip("f")
        if not any(raw):
            return ""
        if digits and not digits.isdecimal():
            raise ValueError("not a number in BCD")
        return digits

    @override
    def encode(self, number: str) -> bytes:
        return bytes.fromhex(number + "f" * (len(number) % 2))


class ValueCodec(NumberCodec):
    """A value block, which keeps its number three times; zeros at the number's front are lost in it."""

    vectors = (("41020901", "E5ED71021A128EFDE5ED710200FF00FF"), ("0", "00000000FFFFFFFF0000000000FF00FF"))

    @override
    def decode(self, raw: bytes) -> str:
        if raw in (bytes(len(raw)), b"\xff" * len(raw)):
            return ""
        value, _ = decode_value(raw)
        if value < 0:
            raise ValueError("a number is not negative")
        return str(value)

    @override
    def encode(self, number: str) -> bytes:
        return encode_value(int(number), 0) if number else b""


CODECS: Mapping[str, NumberCodec] = MappingProxyType({"ascii": AsciiCodec(), "bcd": BcdCodec(), VALUE: ValueCodec()})
