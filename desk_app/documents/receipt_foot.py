# SPDX-License-Identifier: GPL-3.0-or-later
"""The lower part of the receipt: digital certificate, notices, seal and hashes, personal data, contact."""

from __future__ import annotations

from desk_app.documents.receipt_style import BODY, CAPTION, HEAD, MARGIN, SECOND, STRONG, WIDTH, Frame
from desk_app.documents.sheet import ACCENT, INK, INK3, TINT, Box
from desk_app.documents.words import day_stamp
from desk_app.domain.papers import Bilingual

_STAMP = 34.0


class ReceiptFoot(Frame):
    """Draws from an upper edge on; on a dry sheet it tells how high it is."""

    def draw(self, y: float) -> float:
        """Draw everything; give the lower edge."""
        y = self._digital(y)
        y = self._notices(y)
        y = self._seal(y + self.of(4))
        y = self._privacy(y + self.of(4))
        return self._contact(y + self.of(2))

    def _digital(self, y: float) -> float:
        content = self.content
        if content.digital_due is None:
            return y
        due = content.digital_due
        phone = content.digital_phone or content.phone
        text = self.words.zh("paper.receipt.digital_text", due=day_stamp(due), phone=phone)
        second = self.words.en("paper.receipt.digital_text", due=due.isoformat(), phone=phone)
        left, width = MARGIN + self.of(10), WIDTH - self.of(20)
        lines = (
            len(self.sheet.lines(text, width, self.at(SECOND))),
            len(self.sheet.lines(second, width, self.at(CAPTION))),
        )
        height = self.of(12 + 9 * lines[0] + 8 * lines[1] + 9)
        self.sheet.box(Box(MARGIN, y, WIDTH, height), fill=TINT, radius=4)
        title = self.words.both("receipt.digital")
        end = self.sheet.text(left, y + self.of(12), title.zh, self.at(BODY.tinted(ACCENT)))
        self.sheet.text(end + self.of(5), y + self.of(12), title.en, self.at(CAPTION))
        lower = self.sheet.paragraph(Box(left, y + self.of(16), width, 0), text, self.at(SECOND.tinted(INK)))
        self.sheet.paragraph(Box(left, lower, width, 0), second, self.at(CAPTION))
        return y + height + self.of(5)

    def _notices(self, y: float) -> float:
        for notice in self.content.notices:
            y = self._pair(Box(MARGIN, y, WIDTH, 0), notice)
        return y + (self.of(2) if self.content.notices else 0)

    def _pair(self, box: Box, text: Bilingual) -> float:
        """Set both languages in one paragraph when they fit into a line, else below each other."""
        zh, en = self.at(SECOND.tinted(INK)), self.at(CAPTION)
        dot, indent = "·", self.of(7)
        self.sheet.text(box.x, box.y + self.of(6.8), dot, zh)
        width = box.width - indent
        if self.sheet.width(text.zh, zh) + self.sheet.width(text.en, en) + self.of(6) <= width:
            end = self.sheet.text(box.x + indent, box.y + self.of(6.8), text.zh, zh)
            self.sheet.text(end + self.of(6), box.y + self.of(6.8), text.en, en)
            return box.y + zh.leading
        y = self.sheet.paragraph(Box(box.x + indent, box.y, width, 0), text.zh, zh)
        return self.sheet.paragraph(Box(box.x + indent, y, width, 0), text.en, en)

    def _seal(self, y: float) -> float:
        self.sheet.rule(MARGIN, y, WIDTH)
        y += self.of(6)
        side = self.of(_STAMP)
        self._stamp(MARGIN, y + self.of(1), side)
        left = MARGIN + side + self.of(10)
        width = WIDTH - side - self.of(10)
        text = self.words.both("receipt.seal_text")
        end = self.sheet.text(left, y + self.of(7), self.words.zh("paper.receipt.seal"), self.at(STRONG).scaled(0.86))
        self.sheet.text(end + self.of(5), y + self.of(7), self.words.en("paper.receipt.seal"), self.at(CAPTION))
        lower = self.sheet.paragraph(Box(left, y + self.of(10), width, 0), text.zh, self.at(CAPTION.tinted(INK)))
        lower = self.sheet.paragraph(Box(left, lower, width, 0), text.en, self.at(CAPTION))
        for label, digest in (
            ("receipt.content_hash", self.content.sha256()),
            ("receipt.stroke_hash", self.content.signature.sha256()),
        ):
            line = f"{self.words.zh(f'paper.{label}')} {digest}"
            style = self.at(CAPTION).scaled(min(1.0, width / self.sheet.width(line, self.at(CAPTION))))
            self.sheet.text(left, lower + self.of(6), line, style)
            lower += self.of(7.6)
        return max(lower, y + side + self.of(2))

    def _stamp(self, x: float, y: float, side: float) -> None:
        """Draw the visible seal: a square stamp, as offices here use them."""
        self.sheet.box(Box(x, y, side, side), stroke=ACCENT, radius=self.of(5))
        inset = self.of(2)
        self.sheet.box(
            Box(x + inset, y + inset, side - 2 * inset, side - 2 * inset), stroke=ACCENT, radius=self.of(3.5)
        )
        style = self.at(HEAD).scaled(1.22).tinted(ACCENT)
        first, second = self.words.zh("paper.receipt.stamp_1"), self.words.zh("paper.receipt.stamp_2")
        self.sheet.centre(x + side / 2, y + side * 0.46, first, style)
        self.sheet.centre(x + side / 2, y + side * 0.80, second, style)

    def _privacy(self, y: float) -> float:
        self.sheet.rule(MARGIN, y, WIDTH)
        text = Bilingual(
            self.words.zh("paper.receipt.privacy_text", institution=self.content.institution.zh),
            self.words.en("paper.receipt.privacy_text", institution=self.content.institution.en),
        )
        style = self.at(CAPTION).scaled(0.95)
        y = self.sheet.paragraph(Box(MARGIN, y + self.of(4), WIDTH, 0), text.zh, style)
        return self.sheet.paragraph(Box(MARGIN, y, WIDTH, 0), text.en, style)

    def _contact(self, y: float) -> float:
        content = self.content
        phone = content.phone or self.words.label("slip.no_phone")
        first = f"{self.words.label('receipt.contact')}  {content.office.zh} {content.office.en}  {phone}"
        second = f"{content.place.zh}  {content.place.en}"
        y = self.sheet.paragraph(Box(MARGIN, y, WIDTH, 0), first, self.at(CAPTION.tinted(INK)))
        return self.sheet.paragraph(Box(MARGIN, y, WIDTH, 0), second, self.at(CAPTION.tinted(INK3)))
