# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app reader``: lists, watches, checks, calibrates and simulates, with words, JSON and exit codes."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from desk_app.bootstrap.desk import demo_settings
from desk_app.bootstrap.readers import card_profile
from desk_app.cli.root import cli
from desk_app.services.store_port import Store
from desk_app.settings import Settings
from hardware.simulated.deck import issue_card
from hardware.simulated.reader import SimulatedReader

pytestmark = pytest.mark.slow

Run = Callable[..., Result]
KNOWN, TYPED = "41020901L", "1478719252"
"""The demonstration's card S01 has the UID 58237714."""


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> SimulatedReader:
    made = SimulatedReader("Reader 7")

    def desk_reader(_settings: Settings, _store: Store | None = None) -> SimulatedReader:
        return made

    monkeypatch.setattr("desk_app.bootstrap.reader_tools.desk_reader", desk_reader)
    return made


@pytest.fixture
def type_at(home: Path) -> Callable[..., Result]:
    """Run a command on the demonstration's desk with a keyboard reader that types lines."""

    def run(lines: str, *arguments: str) -> Result:
        settings = home / "desk.toml"
        settings.write_text(settings.read_text(encoding="utf-8").replace('"simulated"', '"wedge"'), encoding="utf-8")
        return CliRunner(env={"DESK_HOME": str(home), "LANG": "en"}).invoke(cli, ["reader", *arguments], input=lines)

    return run


def _json(result: Result) -> Any:
    return json.loads(result.stdout)


class TestList:
    def test_readers_are_listed_with_what_lies_on_them(self, run: Run, reader: SimulatedReader, home: Path) -> None:
        result = run("reader", "list", home=home)
        assert (result.exit_code, result.stdout) == (0, "Reader 7: empty\n")
        reader.present(issue_card("5A0B0C0D", "", card_profile(demo_settings(home))))
        listed = _json(run("reader", "list", "--json", home=home))
        assert listed["readers"][0]["name"] == "Reader 7"

    def test_without_a_reader_the_answer_is_no(
        self, run: Run, reader: SimulatedReader, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("desk_app.cli.reader._LISTED_AFTER_S", 0.1)
        reader.unplug()
        result = run("reader", "list")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "No reader" in result.stderr

    def test_without_a_service_it_cannot_be_done(
        self, run: Run, reader: SimulatedReader, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("desk_app.cli.reader._LISTED_AFTER_S", 0.1)
        reader.stop_service()
        result = run("reader", "list", language="zh_TW.UTF-8")
        assert result.exit_code == 2
        assert "讀卡服務沒有回應" in result.stderr
        told = run("reader", "list", "--json")
        assert (told.exit_code, _json(told)) == (2, {"readers": [], "error": "reader_service_down"})


class TestWatch:
    def test_events_are_told_with_numbers_masked(self, run: Run, reader: SimulatedReader, home: Path) -> None:
        reader.present(issue_card("04112233445566", "41020901L", card_profile(demo_settings(home))))
        words = run("reader", "watch", "--for", "0.3", home=home, language="en").stdout
        told = [
            json.loads(line) for line in run("reader", "watch", "--for", "0.3", "--json", home=home).stdout.splitlines()
        ]
        assert [one["event"] for one in told] == ["service_up", "reader_arrived", "card_presented", "read_done"]
        assert told[3]["number"] == "41020***L"
        assert "41020***L" in words
        assert "04112233445566" not in words + str(told)

    def test_a_card_that_cannot_be_read_is_told_with_its_reason(
        self, run: Run, reader: SimulatedReader, home: Path
    ) -> None:
        reader.present(issue_card("5A0B0C0D", "41020901L", card_profile(demo_settings(home)), b"OTHERS"))
        assert "its key differs" in run("reader", "watch", "--for", "0.3", home=home, language="en").stdout

    def test_a_watch_without_a_service_all_the_time_cannot_be_done(self, run: Run, reader: SimulatedReader) -> None:
        reader.stop_service()
        result = run("reader", "watch", "--for", "0.3")
        assert result.exit_code == 2
        assert "No reader can be used" in result.stdout


class TestProbe:
    def test_everything_holds_with_a_card_of_the_school(self, run: Run, reader: SimulatedReader, home: Path) -> None:
        reader.present(issue_card("04112233445566", "41020901L", card_profile(demo_settings(home))))
        result = run("reader", "probe", home=home)
        assert result.exit_code == 0, result.output
        assert "Everything holds" in result.stdout
        assert "Reader 7" in result.stdout
        assert "04112233445566" not in result.stdout

    def test_what_is_wrong_comes_with_how_to_mend_it(self, run: Run, reader: SimulatedReader, home: Path) -> None:
        reader.present(issue_card("5A0B0C0D", "41020901L", card_profile(demo_settings(home)), b"OTHERS"))
        result = run("reader", "probe", "--json", home=home)
        assert result.exit_code == 1
        last = _json(result)["checks"][-1]
        assert (last["step"], last["state"]) == ("read", "wrong")
        assert "card office" in last["mend"]

    @pytest.mark.usefixtures("reader")
    def test_without_a_card_the_rest_is_open(self, run: Run, home: Path) -> None:
        result = run("reader", "probe", "--wait", "0", home=home)
        assert result.exit_code == 1
        assert "No card lies on the reader" in result.stdout

    def test_a_broken_profile_is_named_with_file_and_key(self, run: Run, home: Path) -> None:
        (home / "profiles").mkdir()
        (home / "profiles" / "school.toml").write_text('id = "school"\n[uid]\nsizs = [4]\n')
        with (home / "desk.toml").open("a", encoding="utf-8") as settings:
            settings.write('\n[data]\nprofile_folder = "profiles"\n')
        text = (home / "desk.toml").read_text(encoding="utf-8")
        (home / "desk.toml").write_text(text.replace('kind = "simulated"', 'kind = "simulated"\nprofile = "school"'))
        result = run("reader", "probe", home=home)
        assert result.exit_code == 2
        assert str(home / "profiles" / "school.toml") in result.stderr
        assert "uid.sizs" in result.stderr
        assert "sizes" in result.stderr


class TestCalibrate:
    def test_the_owners_number_and_one_scan_are_enough(self, type_at: Callable[..., Result], home: Path) -> None:
        result = type_at(f"{KNOWN}\n{TYPED}\n", "calibrate")
        assert result.exit_code == 0, result.output
        assert "8H10D" in result.stdout
        assert "long UIDs" in result.stdout
        assert (home / "keyboard-reader.toml").exists()
        probed = type_at(f"{TYPED}\n", "probe", "--wait", "5")
        assert probed.exit_code == 0, probed.output
        assert "keyboard reader does not tell" in probed.stdout

    def test_json_says_what_was_found(self, type_at: Callable[..., Result]) -> None:
        assert _json(type_at("14772358\n", "calibrate", "--known", KNOWN, "--json")) == {
            "format": "hex", "reversed": True, "cut": "whole",
        }  # fmt: skip

    def test_another_card_teaches_nothing(self, type_at: Callable[..., Result], home: Path) -> None:
        result = type_at("5A0B0C0D\n", "calibrate", "--known", KNOWN)
        assert result.exit_code == 1
        assert "does not belong to this card" in result.stderr
        assert not (home / "keyboard-reader.toml").exists()

    def test_a_number_that_nobody_has_is_refused_before_a_card_is_asked_for(
        self, type_at: Callable[..., Result]
    ) -> None:
        result = type_at(f"{TYPED}\n", "calibrate", "--known", "99999999Z")
        assert result.exit_code == 1
        assert "99999999Z" in result.stderr
        assert "Lay that card" not in result.stderr

    def test_a_place_that_cannot_be_written_is_said(self, type_at: Callable[..., Result], home: Path) -> None:
        (home / "keyboard-reader.new").mkdir()
        result = type_at(f"{TYPED}\n", "calibrate", "--known", KNOWN)
        assert result.exit_code == 2
        assert "keyboard-reader.toml" in result.stderr

    def test_before_the_calibration_the_checks_say_so(self, type_at: Callable[..., Result]) -> None:
        result = type_at("", "probe", "--wait", "0")
        assert result.exit_code == 1
        assert "has not been calibrated" in result.stdout


class TestSimulate:
    @pytest.fixture
    def virtual_reader(self) -> Iterator[socket.socket]:
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            server.settimeout(5)
            yield server

    def test_a_card_lies_on_the_virtual_reader_for_a_time(self, run: Run, virtual_reader: socket.socket) -> None:
        port = virtual_reader.getsockname()[1]
        result = run("reader", "simulate", "S02", "--port", port, "--for", "0")
        assert result.exit_code == 0, result.output
        assert "taken off" in result.stdout
        connection, _ = virtual_reader.accept()
        with closing(connection):
            assert connection.recv(1) == b""

    def test_without_a_virtual_reader_it_cannot_be_done(self, run: Run, virtual_reader: socket.socket) -> None:
        port = virtual_reader.getsockname()[1]
        virtual_reader.close()
        result = run("reader", "simulate", "--port", port)
        assert result.exit_code == 2
        assert str(port) in result.stderr

    def test_a_card_that_is_not_in_the_drawer_is_answered_with_those_that_are(self, run: Run) -> None:
        result = run("reader", "simulate", "S99")
        assert result.exit_code == 2
        assert "S01" in result.stderr
