# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desk is asked before it opens: each part by itself, so that one fault does not hide another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desk_app.domain.errors import DeskError

FREE_BYTES_WANTED = 500_000_000
"""With less free space a day's receipts and backups may not fit."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One part of the desk: ``detail`` for people who know the machine, ``error`` when it cannot work."""

    part: str
    detail: str = ""
    error: DeskError | None = None

    @property
    def sound(self) -> bool:
        """True when this part can work."""
        return self.error is None


def examine(checks: Mapping[str, Callable[[], str]]) -> tuple[CheckResult, ...]:
    """Run all checks; each gives a detail or raises the error that says what is wrong."""
    return tuple(_examined(part, check) for part, check in checks.items())


def _examined(part: str, check: Callable[[], str]) -> CheckResult:
    try:
        return CheckResult(part, check())
    except DeskError as error:
        return CheckResult(part, error=error)


def require_space(free: int) -> str:
    """Give the free bytes as text; raise ``disk_low`` when they are too few."""
    if free < FREE_BYTES_WANTED:
        raise DeskError("disk_low", free=free // 1_000_000, wanted=FREE_BYTES_WANTED // 1_000_000)
    return f"{free // 1_000_000} MB"
