# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes in a command line: said in the language of the desk, with the usage and the way to the help, exit code 2."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from desk_app.cli.policy import policy
from desk_app.domain.papers import Language
from desk_app.i18n import load_catalogue

Run = Callable[..., Result]
ZH = "zh_TW.UTF-8"
HAN = re.compile(r"[\u4e00-\u9fff]")
STAFF = ("--operator", "boss", "周測主", "supervisor")
FRAME = {"usage", "any_options", "any_command", "arguments", "options", "commands", "default", "required", "see"}

MISTAKES = [
    (("--nope",), "no_option", {"option": "--nope"}),
    (("lookup", "1", "--jso"), "nearest", {"nearest": "--as, --json"}),
    (("lookup", "1", "-x"), "no_option", {"option": "-x"}),
    (("dance",), "no_command", {"command": "dance"}),
    (("restor",), "nearest", {"nearest": "restore"}),
    (("keys", "mov"), "nearest", {"nearest": "move"}),
    (("--config", "desk.toml"), "missing_command", {}),
    (("log",), "missing", {"name": "-o / --output"}),
    (("keys", "move"), "allowed", {"allowed": "file, phrase, keyring"}),
    (("doctor", "now"), "too_much", {"count": 1, "words": "now"}),
    (("lookup", "1", "2", "3"), "too_much", {"count": 2, "words": "2 3"}),
    (("doctor", "--json=1"), "takes_none", {"option": "--json"}),
    (("lookup", "1", "--at"), "takes_more", {"option": "--at", "count": 1}),
    (("init", "--operator", "a"), "takes_more", {"option": "--operator", "count": 3}),
    (("import", "what", "x"), "not_one_of", {"value": "what", "allowed": "students, items, stock, cards, photos"}),
    (("lookup", "1", "--at", "now"), "not_a_moment", {"value": "now", "example": "2025-06-03T10:00"}),
    (("log", "--date", "3.6.", "-o", "x.pdf"), "not_a_moment", {"value": "3.6.", "example": "2025-06-03"}),
    (("lookup", "1", "--at", "1800-01-01"), "years", {"value": "1800-01-01", "first": 1912, "last": 2999}),
    (
        ("audit", "export", "--to", "9999-12-31", "-o", "x.csv"),
        "years",
        {"value": "9999-12-31", "first": 1912, "last": 2999},
    ),
    (
        ("audit", "export", "--from", "0001-01-01", "-o", "x.csv"),
        "years",
        {"value": "0001-01-01", "first": 1912, "last": 2999},
    ),
    (("reader", "probe", "--wait", "-1"), "number_from", {"value": "-1", "least": 0}),
    (("reader", "watch", "--for", "x"), "number_from", {"value": "x", "least": 0}),
    (("receipt", "waiting", "--take-over", "1.5"), "whole_from", {"value": "1.5", "least": 1}),
    (("reader", "simulate", "--port", "0"), "whole_between", {"value": "0", "least": 1, "most": 65535}),
    (("log", "-o", "x.doc"), "ending", {"file": "x.doc", "allowed": ".pdf, .csv, .xlsx"}),
    (("audit", "checkpoint", "-o", "x.txt"), "ending", {"file": "x.txt", "allowed": ".json"}),
    (("init",), "first_supervisor", {}),
    (("receipt", "print", "MAIN-1"), "copy_only", {}),
    (("init", *STAFF, "--copy-made"), "belong_together", {"names": "--role, --copy-made"}),
    (("receipt", "verify", "nothing.pdf"), "path.no_file", {"path": "nothing.pdf"}),
    (("policy", "lint", "--policy-dir", "nowhere"), "path.no_folder", {"path": "nowhere"}),
    (("receipt", "verify", "folder"), "path.is_folder", {"path": "folder"}),
    (("demo", "--output", "file"), "path.is_file", {"path": "file"}),
]


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder that holds a file and a folder."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("language", Language, ids=str)
@pytest.mark.parametrize(
    ("line", "key", "values"), MISTAKES, ids=lambda one: " ".join(one) if type(one) is tuple else ""
)
def test_a_mistake_is_said_in_the_language_of_the_desk(
    run: Run, line: tuple[str, ...], key: str, values: dict[str, object], language: Language
) -> None:
    texts = load_catalogue(language, names="cli_*.toml")
    result = run(*line, language=ZH if language is Language.ZH else "en_US.UTF-8")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert texts(f"usage.{key}", **values) in result.stderr
    assert result.stderr.startswith(texts("usage.usage") + "desk-app")
    assert re.search(re.escape(texts("usage.see", command="desk-app")) + r"( \w+)* --help\n$", result.stderr)
    if language is Language.EN:
        own = {text for text in line if HAN.search(text)}
        assert HAN.search(result.stderr.translate(str.maketrans("", "", "".join(own)))) is None


def test_no_text_about_mistakes_is_left_over() -> None:
    """Every text belongs to the frame of the help, or to a mistake that is tried here or with the command it is about."""
    tried = {key for _, key, _ in MISTAKES} | {"bad_value", "broken_off", "path.unreadable", "no_shared_store"}
    texts = load_catalogue(Language.EN, names="cli_usage.toml").texts
    assert {key.removeprefix("usage.") for key in texts} == tried | FRAME


def test_the_parameter_of_a_bad_value_is_named(run: Run) -> None:
    assert "\n--port：" in run("reader", "simulate", "--port", "0", language=ZH).stderr
    assert "\n種類：" in run("import", "what", "x", language=ZH).stderr
    assert "\n-o：" in run("log", "-o", "x.doc", language=ZH).stderr


def test_a_file_that_may_not_be_read_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_given, **_more: False)
    assert "此帳號無法讀取「file」" in run("receipt", "verify", "file", language=ZH).stderr


def test_a_group_without_a_command_shows_its_help_and_ends_with_2(run: Run) -> None:
    result = run("keys", language=ZH)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "\n指令：\n" in result.stderr


@pytest.mark.parametrize("broken_off", [KeyboardInterrupt, click.Abort])
def test_what_is_broken_off_says_so_and_ends_with_1(
    run: Run, monkeypatch: pytest.MonkeyPatch, broken_off: type[BaseException]
) -> None:
    def interrupted(*_given: object) -> None:
        raise broken_off

    monkeypatch.setattr("desk_app.bootstrap.checks.policy_tools", interrupted)
    result = run("policy", "lint", language=ZH)
    assert result.exit_code == 1
    assert result.stderr == "\n已中斷。\n"


def test_a_command_by_itself_is_of_no_desk_and_speaks_english() -> None:
    result = CliRunner(env={"LANG": ZH}).invoke(policy, ["lint", "--format"])
    assert result.exit_code == 2
    assert "--format wants a value after it." in result.stderr


def test_bytes_of_another_encoding_are_shown_by_their_numbers(run: Run) -> None:
    result = run("restor\udce9", language=ZH)
    assert result.exit_code == 2
    assert "沒有 restor\\udce9 這個指令" in result.stderr
