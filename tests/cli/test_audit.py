# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app audit``: verified with checkpoints that left the machine, exported for those who look on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from tests.cli.conftest import Run


def change(home: Path, *statements: str) -> None:
    store = dbapi2.connect(str(home / "desk.db"), isolation_level=None)
    for statement in ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete", *statements):
        store.execute(statement)
    store.close()


def cut(home: Path, last: int) -> None:
    """Cut the tail off so that the store itself does not know of it."""
    change(home, f"DELETE FROM audit WHERE sequence > {last}", f"UPDATE sqlite_sequence SET seq = {last}")  # noqa: S608 - a forger's


def test_a_checkpoint_in_a_file_is_compared(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.json"
    assert run("audit", "checkpoint", "-o", file, home=home).exit_code == 0
    told = json.loads(file.read_text(encoding="utf-8"))
    for checkpoint in (file, told["code"], told["signed"]):
        result = run("audit", "verify", "--checkpoint", checkpoint, home=home)
        assert result.exit_code == 0, result.output
        assert "agrees with the checkpoint" in result.stdout
    cut(home, told["sequence"] - 2)
    assert run("audit", "verify", home=home).exit_code == 0
    result = run("audit", "verify", "--checkpoint", file, "--json", home=home)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["fault"], report["sequence"]) == ("cut", told["sequence"] - 1)


@pytest.mark.parametrize(
    ("statement", "language", "told"),
    [
        (
            "UPDATE audit SET body = replace(body, 'MAIN', 'MAYN') WHERE sequence = 2",
            "en_US.UTF-8",
            "Entry 2 (2025-06-0",
        ),
        ("DELETE FROM audit WHERE sequence = 3", "zh_TW.UTF-8", "第 3 筆遭刪除"),
    ],
)
def test_what_was_done_is_said_with_its_place(run: Run, home: Path, statement: str, language: str, told: str) -> None:
    change(home, statement)
    result = run("audit", "verify", home=home, language=language)
    assert result.exit_code == 1
    assert told in result.stdout


@pytest.mark.parametrize("forged", ["nonsense", '{"signed": "ABC"}', "[]"])
def test_what_this_desk_has_not_signed_is_no_checkpoint(run: Run, home: Path, tmp_path: Path, forged: str) -> None:
    file = tmp_path / "forged.json"
    file.write_text(forged, encoding="utf-8")
    for checkpoint in (file, forged):
        result = run("audit", "verify", "--checkpoint", checkpoint, home=home)
        assert result.exit_code == 2
        assert "no checkpoint of this desk" in result.stderr


def test_an_export_is_for_supervisors_and_auditors_and_is_an_entry_itself(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    assert run("audit", "export", "-o", file, home=home).exit_code == 2
    assert not file.exists()
    chosen = ("--as", "super-m", "--from", "2025-06-03", "--to", "2025-06-03")
    assert run("audit", "export", *chosen, "-o", file, home=home).exit_code == 0
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert any(line["entry"]["kind"] == "RELEASE" for line in lines)
    table = tmp_path / "audit.csv"
    assert run("audit", "export", "--as", "super-m", "--kind", "EXPORT", "-o", table, home=home).exit_code == 0
    assert '""what"": ""AUDIT""' in table.read_text(encoding="utf-8-sig")


def test_an_export_is_this_accounts_alone_and_follows_no_link_that_somebody_has_laid(
    run: Run, home: Path, tmp_path: Path
) -> None:
    theirs, file = tmp_path / "theirs", tmp_path / "log.csv"
    theirs.write_text("theirs", encoding="utf-8")
    (tmp_path / ".log.csv.part").symlink_to(theirs)
    export = ("audit", "export", "--as", "super-m", "-o", file)
    assert run(*export, home=home).exit_code == 0
    assert theirs.read_text(encoding="utf-8") == "theirs"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    assert run(*export, home=home).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("wrong", [("-o", "log.pdf"), ("-o", "log.csv", "--kind", "NOTHING")])
def test_an_export_that_cannot_be_is_refused_in_words(run: Run, home: Path, wrong: tuple[str, ...]) -> None:
    result = run("audit", "export", *wrong, home=home)
    assert result.exit_code == 2
    assert "use one of" in result.stderr


def test_the_daily_log_carries_the_checkpoint(run: Run, home: Path, tmp_path: Path) -> None:
    import pypdf

    paper = tmp_path / "log.pdf"
    assert run("log", "--date", "2025-06-03", "-o", paper, home=home).exit_code == 0
    words = "".join(page.extract_text() for page in pypdf.PdfReader(paper).pages).split()
    code = next(word for word in words if word.count("-") == 4 and word.split("-")[0].isdigit() and len(word) > 20)
    assert run("audit", "verify", "--checkpoint", code, home=home).exit_code == 0
    cut(home, 1)
    assert run("audit", "verify", "--checkpoint", code, home=home).exit_code == 1
