# SPDX-License-Identifier: GPL-3.0-or-later
"""The banner: one decision in colour, outline and words of both languages, readable from two metres."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractAnimation, QEvent, QPointF, QRectF, QVariantAnimation
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desk_app.ui.theme import Look, current_look
from desk_app.ui.widgets.painting import LEFT, RIGHT, draw_box, draw_icon, draw_text, open_painter

_EDGE = 28
_TEXT_GAP = 24
_SECOND_GAP = 12
_STOP_INSET = 5
_STOP_FRAME = 3
_CLEAR_OF_FRAME = 4
"""Between the last line's box and the edge of the frame of STOP: its descenders must not touch it."""


@dataclass(frozen=True, slots=True)
class _Face:
    """What the banner shows: a verdict's code, or "" after a release."""

    code: str
    words: str
    second: str
    reason: str
    right_top: str = ""
    right_bottom: str = ""


class VerdictBanner(QWidget):
    """Shows a verdict in its full colour, or what was handed over on a tint; changes by a cross-fade."""

    def __init__(self) -> None:
        super().__init__()
        self._face: _Face | None = None
        self._before: _Face | None = None
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.setDuration(current_look().theme.duration("banner"))
        self._fade.valueChanged.connect(lambda _value: self.update())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._set_height()

    def _set_height(self) -> None:
        self.setFixedHeight(current_look().size("banner"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._set_height()
        super().changeEvent(event)

    def show_verdict(
        self, code: str, words: str, second: str, reason: str, right_top: str = "", right_bottom: str = ""
    ) -> None:
        """Show a verdict: its words in both languages, the strongest reason, time and edition at the right."""
        self._change(_Face(code, words, second, reason, right_top, right_bottom))

    def show_released(self, words: str, second: str, detail: str, caption: str, receipt_no: str) -> None:
        """Show what was handed over: no verdict any more, so a tint; the receipt's number at the right."""
        self._change(_Face("", words, second, detail, caption, receipt_no))

    def set_person(self, person: str) -> None:
        """Name the person whom the decision is about, for those who hear the screen."""
        face = self._face
        spoken = [face.words, face.second, face.reason] if face else []
        self.setAccessibleName(", ".join(part for part in (*spoken, person) if part))

    @property
    def words(self) -> str:
        """The words shown."""
        return self._face.words if self._face else ""

    @property
    def reason(self) -> str:
        """The reason shown."""
        return self._face.reason if self._face else ""

    def _change(self, face: _Face) -> None:
        if face == self._face:
            return
        self._before, self._face = self._face, face
        self.set_person("")
        self._fade.stop()
        if self._before is not None and self.isVisible():
            self._fade.start()
        self.update()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Forget a visitor who has gone: the next one's verdict stands at once, and never fades out of another's."""
        if self.isHidden():  # taken away itself, not together with its page
            self._fade.stop()
            self._face = self._before = None
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._face is None:
            return
        painter = open_painter(self)
        fading = self._fade.state() is QAbstractAnimation.State.Running
        if fading and self._before is not None:
            self._paint_face(painter, self._before)
            painter.setOpacity(float(self._fade.currentValue()))
        self._paint_face(painter, self._face)
        painter.end()

    def _paint_face(self, painter: QPainter, face: _Face) -> None:
        look = current_look()
        rect = QRectF(self.rect())
        if face.code:
            name, icon = look.theme.verdict(face.code)
            family = look.theme.family(name)
            draw_box(painter, rect, look.size("radius_banner"), family.fill)
            mark = ink = family.on_fill
            if self._framed(look, face):
                inset = rect.adjusted(_STOP_INSET, _STOP_INSET, -_STOP_INSET, -_STOP_INSET)
                draw_box(painter, inset, look.size("radius_control"), None, family.on_fill, _STOP_FRAME)
        else:
            family, icon = look.theme.family("release"), "receipt"
            draw_box(painter, rect, look.size("radius_banner"), family.tint, family.edge)
            mark, ink = family.ink, look.color("ink")
        size = look.size("icon_banner")
        draw_icon(painter, icon, mark, QPointF(_EDGE, (self.height() - size) / 2), size)
        right = self._paint_right(painter, look, face, ink)
        self._paint_words(painter, look, face, ink, right)

    @staticmethod
    def _framed(look: Look, face: _Face) -> bool:
        """Tell whether a face has the frame that STOP alone has."""
        return bool(face.code) and look.theme.verdict(face.code)[0] == "stop"

    def _paint_right(self, painter: QPainter, look: Look, face: _Face, ink: QColor) -> float:
        """Paint the lines at the right and give the width that they take."""
        top_type, bottom_type = ("body", "caption") if face.code else ("caption", "title")
        lines = [(face.right_top, top_type), (face.right_bottom, bottom_type)]
        y = (self.height() - sum(look.theme.type(name).line for _text, name in lines)) / 2
        taken = 0.0
        painter.setPen(ink)
        for text, name in lines:
            painter.setFont(look.font(name))
            height = look.theme.type(name).line
            painter.drawText(QRectF(0, y, self.width() - _EDGE, height), RIGHT, text)
            taken = max(taken, painter.fontMetrics().horizontalAdvance(text))
            y += height
        return taken + _EDGE + _TEXT_GAP

    def _paint_words(self, painter: QPainter, look: Look, face: _Face, ink: QColor, right: float) -> None:
        left = _EDGE + look.size("icon_banner") + _TEXT_GAP
        room = self.width() - left - right
        display, lead = look.theme.type("display").line, look.theme.type("lead").line
        top = (self.height() - display - lead) / 2
        if self._framed(look, face):
            top = min(top, self.height() - _STOP_INSET - _STOP_FRAME - _CLEAR_OF_FRAME - display - lead)
        painter.setPen(ink)
        painter.setFont(look.font("display"))
        metrics = painter.fontMetrics()
        baseline = top + (display - metrics.height()) / 2 + metrics.ascent()
        width = metrics.horizontalAdvance(face.words)
        draw_text(painter, QRectF(left, top, room, display), face.words, LEFT)
        painter.setFont(look.font("lead", bold=False))
        if width + _SECOND_GAP + painter.fontMetrics().horizontalAdvance(face.second) <= room:
            painter.drawText(QPointF(left + width + _SECOND_GAP, baseline), face.second)
        painter.setFont(look.font("lead"))
        draw_text(painter, QRectF(left, top + display, room, lead), face.reason, LEFT)
