# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration's cards: what lies in the drawer agrees with the roster, where it shall."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hardware.api import CardKind, ReadDone, ReadFailed
from hardware.errors import AuthFailedError
from hardware.profile import CardProfile
from hardware.simulated.deck import DeckCard, issue_card, load_deck
from hardware.simulated.reader import SimulatedReader
from hardware.watcher import CardWatcher

if TYPE_CHECKING:
    from tests.hardware.conftest import Told

Roster = dict[str, dict[str, str]]


@pytest.fixture(scope="session")
def deck(project_root: Path, profile: CardProfile) -> dict[str, DeckCard]:
    return {card.key: card for card in load_deck(project_root / "resources/cards/deck.csv", profile)}


@pytest.fixture(scope="session")
def roster(project_root: Path) -> Roster:
    with (project_root / "resources/cards/cards.csv").open(encoding="utf-8", newline="") as lines:
        return {row["uid"]: row for row in csv.DictReader(lines)}


def test_the_roster_has_one_card_each_with_uids_of_both_sizes(roster: Roster) -> None:
    assert len({row["student_no"] for row in roster.values()}) == len(roster) == 57
    assert {len(uid) for uid in roster} == {8, 14}


def test_ordinary_cards_agree_with_the_roster(deck: dict[str, DeckCard], roster: Roster) -> None:
    ordinary = [card for key, card in deck.items() if key.startswith("S")]
    assert all(roster[card.uid]["student_no"] == card.student_no for card in ordinary)
    assert all(roster[card.uid]["generation"] == card.kind for card in ordinary)


def test_the_odd_cards_are_odd(deck: dict[str, DeckCard], roster: Roster) -> None:
    assert roster[deck["X1"].uid]["student_no"] != deck["X1"].student_no
    assert deck["X2"].uid not in roster
    assert deck["X3"].uid not in roster
    assert deck["S36"].kind is CardKind.OLD
    assert roster[deck["S37"].uid]["state"] == "LOST"


def test_every_card_of_the_drawer_can_be_read_but_the_foreign_and_the_pulled_one(
    deck: dict[str, DeckCard], watch: CardWatcher, reader: SimulatedReader, told: Told
) -> None:
    quick = [card for card in deck.values() if not card.card.faults.delay]
    for card in quick:
        reader.present(card.card)
        reader.settle()
    read = [(record.uid, record.student_no, record.kind) for record in told.records]
    failed = [event.fault.code for event in told.of(ReadFailed)]
    assert read == [(card.uid, card.student_no, card.kind) for card in quick if card.key not in {"X3", "X4"}]
    assert failed == ["reader_auth_failed", "reader_card_gone"]
    assert AuthFailedError.code in failed
    assert len(told.of(ReadDone)) == len(quick) - 2


def test_one_card_of_the_drawer_is_slow(deck: dict[str, DeckCard]) -> None:
    assert [key for key, card in deck.items() if card.card.faults.delay] == ["X5"]


def test_a_card_for_a_school_that_writes_nothing_on_it_carries_no_number() -> None:
    card = issue_card("04112233445566", "41020901L", CardProfile("uid-only"))
    card.chip.select()
    assert all(b"41020901L" not in block for block in card.chip._blocks)


def test_every_case_of_the_drawer_has_a_caption(deck: dict[str, DeckCard], project_root: Path) -> None:
    import tomllib

    for language in ("zh-TW", "en"):
        table = tomllib.loads((project_root / f"resources/i18n/{language}/reader.toml").read_text(encoding="utf-8"))
        assert set(table["demo"]["case"]) == set(deck)
