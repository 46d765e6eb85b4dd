# SPDX-License-Identifier: GPL-3.0-or-later
"""The printer of CUPS, against small stand-ins for its commands; a real CUPS is not asked here."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.domain.errors import PrintError
from desk_app.printing import CupsPrinter

LPSTAT = (
    '#!/bin/sh\n[ "$1" = -p ] && [ "$2" = desk-1 ] && exit 0\necho "lpstat: Invalid destination name" >&2\nexit 1\n'
)
LP = (
    '#!/bin/sh\necho "$@" > "$SPOOL/arguments"\n/bin/cat > "$SPOOL/paper"\necho "request id is desk-1-42 (1 file(s))"\n'
)
LP_REFUSES = '#!/bin/sh\necho "lp: desk-1 is not accepting jobs" >&2\nexit 1\n'
LP_SLEEPS = "#!/bin/sh\nexec /bin/sleep 30\n"
LP_IS_SILENT = "#!/bin/sh\n/bin/cat > /dev/null\n"


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("SPOOL", str(tmp_path))
    return folder


def install(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(script)
    path.chmod(0o755)


def test_paper_reaches_the_named_printer_untouched(commands: Path, tmp_path: Path) -> None:
    install(commands, "lpstat", LPSTAT)
    install(commands, "lp", LP)
    printer = CupsPrinter("desk-1")
    assert printer.send("Receipt M-1", b"%PDF-1\x00\xff") == "desk-1-42"
    assert (tmp_path / "paper").read_bytes() == b"%PDF-1\x00\xff"
    assert (tmp_path / "arguments").read_text().split() == ["-d", "desk-1", "-t", "Receipt", "M-1", "-"]
    assert printer.name == "desk-1"


@pytest.mark.parametrize("name", ["desk-2", "", "-d", "desk 1", "../desk-1"])
def test_wrong_name_never_prints_elsewhere(commands: Path, tmp_path: Path, name: str) -> None:
    install(commands, "lpstat", LPSTAT)
    install(commands, "lp", LP)
    with pytest.raises(PrintError) as caught:
        CupsPrinter(name).send("Receipt", b"x")
    assert caught.value.code == "print_unknown_printer"
    assert not (tmp_path / "paper").exists()


def test_no_printing_system_is_told_as_such(commands: Path) -> None:
    with pytest.raises(PrintError) as caught:
        CupsPrinter("desk-1").send("Receipt", b"x")
    assert caught.value.code == "print_no_system"


def test_refusal_carries_the_answer_of_the_system(commands: Path) -> None:
    install(commands, "lpstat", LPSTAT)
    install(commands, "lp", LP_REFUSES)
    with pytest.raises(PrintError) as caught:
        CupsPrinter("desk-1").send("Receipt", b"x")
    assert caught.value.code == "print_refused"
    assert caught.value.data["answer"] == "lp: desk-1 is not accepting jobs"


def test_silence_is_not_taken_for_success(commands: Path) -> None:
    install(commands, "lpstat", LPSTAT)
    install(commands, "lp", LP_SLEEPS)
    with pytest.raises(PrintError) as caught:
        CupsPrinter("desk-1", timeout_s=0.2).send("Receipt", b"x")
    assert caught.value.code == "print_no_answer"


def test_without_a_job_number_the_note_names_the_printer(commands: Path) -> None:
    install(commands, "lpstat", LPSTAT)
    install(commands, "lp", LP_IS_SILENT)
    assert CupsPrinter("desk-1").send("Receipt", b"x") == "desk-1"


def test_command_that_cannot_run_is_no_printing_system(commands: Path) -> None:
    install(commands, "lpstat", "#!/no/such/shell\n")
    install(commands, "lp", LP)
    with pytest.raises(PrintError) as caught:
        CupsPrinter("desk-1").send("Receipt", b"x")
    assert caught.value.code == "print_no_system"
