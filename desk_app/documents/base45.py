# SPDX-License-Identifier: GPL-3.0-or-later
"""Base45 of RFC 9285: bytes in the alphabet that a QR code holds most densely."""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}


def encode(data: bytes) -> str:
    """Encode bytes (RFC 9285, section 3)."""
    digits: list[int] = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        digits += [number % 45, number // 45 % 45]
        if len(pair) == 2:
            digits.append(number // 2025)
    return "".join(_ALPHABET[digit] for digit in digits)


def decode(text: str) -> bytes:
    """Decode a text; raise :class:`ValueError` for a foreign character, a bad length or a number that is too large."""
    try:
        digits = [_VALUES[char] for char in text]
    except KeyError as error:
        raise ValueError(f"no character of base45: {error}") from error
    if len(digits) % 3 == 1:
        raise ValueError("a base45 text of this length does not exist")
    parts = (digits[start : start + 3] for start in range(0, len(digits), 3))
    return b"".join(_number(part).to_bytes(len(part) - 1, "big") for part in parts)


def _number(digits: list[int]) -> int:
    number = sum(digit * 45**place for place, digit in enumerate(digits))
    if number >= 256 ** (len(digits) - 1):
        raise ValueError("a group of base45 is too large")
    return int(number)
