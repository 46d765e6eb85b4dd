# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a folder of photos named by student number, and tells a whole picture from a torn one."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

from desk_app.domain.student_number import normalise_number
from desk_app.services.import_files import Parsed, PhotoRow, Placed
from desk_app.sources.cells import Notebook
from desk_app.sources.table import refused

LARGEST_BYTES = 2_000_000
"""A portrait for the counter is far smaller; a larger file is a mistake."""

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_START, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"


def read_photos(folder: Path) -> Parsed[PhotoRow]:
    """Read all pictures of a folder in the order of their names; their place in that order stands for the line."""
    if not folder.is_dir():
        raise refused(folder, "no_folder")
    notebook = Notebook()
    digest = hashlib.sha256()
    rows: list[Placed[PhotoRow]] = []
    for line, path in enumerate(_pictures(folder), start=1):
        image = _image(path)
        digest.update(image)
        if len(image) > LARGEST_BYTES:
            notebook.refuse("photo_too_large", line, path.name, str(path.stat().st_size), str(LARGEST_BYTES))
        elif not is_whole_picture(image):
            notebook.refuse("photo_unreadable", line, path.name)
        rows.append(Placed(line, PhotoRow(normalise_number(path.stem), image)))
    if not rows:
        raise refused(folder, "empty")
    return Parsed(folder.name, digest.hexdigest(), tuple(rows), tuple(notebook.problems))


def _pictures(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    except OSError as error:
        raise refused(folder, "unreadable", error.strerror or "") from error


def _image(path: Path) -> bytes:
    """Give the bytes of a picture, one more than allowed at most; none when it cannot be read as a file."""
    if not path.is_file():
        return b""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError:
        return b""


def is_whole_picture(image: bytes) -> bool:
    """Tell whether bytes are a PNG or JPEG from beginning to end; the checksums of a PNG are compared."""
    if image.startswith(_PNG):
        return _is_whole_png(image)
    return image.startswith(_JPEG_START) and image.rstrip(b"\x00").endswith(_JPEG_END)


def _is_whole_png(image: bytes) -> bool:
    place = len(_PNG)
    while place + 12 <= len(image):
        length = int.from_bytes(image[place : place + 4])
        body = image[place + 4 : place + 8 + length]
        checksum = int.from_bytes(image[place + 8 + length : place + 12 + length])
        if len(body) != length + 4 or zlib.crc32(body) != checksum:
            return False
        if body[:4] == b"IEND":
            return True
        place += 12 + length
    return False
