# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold for every visit, whatever is on the desk."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desk_app.domain.engine import decide, is_open, next_opening, situation_of
from desk_app.domain.engine.findings import ITEM_STATE_REASONS, evidence_rank
from desk_app.domain.facts import (
    CardFacts,
    CardGeneration,
    CertDetail,
    Closure,
    EvidenceCode,
    EvidenceFact,
    Facts,
    Flags,
    Group,
    HistoryFact,
    HistoryKind,
    ItemFact,
    ItemState,
    LetterFacts,
    LetterSigner,
    Level,
    LossReport,
    Mode,
    OverrideFact,
    OverseasFacts,
    OverseasSemester,
    PhoneConfirmation,
    PhotoIdKind,
    Request,
    StockState,
    StudentFacts,
)
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import NoticeCode, ReasonCode, Verdict, VerdictCode
from desk_app.policy.library import PolicyLibrary
from desk_app.resources import resource

LIBRARY = PolicyLibrary(resource("policy"))
POLICIES = [LIBRARY.load(pack) for pack in LIBRARY.ids()]
TAIPEI = ZoneInfo("Asia/Taipei")
START = datetime(2025, 5, 30, 0, 0, tzinfo=TAIPEI)

instants = st.one_of(
    st.integers(0, 100 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
    st.integers(0, 3 * 24 * 60).map(lambda m: datetime(2017, 6, 29, tzinfo=TAIPEI) + timedelta(minutes=m)),
    st.datetimes(
        datetime.fromisoformat("1950-01-01T00:00:00"),
        datetime.fromisoformat("2900-01-01T00:00:00"),
        timezones=st.just(TAIPEI),
    ),
)
days = st.dates(date(2015, 1, 1), date(2030, 12, 31))
texts = st.sampled_from(["", " ", "super-m", "clerk", "note"])
REASONS = [
    "OUTSIDE_HOURS", "WEEKDAY", "NOT_STARTED", "NAME_DIFFERS", "PHOTO_MISMATCH", "LETTER_NAME_MISMATCH", "UNIT_NOT_ROUTED",
    "ITEM_OPEN:GA_GOWN", "MISSING:LETTER", "NO_EVIDENCE_RULE", "CLOSURE:A", "ISSUE_DAY_OVER", "CLOCK_SKEW",
]  # fmt: skip

confirmations = st.builds(PhoneConfirmation, texts, texts, texts, instants)
item_facts = st.builds(
    ItemFact,
    state=st.sampled_from(ItemState),
    as_of=st.none() | instants,
    window_closed=st.booleans(),
    confirmed=st.none() | confirmations,
    certificate_date=st.none() | days,
    detail=st.none() | st.sampled_from(CertDetail),
)
sources = st.sampled_from(["", "NTNU", "NTU", "NTUST"])
item_codes = st.sampled_from([item.code for policy in POLICIES for item in policy.clearance] + ["NO_SUCH"])
whole_days = st.builds(
    lambda start, length, reason, counters, counts, declared: Closure(
        start, start + timedelta(days=length), reason, counters, counts, declared
    ),
    days,
    st.integers(0, 20),
    st.sampled_from(["A", "B"]),
    st.sampled_from([("*",), ("MAIN",), ("GONGGUAN",), ()]),
    st.booleans(),
    st.none() | instants,
)
hours = st.builds(
    lambda start, length: Closure(start, start + timedelta(minutes=length), "A"), instants, st.integers(1, 9999)
)
students = st.builds(
    StudentFacts,
    number=st.sampled_from(["41020901L", "61020901L", "41000000E", "41047901s", "2011000001", "", "?"]),
    known=st.sampled_from([True, True, True, False]),
    name=st.sampled_from(["", "王測一", "測\ue000試"]),
    level=st.none() | st.sampled_from(Level),
    unit=st.sampled_from(["CHU", "CSU", "XXU", "", "NEW"]),
    college=st.none() | st.sampled_from(["", "SCIENCE", "ARTS"]),
    other_units=st.lists(st.sampled_from(["CHU", "EOE", "NEW"]), max_size=3).map(tuple),
    entry_ay=st.none() | st.sampled_from([109, 110, 111, 112, 2011, 2014, 10**9]),
    enrolled_on=st.none() | days,
    graduation_ay=st.none() | st.integers(105, 115),
    groups=st.frozensets(st.sampled_from(Group)),
    has_national_id=st.none() | st.booleans(),
    procedure_started=st.booleans(),
    email_on_record=st.booleans(),
    overseas=st.none()
    | st.builds(
        OverseasFacts,
        st.none() | days,
        st.lists(
            st.builds(
                OverseasSemester, st.integers(0, 4), st.integers(0, 9), st.booleans(), st.booleans(), st.booleans()
            ),
            max_size=4,
        ).map(tuple),
    ),
)
cards = st.builds(
    CardFacts,
    generation=st.sampled_from(CardGeneration),
    lost=st.booleans(),
    presented=st.none() | st.booleans(),
    activated_at=st.none() | instants,
    report=st.none() | st.builds(LossReport, instants, st.none() | texts, st.booleans()),
)
letters = st.builds(
    LetterFacts,
    presented=st.booleans(),
    date=st.none() | days,
    dated=st.booleans(),
    signatures=st.frozensets(st.sampled_from(LetterSigner)),
    proxy_name_matches=st.booleans(),
    number_matches=st.booleans(),
    original=st.booleans(),
    electronic=st.booleans(),
    graduates=st.integers(0, 3),
    revoked=st.booleans(),
)
evidence = st.builds(
    EvidenceFact,
    st.sampled_from(EvidenceCode),
    st.sampled_from(PhotoIdKind),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
overrides = st.builds(
    OverrideFact, st.sampled_from(REASONS), texts, st.sampled_from(["", "clerk", "supervisor"]), texts, texts, texts
)
visits = st.builds(
    Facts,
    at=instants,
    counter=st.sampled_from(["MAIN", "GONGGUAN", "SCHOOL", "NOWHERE"]),
    request=st.sampled_from([Request.PICKUP] * 8 + list(Request)),
    started_at=st.none() | instants,
    calendar_as_of=st.none() | days,
    clock_skew_seconds=st.sampled_from([0, 0, 0, 120, 121, -500]),
    closures=st.lists(whole_days | hours, max_size=3).map(tuple),
    mode=st.sampled_from(Mode),
    id_number_typed=st.none() | st.sampled_from(["", "A123456789", "AA00000009", "x"]),
    student=students,
    items=st.dictionaries(item_codes, st.dictionaries(sources, item_facts, max_size=4), max_size=6),
    stock=st.dictionaries(
        st.sampled_from(["DEGREE_CERTIFICATE", "GRADUATION_CERTIFICATE"]), st.sampled_from(StockState)
    ),
    card=cards,
    letter=st.none() | letters,
    proxy_graduates_today=st.integers(0, 9),
    evidence=st.lists(evidence, max_size=5).map(tuple),
    flags=st.builds(Flags, *[st.sampled_from([False] * 5 + [True])] * 6),
    history=st.lists(st.builds(HistoryFact, st.sampled_from(HistoryKind), instants), max_size=3).map(tuple),
    overrides=st.lists(overrides, max_size=3).map(tuple),
)
policies = st.sampled_from(POLICIES)

_STRENGTH = list(VerdictCode)
_REASON_ORDER = list(ReasonCode)
_NOTICE_ORDER = list(NoticeCode)


def _place(reason: ReasonCode) -> int:
    return _REASON_ORDER.index(ReasonCode.ITEM_OPEN if reason in ITEM_STATE_REASONS else reason)


def _as_strong_or_stronger(verdict: Verdict, other: Verdict) -> bool:
    return _STRENGTH.index(verdict.code) <= _STRENGTH.index(other.code)


@given(policies, visits)
def test_every_visit_has_one_ordered_answer(policy: Policy, facts: Facts) -> None:
    verdict = decide(policy, facts)
    places = [_place(reason.code) for reason in verdict.reasons]
    assert places == sorted(places)
    notices = [_NOTICE_ORDER.index(notice.code) for notice in verdict.notices]
    assert notices == sorted(notices)
    assert len(set(verdict.reasons)) == len(verdict.reasons)
    assert len(set(verdict.notices)) == len(verdict.notices)
    ranks = [evidence_rank(element) for element in verdict.missing_evidence]
    assert ranks == sorted(ranks)
    numbers = [int(code.value[1:]) for code in verdict.prints]
    assert numbers == sorted(numbers)
    if verdict.reasons:
        assert verdict.code is min((reason.code.verdict for reason in verdict.reasons), key=_STRENGTH.index)
    else:
        assert verdict.code is (VerdictCode.RELEASE_NOTICE if verdict.notices else VerdictCode.RELEASE)


@given(policies, visits)
def test_the_same_visit_has_the_same_answer(policy: Policy, facts: Facts) -> None:
    assert decide(policy, facts) == decide(policy, dataclasses.replace(facts))


FIELDS = [field.name for field in dataclasses.fields(Facts) if field.name not in ("at", "counter", "overrides")]


@settings(max_examples=400)
@given(visit=visits, spoilt=st.sets(st.sampled_from(FIELDS), max_size=2))
def test_nothing_is_released_against_the_rules(policy: Policy, ready: Facts, visit: Facts, spoilt: set[str]) -> None:
    facts = dataclasses.replace(ready, **{name: getattr(visit, name) for name in spoilt})
    verdict = decide(policy, facts)
    if not verdict.code.releases:
        assert verdict.reasons
        return
    assert facts.request is Request.PICKUP
    assert facts.student.known
    assert verdict.missing_evidence == ()
    assert verdict.send_to is None
    assert not facts.flags.photo_mismatch
    assert not facts.flags.id_mismatch
    past = sorted((event for event in facts.history if event.at <= facts.at), key=lambda event: event.at)
    assert not past or past[-1].event is HistoryKind.REVERSAL
    for item in policy.clearance:
        for source in item.source_keys if item.applies_to_all and not item.closed_by_release else ():
            fact = facts.items.get(item.code, {}).get(source, ItemFact())
            assert fact.state in (ItemState.CLEARED, ItemState.NOT_APPLICABLE) or fact.confirmed
            assert fact.as_of is None or fact.confirmed or timedelta(0) <= facts.at - fact.as_of < timedelta(hours=24)
    assert facts.stock.get("DEGREE_CERTIFICATE", StockState.IN_BOX) is StockState.IN_BOX


@given(policies, visits)
def test_an_unknown_or_released_visitor_never_gets_a_certificate(policy: Policy, facts: Facts) -> None:
    unknown = dataclasses.replace(facts, student=dataclasses.replace(facts.student, known=False))
    assert not decide(policy, unknown).code.releases
    released = dataclasses.replace(facts, history=(HistoryFact(HistoryKind.RELEASE, facts.at),))
    assert not decide(policy, released).code.releases


@pytest.mark.parametrize("state", [ItemState.OPEN, ItemState.PENDING, ItemState.UNKNOWN])
@given(data=st.data())
def test_no_release_while_an_item_is_not_cleared(
    policy: Policy, ready: Facts, state: ItemState, data: st.DataObject
) -> None:
    items = [item for item in policy.clearance if item.blocking and item.applies_to_all and not item.closed_by_release]
    item = data.draw(st.sampled_from(items))
    source = data.draw(st.sampled_from(item.source_keys))
    override = data.draw(st.lists(overrides, max_size=3))
    facts = dataclasses.replace(ready, items={item.code: {source: ItemFact(state=state)}}, overrides=tuple(override))
    verdict = decide(policy, facts)
    assert verdict.code is VerdictCode.HOLD
    assert f"{item.code}.{source}".rstrip(".") in [reason.argument for reason in verdict.reasons]


@given(minutes=st.integers(24 * 60, 10**6))
def test_no_release_on_data_that_are_a_day_old(policy: Policy, ready: Facts, minutes: int) -> None:
    stale = ItemFact(as_of=ready.at - timedelta(minutes=minutes))
    verdict = decide(policy, dataclasses.replace(ready, items={"GA_FEES": {"": stale}}))
    assert [str(reason) for reason in verdict.reasons] == ["ITEM_UNKNOWN:GA_FEES"]


@given(minutes=st.integers(0, 24 * 60 - 1))
def test_younger_data_are_fresh(policy: Policy, ready: Facts, minutes: int) -> None:
    fresh = ItemFact(as_of=ready.at - timedelta(minutes=minutes))
    assert decide(policy, dataclasses.replace(ready, items={"GA_FEES": {"": fresh}})).code.releases


@given(minutes=st.integers(0, 7 * 24 * 60))
def test_no_release_outside_the_hours(policy: Policy, ready: Facts, minutes: int) -> None:
    at = datetime(2025, 6, 2, tzinfo=TAIPEI) + timedelta(minutes=minutes)
    of_day = at.hour * 60 + at.minute
    serves = at.weekday() < 5 and (510 <= of_day < 720 or 810 <= of_day < 1020)
    assert decide(policy, dataclasses.replace(ready, at=at)).code.releases is serves


@given(policies, visits, item_codes, sources)
def test_an_open_item_never_makes_a_verdict_friendlier(policy: Policy, facts: Facts, code: str, source: str) -> None:
    opened = {**facts.items, code: {**facts.items.get(code, {}), source: ItemFact(state=ItemState.OPEN)}}
    before, after = decide(policy, facts), decide(policy, dataclasses.replace(facts, items=opened))
    was = facts.items.get(code, {}).get(source, ItemFact())
    assume(was.state in (ItemState.CLEARED, ItemState.NOT_APPLICABLE))
    assert _as_strong_or_stronger(after, before)


@given(policies, visits, st.randoms(use_true_random=False))
def test_the_order_of_inputs_never_matters(policy: Policy, facts: Facts, random: object) -> None:
    shuffled_items = dict(reversed(list(facts.items.items())))
    shuffled = dataclasses.replace(
        facts,
        items={code: dict(reversed(list(data.items()))) for code, data in shuffled_items.items()},
        stock=dict(reversed(list(facts.stock.items()))),
        evidence=tuple(reversed(facts.evidence)),
        closures=tuple(reversed(facts.closures)),
    )
    before, after = decide(policy, facts), decide(policy, shuffled)
    assert before.code is after.code
    assert set(before.reasons) == set(after.reasons)
    assert set(before.notices) == set(after.notices)
    assert (before.prints, before.missing_evidence, before.digital_due, before.next_opening, before.send_to) == (
        after.prints,
        after.missing_evidence,
        after.digital_due,
        after.next_opening,
        after.send_to,
    )


@given(
    minutes=st.integers(0, 100 * 24 * 60),
    closures=st.lists(whole_days | hours, max_size=4).map(tuple),
    counter=st.sampled_from(["MAIN", "GONGGUAN"]),
    share=st.floats(0, 0.999),
)
def test_the_next_opening_is_the_first_one(
    policy: Policy, minutes: int, closures: tuple[Closure, ...], counter: str, share: float
) -> None:
    at = START + timedelta(minutes=minutes)
    situation = situation_of(policy, Facts(at=at, counter=counter, closures=closures))
    opening = next_opening(situation, counter)
    if is_open(situation, counter, at):
        assert opening is None
    elif opening is not None:
        assert at < opening
        assert is_open(situation, counter, opening)
        assert not is_open(situation, counter, at + (opening - at) * share)


@given(policies, visits)
def test_an_override_lifts_its_own_reason_only(policy: Policy, facts: Facts) -> None:
    without = decide(policy, dataclasses.replace(facts, overrides=()))
    with_them = decide(policy, facts)
    lifted = {notice.argument for notice in with_them.notices if notice.code is NoticeCode.OVERRIDDEN}
    assert {str(reason) for reason in without.reasons} - lifted == {str(reason) for reason in with_them.reasons}
    assert lifted <= {override.reason for override in facts.overrides}


def test_the_clock_of_the_machine_plays_no_part(policy: Policy, ready: Facts) -> None:
    elsewhere = dataclasses.replace(ready, at=ready.at.astimezone(ZoneInfo("America/New_York")))
    assert decide(policy, elsewhere) == decide(policy, ready)
    assert decide(policy, elsewhere).at.utcoffset() == timedelta(hours=8)
