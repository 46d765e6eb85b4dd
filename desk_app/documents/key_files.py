# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the sealing keys, and a look at them that costs nothing: no cryptography is loaded."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from desk_app.domain.errors import DocumentError

ROOT_CERTIFICATE, ROOT_KEY = "root.pem", "root.key"
LEAF_CERTIFICATE, LEAF_KEY = "seal.pem", "seal.key"
MARK_PUBLIC_KEY, MARK_KEY = "mark.pem", "mark.key"

PRIVATE_KEYS = (LEAF_KEY, MARK_KEY)
"""What a desk needs secret to seal; the root's key belongs off the machine."""

_NEEDED = (ROOT_CERTIFICATE, LEAF_CERTIFICATE, *PRIVATE_KEYS)


def require_key_files(folder: Path, unwrapped: Container[str] = ()) -> None:
    """Raise :class:`DocumentError` when a file that sealing needs is missing, unreadable, or cut off.

    The files named in ``unwrapped`` are not looked for: what they held is had otherwise.
    Whether keys and certificates fit each other is told by :func:`~desk_app.documents.keys.load_keys`.
    """
    for name in (name for name in _NEEDED if name not in unwrapped):
        path = folder / name
        try:
            text = path.read_bytes().strip()
        except OSError as error:
            raise DocumentError("keys_unreadable", path=str(path)) from error
        if not (text.startswith(b"-----BEGIN ") and text.endswith(b"-----")):
            raise DocumentError("keys_unreadable", path=str(path))
