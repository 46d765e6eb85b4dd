# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints through the system's CUPS by its own commands, so that the sealed PDF is handed over untouched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence

from desk_app.domain.errors import PrintError

_TIMEOUT_S = 20
_JOB = re.compile(r"request id is (\S+)")
# The C locale: the answers are read by this program, not by a person.
_ENVIRONMENT = {"LC_ALL": "C", "LANG": "C"}


class CupsPrinter:
    """One destination of CUPS."""

    def __init__(self, name: str, timeout_s: float = _TIMEOUT_S) -> None:
        self._name = name
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """The destination's name."""
        return self._name

    @property
    def delivers(self) -> bool:
        """False: what the system took may still not come out of the machine."""
        return False

    def send(self, title: str, pdf: bytes) -> str:
        """Hand the paper over; give the number of the job.

        Raises :class:`PrintError` when there is no CUPS, no such destination (a wrong name must never print
        elsewhere), when CUPS refuses or when it does not answer.
        """
        lpstat, lp = _command("lpstat"), _command("lp")
        # An own question first: a name that begins with a hyphen or is empty would be an option or the default.
        if not re.fullmatch(r"[^\s/#,-][^\s/#,]*", self._name):
            raise PrintError("print_unknown_printer", printer=self._name)
        if self._run([lpstat, "-p", self._name]).returncode != 0:
            raise PrintError("print_unknown_printer", printer=self._name)
        answer = self._run([lp, "-d", self._name, "-t", title.replace("\n", " ")[:120], "-"], pdf)
        if answer.returncode != 0:
            text = answer.stderr.decode(errors="replace").strip()
            raise PrintError("print_refused", printer=self._name, answer=text or str(answer.returncode))
        job = _JOB.search(answer.stdout.decode(errors="replace"))
        return job[1] if job else self._name

    def _run(self, command: Sequence[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - a fixed command, the name is checked and no shell is involved
                command,
                input=data,
                capture_output=True,
                timeout=self._timeout_s,
                check=False,
                env=_environment(),
            )
        except subprocess.TimeoutExpired as error:
            raise PrintError("print_no_answer", seconds=int(self._timeout_s)) from error
        except OSError as error:
            raise PrintError("print_no_system") from error


def _command(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise PrintError("print_no_system")
    return path


def _environment() -> dict[str, str]:
    return {**os.environ, **_ENVIRONMENT}
