# SPDX-License-Identifier: GPL-3.0-or-later
"""The signature field: paper in both themes, for pen, touch and mouse."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desk_app.domain.signature import PenDevice, Signature
from desk_app.ui.theme import Look, current_look
from desk_app.ui.widgets.painting import draw_box, draw_text, open_painter, text_width
from desk_app.ui.widgets.signature_ink import MAX_PRESSURE, PLAIN_PRESSURE, Ink, smooth_segments

BASE_LINE_PX = 36
"""The base line's height above the lower edge."""

_MARGIN_PX = 24
_MARK_GAP_PX = 8
_LINE_OPACITY = 0.5
_THINNEST_PX = 1.2
_PRESSURE_PX = 2.0
_SENTENCE_GAP_PX = 5

_HAND_DEVICES = (QPointingDevice.DeviceType.Mouse, QPointingDevice.DeviceType.TouchPad)


@dataclass(frozen=True, slots=True)
class PadTexts:
    """The field's words: its name for screen readers, the sentence that is signed, and the proxy's mark."""

    name: str
    sentence: str
    proxy_mark: str


def sentence_fits(sentence: str, width: int) -> bool:
    """Tell whether a field of a width in px shows a sentence whole, on its one line."""
    return text_width("caption", sentence) <= width - 2 * _MARGIN_PX


class SignaturePad(QWidget):
    """Collects a signature as integer samples in pixels of the field.

    ``changed`` follows every sample and every clearing (a second screen mirrors the field by it); ``stroke_finished``
    says that the device was lifted.
    """

    changed = Signal()
    stroke_finished = Signal()

    def __init__(self, texts: PadTexts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = Ink()
        self._field = QSize()
        self._touch_id: int | None = None
        self._proxy = False
        self._texts = texts
        self._build_behaviour()
        self.set_texts(texts)

    def _build_behaviour(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setProperty("ringRadius", current_look().size("radius_control"))

    def set_texts(self, texts: PadTexts) -> None:
        """Change the words, as when the language changes."""
        self._texts = texts
        self.setAccessibleName(texts.name)
        self.setAccessibleDescription(texts.sentence)
        self.update()

    def set_proxy(self, proxy: bool) -> None:  # noqa: FBT001 - the one property that this setter sets
        """Show or hide the proxy's mark right of the base line."""
        self._proxy = proxy
        self.update()

    def clear(self) -> None:
        """Take all ink off."""
        self._ink.clear()
        self._touch_id = None
        self._tell_change()

    def signature(self) -> Signature:
        """Give what was drawn, also when that is nothing; :func:`require_signature` tells whether it will do."""
        field = self._field if self._ink.strokes else self.size()
        device = self._ink.device or PenDevice.MOUSE
        return Signature(self._ink.strokes, device, field.width(), field.height(), self.logicalDpiX())

    def play(self, signature: Signature) -> None:
        """Show a signature drawn elsewhere, fitted to this field: it counts as drawn here."""
        self._ink.put(signature.strokes, signature.device)
        self._field = QSize(signature.width, signature.height)
        self._tell_change()
        if self._ink.strokes:
            self.stroke_finished.emit()

    @override
    def sizeHint(self) -> QSize:
        look = current_look()
        return QSize(look.size("col_work") - 2 * look.size("s2"), look.size("sign_pad"))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, current_look().size("sign_pad"))

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent) and self.isEnabled():
            self._on_touch(event)
            event.accept()
            return True
        return super().event(event)

    @override
    def tabletEvent(self, event: QTabletEvent) -> None:
        pressure = round(event.pressure() * MAX_PRESSURE)
        match event.type():
            case QEvent.Type.TabletPress:
                self._begin(PenDevice.PEN, event.position(), pressure, event.timestamp())
            case QEvent.Type.TabletMove:
                self._extend(PenDevice.PEN, event.position(), pressure, event.timestamp())
            case _:
                self._finish(PenDevice.PEN)
        event.accept()  # an accepted pen event is not sent again as a mouse event

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and event.deviceType() in _HAND_DEVICES:
            self._begin(PenDevice.MOUSE, event.position(), PLAIN_PRESSURE, event.timestamp())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._extend(PenDevice.MOUSE, event.position(), PLAIN_PRESSURE, event.timestamp())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._finish(PenDevice.MOUSE)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        if self._ink.live is not None:
            self._finish(self._ink.live)
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        rect = QRectF(self.rect())
        draw_box(painter, rect, look.size("radius_control"), look.color("paper"), look.color("line_strong"))
        self._paint_form(painter, look)
        self._paint_ink(painter, look.color("pen"))
        painter.end()

    def _on_touch(self, event: QTouchEvent) -> None:
        """Follow the first finger; others, and fingers beside a live pen, are not heard."""
        if event.type() == QEvent.Type.TouchCancel:
            self._drop_touch()
            return
        for point in event.points():
            pressure = round(point.pressure() * MAX_PRESSURE) or self._ink.pressure  # a lifted finger presses no more
            if event.type() == QEvent.Type.TouchBegin and self._touch_id is None:
                if self._begin(PenDevice.TOUCH, point.position(), pressure, event.timestamp()):
                    self._touch_id = point.id()
            elif point.id() == self._touch_id:
                self._extend(PenDevice.TOUCH, point.position(), pressure, event.timestamp())
                if point.state() == point.State.Released:
                    self._touch_id = None
                    self._finish(PenDevice.TOUCH)

    def _drop_touch(self) -> None:
        self._touch_id = None
        if self._ink.live is PenDevice.TOUCH:
            self._ink.abandon()
            self._tell_change()

    def _begin(self, device: PenDevice, at: QPointF, pressure: int, stamp: int) -> bool:
        if not self._ink.strokes:
            self._field = self.size()
        begun = self._ink.begin(device, self._to_field(at), pressure, stamp)
        if begun:
            self._tell_change()
        return begun

    def _extend(self, device: PenDevice, at: QPointF, pressure: int, stamp: int) -> None:
        if self._ink.extend(device, self._to_field(at), pressure, stamp):
            self._tell_change()

    def _finish(self, device: PenDevice) -> None:
        if self._ink.finish(device):
            self.update()
            self.stroke_finished.emit()

    def _tell_change(self) -> None:
        self.update()
        self.changed.emit()

    def _fit(self) -> QTransform:
        """Give the way from the field in which the signature began to the field as it is now, base line on base line."""
        if self._field == self.size() or self._field.isEmpty():
            return QTransform()
        scale = min(self.width() / self._field.width(), self.height() / self._field.height())
        way = QTransform.fromTranslate(
            (self.width() - self._field.width() * scale) / 2, self.height() - BASE_LINE_PX
        ).scale(scale, scale)
        return way.translate(0, BASE_LINE_PX - self._field.height())

    def _to_field(self, at: QPointF) -> QPointF:
        """Give a place in the signature's own field; a pen that slips over the edge stays on it."""
        inverse, _ = self._fit().inverted()
        inside = inverse.map(at)
        x = max(0.0, min(inside.x(), self._field.width() - 1.0))
        y = max(0.0, min(inside.y(), self._field.height() - 1.0))
        return QPointF(x, y)

    def _paint_form(self, painter: QPainter, look: Look) -> None:
        """Paint base line, signed sentence and, for a proxy, the mark."""
        base, right = self.height() - BASE_LINE_PX, self.width() - _MARGIN_PX
        if self._proxy:
            right = self._paint_mark(painter, look, right, base)
        line = QColor(look.color("paper_ink3"))
        line.setAlphaF(_LINE_OPACITY)
        painter.fillRect(QRectF(_MARGIN_PX, base, right - _MARGIN_PX, 1), line)
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("paper_ink3"))
        height = look.theme.type("caption").line
        box = QRectF(_MARGIN_PX, base + _SENTENCE_GAP_PX, self.width() - 2 * _MARGIN_PX, height)
        draw_text(painter, box, self._texts.sentence)

    def _paint_mark(self, painter: QPainter, look: Look, right: int, base: int) -> int:
        """Paint the proxy's mark at the right end and give where the line ends before it."""
        font = look.font("lead")
        width = QFontMetricsF(font).horizontalAdvance(self._texts.proxy_mark)
        painter.setFont(font)
        painter.setPen(look.color("paper_ink2"))
        painter.drawText(QPointF(right - width, base), self._texts.proxy_mark)
        return round(right - width - _MARK_GAP_PX)

    def _paint_ink(self, painter: QPainter, color: QColor) -> None:
        painter.setTransform(self._fit(), combine=True)
        pen = QPen(color)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in self._ink.strokes:
            for path, pressure in smooth_segments(stroke):
                pen.setWidthF(_THINNEST_PX + _PRESSURE_PX * pressure / MAX_PRESSURE)
                painter.setPen(pen)
                painter.drawPath(path)
