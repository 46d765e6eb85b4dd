# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of the daily log: counts by hour, stock, what must be explained, the chain of hashes, signatures."""

from __future__ import annotations

from desk_app.documents.sheet import ACCENT, INK2, INK3, LINE, LINE_STRONG, Box, Sheet, Style
from desk_app.documents.words import Words
from desk_app.domain.papers import DailyLogContent

_LEFT, _WIDTH = 36.0, 769.89
_COLUMN, _GUTTER = 240.0, 25.0
_LINE = 12.0
_TAIL = 96.0
_MOST_NAMED = 12
"""So many receipts of a kind are named beside the signatures, and how many there are: each is marked in its row."""
_CODE_SIDE, _CODE_ROOM = 66.0, 26.0
"""The QR code of the checkpoint, and what it needs below the rows of the chain, in points: 22 mm can be read."""

Modules = tuple[tuple[bool, ...], ...]
_PROXY_TINT = "#B9B0EC"

_HEAD = Style(9.0, 13.0, bold=True)
_BODY = Style(8.0, 12.0)
_STRONG = Style(8.0, 12.0, bold=True)
_SMALL = Style(6.6, 10.0, colour=INK3)


class LogSummary:
    """Three columns, the chain and the signature lines."""

    def __init__(self, sheet: Sheet, content: DailyLogContent, words: Words, code: Modules = ()) -> None:
        self._sheet = sheet
        self._content = content
        self._words = words
        self._code = code

    @property
    def height(self) -> float:
        """The height of everything in points."""
        return self._columns_height() + _TAIL + self._code_room

    @property
    def _code_room(self) -> float:
        return _CODE_ROOM if self._code else 0.0

    def draw(self, y: float) -> None:
        """Draw everything from an upper edge on."""
        self._hours(_LEFT, y)
        self._stock(_LEFT + _COLUMN + _GUTTER, y)
        self._checks(_LEFT + 2 * (_COLUMN + _GUTTER), y)
        y += self._columns_height()
        self._chain(y)
        self._signatures(y + 46 + self._code_room)

    def _columns_height(self) -> float:
        hours = len(self._content.hours) + 1
        checks = sum(len(self._check_lines(names)) + 1 for _, names in self._check_parts())
        return 22 + max(hours, 7, checks) * _LINE + 6

    def _head(self, x: float, y: float, key: str) -> float:
        text = self._words.both(key)
        end = self._sheet.text(x, y + 10, text.zh, _HEAD)
        self._sheet.text(end + 5, y + 10, text.en, _SMALL)
        self._sheet.rule(x, y + 16, _COLUMN, LINE_STRONG)
        return y + 18

    def _hours(self, x: float, y: float) -> None:
        """Draw the count of each hour as a number and a bar, in person and by proxy."""
        y = self._head(x, y, "log.subtotals")
        most = max((hour.in_person + hour.by_proxy for hour in self._content.hours), default=0) or 1
        for hour in self._content.hours:
            count = hour.in_person + hour.by_proxy
            self._sheet.text(x, y + 9, f"{hour.hour:02d}:00", _BODY)
            self._sheet.right(x + 62, y + 9, str(count), _STRONG if count else _BODY.tinted(INK3))
            own, proxy = (100 * part / most for part in (hour.in_person, hour.by_proxy))
            self._bar(x + 72, y + 3, own, ACCENT)
            self._bar(x + 72 + own, y + 3, proxy, _PROXY_TINT)
            split = f"{self._words.zh('paper.mode.BY_PROXY')} {hour.by_proxy}" if hour.by_proxy else ""
            self._sheet.right(x + _COLUMN, y + 9, split, _SMALL)
            y += _LINE
        self._sheet.rule(x, y, _COLUMN, LINE)
        self._sheet.text(x, y + 10, self._words.label("log.sum"), _STRONG)
        total = (
            f"{self._content.in_person} + {self._content.by_proxy} = {self._content.in_person + self._content.by_proxy}"
        )
        self._sheet.right(x + _COLUMN, y + 10, total, _STRONG)

    def _bar(self, x: float, y: float, width: float, colour: str) -> None:
        if width > 0:
            self._sheet.box(Box(x, y, width, 6), fill=colour, radius=0)

    def _stock(self, x: float, y: float) -> None:
        """Draw the sum of the stock: opening − handed over + other moves = closing, and a line to count by hand."""
        content = self._content
        y = self._head(x, y, "log.stock")
        handed = sum(len(row.serials) for row in content.rows if not row.voided)
        others = content.closing_stock - content.opening_stock + handed
        rows = [
            ("log.opening", f"{content.opening_stock}"),
            ("log.handed", f"−{handed}" if handed else "0"),
            ("log.other_moves", f"{others:+d}".replace("-", "−") if others else "0"),
            ("log.closing", f"{content.closing_stock}"),
        ]
        for label, value in rows:
            last = label == "log.closing"
            if last:
                self._sheet.rule(x, y, _COLUMN, LINE)
            self._sheet.text(x, y + 9, self._words.label(label), _STRONG if last else _BODY)
            self._sheet.right(x + _COLUMN, y + 9, value, _STRONG if last else _BODY)
            y += _LINE
        self._sheet.text(x, y + 15, self._words.label("log.counted"), _BODY)
        self._sheet.rule(x + _COLUMN - 70, y + 17, 70, LINE_STRONG)

    def _check_parts(self) -> list[tuple[str, tuple[str, ...] | None]]:
        """Give what must be explained with its label; ``None`` where the label says that there is nothing."""
        content, words = self._content, self._words
        by_phone = words.both("log.by_phone", count=len(content.by_phone))
        return [
            (words.label("log.gaps"), content.sequence_gaps),
            (words.label("log.unsealed"), content.unsealed),
            (words.label("log.unprinted"), content.unprinted),
            (f"{by_phone.zh} {by_phone.en}", content.by_phone or None),
        ]

    def _check_lines(self, names: tuple[str, ...] | None) -> tuple[str, ...]:
        if names is None:
            return ()
        text = ", ".join(names[:_MOST_NAMED]) if names else self._words.label("log.none")
        if len(names) > _MOST_NAMED:
            # A printer that was broken all day must not push the signatures off the sheet.
            text = self._words.zh("paper.log.and_more", names=text, count=len(names))
        return self._sheet.lines(text, _COLUMN, _BODY)

    def _checks(self, x: float, y: float) -> None:
        y = self._head(x, y, "log.checks")
        for label, names in self._check_parts():
            self._sheet.text(x, y + 9, label, _SMALL)
            y += _LINE
            for line in self._check_lines(names):
                self._sheet.text(x, y + 8, line, _STRONG if names else _BODY.tinted(INK3))
                y += _LINE

    def _chain(self, y: float) -> None:
        content, words = self._content, self._words
        self._sheet.rule(_LEFT, y, _WIDTH, LINE)
        rows = [
            (words.label("log.ledger"), content.ledger_sha256),
            (words.label("log.previous"), content.previous_ledger_sha256),
            (words.label("log.rules"), f"{content.edition}（{content.policy_digest[:4]}）"),
        ]
        for index, (label, value) in enumerate(rows):
            self._sheet.text(_LEFT, y + 12 + index * 10, label, _SMALL)
            self._sheet.text(_LEFT + 130, y + 12 + index * 10, value or words.label("log.none"), _SMALL.tinted(INK2))
        self._checkpoint(y + 12 + len(rows) * 10)

    def _checkpoint(self, y: float) -> None:
        """Draw the end of the audit log as a code to type and, at the right, as a signed QR code."""
        checkpoint = self._content.checkpoint
        if checkpoint is None or not self._code:
            return
        self._sheet.text(_LEFT, y + 4, self._words.label("log.checkpoint"), _SMALL)
        self._sheet.text(_LEFT + 130, y + 4, checkpoint.code, _STRONG)
        self._sheet.text(_LEFT + 130, y + 15, self._words.label("log.checkpoint_use"), _SMALL)
        self._sheet.modules(Box(_LEFT + _WIDTH - _CODE_SIDE, y - 37, _CODE_SIDE, _CODE_SIDE), self._code)

    def _signatures(self, y: float) -> None:
        for x, label in ((_LEFT, "log.clerk"), (_LEFT + _WIDTH / 2 + 12, "log.supervisor")):
            width = _WIDTH / 2 - 12
            self._sheet.rule(x, y + 34, width, LINE_STRONG)
            self._sheet.text(x, y + 44, self._words.label(label), _SMALL)
