# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app sources`` and ``pull`` say in words what works and what to mend, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from desk_app.cli.sources import fault_text
from desk_app.domain.clearance_sources import SourceFault
from desk_app.domain.papers import Bilingual, Language
from desk_app.i18n import catalogue
from desk_app.resources import resource
from desk_app.services.clearance.titles import SourceTitles
from tests.cli.conftest import Run
from tests.portal.app import Portal
from tests.portal.faults import Fault
from tests.portal.rows import Row, Rows, rows_of_csv
from tests.portal.server import serving

pytestmark = pytest.mark.slow

NOW = datetime.fromisoformat("2025-06-03T10:00:00+08:00")
CHINESE = "zh_TW.UTF-8"


@dataclass
class Connected:
    """A desk whose settings name a portal that runs."""

    home: Path
    portal: Portal
    run: Run

    def say(self, *arguments: object, language: str = "en_US.UTF-8") -> tuple[int, str]:
        """Run a command; give its exit code and all that it says."""
        result = self.run(*arguments, home=self.home, language=language)
        return result.exit_code, result.output


@pytest.fixture
def connected(home: Path, run: Run) -> Iterator[Connected]:
    rows = Rows()
    rows.put(rows_of_csv(resource("demo", "items.csv")))
    rows.put([Row("41099999L", "GA_GOWN", "", "CLEARED", "2025-06-03T09:59:00+08:00")])
    portal = Portal(rows, lambda: NOW, "secret-of-the-desk")
    with serving(portal.app()) as url:
        token = home / "keys" / "portal.token"
        token.touch(mode=0o600)
        token.write_text("secret-of-the-desk", encoding="ascii")
        with (home / "desk.toml").open("a", encoding="utf-8") as settings:
            settings.write(
                f'\n[[source]]\nname = "portal"\nkind = "portal"\nurl = "{url}"\ntoken_file = "keys/portal.token"\n'
            )
        yield Connected(home, portal, run)


def test_pull_brings_all_changes_and_says_what_it_left_out(connected: Connected) -> None:
    code, said = connected.say("pull")
    assert code == 0, said
    assert "portal: " in said
    assert "rows taken over" in said
    assert "1 time: The roster does not have 41099999L." in said
    assert connected.say("sources", "pull")[1] == "portal: 0 rows taken over.\n"
    assert (
        "last success just now (0 rows), newest datum 2 min ago, next try 10:15" in connected.say("sources", "list")[1]
    )


def test_a_source_that_was_never_asked_is_listed_so(connected: Connected) -> None:
    assert connected.say("sources", "list") == (0, "portal (portal): never brought anything yet\n")
    code, said = connected.say("sources", "list", "--json")
    assert code == 0
    assert json.loads(said)["last_success"] is None
    assert "cursor" not in json.loads(said)


def test_a_title_stands_before_the_name_by_which_a_technician_finds_the_source(connected: Connected) -> None:
    with (connected.home / "desk.toml").open("a", encoding="utf-8") as settings:
        settings.write('title = "離校系統"\ntitle_en = "Leaving system"\n')
    assert connected.say("sources", "list", language=CHINESE) == (
        0,
        "離校系統 [portal]（線上查詢）：尚未取得任何資料\n",
    )
    assert connected.say("sources", "test")[1].startswith("Leaving system [portal] works.")
    assert connected.say("pull")[1].startswith("Leaving system [portal]: ")
    connected.portal.switch.turn(Fault.EXPIRED_TOKEN)
    said = connected.say("sources", "test")[1]
    assert said.startswith("Leaving system [portal] does not work. Leaving system does not accept the token")
    code, said = connected.say("pull", language=CHINESE)
    assert (code, "「離校系統」不接受本櫃檯的權杖" in said) == (1, True)
    assert "「離校系統」不接受" in connected.say("sources", "list", language=CHINESE)[1]
    assert connected.say("sources", "test", "portal")[0] == 1  # asked for by the name that the settings know
    (status,) = map(json.loads, connected.say("sources", "list", "--json")[1].splitlines())
    assert (status["name"], status["fault"]["data"]["source"]) == ("portal", "portal")  # the store keeps the name


def test_a_source_that_works_and_has_delivered_nothing_is_listed_so(connected: Connected) -> None:
    connected.portal.rows = Rows()
    assert connected.say("pull")[0] == 0
    assert "last success just now, nothing delivered yet, next try 10:15" in connected.say("sources", "list")[1]


def test_a_portal_that_works_is_said_to(connected: Connected) -> None:
    code, said = connected.say("sources", "test", "portal")
    assert (code, said) == (0, f"portal works. It holds {connected.portal.rows.count} rows.\n")


@pytest.mark.parametrize(
    ("fault", "english", "chinese"),
    [
        (Fault.EXPIRED_TOKEN, "does not accept the token", "不接受本櫃檯的權杖"),
        (Fault.WRONG_TYPE, 'answered with "text/html"', "可能遇到登入頁"),
        (Fault.REDIRECT_LOOP, "sends the desk to another address", "轉往其他網址"),
        (Fault.MISSING_FIELD, "not as agreed at contract", "在 contract 不符約定"),
    ],
)
def test_what_is_wrong_is_said_in_both_languages(
    connected: Connected, fault: Fault, english: str, chinese: str
) -> None:
    connected.portal.switch.turn(fault)
    for language, words in (("en_US.UTF-8", english), (CHINESE, chinese)):
        code, said = connected.say("sources", "test", language=language)
        assert code == 1
        assert words in said
        assert "secret-of-the-desk" not in said


def test_a_pull_that_fails_ends_with_one_and_the_list_shows_why(connected: Connected) -> None:
    connected.portal.switch.turn(Fault.UNKNOWN_STATE)
    code, said = connected.say("pull", "--json")
    assert (code, json.loads(said)["fault"]["code"]) == (1, "source_malformed")
    code, said = connected.say("pull")
    assert code == 1
    assert ".state DONE; nothing of it was taken over" in said
    assert "0 rows" not in said
    assert "DONE" in connected.say("sources", "list")[1]
    connected.portal.switch.turn(Fault.NONE)
    assert connected.say("pull")[0] == 0


def test_a_clock_that_differs_is_remarked(connected: Connected) -> None:
    connected.portal.now = lambda: datetime.fromisoformat("2025-06-03T10:05:00+08:00")
    code, said = connected.say("sources", "test")
    assert code == 0
    assert "differ by +300 seconds" in said


def test_without_sources_everything_says_so(home: Path, run: Run) -> None:
    for command in (("sources", "list"), ("sources", "test"), ("pull",)):
        result = run(*command, home=home)
        assert result.exit_code == 0
        assert "name no source" in result.output


@pytest.mark.parametrize("command", ["test", "pull"])
def test_a_name_that_no_source_has_is_told(home: Path, run: Run, command: str) -> None:
    result = run("sources", command, "portl", home=home)
    assert result.exit_code == 2
    assert 'no source "portl"' in result.output


@pytest.mark.parametrize("code", ["source_of_tomorrow", "source_keyring"])
def test_a_fault_that_another_version_of_the_program_has_kept_is_told(code: str) -> None:
    """Of this one it has no text, or one that wants to be told more."""
    titles = SourceTitles({"library": Bilingual("圖書館", "{detail}")})
    told = fault_text(SourceFault(code, {"source": "library", "detail": "gone"}), titles, catalogue(Language.EN))
    assert told.startswith("The source {detail} cannot be used.")
