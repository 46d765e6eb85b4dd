# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of a QR code for a base45 text."""

from __future__ import annotations

from reportlab.graphics.barcode.qrencoder import QRAlphaNum, QRCode, QRErrorCorrectLevel

_MASK = 2
# Every mask is legal; choosing the best of eight costs more than the rest of the receipt.


def qr_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Give the rows of dark modules (true) at error correction level M, in the smallest version that fits."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QRAlphaNum(text))
    code.version = code.calculate_version()
    code.makeImpl(test=False, maskPattern=_MASK)
    count = code.getModuleCount()
    return tuple(tuple(bool(code.isDark(row, column)) for column in range(count)) for row in range(count))
