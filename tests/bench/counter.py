# SPDX-License-Identifier: GPL-3.0-or-later
"""What use cases need besides a store, for benchmarks that run some of them without a whole desk."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.clock import StandingClock
from desk_app.domain.policy import Policy
from desk_app.domain.records import Operator, Role
from desk_app.policy.library import PolicyLibrary
from desk_app.resources import resource
from desk_app.services.operators import Operators
from desk_app.services.ports import DeskIdentity
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore
from tests.bench import dataset


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter with a clerk, under the rules that are shipped, at the instant of the data set."""

    store: DeskStore
    policy: Policy
    clock: StandingClock
    trail: Trail


def counter_on(store: DeskStore) -> Counter:
    """Give the main counter on a store."""
    policy = PolicyLibrary(resource("policy")).load("ntnu-113-2")
    operators = Operators(store, Operator("clerk-m1", "測試櫃員", Role.CLERK))
    clock = StandingClock(dataset.AT, policy.edition.timezone)
    return Counter(store, policy, clock, Trail(DeskIdentity("MAIN", "1", "M"), policy, operators))
