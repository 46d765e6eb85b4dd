# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that went on being written after they were read: somebody's copying had only paused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

_Look: TypeAlias = tuple[int, int]
_REMEMBERED = 50


class Growth:
    """Remembers the files that were moved last as they were read, for as long as the program runs.

    The system lets a file be moved while it is being written, and it goes on growing where it lies then.
    """

    def __init__(self) -> None:
        self._moved: dict[Path, tuple[Path, _Look]] = {}

    def moved(self, file: Path, target: Path, read: os.stat_result) -> None:
        """Remember that a file was moved, and how it was when it was read."""
        self._moved.pop(target, None)
        self._moved[target] = file, _look(read)
        for oldest in tuple(self._moved)[:-_REMEMBERED]:
            self._moved.pop(oldest, None)

    def bring_back(self) -> None:
        """Put each file that has changed since back to where it was delivered: it is read again when it rests.

        One in whose place a newer one was delivered stays. A look into the folder and a pull may both be at it.
        """
        for target, (file, read) in tuple(self._moved.items()):
            if _is_settled(target, file, read):
                self._moved.pop(target, None)


def _is_settled(target: Path, file: Path, read: _Look) -> bool:
    """Put a file back if it has changed; true when there is nothing more to be seen to, false while its folder is away."""
    try:
        if _look(target.lstat()) == read:
            return False
        if not file.exists():
            target.replace(file)
    except FileNotFoundError:
        return target.parent.is_dir()
    except OSError:
        return False
    return True


def _look(facts: os.stat_result) -> _Look:
    return facts.st_size, facts.st_mtime_ns
