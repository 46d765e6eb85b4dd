# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the papers in both languages, and numbers written out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from desk_app.domain.papers import Bilingual, Language
from desk_app.i18n import Catalogue, catalogue

_DIGITS = "零壹貳參肆伍陸柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _evidence_names(texts: Catalogue, element: str) -> list[str]:
    """Name the parts of an evidence element; what a pack of the office adds keeps its own code."""
    keys = {code: f"explain.evidence.{code}.name" for code in element.split("|")}
    return [texts(key) if texts.has(key) else code for code, key in keys.items()]


class Words:
    """Looks up texts below ``paper.``."""

    def __init__(self) -> None:
        self.zh = catalogue(Language.ZH)
        self.en = catalogue(Language.EN)

    def of(self, language: Language) -> Catalogue:
        """Give the catalogue of a language."""
        return self.zh if language is Language.ZH else self.en

    def both(self, key: str, **values: object) -> Bilingual:
        """Give a text in both languages."""
        return Bilingual(self.zh(f"paper.{key}", **values), self.en(f"paper.{key}", **values))

    def label(self, key: str) -> str:
        """Give a label: both languages in one line."""
        text = self.both(key)
        return f"{text.zh} {text.en}"

    def refused(self, verdict: str) -> str:
        """Name briefly how a visit without a hand-over ended, by the code of its verdict."""
        return self.zh(f"counts.refused.{verdict}")

    def evidence(self, elements: Sequence[str]) -> str:
        """Name what was checked, in both languages; an element with alternatives names all of them."""
        return " / ".join(
            texts("paper.join").join(texts("paper.or").join(_evidence_names(texts, element)) for element in elements)
            for texts in (self.zh, self.en)
        )

    @property
    def missing_glyph(self) -> str:
        """What is printed for a character that no face has."""
        # Not through a catalogue's call: the placeholder is filled for each character.
        return self.zh.texts["paper.missing_glyph"]


def day_stamp(day: date) -> str:
    """Write a day in both calendars: 民國114年6月3日（2025-06-03）."""
    return f"民國{day.year - 1911}年{day.month}月{day.day}日（{day.isoformat()}）"


def instant_stamp(instant: datetime) -> str:
    """Write an instant in both calendars with its offset from UTC."""
    offset = instant.strftime("%z")
    return f"{day_stamp(instant.date())}{instant:%H:%M:%S} {offset[:3]}:{offset[3:5]}"


def chinese_words(number: int) -> str:
    """Write 0 to 9999 in the numerals of formal papers: 42 is 肆拾貳, 305 is 參佰零伍."""
    if number == 0:
        return _DIGITS[0]
    digits = [int(digit) for digit in str(number)]
    text = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        text += _DIGITS[digit] + (_PLACES[place] if digit else "")
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.rstrip("零")


def english_words(number: int) -> str:
    """Write 0 to 9999 in English words: 42 is forty-two."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    unit, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = f" {english_words(number % unit)}" if number % unit else ""
    return f"{english_words(number // unit)} {name}{rest}"
