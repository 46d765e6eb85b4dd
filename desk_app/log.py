# SPDX-License-Identifier: GPL-3.0-or-later
"""The program's own log: rotating files in which no person's number stands."""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

from typing_extensions import override

from desk_app.domain.errors import DeskError

LOG_FILE = "desk.log"
_BYTES, _FILES = 1_000_000, 5
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Also as an input method for Chinese writes them, in full width.
_LETTER, _DIGIT = "A-Za-zＡ-Ｚａ-ｚ", "0-9０-９"
_NUMBERS = re.compile(
    rf"(?:[{_LETTER}][1289A-Da-d１２８９Ａ-Ｄａ-ｄ][{_DIGIT}]{{8}}|[{_DIGIT}]{{8}}[{_LETTER}])(?![{_DIGIT}])"
)


class WithoutPersons(logging.Formatter):
    """Writes a record, its trace included, with the end of every person and student number masked."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Give the line of a record."""
        return _NUMBERS.sub(lambda found: found[0][:4] + "*" * 5, super().format(record))


def start_log(folder: Path) -> logging.Handler:
    """Begin to write the log into a folder that only this account may read; give the handler, to end it with.

    Raises :class:`DeskError` when there can be no such folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DeskError("save_failed", path=str(folder)) from error
    handler = RotatingFileHandler(folder / LOG_FILE, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(WithoutPersons(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    if root.level > logging.INFO or root.level == logging.NOTSET:
        root.setLevel(logging.INFO)
    return handler


def stop_log(handler: logging.Handler) -> None:
    """End what :func:`start_log` began."""
    logging.getLogger().removeHandler(handler)
    handler.close()
