# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools for setting up a reader, against the real card service with its virtual reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from desk_app.cli.root import cli
from hardware.simulated.reader import SimulatedCard
from tests.hardware.virtual_stack import Hand, VirtualStack

pytestmark = pytest.mark.pcsc

MakeCard = Callable[..., SimulatedCard]


@pytest.fixture
def hand(virtual_stack: VirtualStack) -> Iterator[Hand]:
    made = virtual_stack.hand()
    yield made
    made.remove()


def _run(home: Path, *arguments: str) -> Result:
    return CliRunner(env={"DESK_HOME": str(home), "LANG": "en"}).invoke(cli, ["reader", *arguments])


def test_the_readers_of_the_service_are_listed(hand: Hand, tmp_path: Path) -> None:
    result = _run(tmp_path, "list", "--json")
    assert result.exit_code == 0, result.output
    assert hand.reader in [reader["name"] for reader in json.loads(result.stdout)["readers"]]


def test_a_card_passes_every_check(hand: Hand, make_card: MakeCard, tmp_path: Path) -> None:
    hand.present(make_card())
    (tmp_path / "desk.toml").write_text(f"[reader]\nname = {json.dumps(hand.reader)}\n", encoding="utf-8")
    result = _run(tmp_path, "probe", "--json")
    assert result.exit_code == 0, result.output
    checks = {check["step"]: check for check in json.loads(result.stdout)["checks"]}
    assert {check["state"] for check in checks.values()} == {"ok"}
    assert checks["answer"]["told"] == "4K card."
    assert "5566" in checks["read"]["told"]


def test_a_card_that_comes_while_it_is_watched_is_told(hand: Hand, make_card: MakeCard, tmp_path: Path) -> None:
    hand.present(make_card())
    (tmp_path / "desk.toml").write_text(f"[reader]\nname = {json.dumps(hand.reader)}\n", encoding="utf-8")
    told = [json.loads(line)["event"] for line in _run(tmp_path, "watch", "--json", "--for", "1").stdout.splitlines()]
    assert told == ["service_up", "reader_arrived", "card_presented", "read_done"]
