# SPDX-License-Identifier: GPL-3.0-or-later
"""A printer that writes into a folder: for the demo and for a desk without a printer."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

from desk_app.domain.errors import PrintError

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 60
"""Characters of a title; 60 Chinese ones are 180 bytes, file systems allow 255."""


class FolderPrinter:
    """Writes each paper as a PDF file under a name of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._folder.name

    @property
    def delivers(self) -> bool:
        """True: a file that was written is there."""
        return True

    def send(self, title: str, pdf: bytes) -> str:
        """Write the paper; give the path of its file. Raises :class:`PrintError` when that cannot be done."""
        try:
            # Names and signatures stand on the papers: a folder made here is for this account only.
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return str(self._written(safe_name(title), pdf))
        except OSError as error:
            raise PrintError("print_folder", folder=str(self._folder)) from error

    def _written(self, stem: str, pdf: bytes) -> Path:
        for number in itertools.count(1):
            path = self._folder / (f"{stem}.pdf" if number == 1 else f"{stem}-{number}.pdf")
            try:
                # Only a new file: two desks may write into one shared folder. A path of its own takes no opener.
                with open(path, "xb", opener=_for_its_account) as file:
                    file.write(pdf)
                    file.flush()
                    os.fsync(file.fileno())
            except FileExistsError:
                continue
            except OSError:
                # Half a paper must not look like a whole one.
                path.unlink(missing_ok=True)
                raise
            return path
        raise AssertionError("numbers do not end")


def _for_its_account(path: str, flags: int) -> int:
    """Open a new file that no other account may read, also in a folder that others may enter."""
    return os.open(path, flags, 0o600)


def safe_name(title: str) -> str:
    """Turn a title into a file name without separators, leading dots and marks that a file system may refuse."""
    return _UNSAFE.sub("_", title).strip("._")[:_LONGEST] or "paper"
