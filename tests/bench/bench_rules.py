# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a decision takes, and reading the rules from nothing.

python -m tests.bench.bench_rules
"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from desk_app.domain.engine import decide
from desk_app.domain.facts import Facts, ItemFact, StudentFacts
from desk_app.domain.policy import Policy
from desk_app.policy.library import PolicyLibrary
from desk_app.resources import resource
from tests.bench.table import Row, print_table, row_of, timed

_DECISIONS = 5000
_LOADS = 40
_PACK = "ntnu-113-2"


def measure() -> list[Row]:
    """Measure a decision in three situations, and loading a pack with its tables and calendar."""
    policy = PolicyLibrary(resource("policy")).load(_PACK)
    ready = _visit(policy)
    late = dataclasses.replace(ready, at=ready.at + timedelta(hours=9))
    held = dataclasses.replace(ready, items={"GA_GOWN": {"": ItemFact(as_of=ready.at - timedelta(days=2))}})
    return [
        _row("decide: release", timed(lambda _: decide(policy, ready), _DECISIONS), 0.15),
        _row("decide: after hours, next opening", timed(lambda _: decide(policy, late), _DECISIONS), 0.15),
        _row("decide: stale item", timed(lambda _: decide(policy, held), _DECISIONS), 0.15),
        _row("load a pack, its tables and calendar", timed(lambda _: _load(), _LOADS), 60.0),
    ]


def _visit(policy: Policy) -> Facts:
    """Give a visit with every item reported by every source, as in the running program."""
    at = datetime(2025, 6, 3, 10, 0, tzinfo=policy.edition.timezone)
    fresh = ItemFact(as_of=at - timedelta(hours=2))
    items = {item.code: dict.fromkeys(item.source_keys, fresh) for item in policy.clearance}
    return Facts(at=at, counter="MAIN", student=StudentFacts(number="41020901L", unit="CHU"), items=items)


def _load() -> Policy:
    return PolicyLibrary(resource("policy")).load(_PACK)


def _row(name: str, samples: list[float], target_ms: float) -> Row:
    return row_of(name, samples, target_ms, note=f"p50 to reach: {target_ms:g} ms")


if __name__ == "__main__":
    print_table(measure())
