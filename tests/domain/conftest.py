# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped rules, and one visit in which everything is in order."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from desk_app.domain.facts import Facts, StudentFacts
from desk_app.domain.policy import Policy
from desk_app.policy.library import PolicyLibrary
from tests.shipped_rules import shipped_library


@pytest.fixture(scope="session")
def library() -> PolicyLibrary:
    return shipped_library()


@pytest.fixture(scope="session")
def policy(library: PolicyLibrary) -> Policy:
    return library.load("ntnu-113-2")


@pytest.fixture(scope="session")
def wmu(library: PolicyLibrary) -> Policy:
    return library.load("wmu-2017")


@pytest.fixture(scope="session")
def ready() -> Facts:
    """Give a graduate of Chinese at MAIN on Tuesday morning, everything cleared, the card on the desk."""
    at = datetime(2025, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
    return Facts(at=at, counter="MAIN", student=StudentFacts(number="41020901L", unit="CHU"))
