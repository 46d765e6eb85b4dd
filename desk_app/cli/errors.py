# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts expected errors into words on standard error, and into exit codes."""

from __future__ import annotations

from desk_app.cli.session import say
from desk_app.domain.errors import DeskError, ImportRefusedError, PolicyError
from desk_app.domain.findings import Finding
from desk_app.i18n import Catalogue, finding_text

ANSWER_IS_NO, CANNOT_BE_DONE = 1, 2
_SHOWN = 50
"""More wrong places than this help nobody; the rest is counted."""

_WHOLE_FILE = frozenset({
    "unreadable", "empty", "no_folder", "no_file", "too_large", "encoding", "encoding_big5", "xlsx_broken", "csv_broken",
})  # fmt: skip


def exit_code(error: DeskError) -> int:
    """Give 1 for an import that was read and refused, 2 for everything that could not be done."""
    if isinstance(error, ImportRefusedError):
        codes = {finding.code for finding in _findings(error)}
        return CANNOT_BE_DONE if codes & _WHOLE_FILE else ANSWER_IS_NO
    return CANNOT_BE_DONE


def say_error(error: DeskError, texts: Catalogue) -> None:
    """Say an error with all its places."""
    if isinstance(error, ImportRefusedError):
        _say_import(error, texts)
    elif isinstance(error, PolicyError):
        from desk_app.bootstrap.checks import policy_faults

        for line in policy_faults(error, texts):
            say(line, err=True)
    else:
        say(error_text(error, texts), err=True)


def error_text(error: DeskError, texts: Catalogue) -> str:
    """Give the words of an error; ``detail`` may be missing where a cause gave none."""
    return texts(f"error.{error.code}", **{"detail": "", **error.data})


def _say_import(error: ImportRefusedError, texts: Catalogue) -> None:
    file = str(error.data.get("file", ""))
    findings = _findings(error)
    say(error_text(error, texts), err=True)
    for finding in findings[:_SHOWN]:
        say(finding_text(file, finding, texts), err=True)
    if len(findings) > _SHOWN:
        say(texts("import.more", count=len(findings) - _SHOWN), err=True)
    say(texts("import.nothing"), err=True)


def _findings(error: ImportRefusedError) -> tuple[Finding, ...]:
    problems = error.data.get("problems", ())
    return problems if isinstance(problems, tuple) else ()
