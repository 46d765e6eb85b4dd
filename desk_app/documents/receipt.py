# SPDX-License-Identifier: GPL-3.0-or-later
"""The receipt (P1, P6) on one page of A5: what was handed over, to whom, when, signed; see documents.md for the list.

The upper part flows down, the lower part stands on the foot, the signature takes what is left between them. A
content that is too long is set smaller, until it fits: the collector signs one sheet.
"""

from __future__ import annotations

import itertools

from desk_app.documents.receipt_foot import ReceiptFoot
from desk_app.documents.receipt_style import (
    BODY,
    CAPTION,
    HEAD,
    MARGIN,
    MARK,
    NAME,
    NAME_LONG,
    NUMBER,
    PAGE,
    SECOND,
    STRONG,
    TITLE,
    WIDTH,
    Frame,
)
from desk_app.documents.sheet import ACCENT, INK2, LINE_STRONG, Box, Sheet
from desk_app.documents.strokes import smooth
from desk_app.documents.words import Words, chinese_words, day_stamp, english_words, instant_stamp
from desk_app.domain.masking import mask_phone_number
from desk_app.domain.papers import Bilingual, ReceiptConfirmation, ReceiptContent, ReceiptDecision, ReceiptProxy

SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.74, 0.68, 0.6, 0.5, 0.4)
_QR_SIDE = 84.0
_SIGNATURE_LEAST = 84.0
_SIGNATURE_MOST = 136.0
_LABEL_WIDTH = 104.0


def draw_receipt(sheet: Sheet, content: ReceiptContent, words: Words, code: tuple[tuple[bool, ...], ...]) -> None:
    """Draw a receipt; ``code`` holds the modules of its QR code."""
    dry = Sheet(sheet.faces, PAGE[1], words.missing_glyph)
    scale = next((scale for scale in SCALES if ReceiptLayout(dry, content, words, scale).room() >= 0), SCALES[-1])
    ReceiptLayout(sheet, content, words, scale).draw(code)


class ReceiptLayout(Frame):
    """One receipt at one scale."""

    def room(self) -> float:
        """Give how many points are left beyond the least height of the signature; negative when it does not fit."""
        return self._foot_top() - self._upper() - _SIGNATURE_LEAST * self.scale

    def draw(self, code: tuple[tuple[bool, ...], ...]) -> None:
        """Draw everything."""
        if self.content.demo:
            self.sheet.watermark(self.words.zh("paper.demo"), PAGE[0] / 2, PAGE[1] * 0.55, 64)
        top, foot = self._upper(), self._foot_top()
        self._signature(top, min(foot - top - 8 * self.scale, _SIGNATURE_MOST * self.scale), code)
        ReceiptFoot(self.sheet, self.content, self.words, self.scale).draw(foot)

    def _foot_top(self) -> float:
        dry = Sheet(self.sheet.faces, PAGE[1], self.words.missing_glyph)
        return PAGE[1] - MARGIN + 4 - ReceiptFoot(dry, self.content, self.words, self.scale).draw(0)

    def _upper(self) -> float:
        """Draw all above the signature; give its lower edge."""
        y = self._head(MARGIN)
        y = self._person(y + self.of(10))
        y = self._documents(y + self.of(9))
        y = self._facts(y + self.of(9))
        return self._statement(y + self.of(8)) + self.of(6)

    def _head(self, y: float) -> float:
        content, right = self.content, MARGIN + WIDTH
        self.sheet.text(MARGIN, y + self.of(8), content.institution.zh, self.at(HEAD))
        self.sheet.text(MARGIN, y + self.of(18), content.institution.en, self.at(SECOND))
        self.sheet.right(right, y + self.of(7), self.words.label("receipt.number"), self.at(CAPTION))
        self.sheet.right(right, y + self.of(21), content.receipt_no, self.at(NUMBER))
        title = self.words.both("receipt.title_proxy" if content.proxy else "receipt.title")
        end = self.sheet.text(MARGIN, y + self.of(46), title.zh, self.at(TITLE))
        self.sheet.text(end + self.of(8), y + self.of(46), title.en, self.at(STRONG).tinted(INK2))
        if content.demo:
            self._chip(right, y + self.of(46), self.words.zh("paper.demo"))
        self.sheet.rule(MARGIN, y + self.of(56), WIDTH, ACCENT, 1.2)
        return y + self.of(57)

    def _chip(self, right: float, y: float, text: str) -> None:
        style = self.at(STRONG).tinted(ACCENT)
        width = self.sheet.width(text, style) + self.of(12)
        self.sheet.box(Box(right - width, y - self.of(11), width, self.of(15)), stroke=ACCENT, fill="#FFFFFF", radius=3)
        self.sheet.text(right - width + self.of(6), y, text, style)

    def _person(self, y: float) -> float:
        content = self.content
        style = self.at(NAME)
        if self.sheet.width(content.name, style) > WIDTH:
            style = self.at(NAME_LONG)
        y = self.sheet.paragraph(Box(MARGIN, y, WIDTH, 0), content.name, style)
        if content.name_romanised:
            y = self.sheet.paragraph(Box(MARGIN, y, WIDTH, 0), content.name_romanised, self.at(BODY).tinted(INK2))
        degree = self.words.both(f"level.{content.level.value}") if content.level else None
        columns = [
            (0.0, 0.27, "receipt.student_no", Bilingual(content.student_no, "")),
            (0.27, 0.55, "receipt.unit", content.unit),
            (0.82, 0.18, "receipt.degree", degree),
        ]
        return max(
            self._column(MARGIN + WIDTH * left, y + self.of(5), WIDTH * share - 8, (label, value))
            for left, share, label, value in columns
            if value is not None
        )

    def _column(self, x: float, y: float, width: float, cell: tuple[str, Bilingual]) -> float:
        label, value = cell
        y = self.sheet.paragraph(Box(x, y, width, 0), self.words.label(label), self.at(CAPTION))
        y = self.sheet.paragraph(Box(x, y, width, 0), value.zh, self.at(STRONG))
        return self.sheet.paragraph(Box(x, y, width, 0), value.en, self.at(SECOND)) if value.en else y

    def _documents(self, y: float) -> float:
        right = MARGIN + WIDTH
        self.sheet.text(MARGIN, y + self.of(6), self.words.label("receipt.documents"), self.at(CAPTION))
        self.sheet.right(right, y + self.of(6), self.words.label("receipt.serial"), self.at(CAPTION))
        y += self.of(10)
        for document in self.content.documents:
            self.sheet.rule(MARGIN, y, WIDTH)
            line = y + self.of(12)
            end = self.sheet.text(MARGIN, line, document.name_zh, self.at(STRONG))
            self.sheet.text(end + self.of(6), line, document.name_en, self.at(SECOND))
            self.sheet.right(right, line, document.serial, self.at(STRONG))
            y += self.of(17)
        self.sheet.rule(MARGIN, y, WIDTH)
        return y

    def _facts(self, y: float) -> float:
        for label, value in self._fact_rows():
            self.sheet.text(MARGIN, y + self.of(8), self.words.label(label), self.at(CAPTION))
            left = MARGIN + self.of(_LABEL_WIDTH)
            y = self.sheet.paragraph(Box(left, y, MARGIN + WIDTH - left, 0), value, self.at(BODY))
        return y

    def _fact_rows(self) -> list[tuple[str, str]]:
        content, words = self.content, self.words
        if content.proxy:
            rows = self._proxy_rows(content.proxy)
        else:
            rows = [("receipt.collector", words.label("receipt.in_person"))]
        place = words.zh(
            "paper.receipt.counter_value",
            office=content.office.zh,
            desk=content.desk,
            clerk=content.clerk,
            name=content.clerk_name_masked,
        )
        rules = words.zh(
            "paper.receipt.rules_value", edition=content.policy.edition, digest=content.policy.short_digest
        )
        rows += [("receipt.time", instant_stamp(content.issued_at)), ("receipt.counter", place)]
        rows.append(("receipt.rules", rules))
        if content.evidence:
            rows.append(("receipt.evidence", words.evidence(content.evidence)))
        if content.confirmed_by:
            rows.append(("receipt.verified", content.confirmed_by))
        rows += [("receipt.by_phone", line) for line in self._by_phone()]
        return rows + [("receipt.lifted", self._decision(one)) for one in content.lifted]

    def _decision(self, one: ReceiptDecision) -> str:
        """Say which reason was lifted, in both languages, then once why and by whom."""
        key = "lifted_by_two" if one.second else "lifted_value"
        reason = f"{one.reason.zh} {one.reason.en}"
        return self.words.zh(f"paper.receipt.{key}", reason=reason, why=one.why, by=one.by, second=one.second)

    def _by_phone(self) -> list[str]:
        """Say on which calls the hand-over rests: a line for each, whatever number of items was asked about.

        Collector and office get the same sealed sheet, so it says what may leave the house. Who was spoken to is masked
        and the number is shown in part: it may be somebody's own. Both stand in the ledger. A proxy reads the office
        only, as at the counter.
        """
        said: list[str] = []
        for _call, words in itertools.groupby(
            self.content.by_phone, lambda one: (one.by, one.person, one.number, one.at)
        ):
            call = tuple(words)
            told = tuple(dict.fromkeys(one.office if self.content.proxy else one.item for one in call))
            said.append(self._call(call[0], told))
        return said

    def _call(self, word: ReceiptConfirmation, told: tuple[Bilingual, ...]) -> str:
        zh = self.words.zh("by_phone.join").join(one.zh for one in told)
        en = self.words.en("by_phone.join").join(one.en for one in told)
        return self.words.zh(
            "paper.receipt.by_phone_value",
            about=f"{zh} {en}",
            person=word.person,
            number=mask_phone_number(word.number),
            time=f"{word.at:%H:%M}",
            by=word.by,
        )

    def _proxy_rows(self, proxy: ReceiptProxy) -> list[tuple[str, str]]:
        words = self.words
        letter = day_stamp(proxy.letter_date) if proxy.letter_date else words.label("receipt.letter_none")
        return [
            ("receipt.collector", words.zh("paper.receipt.proxy", name=proxy.name)),
            ("receipt.relation", words.label(f"relation.{proxy.relation.value}")),
            ("receipt.id", f"{words.label(f'id_kind.{proxy.id_kind.value}')} {proxy.id_masked}"),
            ("receipt.letter", letter),
        ]

    def _statement(self, y: float) -> float:
        content = self.content
        version = self.words.both("receipt.version", version=content.signed_text_version)
        box = Box(MARGIN, y, WIDTH, 0)
        y = self.sheet.paragraph(box, f"{self.words.label('receipt.signed')} {version.zh}", self.at(CAPTION))
        y = self.sheet.paragraph(Box(MARGIN, y, WIDTH, 0), content.signed_text.zh, self.at(BODY))
        return self.sheet.paragraph(Box(MARGIN, y, WIDTH, 0), content.signed_text.en, self.at(SECOND))

    def _signature(self, y: float, height: float, code: tuple[tuple[bool, ...], ...]) -> None:
        side = min(self.of(_QR_SIDE), height - self.of(20))
        width = WIDTH - side - self.of(20)
        self.sheet.box(Box(MARGIN, y, width, height), stroke=LINE_STRONG, radius=6)
        mark = self.words.both("receipt.by_proxy_mark").zh if self.content.proxy else ""
        mark_width = self.sheet.width(mark, self.at(MARK))
        base = y + height - self.of(20)
        inner = width - self.of(24) - mark_width
        self.sheet.rule(MARGIN + self.of(12), base, inner, LINE_STRONG)
        self.sheet.text(MARGIN + self.of(12) + inner, base, mark, self.at(MARK))
        caption = self.words.label("receipt.signature")
        self.sheet.text(MARGIN + self.of(12), y + height - self.of(8), caption, self.at(CAPTION))
        corner = (MARGIN + self.of(16), y + self.of(8))
        strokes = smooth(self.content.signature, corner, (inner - self.of(8), base - y - self.of(10)))
        self.sheet.ink(strokes, 1.15 * self.scale, "#16204A")
        self._code(MARGIN + WIDTH - side, y, side, code)

    def _code(self, x: float, y: float, side: float, code: tuple[tuple[bool, ...], ...]) -> None:
        number = int(self.content.receipt_no.rpartition("-")[2] or 0)
        self.sheet.modules(Box(x, y, side, side), code)
        zh = self.words.zh("paper.receipt.number_words", words=chinese_words(number))
        en = self.words.en("paper.receipt.number_words", words=english_words(number))
        middle = x + side / 2
        self.sheet.centre(middle, y + side + self.of(9), zh, self.at(CAPTION).tinted(INK2))
        self.sheet.centre(middle, y + side + self.of(17), en, self.at(CAPTION).tinted(INK2))
