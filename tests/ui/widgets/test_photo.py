# SPDX-License-Identifier: GPL-3.0-or-later
"""A photo fills its frame, and what is none shows the place."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter

from desk_app.ui.theme import Look
from desk_app.ui.widgets import Photo
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.painted import pixel


def test_a_photo_fills_its_frame_and_bytes_that_are_none_show_the_place(shown: Show, look: Look) -> None:
    image = QImage(40, 60, QImage.Format.Format_RGB32)
    image.fill(QColor(look.color("accent")))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    photo = Photo(bytes(buffer.data().data()))
    photo.setFixedSize(144, 192)
    shown(photo)
    assert pixel(photo, 72, 10) == look.color("accent").name()
    photo.set_image(b"no picture")
    assert pixel(photo, 10, 96) == look.color("hover").name()
