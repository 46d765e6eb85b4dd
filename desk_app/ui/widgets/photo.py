# SPDX-License-Identifier: GPL-3.0-or-later
"""The graduate's photo, or the place where it would be."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk_app.ui.theme import current_look
from desk_app.ui.widgets.painting import draw_box, draw_icon, open_painter


class Photo(QWidget):
    """A photo (PNG or JPEG bytes) that fills its frame; ``None`` shows an icon. The size is set from outside."""

    def __init__(self, image: bytes | None = None) -> None:
        super().__init__()
        self._image = QImage()
        self.set_image(image)

    def set_image(self, image: bytes | None) -> None:
        """Show another photo; bytes that are no picture show the icon."""
        self._image = QImage.fromData(image) if image else QImage()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        rect, radius = QRectF(self.rect()), look.size("radius_control")
        draw_box(painter, rect, radius, look.color("hover"))
        if self._image.isNull():
            size = look.size("icon_banner")
            draw_icon(
                painter,
                "user",
                look.color("ink3"),
                QPointF((rect.width() - size) / 2, (rect.height() - size) / 2),
                size,
            )
        else:
            clip = QPainterPath()
            clip.addRoundedRect(rect, radius, radius)
            painter.setClipPath(clip)
            painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(rect, self._image, self._crop())
        painter.end()

    def _crop(self) -> QRectF:
        """Give the middle part of the picture that has the frame's proportions."""
        whole = self._image.size()
        part = self.size().scaled(whole, Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (whole.width() - part.width()) / 2, (whole.height() - part.height()) / 2, part.width(), part.height()
        )
