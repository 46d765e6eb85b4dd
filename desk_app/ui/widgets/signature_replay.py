# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs a field as a hand would, with real pointer events through Qt: for the demonstration without a display."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointerEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QWidget

from desk_app.domain.signature import PenPoint, Signature
from desk_app.ui.widgets.signature_ink import MAX_PRESSURE, Stroke

_NO_KEY = Qt.KeyboardModifier.NoModifier
_LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.MouseButton.NoButton

_MOUSE_TYPES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease)
_PEN_TYPES = (QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease)

_EventMaker = Callable[[QEvent.Type, PenPoint], QPointerEvent]


def sign_with_pen(pad: QWidget, signature: Signature) -> None:
    """Draw a signature with pen events: pressures and times are those of its samples."""
    pen = QPointingDevice(
        "replayed pen",
        1,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        1,
    )

    def make(kind: QEvent.Type, point: PenPoint) -> QPointerEvent:
        at = QPointF(point.x, point.y)
        button, held = _buttons(kind, _PEN_TYPES)
        pressure = point.pressure / MAX_PRESSURE
        return QTabletEvent(kind, pen, at, _on_screen(pad, at), pressure, 0, 0, 0, 0, 0, _NO_KEY, button, held)

    _send(pad, signature.strokes, _PEN_TYPES, make)


def sign_with_mouse(pad: QWidget, strokes: Sequence[Stroke]) -> None:
    """Draw strokes with mouse events; a mouse has no pressure."""

    def make(kind: QEvent.Type, point: PenPoint) -> QPointerEvent:
        at = QPointF(point.x, point.y)
        button, held = _buttons(kind, _MOUSE_TYPES)
        return QMouseEvent(kind, at, _on_screen(pad, at), button, held, _NO_KEY)

    _send(pad, strokes, _MOUSE_TYPES, make)


def _send(
    pad: QWidget,
    strokes: Sequence[Stroke],
    kinds: tuple[QEvent.Type, QEvent.Type, QEvent.Type],
    make: _EventMaker,
) -> None:
    press, move, release = kinds
    for stroke in strokes:
        steps = [(press, stroke[0]), *((move, point) for point in stroke[1:]), (release, stroke[-1])]
        for kind, point in steps:
            event = make(kind, point)
            event.setTimestamp(point.ms)
            QCoreApplication.sendEvent(pad, event)


def _buttons(kind: QEvent.Type, kinds: Sequence[QEvent.Type]) -> tuple[Qt.MouseButton, Qt.MouseButton]:
    """Give the button that changes and the buttons held, as Qt reports them for press, move and release."""
    press, move, _ = kinds
    return (_NONE if kind is move else _LEFT), (_LEFT if kind in (press, move) else _NONE)


def _on_screen(pad: QWidget, at: QPointF) -> QPointF:
    return pad.mapToGlobal(at)
