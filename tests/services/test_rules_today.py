# SPDX-License-Identifier: GPL-3.0-or-later
"""What applies today: every line with its source and its mark, and suspect dates marked wherever they stand."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import pytest

from desk_app.domain.basis import EntryStatus
from desk_app.domain.facts import Closure
from desk_app.domain.papers import Language
from desk_app.domain.policy import Policy
from desk_app.services.desk import Desk
from desk_app.services.explain.case import explain
from desk_app.services.explain.names import Names
from desk_app.services.pickup import Pickup
from desk_app.services.receipt_content import receipt_notices
from desk_app.services.rules_today import RuleLine, closure_period, rules_today
from tests.plain_desk import TAIPEI
from tests.services.conftest import TEN
from tests.services.visits import Enrol
from tests.shipped_rules import shipped_library


def lines(
    policy: Policy,
    language: Language = Language.ZH,
    at: datetime = TEN,
    counter: str = "MAIN",
    announced: tuple[Closure, ...] = (),
) -> dict[str, RuleLine]:
    groups = rules_today(policy, counter, announced, at, language)
    assert [group.key for group in groups] == ["service", "visit", "dates", "edition"]
    return {line.key: line for group in groups for line in group.lines}


def doubtful(policy: Policy) -> Policy:
    """Give the policy with an office that is not sure of the fare's last day and of the first day."""
    assert policy.easycard is not None
    unsure = dataclasses.replace(policy.easycard.basis, status=EntryStatus.SUSPECT, note="?")
    bases = {**policy.pickup.basis, "open_from": unsure}
    return dataclasses.replace(
        policy,
        easycard=dataclasses.replace(policy.easycard, basis=unsure),
        pickup=dataclasses.replace(policy.pickup, basis=bases),
    )


def test_an_open_counter(policy: Policy) -> None:
    said = lines(policy)
    assert (said["now"].value, said["hours"].value) == ("目前服務中", "週一至週五 08:30–12:00、13:30–17:00")
    assert said["hours"].source == "R26、R27、G4b、G47、F4"
    assert said["digital"].value == "至 2025-06-06（五）"
    assert said["easycard"].value == "至 2025-10-31（五）"
    assert said["easycard"].words != ""
    assert said["pack"].value == f"ntnu-113-2・{policy.digest[:16]}"
    assert said["calendar"].value == "2024-07-09（二）公布的版本"
    assert said["closures"].value == "2025-07-11（五）–2025-07-12（六） 分科測驗"


def test_suspect_and_default_entries_bear_their_marks_and_notes(policy: Policy) -> None:
    said = lines(policy, Language.EN)
    assert said["portal"].status is EntryStatus.SUSPECT
    assert said["portal"].note == "Lies before the term and equals the date of edition 113-1."
    assert said["credential_phase"].value == "from Fri 2025-01-31 (expected Fri 2025-08-01)"
    assert said["credential_phase"].status is EntryStatus.SUSPECT
    assert said["grace"].status is EntryStatus.DEFAULT
    assert said["hours"].status is EntryStatus.CONFIRMED


def test_ways_to_collect(policy: Policy) -> None:
    said = lines(policy, Language.EN)
    assert said["in_person_held"].value == "student card"
    assert "or copy of the graduate's passport" in said["by_proxy_lost"].value
    assert lines(shipped_library().load("wmu-2017"), counter="REGISTRAR")["by_proxy_held"].value == (
        "未規定，由主管核示"
    )


def test_a_closed_counter_says_why_and_when_it_opens(policy: Policy) -> None:
    typhoon = Closure(date(2025, 6, 3), date(2025, 6, 3), "TYPHOON", declared_at=TEN)
    said = lines(policy, announced=(typhoon,))
    assert said["now"].value == "停止服務：颱風停班停課。下次開櫃 6/4（三）08:30"
    assert said["closures"].value.splitlines()[0] == "2025-06-03（二） 颱風停班停課"
    assert lines(policy, at=TEN.replace(hour=20))["now"].value == "目前不服務。下次開櫃 6/4（三）08:30"
    before = lines(policy, announced=(typhoon,), at=TEN - timedelta(hours=1))
    assert before["now"].value == "目前服務中"


def test_a_last_day_is_said_where_there_is_one(policy: Policy) -> None:
    limited = dataclasses.replace(policy, pickup=dataclasses.replace(policy.pickup, open_to=date(2025, 9, 30)))
    assert "last_day" not in lines(policy)
    assert lines(limited)["last_day"].value == "2025-09-30（二）"


@pytest.mark.parametrize("pack", ["ntnu-112-2", "ntnu-113-1", "ntnu-113-2", "wmu-2017"])
@pytest.mark.parametrize("language", Language)
def test_every_pack_can_be_said(pack: str, language: Language) -> None:
    policy = shipped_library().load(pack)
    for counter in policy.counters:
        said = lines(policy, language, counter=counter)
        assert all(line.label and line.value for line in said.values())


def test_periods(policy: Policy) -> None:
    names = Names.of(policy, Language.EN, TEN)
    night = Closure(TEN, datetime(2025, 6, 4, 9, 0, tzinfo=TAIPEI), "X")
    assert closure_period(names, night) == "2025-06-03 10:00–2025-06-04 09:00"
    assert closure_period(names, Closure(TEN.date(), TEN.date(), "X")) == "Tue 2025-06-03"


def test_a_doubtful_date_bears_its_mark_on_screen_and_paper(desk: Desk, policy: Policy, enrol: Enrol) -> None:
    enrol()
    unsure = doubtful(policy)
    pickup: Pickup = dataclasses.replace(desk.pickup, policy=unsure)
    case = pickup.open_card("58237714", desk.clock.now())
    told = explain(unsure, case, Language.ZH, desk.clock.now())
    fare = next(line.text for line in told.tell if line.code.value == "EASYCARD_UNTIL")
    assert "10/31（存疑）" in fare
    printed = next(text for text in receipt_notices(unsure, case.verdict) if "EasyCard" in text.en)
    assert "（存疑）" in printed.zh
    assert "(doubtful)" in printed.en
    sure = receipt_notices(policy, case.verdict)
    assert not any("存疑" in text.zh for text in sure)


def test_a_doubtful_first_day_bears_its_mark(desk: Desk, policy: Policy, enrol: Enrol) -> None:
    enrol()
    unsure = doubtful(policy)
    pickup: Pickup = dataclasses.replace(desk.pickup, policy=unsure)
    case = pickup.look_up("41020901L", TEN - timedelta(days=4))
    told = explain(unsure, case, Language.ZH, TEN - timedelta(days=4))
    assert any("6 月 2 日（一）（存疑）" in f"{row.title} {row.act}" for row in told.reasons)
