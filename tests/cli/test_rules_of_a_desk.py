# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands about rules at a desk: its own packs, its announced closures; and that they need neither."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from click.testing import Result

from desk_app.bootstrap.desk import build_desk
from desk_app.domain.records import Role
from desk_app.resources import resource
from desk_app.services.closures import ClosureDraft
from desk_app.settings import load_settings

Run = Callable[..., Result]


def announce(home: Path) -> None:
    settings = load_settings(home / "desk.toml", home)
    with closing(build_desk(settings)) as desk:
        supervisor = next(one for one in settings.operators if one.role is Role.SUPERVISOR)
        desk.operators.switch(supervisor.id)
        today = desk.clock.now().date()
        desk.closures.enter(ClosureDraft(today, today, "TYPHOON", "公告", today, ("*",), counts_as_working_day=False))


def test_show_and_look_up_know_an_announced_closure(run: Run, home: Path) -> None:
    at = load_settings(home / "desk.toml", home).standing_at
    assert at is not None
    local = f"{at:%Y-%m-%dT%H:%M:%S}"
    assert "Open now" in run("policy", "show", "ntnu-113-2", "--at", local, home=home).stdout
    announce(home)
    shown = run("policy", "show", "ntnu-113-2", "--at", local, home=home)
    assert "Closed now: Announced closure today (typhoon day)" in shown.stdout
    told = json.loads(run("lookup", "41020901L", "--json", home=home).stdout)
    assert told["verdict"] == "NOT_NOW"
    assert told["reasons"] == ["CLOSURE:TYPHOON"]
    other = run("policy", "show", "ntnu-113-1", "--at", local, home=home)
    assert "typhoon" not in other.stdout


def test_show_works_where_the_store_cannot_be_read_and_says_so(run: Run, home: Path) -> None:
    (home / "keys" / "store.key").unlink()
    shown = run("policy", "show", "ntnu-113-2", "--at", "2025-06-03T10:00:00", home=home)
    assert shown.exit_code == 0
    assert "Open now" in shown.stdout
    assert "store.key" in shown.stderr


def test_the_desks_own_pack_goes_before_the_shipped_one(run: Run, home: Path) -> None:
    packs = home / "packs"
    packs.mkdir()
    text = resource("policy", "ntnu-113-2.toml").read_text(encoding="utf-8")
    (packs / "ntnu-113-2.toml").write_text(text.replace("minutes = 10", "minutes = 15"), encoding="utf-8")
    settings = home / "desk.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[data]\npolicy_folder = "packs"\n', encoding="utf-8")
    lines = run("policy", "compare", "ntnu-113-1", "ntnu-113-2", home=home).stdout.splitlines()
    assert any(line.split("\t")[1:] == ["pickup.grace.minutes", "10", "15"] for line in lines)
    shipped = run("policy", "compare", "ntnu-113-1", "ntnu-113-2").stdout
    assert "pickup.grace.minutes" not in shipped
    with closing(build_desk(load_settings(settings, home))) as desk:
        assert desk.policy.pickup.grace_minutes == 15


def test_a_doubtful_date_bears_its_mark(run: Run) -> None:
    lines = run("policy", "show", "ntnu-113-2", "--at", "2025-06-03T10:00:00").stdout.splitlines()
    assert "The leaving system opens on 2024-12-16 (Mon) (doubtful)" in lines
    assert (
        "From 2025-01-31 (Fri) the leaving system opens with: number of the ID or resident certificate (doubtful)"
        in lines
    )


def test_the_tools_speak_the_language_of_the_machine_but_not_to_programs(run: Run) -> None:
    spoken = run("policy", "lint", "ntnu-113-2", language="zh_TW.UTF-8").stdout
    assert "沒有櫃檯服務這個系所" in spoken or "沒有電話" in spoken
    told = run("policy", "lint", "ntnu-113-2", "--format", "json", language="zh_TW.UTF-8").stdout
    assert told == run("policy", "lint", "ntnu-113-2", "--format", "json").stdout
    moment = ("--at", "2025-06-03T10:00:00")
    assert "可以" in (zh := run("policy", "show", "ntnu-113-2", *moment, language="zh_TW.UTF-8").stdout) or "開放" in zh
    assert "Open now" in run("policy", "show", "ntnu-113-2", *moment, "--language", "en", language="zh_TW.UTF-8").stdout


def test_a_pack_that_is_not_there_is_told_with_the_folder_and_the_packs_that_are(run: Run, tmp_path: Path) -> None:
    for command in (("lint", "ntnu-113-3"), ("compare", "ntnu-113-1", "ntnu-113-3"), ("show", "ntnu-113-3")):
        result = run("policy", *command)
        assert result.exit_code == 2
        assert str(resource("policy")) in result.stderr
        assert "there: ntnu-112-2, ntnu-113-1, ntnu-113-2, wmu-2017" in result.stderr
        assert "did you mean ntnu-113-" in result.stderr
    assert "現有：" in run("policy", "lint", "ntnu-113-3", language="zh_TW.UTF-8").stderr
