# SPDX-License-Identifier: GPL-3.0-or-later
"""The signature field: what the hand did arrives as integers, whatever it holds."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent, QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import SignatureError
from desk_app.domain.signature import PenDevice, PenPoint, Signature, require_signature
from desk_app.ui.theme import current_look
from desk_app.ui.widgets.signature_ink import Ink, smooth_segments
from desk_app.ui.widgets.signature_pad import BASE_LINE_PX, PadTexts, SignaturePad
from desk_app.ui.widgets.signature_replay import sign_with_mouse, sign_with_pen

TEXTS = PadTexts("Signature field", "I have received one certificate", "(proxy)")
WIDTH, HEIGHT = 380, 184
NO_KEY = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton

points = st.builds(
    PenPoint, st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(0, 1023), st.integers(0, 5000)
)


def _line(start: int, pressure: int = 700, ms: int = 0) -> tuple[PenPoint, ...]:
    return tuple(PenPoint(start + 10 * step, 100 - step, pressure + step, ms + 8 * step) for step in range(8))


def _signature(*strokes: tuple[PenPoint, ...]) -> Signature:
    return Signature(strokes, PenDevice.PEN, WIDTH, HEIGHT, 96)


@pytest.fixture
def pad(qtbot: QtBot) -> SignaturePad:
    made = SignaturePad(TEXTS)
    qtbot.addWidget(made)
    made.resize(WIDTH, HEIGHT)
    made.show()
    return made


@pytest.fixture
def pen() -> QPointingDevice:
    capabilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    kind, pointer = QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen
    return QPointingDevice("test pen", 7, kind, pointer, capabilities, 1, 1)


@pytest.fixture(scope="session")
def screen(qapp: QApplication) -> QPointingDevice:
    return QTest.createTouchDevice()


def _pen(pad: SignaturePad, pen: QPointingDevice, kind: QEvent.Type, x: float, y: float, stamp: int) -> None:
    at = QPointF(x, y)
    event = QTabletEvent(kind, pen, at, at, 0.5, 0, 0, 0, 0, 0, NO_KEY, LEFT, LEFT)
    event.setTimestamp(stamp)
    QCoreApplication.sendEvent(pad, event)


def _mouse(pad: SignaturePad, kind: QEvent.Type, x: float, y: float, device: QPointingDevice | None = None) -> None:
    at = QPointF(x, y)
    event = QMouseEvent(kind, at, at, LEFT, LEFT, NO_KEY, device or QPointingDevice.primaryPointingDevice())
    QCoreApplication.sendEvent(pad, event)


def _finger(pad: SignaturePad, screen: QPointingDevice, act: str, x: int, y: int, finger: int = 1) -> None:
    sequence = QTest.touchEvent(pad, screen, autoCommit=False)
    getattr(sequence, act)(finger, QPoint(x, y), pad)
    sequence.commit()


def _cancel_touch(pad: SignaturePad, screen: QPointingDevice) -> None:
    QCoreApplication.sendEvent(pad, QTouchEvent(QEvent.Type.TouchCancel, screen))


def test_a_pen_keeps_places_pressures_and_times(pad: SignaturePad) -> None:
    drawn = _signature(_line(40), _line(150, ms=300))
    sign_with_pen(pad, drawn)
    assert pad.signature() == drawn
    assert require_signature(pad.signature()) == drawn


def test_a_mouse_has_no_pressure(pad: SignaturePad) -> None:
    sign_with_mouse(pad, [_line(40)])
    signature = pad.signature()
    assert signature.device is PenDevice.MOUSE
    assert [(point.x, point.y, point.ms) for point in signature.strokes[0]] == [(p.x, p.y, p.ms) for p in _line(40)]
    assert {point.pressure for point in signature.strokes[0]} == {512}


def test_a_finger_draws_too(pad: SignaturePad, screen: QPointingDevice) -> None:
    _finger(pad, screen, "press", 10, 20)
    _finger(pad, screen, "move", 60, 50)
    _finger(pad, screen, "release", 90, 40)
    signature = pad.signature()
    assert signature.device is PenDevice.TOUCH
    assert [[(point.x, point.y) for point in stroke] for stroke in signature.strokes] == [
        [(10, 20), (60, 50), (90, 40)]
    ]


def test_a_second_finger_is_not_heard(pad: SignaturePad, screen: QPointingDevice) -> None:
    _finger(pad, screen, "press", 10, 20)
    for act, x in (("press", 200), ("move", 300), ("release", 300)):
        both = QTest.touchEvent(pad, screen, autoCommit=False)
        both.move(1, QPoint(x // 10 + 10, 20), pad)
        getattr(both, act)(2, QPoint(x, 100), pad)
        both.commit()
    _finger(pad, screen, "release", 50, 20)
    assert [[point.x for point in stroke] for stroke in pad.signature().strokes] == [[10, 30, 40, 50]]


def test_a_touch_that_was_a_palm_leaves_nothing(pad: SignaturePad, screen: QPointingDevice) -> None:
    _finger(pad, screen, "press", 10, 20)
    _cancel_touch(pad, screen)
    assert pad.signature().strokes == ()
    sign_with_mouse(pad, [_line(40)])
    assert pad.signature().device is PenDevice.MOUSE
    _finger(pad, screen, "release", 10, 20)


def test_while_the_pen_draws_mouse_and_hand_are_not_heard(
    pad: SignaturePad, pen: QPointingDevice, screen: QPointingDevice
) -> None:
    _pen(pad, pen, QEvent.Type.TabletPress, 10, 10, 5000)
    _mouse(pad, QEvent.Type.MouseButtonPress, 200, 100)
    _mouse(pad, QEvent.Type.MouseMove, 210, 110)
    _finger(pad, screen, "press", 300, 100)
    _finger(pad, screen, "move", 310, 100)
    _cancel_touch(pad, screen)
    _finger(pad, screen, "release", 310, 100)
    _mouse(pad, QEvent.Type.MouseButtonRelease, 210, 110)
    _pen(pad, pen, QEvent.Type.TabletMove, 50, 30, 5016)
    _pen(pad, pen, QEvent.Type.TabletRelease, 50, 30, 5020)
    signature = pad.signature()
    assert signature.device is PenDevice.PEN
    assert [[(point.x, point.ms) for point in stroke] for stroke in signature.strokes] == [[(10, 0), (50, 16)]]


def test_a_hovering_pen_draws_nothing(pad: SignaturePad, pen: QPointingDevice) -> None:
    _pen(pad, pen, QEvent.Type.TabletMove, 10, 10, 0)
    _pen(pad, pen, QEvent.Type.TabletRelease, 10, 10, 5)
    assert pad.signature().strokes == ()


def test_mouse_events_made_of_touches_are_not_heard_again(pad: SignaturePad, screen: QPointingDevice) -> None:
    _mouse(pad, QEvent.Type.MouseButtonPress, 200, 100, screen)
    assert pad.signature().strokes == ()


def test_only_the_left_button_writes(pad: SignaturePad) -> None:
    QTest.mousePress(pad, Qt.MouseButton.RightButton)
    QTest.mouseRelease(pad, Qt.MouseButton.RightButton)
    assert pad.signature().strokes == ()


def test_a_field_that_is_switched_off_takes_no_ink(pad: SignaturePad, screen: QPointingDevice) -> None:
    pad.setEnabled(False)
    QTest.mouseClick(pad, Qt.MouseButton.LeftButton)
    _finger(pad, screen, "press", 10, 20)
    _finger(pad, screen, "release", 10, 20)
    assert pad.signature().strokes == ()


def test_a_pen_that_slips_over_the_edge_stays_on_it(pad: SignaturePad, pen: QPointingDevice) -> None:
    _pen(pad, pen, QEvent.Type.TabletPress, 10, 10, 0)
    _pen(pad, pen, QEvent.Type.TabletMove, -50, 999, 8)
    _pen(pad, pen, QEvent.Type.TabletRelease, -50, 999, 8)
    assert pad.signature().strokes[0][-1] == PenPoint(0, HEIGHT - 1, 512, 8)


def test_a_stroke_ends_when_the_field_is_hidden(pad: SignaturePad, pen: QPointingDevice) -> None:
    _pen(pad, pen, QEvent.Type.TabletPress, 10, 10, 0)
    pad.hide()
    pad.show()
    sign_with_mouse(pad, [_line(40)])
    assert len(pad.signature().strokes) == 2


def test_an_empty_field_and_a_dot_are_no_signature(pad: SignaturePad) -> None:
    with pytest.raises(SignatureError, match="signature_empty"):
        require_signature(pad.signature())
    QTest.mouseClick(pad, Qt.MouseButton.LeftButton)
    with pytest.raises(SignatureError, match="signature_dot"):
        require_signature(pad.signature())


def test_cleared_ink_is_gone_and_the_next_device_counts(pad: SignaturePad, qtbot: QtBot) -> None:
    sign_with_pen(pad, _signature(_line(40)))
    with qtbot.waitSignal(pad.changed):
        pad.clear()
    assert pad.signature().strokes == ()
    sign_with_mouse(pad, [_line(40)])
    assert pad.signature().device is PenDevice.MOUSE


def test_every_sample_is_told_and_every_stroke(pad: SignaturePad) -> None:
    changes, strokes = [], []
    pad.changed.connect(lambda: changes.append(1))
    pad.stroke_finished.connect(lambda: strokes.append(1))
    sign_with_pen(pad, _signature(_line(40), _line(150, ms=300)))
    assert (len(changes), len(strokes)) == (16, 2)


def test_a_played_signature_is_the_fields_own(pad: SignaturePad, qtbot: QtBot) -> None:
    drawn = _signature(_line(40), _line(150))
    with qtbot.waitSignals([pad.changed, pad.stroke_finished]):
        pad.play(drawn)
    assert pad.signature() == drawn


def test_an_empty_signature_played_clears_the_field(pad: SignaturePad, qtbot: QtBot) -> None:
    pad.play(_signature(_line(40)))
    with qtbot.assertNotEmitted(pad.stroke_finished):
        pad.play(_signature())
    assert pad.signature().strokes == ()


def test_a_field_that_grows_keeps_the_signature_and_its_coordinates(pad: SignaturePad, pen: QPointingDevice) -> None:
    sign_with_pen(pad, _signature(_line(40)))
    pad.resize(WIDTH * 2, HEIGHT * 2)
    base = HEIGHT * 2 - BASE_LINE_PX
    _pen(pad, pen, QEvent.Type.TabletPress, 200, base, 500)
    _pen(pad, pen, QEvent.Type.TabletRelease, 200, base, 500)
    signature = pad.signature()
    assert (signature.width, signature.height) == (WIDTH, HEIGHT)
    assert signature.strokes[0] == _line(40)
    assert (signature.strokes[1][0].x, signature.strokes[1][0].y) == (100, HEIGHT - BASE_LINE_PX)


def _inked(image: QImage) -> bool:
    pen = current_look().color("pen").rgb()
    return any(image.pixel(x, y) == pen for x, y in itertools.product(range(image.width()), range(image.height())))


def test_ink_is_seen_on_the_paper_and_gone_when_cleared(pad: SignaturePad) -> None:
    pad.play(_signature(_line(40, 1000)))
    assert _inked(pad.grab().toImage())
    pad.clear()
    assert not _inked(pad.grab().toImage())


def test_the_proxys_mark_stands_right_of_a_shorter_line(pad: SignaturePad) -> None:
    place = (WIDTH - 30, HEIGHT - BASE_LINE_PX)
    paper = current_look().color("paper").rgb()
    assert pad.grab().toImage().pixel(*place) != paper
    pad.set_proxy(True)
    mark = pad.grab().toImage()
    assert mark != SignaturePad(TEXTS).grab().toImage()
    assert any(mark.pixel(x, HEIGHT - BASE_LINE_PX - 6) != paper for x in range(WIDTH - 90, WIDTH - 24))
    pad.set_proxy(False)
    assert pad.grab().toImage().pixel(*place) != paper


def test_a_screen_reader_hears_what_is_signed(pad: SignaturePad) -> None:
    assert (pad.accessibleName(), pad.accessibleDescription()) == (TEXTS.name, TEXTS.sentence)
    pad.set_texts(PadTexts("簽名欄", "本人簽收學位證書一份", "（代）"))
    assert pad.accessibleDescription() == "本人簽收學位證書一份"
    assert pad.focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_the_field_has_the_size_of_the_look(pad: SignaturePad) -> None:
    assert (pad.sizeHint().width(), pad.sizeHint().height()) == (384, 184)
    assert pad.minimumSizeHint().height() == 184


@given(st.lists(points, min_size=1, max_size=30))
def test_a_smoothed_stroke_is_one_line_from_first_to_last_sample(stroke: list[PenPoint]) -> None:
    segments = [path for path, _ in smooth_segments(stroke)]
    first, last = segments[0].elementAt(0), segments[-1].currentPosition()
    assert (first.x, first.y) == (stroke[0].x, stroke[0].y)
    assert abs(last.x() - stroke[-1].x) < 0.2  # a dot is a very short line
    assert last.y() == stroke[-1].y
    for one, next_one in itertools.pairwise(segments):
        joint = next_one.elementAt(0)
        assert one.currentPosition() == QPointF(joint.x, joint.y)


@given(st.lists(st.lists(points, min_size=1, max_size=6), max_size=5))
def test_time_never_runs_backwards_and_pressure_keeps_its_bounds(strokes: list[list[PenPoint]]) -> None:
    ink = Ink()
    for stroke in strokes:
        ink.begin(PenDevice.PEN, QPointF(stroke[0].x, stroke[0].y), stroke[0].pressure * 2 - 500, stroke[0].ms)
        for point in stroke[1:]:
            ink.extend(PenDevice.PEN, QPointF(point.x, point.y), point.pressure * 2 - 500, point.ms)
        ink.finish(PenDevice.PEN)
    samples = [point for stroke in ink.strokes for point in stroke]
    assert [point.ms for point in samples] == sorted(point.ms for point in samples)
    assert all(0 <= point.pressure <= 1023 for point in samples)
    assert len(ink.strokes) == len(strokes)


def test_an_abandoned_touch_leaves_the_strokes_before_it() -> None:
    ink = Ink()
    ink.begin(PenDevice.PEN, QPointF(1, 1), 500, 0)
    ink.finish(PenDevice.PEN)
    ink.begin(PenDevice.TOUCH, QPointF(9, 9), 500, 10)
    ink.abandon()
    assert [[point.x for point in stroke] for stroke in ink.strokes] == [[1]]
    assert ink.device is PenDevice.PEN


def test_another_device_does_not_end_a_stroke() -> None:
    ink = Ink()
    ink.begin(PenDevice.PEN, QPointF(1, 1), 500, 0)
    assert not ink.finish(PenDevice.TOUCH)
    assert not ink.begin(PenDevice.TOUCH, QPointF(5, 5), 500, 1)
    assert ink.live is PenDevice.PEN
