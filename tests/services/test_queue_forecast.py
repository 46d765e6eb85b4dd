# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue counts as the engine would decide about clearance, and names nobody."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest

from desk_app.domain.facts import Group, ItemState
from desk_app.domain.policy import Policy
from desk_app.domain.queue import OfficeQueue
from desk_app.domain.records import Graduate, ItemRecord
from desk_app.domain.verdict import VerdictCode
from desk_app.services.desk import Desk
from tests.services.conftest import TEN

FRESH = TEN - timedelta(minutes=2)

Put = Callable[..., None]


@pytest.fixture
def put(enrol: Callable[..., Graduate], policy: Policy) -> Put:
    """Put a graduate into the roster, all cleared but for what is given; ``without`` items nobody has delivered."""

    def putting(seat: int, *items: ItemRecord, without: str = "", **changes: object) -> None:
        keys = [
            (item.code, source)
            for item in policy.clearance
            if item.applies_to_all and item.code != without
            for source in item.source_keys
        ]
        cleared = {key: ItemRecord(*key, ItemState.CLEARED, FRESH) for key in keys}
        cleared.update({(one.item, one.source): one for one in items})
        number, serial, uid = f"410209{seat:02d}L", f"M-{seat:04d}", f"0000{seat:04d}"
        enrol(number, items=list(cleared.values()), serial=serial, uid=uid, **changes)

    return putting


def test_ready_and_held_by_office(desk: Desk, put: Put) -> None:
    put(1)
    put(2, ItemRecord("LIB_BOOKS", "NTU", ItemState.OPEN, FRESH), ItemRecord("GA_GOWN", "", ItemState.PENDING, FRESH))
    put(3, ItemRecord("LIB_FINES", "NTNU", ItemState.CLEARED, TEN - timedelta(hours=24)))
    put(4, without="GA_FEES")
    put(5, ItemRecord("GA_GOWN", "", ItemState.NOT_APPLICABLE, FRESH))
    queue = desk.queue.count()
    assert (queue.ready, queue.held, queue.not_started) == (2, 3, 0)
    assert set(queue.offices) == {OfficeQueue("LIBRARY", 1, 1), OfficeQueue("GENERAL_AFFAIRS", 1, 1)}


def test_data_of_a_source_hold_for_as_long_as_the_edition_says_of_it(desk: Desk, put: Put, policy: Policy) -> None:
    put(1, ItemRecord("LIB_BOOKS", "NTU", ItemState.CLEARED, TEN - timedelta(hours=30)))
    put(2, ItemRecord("LIB_BOOKS", "NTUST", ItemState.CLEARED, TEN - timedelta(hours=30)))
    counts = []
    for hours in (30, 31, 10**12):
        books = [dataclasses.replace(one, source_max_age_hours={"NTU": hours}) for one in policy.clearance]
        queue = dataclasses.replace(desk.queue, policy=dataclasses.replace(policy, clearance=tuple(books))).count()
        counts.append((queue.ready, queue.held))
    assert counts == [(0, 2), (1, 1), (1, 1)]


def test_who_has_no_data_at_all_is_held_by_every_office(
    desk: Desk, enrol: Callable[..., Graduate], policy: Policy
) -> None:
    enrol("41020901L", items=(), serial="M-0001", uid="00000001")
    queue = desk.queue.count()
    asked = {item.office for item in policy.clearance if item.applies_to_all and item.blocking}
    assert (queue.ready, queue.held) == (0, 1)
    assert {(row.office, row.refused, row.unknown) for row in queue.offices} == {(office, 0, 1) for office in asked}


def test_only_those_whose_certificate_lies_here_are_counted(desk: Desk, put: Put) -> None:
    put(1, counter="GONGGUAN")
    assert desk.queue.count().ready == 0


def test_who_has_not_begun_the_procedure_is_held(desk: Desk, put: Put) -> None:
    put(1, procedure_started=False)
    queue = desk.queue.count()
    assert (queue.ready, queue.held, queue.not_started, queue.offices) == (0, 1, 1, ())


def test_items_of_a_group_are_asked_of_that_group_only(desk: Desk, put: Put, policy: Policy) -> None:
    grouped = next(item for item in policy.clearance if not item.applies_to_all and item.blocking)
    group = next(iter(grouped.applies_to))
    assert isinstance(group, Group)
    put(1)
    put(2, groups=frozenset({group}))
    queue = desk.queue.count()
    assert (queue.ready, queue.held) == (1, 1)
    assert grouped.office in [row.office for row in queue.offices]


def test_it_agrees_with_the_engine(desk: Desk, put: Put) -> None:
    states = list(ItemState)
    for seat, state in enumerate(states, start=1):
        put(seat, ItemRecord("LIB_BOOKS", "NTU", state, FRESH))
    held = sum(
        desk.pickup.open_number(f"410209{seat:02d}L").verdict.code is VerdictCode.HOLD
        for seat in range(1, len(states) + 1)
    )
    assert desk.queue.count().held == held == 3
