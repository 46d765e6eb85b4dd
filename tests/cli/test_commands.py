# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command with its words, its JSON, its errors and its exit code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from desk_app.domain.errors import StoreError
from tests.cli.data_folder import last_audit

Run = Callable[..., Result]
HEAVY = ("PySide6", "sqlalchemy", "reportlab", "pyhanko", "cryptography", "python_calamine", "desk_app.services")


def first_receipt(home: Path) -> Path:
    return min((home / "print").glob("*.pdf"))


class TestRoot:
    def test_help_names_every_command_and_loads_nothing_heavy(self) -> None:
        code = f"""
import sys
from click.testing import CliRunner
from desk_app.cli.root import cli
print(CliRunner().invoke(cli, ["--help"]).output)
print([name for name in {HEAVY!r} if name in sys.modules])
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for name in (
            "run",
            "demo",
            "init",
            "import",
            "lookup",
            "log",
            "receipt",
            "policy",
            "doctor",
            "reader",
            "staff",
        ):
            assert f"\n  {name} " in done.stdout
        assert done.stdout.strip().endswith("[]")

    def test_python_dash_m_is_the_same_program(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "desk_app", "--version"], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "0.1.0"

    def test_an_unknown_command_cannot_be_done(self, run: Run) -> None:
        result = run("dance")
        assert result.exit_code == 2
        assert "dance" in result.stderr

    @pytest.mark.parametrize(
        "command",
        ["import", "lookup", "log", "receipt", "policy", "doctor", "init", "run", "demo", "reader", "staff", "keys"],
    )
    def test_every_command_explains_itself(self, run: Run, command: str) -> None:
        result = run(command, "--help")
        assert result.exit_code == 0
        assert "Usage:" in result.stdout

    def test_without_settings_the_way_out_is_named_in_the_machines_language(self, run: Run, tmp_path: Path) -> None:
        english = run("doctor")
        assert english.exit_code == 2
        assert str(tmp_path / "nothing" / "desk.toml") in english.stderr
        assert "desk-app init" in english.stderr
        assert "沒有設定檔" in run("doctor", language="zh_TW.UTF-8").stderr

    def test_a_wrong_setting_is_named_with_file_and_key(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "other.toml"
        file.write_text('[desk]\ncountr = "MAIN"\n', encoding="utf-8")
        result = run("--config", file, "lookup", "41020901L")
        assert result.exit_code == 2
        assert "desk.countr" in result.stderr
        assert "counter" in result.stderr
        assert str(file) in result.stderr

    def test_the_folder_of_a_named_settings_file_is_the_data_folder(self, run: Run, home: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        shutil.copy(home / "desk.toml", other)
        result = run("--config", other / "desk.toml", "doctor", home=home)
        assert result.exit_code == 1
        assert str(other) in result.stdout
        assert str(home) not in result.stdout


class TestInit:
    def test_a_new_desk_can_work_and_is_never_made_twice(self, run: Run, tmp_path: Path) -> None:
        home = tmp_path / "new"
        made = run(
            "init", "--operator", "clerk-1", "林測一", "clerk", "--operator", "boss", "周測主", "supervisor", home=home
        )
        assert made.exit_code == 0, made.output
        assert "root.key" in made.stdout
        examined = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
        # A new desk waits for a real reader, which this machine need not have, and for somebody who takes the root's key
        # away; the shipped edition's term ends some day.
        assert {check["part"] for check in examined if not check["ok"]} <= {"reader", "edition", "root_key"}
        again = run("init", home=home)
        assert again.exit_code == 2
        assert str(home / "desk.db") in again.stderr

    @pytest.mark.parametrize("staff", [(), ("--operator", "clerk-1", "林測一", "clerk")])
    def test_a_supervisor_must_work_there(self, run: Run, tmp_path: Path, staff: tuple[str, ...]) -> None:
        result = run("init", *staff, home=tmp_path / "new")
        assert result.exit_code == 2
        assert "--operator" in result.stderr

    def test_a_counter_that_the_rules_lack_is_refused(self, run: Run, tmp_path: Path) -> None:
        result = run("init", "--counter", "MARS", "--operator", "boss", "周測主", "supervisor", home=tmp_path / "new")
        assert result.exit_code == 2
        assert "MARS" in result.stderr
        assert "GONGGUAN" in result.stderr

    @pytest.mark.parametrize(
        "wrong",
        [
            ("--counter", "MARS"),
            ("--counter", "\x7f"),
            ("--prefix", "toolong"),
            ("--desk", " "),
            ("--policy", "ntnu-999"),
            ("--operator", "boss", "林測一", "clerk"),
        ],
    )
    def test_a_refusal_leaves_nothing_behind(self, run: Run, tmp_path: Path, wrong: tuple[str, ...]) -> None:
        home, staff = tmp_path / "new", ("--operator", "boss", "周測主", "supervisor")
        assert run("init", *staff, *wrong, home=home).exit_code == 2
        assert not home.exists()
        right = run("init", *staff, "--counter", "GONGGUAN", home=home)
        assert right.exit_code == 0, right.output
        assert 'counter = "GONGGUAN"' in (home / "desk.toml").read_text(encoding="utf-8")

    def test_what_fails_at_the_last_step_can_be_done_again(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_room(*_: object, **__: object) -> None:
            raise StoreError("store_folder", path="desk.db", reason="No space left on device")

        init = ("init", "--operator", "boss", "周測主", "supervisor")
        with monkeypatch.context() as full:
            full.setattr("desk_app.storage.store.create_store", no_room)
            refused = run(*init, home=tmp_path / "new")
        assert refused.exit_code == 2
        assert "No space" in refused.stderr
        again = run(*init, home=tmp_path / "new")
        assert again.exit_code == 0, again.output

    def test_a_folder_that_cannot_be_made_is_said(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        result = run("init", "--operator", "boss", "周測主", "supervisor", home=tmp_path / "file" / "desk")
        assert result.exit_code == 2
        assert "file" in result.stderr


_KEEPER = ("--as", "super-m")


class TestImport:
    def test_a_clerk_settles_nothing_by_a_file(self, run: Run, home: Path) -> None:
        file = home / "items.csv"
        file.write_text("number,code,state,as_of\n41020902X,LIB_BOOKS,CLEARED,2025-06-03T09:59:00+08:00\n")
        refused = run("import", "items", file, "--as", "clerk-m1", home=home)
        assert refused.exit_code == 2
        assert "supervisor" in refused.stderr

    def test_a_file_is_taken_over_with_a_word_about_what_was_put_right(self, run: Run, home: Path) -> None:
        file = home / "roster.csv"
        file.write_text("number,name,unit\n41020999l,新測一,CHU\n", encoding="utf-8")
        result = run("import", "students", file, *_KEEPER, home=home)
        assert result.exit_code == 0, result.output
        assert "1 row taken over (roster)" in result.stdout
        assert "line 2, column number: Written as 41020999L from now on." in result.stderr
        assert run("lookup", "41020999L", home=home).exit_code == 1

    def test_json_for_scripts(self, run: Run, home: Path) -> None:
        file = home / "cards.csv"
        file.write_text("uid,number,generation,state,colour\n04010203040506,41020901L,4K,ACTIVE,red\n")
        result = run("import", "cards", file, "--json", *_KEEPER, home=home)
        told = json.loads(result.stdout)
        assert (told["kind"], told["rows"]) == ("cards", 1)
        assert [note["code"] for note in told["notes"]] == ["column_ignored"]

    def test_a_refused_file_changes_nothing_and_names_every_place(self, run: Run, home: Path) -> None:
        file = home / "stock.csv"
        file.write_text(
            "number,document,serial,box,state\n41020901L,PARCHMENT,X-1,B,IN_BOX\n41020999L,DEGREE_CERTIFICATE,X-2,B,IN_BOX\n"
        )
        before = last_audit(home)
        result = run("import", "stock", file, *_KEEPER, home=home)
        assert result.exit_code == 1
        assert "stock.csv, line 2, column document" in result.stderr
        assert "Allowed: DEGREE_CERTIFICATE." in result.stderr
        assert "stock.csv, line 3, column number: The roster does not have 41020999L" in result.stderr
        assert "Nothing was changed" in result.stderr
        after = last_audit(home)
        assert after["sequence"] == before["sequence"] + 1
        assert (after["kind"], after["payload"]["purpose"]) == ("PROOF", "shell.import")

    def test_a_long_list_of_problems_is_counted(self, run: Run, home: Path) -> None:
        file = home / "roster.csv"
        rows = "".join(f"4102{number:04d}L,測試,NONE\n" for number in range(60))
        file.write_text(f"number,name,unit\n{rows}", encoding="utf-8")
        result = run("import", "students", file, *_KEEPER, home=home)
        assert result.exit_code == 1
        assert "and 10 more" in result.stderr

    def test_what_cannot_be_read_cannot_be_done(self, run: Run, home: Path) -> None:
        missing = run("import", "items", home / "none.csv", *_KEEPER, home=home)
        assert missing.exit_code == 2
        assert "none.csv" in missing.stderr
        big5 = home / "roster.csv"
        big5.write_bytes("number,name,unit\n41020998L,王測,CHU\n".encode("cp950"))
        refused = run("import", "students", big5, *_KEEPER, home=home)
        assert refused.exit_code == 2
        assert "--encoding big5" in refused.stderr
        assert run("import", "students", big5, "--encoding", "big5", *_KEEPER, home=home).exit_code == 0
        bare = home / "bare.csv"
        bare.write_text("number\n")
        assert (
            "bare.csv, column name: This column is missing."
            in run("import", "students", bare, *_KEEPER, home=home).stderr
        )


class TestLookup:
    def test_a_cleared_graduate_with_the_name_masked_and_the_access_logged(self, run: Run, home: Path) -> None:
        result = run("lookup", "41020901L", home=home)
        assert result.exit_code == 0, result.output
        assert "RELEASE_NOTICE" in result.stdout
        assert "王○一" in result.stdout
        assert "王測一" not in result.stdout
        entry = last_audit(home)
        assert (entry["kind"], entry["subject"]) == ("LOOKUP", "41020901L")

    def test_a_held_one_says_why_and_where(self, run: Run, home: Path) -> None:
        result = run("lookup", "41023901L", home=home)
        assert result.exit_code == 1
        assert "HOLD" in result.stdout
        assert "Library" in result.stdout

    def test_json_at_another_instant(self, run: Run, home: Path) -> None:
        result = run("lookup", "41020901L", "--at", "2025-06-03T18:00", "--json", home=home)
        assert result.exit_code == 1
        told = json.loads(result.stdout)
        assert told["verdict"] == "NOT_NOW"
        assert told["reasons"] == ["OUTSIDE_HOURS"]
        assert told["next_opening"] == "2025-06-04T08:30:00+08:00"
        assert told["items"]["LIB_BOOKS.NTU"] == "CLEARED"
        assert told["name_masked"] == "王○一"

    def test_an_unknown_number_and_a_wrong_instant(self, run: Run, home: Path) -> None:
        unknown = run("lookup", "41020999L", "--json", home=home)
        assert unknown.exit_code == 1
        assert json.loads(unknown.stdout)["reasons"] == ["NUMBER_UNKNOWN"]
        assert "NOT_FOUND" in run("lookup", "41020999L", home=home).stdout
        wrong = run("lookup", "41020901L", "--at", "noon", home=home)
        assert wrong.exit_code == 2
        assert "noon" in wrong.stderr


class TestLog:
    @pytest.mark.parametrize(("suffix", "start"), [(".pdf", b"%PDF"), (".csv", b"\xef\xbb\xbf"), (".xlsx", b"PK")])
    def test_the_day_in_every_form(self, run: Run, home: Path, suffix: str, start: bytes) -> None:
        file = home / f"log{suffix}"
        result = run("log", "--date", "2025-06-03", "--counter", "MAIN", "-o", file, home=home)
        assert result.exit_code == 0, result.output
        assert "1 hand-overs" in result.stdout
        assert file.read_bytes().startswith(start)
        assert last_audit(home)["kind"] == "EXPORT"

    def test_json_today_all_counters(self, run: Run, home: Path) -> None:
        told = json.loads(run("log", "--counter", "ALL", "-o", home / "l.csv", "--json", home=home).stdout)
        assert (told["day"], told["counter"], told["rows"]) == ("2025-06-03", "", 1)

    def test_wrong_arguments(self, run: Run, home: Path) -> None:
        assert run("log", "-o", home / "log.doc", home=home).exit_code == 2
        counter = run("log", "--counter", "MARS", "-o", home / "log.csv", home=home)
        assert counter.exit_code == 2
        assert "GONGGUAN" in counter.stderr
        assert run("log", "--date", "3 June", "-o", home / "log.csv", home=home).exit_code == 2
        nowhere = run("log", "-o", home / "none" / "log.csv", home=home)
        assert nowhere.exit_code == 2
        assert "log.csv" in nowhere.stderr
        assert not (home / "none").exists()


class TestReceipt:
    def test_a_genuine_receipt(self, run: Run, home: Path) -> None:
        result = run("receipt", "verify", first_receipt(home), home=home)
        assert result.exit_code == 0, result.output
        assert "genuine" in result.stdout
        assert "M-20250603-001" in result.stdout

    def test_a_flipped_byte_is_refused_and_the_reasons_are_said(self, run: Run, home: Path) -> None:
        whole = bytearray(first_receipt(home).read_bytes())
        whole[len(whole) // 2] ^= 1
        forged = home / "forged.pdf"
        forged.write_bytes(whole)
        result = run("receipt", "verify", forged, home=home)
        assert result.exit_code == 1
        assert "NOT accepted" in result.stdout
        assert "differs from the one that the ledger records" in result.stdout
        told = json.loads(run("receipt", "verify", forged, "--json", home=home).stdout)
        assert told["genuine"] is False
        assert "differs_from_ledger" in told["faults"]

    def test_a_sealed_paper_that_the_ledger_does_not_have(self, run: Run, home: Path) -> None:
        log = home / "log.pdf"
        run("log", "-o", log, home=home)
        told = json.loads(run("receipt", "verify", log, "--json", home=home).stdout)
        assert told["faults"] == ["not_in_ledger"]

    def test_elsewhere_the_root_certificate_is_enough_for_the_seal(self, run: Run, home: Path, tmp_path: Path) -> None:
        root = shutil.copy(home / "keys" / "seal" / "root.pem", tmp_path / "root.pem")
        result = run("receipt", "verify", first_receipt(home), "--root", root)
        assert result.exit_code == 0, result.output
        assert "ledger was not asked" in result.stdout

    def test_what_is_no_file(self, run: Run, home: Path) -> None:
        assert run("receipt", "verify", home / "none.pdf", home=home).exit_code == 2
        text = home / "text.pdf"
        text.write_text("hello")
        assert "not a PDF" in run("receipt", "verify", text, home=home).stdout


class TestDoctor:
    def test_a_sound_desk(self, run: Run, home: Path) -> None:
        told = json.loads(run("doctor", "--json", home=home).stdout)
        assert told["ok"] is True
        assert [check["part"] for check in told["checks"]] == [
            "engine", "policy", "edition", "store_keys", "recovery", "keys", "store", "fonts", "printer", "disk", "clock",
            "reader", "calendar", "backup", "recount", "copies", "root_key",
        ]  # fmt: skip

    def test_one_fault_does_not_hide_the_others(self, run: Run, home: Path) -> None:
        (home / "keys" / "seal" / "seal.key").unlink()
        result = run("doctor", home=home)
        assert result.exit_code == 1
        assert "WRONG  Sealing keys" in result.stdout
        assert "ok     Store and audit log" in result.stdout
        assert "This desk cannot work yet" in result.stdout

    def test_what_a_desk_works_without_is_a_note_and_not_wrong(self, run: Run, home: Path) -> None:
        (home / "keys" / "recovery.sealed").unlink()
        result = run("doctor", home=home)
        assert result.exit_code == 0
        assert "note   Recovery key" in result.stdout
        assert "This desk can work;" in result.stdout
        assert "WRONG " not in result.stdout

    def test_a_missing_store_key_is_named(self, run: Run, home: Path) -> None:
        (home / "keys" / "store.key").unlink()
        result = run("lookup", "41020901L", home=home)
        assert result.exit_code == 2
        assert "store.key" in result.stderr

    def test_a_broken_policy_file_is_told_with_its_key_path(self, run: Run, home: Path) -> None:
        packs = home / "packs"
        packs.mkdir()
        (packs / "ntnu-113-2.toml").write_text("schema = 1\n[edition]\npack = 1\n", encoding="utf-8")
        settings = home / "desk.toml"
        settings.write_text(
            settings.read_text(encoding="utf-8") + '\n[data]\npolicy_folder = "packs"\n', encoding="utf-8"
        )
        result = run("lookup", "41020901L", home=home)
        assert result.exit_code == 2
        assert "ntnu-113-2.toml: edition.pack" in result.stderr
        assert run("doctor", home=home).exit_code == 1

    def test_an_operator_whom_the_store_lacks(self, run: Run, home: Path) -> None:
        settings = home / "desk.toml"
        text = settings.read_text(encoding="utf-8").replace('operator = "clerk-m1"', 'operator = "nobody"')
        settings.write_text(text, encoding="utf-8")
        result = run("lookup", "41020901L", home=home)
        assert result.exit_code == 2
        assert "nobody" in result.stderr
