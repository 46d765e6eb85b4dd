# SPDX-License-Identifier: GPL-3.0-or-later
"""A paper on the screen exactly as it will be printed."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desk_app.ui.context import UiContext
from desk_app.ui.widgets import FocusRing, KeyButton, Label

_SIZE = (880, 640)


class PaperPreview(QDialog):
    """Shows the pages of a PDF one below the other, as wide as the window."""

    def __init__(self, context: UiContext, title: str, pdf: bytes, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(*_SIZE)
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument(self)
        self.document.load(self._buffer)
        self._view = QPdfView(self)
        self._view.setDocument(self.document)
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._view.setAccessibleName(title)
        self._build_column(context, title)
        self._ring = FocusRing(self)

    def _build_column(self, context: UiContext, title: str) -> None:
        close = KeyButton("plain", "Esc", text=context.t("shell.keys.close"))
        close.clicked.connect(self.accept)
        head = QHBoxLayout()
        head.addWidget(Label(title, "lead"))
        head.addStretch(1)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self._view, 1)
