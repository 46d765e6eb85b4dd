# SPDX-License-Identifier: GPL-3.0-or-later
"""The two commands of the README: they install what is missing, say what and why, and touch nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import Machine

MAKES_ENVIRONMENT = '[ "$2" = venv ] || exit 0; mkdir -p .uv/bin && cp "${0%/*}/pip" .uv/bin/python'
"""A Python that has what it takes, and whose new environment holds the fake ``pip``."""

SCRIPTS = ("packaging/prepare.sh", "packaging/demo.sh", "packaging/test.sh", ".ci/run")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_plain_shell_can_read_the_script(project_root: Path, script: str) -> None:
    done = subprocess.run(["sh", "-n", script], cwd=project_root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_library_has_a_package_and_a_reason(machine: Machine) -> None:
    rows = [line.split(":") for line in machine.library_lines()]
    assert {len(row) for row in rows} == {3}
    assert all(re.fullmatch(r"lib[\w.-]+\.so\.\d+", library) for library, _, _ in rows)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", package) and why for _, package, why in rows)
    assert len({library for library, _, _ in rows}) == len({package for _, package, _ in rows}) == len(rows)


def test_without_root_the_one_line_is_printed_and_nothing_is_touched(machine: Machine) -> None:
    machine.install_uv()
    machine.install("sudo", "exit 0")
    machine.have_libraries(but="libEGL.so.1")
    done = machine.prepare("pdftotext:poppler-utils:reading")
    assert done.returncode == 2
    assert "  libegl1 - drawing of the windows" in done.stderr
    assert done.stderr.splitlines()[-1] == (
        "  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends libegl1 poppler-utils'"
    )
    assert machine.noted() == []


def test_without_sudo_the_one_line_uses_su(machine: Machine) -> None:
    machine.install_uv()
    machine.have_libraries(but="libGL.so.1")
    assert machine.prepare("").stderr.splitlines()[-1].startswith("  su - -c 'apt-get update && ")


def test_a_library_of_a_longer_name_does_not_count(machine: Machine) -> None:
    machine.install_uv()
    machine.have_libraries(but="libGL.so.1")
    with machine.libraries.open("a") as table:
        table.write("\tlibGL.so.10 (libc6) => /lib/libGL.so.10\n")
    assert "libgl1" in machine.prepare("").stderr


def test_root_installs_what_is_missing_and_nothing_else(machine: Machine) -> None:
    machine.install("id", "echo 0")
    machine.install_uv()
    machine.have_libraries(but="libxcb-cursor.so.0")
    done = machine.prepare("")
    update, install, *_ = machine.noted()
    assert done.returncode == 0
    assert "libxcb-cursor0 - windows under X11" in done.stderr
    assert update.startswith("apt-get update")
    assert install.startswith("apt-get install")
    assert [word for word in install.split() if word.startswith("lib")] == ["libxcb-cursor0"]


def test_a_package_source_that_does_not_answer_does_not_stop_the_others(machine: Machine) -> None:
    machine.install("id", "echo 0")
    machine.install("apt-get", f'{machine.noting("apt-get")}\n[ "$1" = install ]')
    machine.install_uv()
    machine.have_libraries(but="libEGL.so.1")
    assert machine.prepare("").returncode == 0


def test_a_failed_installation_is_said(machine: Machine) -> None:
    machine.install("id", "echo 0")
    machine.install("apt-get", "exit 100")
    machine.install_uv()
    machine.have_libraries(but="libEGL.so.1")
    done = machine.prepare("")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "apt could not install: libegl1")


def test_with_nothing_missing_it_only_looks(machine: Machine) -> None:
    machine.install_uv()
    machine.have_libraries()
    done = machine.prepare("", "--no-dev")
    assert (done.returncode, done.stderr) == (0, "")
    assert machine.noted() == ["uv sync --quiet --locked --check --no-dev"]


def test_an_environment_that_does_not_fit_is_brought_up_to_date(machine: Machine) -> None:
    machine.install_uv(environment_fits=False)
    machine.have_libraries()
    assert machine.prepare("", "--no-dev").returncode == 0
    assert machine.noted()[1:] == ["uv sync --quiet --locked --compile-bytecode --no-dev"]


def test_libraries_that_cannot_be_installed_are_said(machine: Machine) -> None:
    machine.install("uv", "exit 1")
    machine.have_libraries()
    done = machine.prepare("")
    assert (done.returncode, "could not be installed" in done.stderr) == (1, True)


def test_without_uv_its_own_is_installed_in_the_checkout(machine: Machine) -> None:
    machine.have_libraries()
    machine.install("python3", MAKES_ENVIRONMENT)
    machine.install("pip", f"{machine.noting('pip')}\ncp uv-of-the-registry .uv/bin/uv")
    machine.install("uv-of-the-registry", machine.noting("uv"))
    (machine.bin / "uv-of-the-registry").rename(machine.checkout / "uv-of-the-registry")
    done = machine.prepare("")
    assert (done.returncode, "Installing uv" in done.stderr) == (0, True)
    assert machine.noted() == [
        "pip -m pip install --quiet --disable-pip-version-check uv",
        "uv sync --quiet --locked --check",
    ]


def test_without_a_network_for_uv_it_is_said(machine: Machine) -> None:
    machine.install("python3", '[ "$2" != venv ]')
    machine.have_libraries()
    done = machine.prepare("")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "uv could not be installed. Is there a network?")


def test_a_machine_without_python_is_given_one_by_apt(machine: Machine) -> None:
    machine.have_libraries()
    done = machine.prepare("")
    assert done.returncode == 2
    assert {"python3", "python3-venv"} == set(done.stderr.splitlines()[-1].rstrip("'").split("recommends ")[1].split())


def test_an_old_python_is_refused_with_its_number(machine: Machine) -> None:
    machine.install("python3", 'case "$*" in --version) echo Python 3.9.2 ;; *version_info*) exit 1 ;; esac')
    machine.have_libraries()
    done = machine.prepare("")
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed; this machine has Python 3.9.2." in done.stderr


def test_a_system_without_apt_is_told_what_to_install(machine: Machine) -> None:
    (machine.bin / "apt-get").unlink()
    machine.install_uv()
    machine.have_libraries(but="libEGL.so.1")
    done = machine.prepare("")
    assert done.returncode == 2
    assert "  libegl1 - drawing of the windows" in done.stderr
    assert "apt-get" not in done.stderr


@pytest.mark.parametrize("system", ["Darwin", "MINGW64_NT-10.0"])
def test_macos_and_windows_are_shown_their_own_line(machine: Machine, system: str) -> None:
    machine.install("uname", f"echo {system}")
    done = machine.prepare("")
    assert (done.returncode, "uv run desk-app demo" in done.stderr) == (2, True)


@pytest.mark.parametrize("home", ["", "/proc/nowhere"])
def test_without_a_home_to_write_to_the_cache_stays_in_the_checkout(machine: Machine, home: str) -> None:
    machine.install("uv", f'echo "$UV_CACHE_DIR" >> "{machine.calls}"')
    machine.have_libraries()
    assert machine.prepare("", HOME=home).returncode == 0
    assert machine.noted() == [str(machine.checkout / ".uv/cache")]


def test_an_environment_of_another_shell_does_not_leak_in(machine: Machine) -> None:
    machine.install("uv", f'echo "${{VIRTUAL_ENV:-}}${{PYTHONPATH:-}}" >> "{machine.calls}"')
    machine.have_libraries()
    machine.prepare("", VIRTUAL_ENV="/else/where", PYTHONPATH="/else")
    assert machine.noted() == [""]


def test_the_demonstration_starts_from_any_folder_with_its_arguments(machine: Machine) -> None:
    machine.install_uv()
    machine.have_libraries()
    machine.install_environment()
    assert machine.start("demo.sh", "--output", "my folder").returncode == 0
    assert machine.noted()[1:] == ["python -m tests.portal.demo --output my folder", f"in {machine.checkout}"]


def test_the_fast_tier_runs_the_fast_tests_alone(machine: Machine) -> None:
    machine.install_uv()
    machine.install_test_programs()
    machine.have_libraries()
    machine.install_environment()
    machine.have_reader_stack()
    assert machine.start("test.sh", "fast").returncode == 0
    assert [call for call in machine.noted() if call.startswith("python")] == [
        "python -m pytest -n 2 -m not slow and not bench and not pcsc and not postgres and not secret_service --hypothesis-profile=fast --no-skips"
    ]


def test_a_check_that_fails_fails_the_whole_run(machine: Machine) -> None:
    machine.install_uv()
    machine.install_test_programs()
    machine.have_libraries()
    machine.install_environment()
    machine.have_reader_stack()
    (machine.checkout / ".venv/bin/python").write_text('#!/bin/sh\ncase "$*" in *mypy*) exit 3 ;; esac\n')
    done = machine.start("test.sh")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (3, "== -m mypy")


def test_an_unknown_tier_is_refused_before_anything_is_installed(machine: Machine) -> None:
    done = machine.start("test.sh", "quick")
    assert (done.returncode, '"quick"' in done.stderr) == (2, True)
    assert machine.noted() == []


COMPILING = ["gcc", "libc6-dev", "libpcsclite-dev", "python3-dev"]
KEYRING = ["dbus", "gnome-keyring"]


def _asked_for(machine: Machine, script: str) -> list[str]:
    """Give the packages of the one line that the script prints for root."""
    line = machine.start(script).stderr.splitlines()[-1]
    return line.rstrip("'").split("recommends ")[1].split()


def test_the_tests_ask_for_the_card_service_and_for_what_compiles_the_reader_library(machine: Machine) -> None:
    machine.install_uv()
    machine.have_libraries()
    asked = _asked_for(machine, "test.sh")
    assert asked == sorted([*COMPILING, *KEYRING, "pcscd", "poppler-utils", "strace", "vsmartcard-vpcd", "xvfb"])


def test_a_reader_library_that_is_compiled_needs_no_compiler(machine: Machine) -> None:
    machine.install_uv()
    machine.have_libraries()
    machine.have_reader_stack()
    assert _asked_for(machine, "test.sh") == [*KEYRING, "poppler-utils", "strace", "xvfb"]


def test_the_header_of_the_python_in_use_counts(machine: Machine) -> None:
    machine.install("uv", 'case "$*" in "python find") echo its-python ;; esac')
    machine.install("its-python", "echo /its/include/Python.h")
    machine.have_libraries()
    machine.files.write_text("/its/include/Python.h")
    assert "python3-dev" not in _asked_for(machine, "test.sh")


def test_the_demonstration_compiles_nothing(machine: Machine) -> None:
    machine.install_uv()
    machine.have_libraries()
    machine.install_environment()
    assert machine.start("demo.sh").returncode == 0
    assert "--no-install-package pyscard" in machine.noted()[0]


@pytest.mark.slow
def test_a_run_that_may_skip_nothing_fails_by_a_skip(tmp_path: Path, project_root: Path) -> None:
    left_out = tmp_path / "test_left_out.py"
    left_out.write_text("import pytest\n\ndef test_nothing():\n    pytest.skip('no time')\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "--rootdir", str(tmp_path), str(left_out)]
    outcomes = [
        subprocess.run([*command, *more], cwd=project_root, capture_output=True, text=True, check=False, timeout=120)
        for more in ([], ["--no-skips"])
    ]
    assert [one.returncode for one in outcomes] == [0, 1], outcomes
    assert "every test has to run" in outcomes[1].stdout
    runs = [
        line
        for line in (project_root / "packaging/test.sh").read_text(encoding="utf-8").splitlines()
        if "pytest" in line
    ]
    assert len(runs) == 2
    assert all("--no-skips" in line for line in runs)


@pytest.mark.slow
def test_the_full_run_fails_when_no_test_met_what_is_real(project_root: Path) -> None:
    real = {
        "--require-real-reader": "the real card service",
        "--require-database-server": "a PostgreSQL server",
        "--require-secret-service": "the keyring of a real session",
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", *real, "tests/test_clock.py"]
    done = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert all(f"0 tests held against {one}" in done.stdout for one in real.values())
    full = (project_root / "packaging/test.sh").read_text(encoding="utf-8")
    assert f'-m "not bench" --no-skips {" ".join(real)}' in full
