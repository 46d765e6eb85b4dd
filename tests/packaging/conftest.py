# SPDX-License-Identifier: GPL-3.0-or-later
"""A made-up machine: the scripts run for real, the programs they call are small fakes that write down what is asked."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

REAL_TOOLS = ("cat", "cp", "cut", "dirname", "mkdir", "sh", "sort", "tr")


class Machine:
    """A checkout with the real scripts, and a search path that holds fakes and a few real tools alone."""

    def __init__(self, folder: Path, packaging: Path) -> None:
        self.checkout = folder / "certificate desk"
        self.home = folder / "home"
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.libraries = folder / "libraries"
        self.files = folder / "files"
        for made in (self.home, self.bin):
            made.mkdir()
        shutil.copytree(packaging, self.checkout / "packaging")
        for tool in REAL_TOOLS:
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        self.install("uname", "echo Linux")
        self.install("id", "echo 1000")
        self.install("apt-get", self.noting("apt-get"))
        for empty in (self.libraries, self.files, self.calls):
            empty.touch()
        self._looks = f"""
known_libraries() {{ cat "{self.libraries}"; }}
has_file() {{ case " $(cat "{self.files}") " in *" $1 "*) ;; *) return 1 ;; esac; }}
"""

    def noting(self, name: str) -> str:
        """Give a line of shell that writes a call down."""
        return f'echo "{name} $*" >> "{self.calls}"'

    def install(self, program: str, body: str) -> None:
        """Put a fake program on the search path."""
        self._write(self.bin / program, body)

    def install_uv(self, *, environment_fits: bool = True) -> None:
        """Put a fake uv there that says whether ``.venv`` fits the lock."""
        says = "exit 0" if environment_fits else 'case "$*" in *--check*) exit 1 ;; esac'
        self.install("uv", f"{self.noting('uv')}\n{says}")

    def install_test_programs(self) -> None:
        """Put every program there that the tests need."""
        for program in ("pdftotext", "Xvfb", "initdb", "strace", "dbus-daemon", "gnome-keyring-daemon"):
            self.install(program, "exit 0")

    def install_environment(self) -> None:
        """Put a fake Python into ``.venv`` that writes down what it is to run, and where."""
        python = self.checkout / ".venv/bin/python"
        python.parent.mkdir(parents=True)
        self._write(python, f'{self.noting("python")}\necho "in $PWD" >> "{self.calls}"')

    def have_libraries(self, *, but: str = "") -> None:
        """Let the dynamic linker know every library of the list except one."""
        names = [line.split(":")[0] for line in self.library_lines()]
        self.libraries.write_text("".join(f"\t{name} (libc6) => /lib/{name}\n" for name in names if name != but))

    def have_reader_stack(self) -> None:
        """Let the machine have what tests of card readers need, and the reader library compiled."""
        self.files.write_text("/usr/sbin/pcscd /usr/lib/pcsc/drivers/serial/libifdvpcd.so")
        (self.checkout / ".venv/lib/python3.11/site-packages/smartcard/scard").mkdir(parents=True)

    def library_lines(self) -> list[str]:
        """Give the lines of the list that stands in the script."""
        text = (self.checkout / "packaging/prepare.sh").read_text(encoding="utf-8")
        return text.split('DESK_LIBRARIES="\n')[1].split('"\n')[0].splitlines()

    def prepare(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the preparation on this machine."""
        script = f"""
            set -eu
            . packaging/prepare.sh
            {self._looks}
            prepare "$@"
        """
        return self._run(["sh", "-c", script, "prepare", *arguments], self.checkout, variables)

    def start(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the two commands by its whole path, from another folder, as on a machine that has the libraries."""
        file = self.checkout / "packaging/prepare.sh"
        file.write_text(file.read_text(encoding="utf-8") + self._looks)
        return self._run(["sh", str(self.checkout / "packaging" / script), *arguments], self.home, {})

    def noted(self) -> list[str]:
        """Give the calls written down so far."""
        return self.calls.read_text(encoding="utf-8").splitlines()

    def _run(self, command: list[str], folder: Path, more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        variables = {"PATH": str(self.bin), "HOME": str(self.home), **more}
        variables = {name: value for name, value in variables.items() if value}
        return subprocess.run(
            command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=60
        )

    @staticmethod
    def _write(file: Path, body: str) -> None:
        file.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        file.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, project_root: Path) -> Machine:
    """Give a machine without root, libraries, Python or uv."""
    return Machine(tmp_path, project_root / "packaging")
