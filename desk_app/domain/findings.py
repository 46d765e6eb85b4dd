# SPDX-License-Identifier: GPL-3.0-or-later
"""One place of delivered data that is wrong or was put right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of a file or a row: ``code`` names the text ``import.finding.<code>``; ``line`` 0 is the whole file.

    ``value`` is what stands there (never a person number), ``allowed`` what may stand there.
    """

    code: str
    line: int = 0
    column: str = ""
    value: str = ""
    allowed: str = ""
