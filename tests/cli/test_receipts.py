# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app receipt print | waiting | verify``: a copy is printed, known as one, and a paper is taken over knowingly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desk_app.bootstrap.desk import build_desk
from desk_app.settings import load_settings
from tests.cli.conftest import Run

RECEIPT = "M-20250603-001"
COPY = ("receipt", "print", RECEIPT, "--copy", "--reason", "遺失")


def test_a_copy_is_printed_and_verified_as_the_copy_of_a_genuine_receipt(run: Run, home: Path) -> None:
    printed = run(*COPY, home=home)
    assert printed.exit_code == 0, printed.output
    assert "copy no. 1" in printed.stdout
    (file,) = (home / "print").glob(f"*{RECEIPT}-copy1*")
    verified = run("receipt", "verify", file, home=home)
    assert verified.exit_code == 0, verified.output
    assert "copy no. 1" in verified.stdout
    told = json.loads(run("receipt", "verify", file, "--json", home=home).stdout)
    assert (told["genuine"], told["copy"], told["receipt_no"]) == (True, 1, RECEIPT)
    assert "copy no. 2" in run(*COPY, home=home).stdout


def test_a_copy_of_a_desk_that_knows_nothing_of_it_is_refused(run: Run, home: Path, tmp_path: Path) -> None:
    assert run(*COPY, home=home).exit_code == 0
    (file,) = (home / "print").glob(f"*{RECEIPT}-copy1*")
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(file.read_bytes() + b"\n")
    refused = run("receipt", "verify", altered, home=home)
    assert refused.exit_code == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("receipt", "print", RECEIPT, "--reason", "遺失"), "--copy"),
        (("receipt", "print", RECEIPT, "--copy"), "why the receipt is printed again"),
        (("receipt", "print", "M-20250603-099", "--copy", "--reason", "遺失"), "M-20250603-099"),
    ],
)
def test_what_is_missing_is_said(run: Run, home: Path, words: tuple[str, ...], told: str) -> None:
    refused = run(*words, home=home)
    assert refused.exit_code == 2
    assert told in refused.stderr


def test_a_paper_of_another_desk_is_listed_and_taken_over(run: Run, home: Path) -> None:
    assert "No paper waits" in run("receipt", "waiting", home=home).stdout
    desk = build_desk(load_settings(home / "desk.toml", home))
    desk.print_queue.add("P2", "slip-of-desk-1", b"%PDF-1.7")
    desk.close()
    settings = home / "desk.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('desk = "1"', 'desk = "2"'), encoding="utf-8")
    listed = run("receipt", "waiting", home=home)
    assert "slip-of-desk-1, sheet 1, MAIN 1, not sent yet" in listed.stdout
    number = listed.stdout.split(":")[0]
    assert not list((home / "print").glob("*slip-of-desk-1*"))
    taken = run("receipt", "waiting", "--take-over", number, home=home)
    assert taken.exit_code == 0, taken.output
    assert list((home / "print").glob("*slip-of-desk-1*"))
    assert run("receipt", "waiting", "--take-over", number, home=home).exit_code == 2
