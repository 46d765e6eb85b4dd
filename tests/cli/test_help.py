# SPDX-License-Identifier: GPL-3.0-or-later
"""The help of every command: whole, in both languages, from the catalogues alone, and readable in 80 columns."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result
from typing_extensions import override

from desk_app.cli.columns import columns
from desk_app.cli.root import cli
from desk_app.cli.session import Session
from desk_app.cli.worded import Argument, Option
from desk_app.domain.papers import Language
from desk_app.i18n import Catalogue, load_catalogue

Run = Callable[..., Result]
HAN = re.compile(r"[\u4e00-\u9fff]")
WIDTH = 80
NAMES = re.findall(
    r"\S+",
    "CSV XLSX PDF PNG JPEG JSON UTF-8 Big5 QR PostgreSQL vpcd csv xlsx pdf json jsonl "
    "desk-app desk.toml retention.toml root.key taken source DESK_HOME DESK_PASSPHRASE DESK_NEW_PASSPHRASE "
    "ALL RELEASE NOT_UPDATED Ctrl-C S01 S02",
)
"""What stays as it is in every language, beside commands, options, choices and defaults."""

NAME = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z](?:[\w.-]*\w)?", re.ASCII)


class HeardCatalogue(Catalogue):
    """Remembers which texts were asked for."""

    def __init__(self, language: Language) -> None:
        super().__init__(language, load_catalogue(language, names="cli_*.toml").texts)
        self.heard: set[str] = set()

    @override
    def __call__(self, key: str, /, **values: object) -> str:
        self.heard.add(key)
        return super().__call__(key, **values)


def contexts_of(texts: Catalogue) -> Iterator[click.Context]:
    """Give every command, as if its help were asked for in a terminal of 80 columns."""
    session = Session()
    session.usage_texts = texts
    waiting: list[click.Context] = [cli.context_class(cli, info_name="desk-app", obj=session, terminal_width=WIDTH)]
    while waiting:
        ctx = waiting.pop()
        yield ctx
        if isinstance(ctx.command, click.Group):
            for name in ctx.command.list_commands(ctx):
                command = ctx.command.get_command(ctx, name)
                assert command is not None
                waiting.append(command.context_class(command, parent=ctx, info_name=name, terminal_width=WIDTH))


@pytest.fixture(params=Language, ids=str)
def texts(request: pytest.FixtureRequest) -> HeardCatalogue:
    """Give the texts about commands in each language."""
    return HeardCatalogue(request.param)


def _pages(texts: Catalogue) -> dict[str, str]:
    return {ctx.command_path: ctx.get_help() for ctx in contexts_of(texts)}


def _typed(ctx: click.Context) -> set[str]:
    """Give what a person types for a command, and what stands for it: its name, options, choices and defaults."""
    typed = {ctx.info_name or ""}
    for one in ctx.command.get_params(ctx):
        typed |= {name.lstrip("-") for name in (*one.opts, *one.secondary_opts)} if isinstance(one, Option) else set()
        typed |= set(one.type.choices) if isinstance(one.type, click.Choice) else set()
        typed.add(str(one.default))
    return typed


def _together(text: str) -> str:
    return re.sub(r"\s", "", text)


class TestWords:
    def test_every_command_and_parameter_has_its_words_and_no_text_is_left_over(self, texts: HeardCatalogue) -> None:
        assert len(_pages(texts)) > 50  # a text that is missing is a fault by itself
        assert {key for key in texts.texts if key.startswith("help.")} - texts.heard == set()

    def test_the_code_has_no_words_beside_those_of_the_catalogue(self, texts: HeardCatalogue) -> None:
        for ctx in contexts_of(texts):
            for parameter in ctx.command.get_params(ctx):
                assert isinstance(parameter, Option | Argument), (ctx.command_path, parameter.name)
                assert parameter.metavar is None, (ctx.command_path, parameter.name)
                assert parameter.help is None or parameter.name == "version", (ctx.command_path, parameter.name)

    def test_nothing_is_said_of_one_parameter_that_is_said_of_all(self, texts: HeardCatalogue) -> None:
        shared = {key: text for key, text in texts.texts.items() if key.startswith("help.shared.")}
        again = [
            key
            for key, text in texts.texts.items()
            if key not in shared and shared.get("help.shared." + ".".join(key.split(".")[-2:])) == text
        ]
        assert again == []

    def test_a_choice_of_an_argument_is_named_in_its_explanation(self, texts: HeardCatalogue) -> None:
        for ctx in contexts_of(texts):
            for argument in ctx.command.params:
                if isinstance(argument, Argument) and isinstance(argument.type, click.Choice):
                    said = argument.words(ctx, "says")
                    assert [choice for choice in argument.type.choices if choice not in said] == []


class TestLanguage:
    def test_chinese_help_has_no_english_but_names(self) -> None:
        texts = HeardCatalogue(Language.ZH)
        names = set(NAMES).union(*(_typed(ctx) for ctx in contexts_of(texts)))
        tables = [line for text in texts.texts.values() for line in text.splitlines() if line.startswith(" ")]
        for path, page in _pages(texts).items():
            sentences = "\n".join(line for line in page.splitlines() if line.removeprefix("  ") not in tables)
            assert {name for name in NAME.findall(sentences) if name not in names} == set(), path

    def test_every_chinese_text_is_chinese(self) -> None:
        texts = load_catalogue(Language.ZH, names="cli_*.toml").texts
        worded = {key: re.sub(r"\{\w+\}", "", text) for key, text in texts.items()}
        assert [key for key, text in worded.items() if NAME.search(text) and not HAN.search(text)] == []

    def test_english_help_has_no_chinese(self) -> None:
        assert [path for path, page in _pages(HeardCatalogue(Language.EN)).items() if HAN.search(page)] == []

    def test_the_settings_language_goes_before_the_machines(self, run: Run, tmp_path: Path) -> None:
        home = tmp_path / "desk"
        home.mkdir()
        (home / "desk.toml").write_text('[screen]\nlanguage = "zh-TW"\n', encoding="utf-8")
        assert "用法：desk-app lookup" in run("lookup", "--help", home=home).stdout
        assert "用法：desk-app [選項]" in run("--help", home=home).stdout
        assert "用法：" in run("--config", home / "desk.toml", "--help").stdout
        assert "用法：" in run("--help", "--config", home / "desk.toml").stdout
        assert "沒有 --nope 這個選項" in run("--nope", "--config", home / "desk.toml").stderr

    @pytest.mark.parametrize(
        ("machine", "word"), [("zh_TW.UTF-8", "用法："), ("en_US.UTF-8", "Usage:"), ("C", "Usage:")]
    )
    def test_without_settings_the_machines_language_is_spoken(self, run: Run, machine: str, word: str) -> None:
        assert word in run("--help", language=machine).stdout
        assert word in run("keys", "move", "--help", language=machine).stdout


class TestLayout:
    def test_no_line_is_wider_than_the_terminal(self, texts: HeardCatalogue) -> None:
        wide = [(path, line) for path, page in _pages(texts).items() for line in page.splitlines()]
        assert [(path, line) for path, line in wide if columns(line) > WIDTH] == []

    def test_the_line_of_a_command_stands_whole_in_the_list_of_its_group(self, texts: HeardCatalogue) -> None:
        pages = {path: _together(page) for path, page in _pages(texts).items()}
        for ctx in contexts_of(texts):
            if ctx.parent is not None:
                line = texts(f"help.{getattr(ctx.command, 'place', '')}.line")
                assert _together(f"{ctx.info_name}{line}") in pages[ctx.parent.command_path]

    def test_tables_keep_their_lines(self, run: Run) -> None:
        page = run("import", "--help", language="zh_TW.UTF-8").stdout
        assert "\n    cards     uid* student_no* generation* state* valid_from valid_to\n" in page


class TestSpeed:
    def test_help_and_completion_import_no_command_and_nothing_heavy(self) -> None:
        code = """
import sys
from click.testing import CliRunner
from desk_app.cli.root import cli
environment = {"LANG": "zh_TW.UTF-8", "LC_ALL": "", "DESK_HOME": "/nowhere"}
page = CliRunner(env=environment).invoke(cli, ["--help"]).output
asked = {"_DESK_APP_COMPLETE": "zsh_complete", "COMP_WORDS": "desk-app rec", "COMP_CWORD": "1"}
completed = CliRunner(env=environment | asked).invoke(cli, [], prog_name="desk-app").output
print(completed.split())
print(sorted(name for name in sys.modules if name.startswith(("desk_app.cli.", "desk_app.bootstrap", "desk_app.s"))))
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        completed, loaded = done.stdout.decode().splitlines()
        assert "receipt" in completed
        assert "recount" in completed
        assert load_catalogue(Language.ZH)("help.receipt.line") in completed
        own = ["columns", "mistakes", "root", "session", "values", "worded"]
        assert loaded == str(
            [*(f"desk_app.cli.{name}" for name in own), "desk_app.settings", "desk_app.source_settings"]
        )

    def test_options_are_completed_with_their_words(self) -> None:
        texts = HeardCatalogue(Language.ZH)
        ctx = next(one for one in contexts_of(texts) if one.command_path == "desk-app keys move")
        offered = {item.value: item.help for item in ctx.command.shell_complete(ctx, "--")}
        assert offered["--as"] == texts("help.shared.as.says")
        assert offered["--to"] == texts("help.keys.move.to.says")
