# SPDX-License-Identifier: GPL-3.0-or-later
"""Visits of all kinds for the properties: any that can be, and such as are nearly in order, under all four packs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

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
from tests.shipped_rules import shipped_library

LIBRARY = shipped_library()
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
_FIELDS: Mapping[str, st.SearchStrategy[object]] = {
    "at": instants,
    "counter": st.sampled_from(["MAIN", "GONGGUAN", "SCHOOL", "NOWHERE"]),
    "request": st.sampled_from([Request.PICKUP] * 8 + list(Request)),
    "started_at": st.none() | instants,
    "calendar_as_of": st.none() | days,
    "clock_skew_seconds": st.sampled_from([0, 0, 0, 120, 121, -500]),
    "closures": st.lists(whole_days | hours, max_size=3).map(tuple),
    "mode": st.sampled_from(Mode),
    "id_number_typed": st.none() | st.sampled_from(["", "A123456789", "AA00000009", "x"]),
    "student": students,
    "items": st.dictionaries(item_codes, st.dictionaries(sources, item_facts, max_size=4), max_size=6),
    "stock": st.dictionaries(
        st.sampled_from(["DEGREE_CERTIFICATE", "GRADUATION_CERTIFICATE"]), st.sampled_from(StockState)
    ),
    "card": cards,
    "letter": st.none() | letters,
    "proxy_graduates_today": st.integers(0, 9),
    "evidence": st.lists(evidence, max_size=5).map(tuple),
    "flags": st.builds(Flags, *[st.sampled_from([False] * 5 + [True])] * 6),
    "history": st.lists(st.builds(HistoryFact, st.sampled_from(HistoryKind), instants), max_size=3).map(tuple),
    "overrides": st.lists(overrides, max_size=3).map(tuple),
}
visits = st.builds(Facts, **_FIELDS)
policies = st.sampled_from(POLICIES)

_IN_ORDER = StudentFacts(number="41020901L", unit="CHU")
READY: Mapping[str, Facts] = {
    "ntnu-113-2": Facts(at=datetime(2025, 6, 3, 10, tzinfo=TAIPEI), counter="MAIN", student=_IN_ORDER),
    "ntnu-113-1": Facts(at=datetime(2025, 1, 8, 10, tzinfo=TAIPEI), counter="MAIN", student=_IN_ORDER),
    "ntnu-112-2": Facts(at=datetime(2024, 6, 4, 10, tzinfo=TAIPEI), counter="MAIN", student=_IN_ORDER),
    "wmu-2017": Facts(
        at=datetime(2017, 6, 30, 10, tzinfo=TAIPEI),
        counter="SCHOOL",
        student=StudentFacts(number="2011000001", level=Level.BACHELOR, entry_ay=2011),
        evidence=(EvidenceFact(EvidenceCode.LEAVING_FORM),),
    ),
}
"""For each pack a visit in which everything is in order."""

_SPOILABLE = sorted(_FIELDS.keys() - {"overrides"})


@st.composite
def nearly_ready(draw: st.DrawFn) -> tuple[Policy, Facts]:
    """Give a pack and a visit in which at most two things may be out of order, the hour being one of them."""
    policy = draw(policies)
    ready = READY[policy.edition.pack]
    spoilt = draw(st.lists(st.sampled_from(_SPOILABLE), max_size=2, unique=True))
    changes = {name: draw(_FIELDS[name]) for name in spoilt if name != "at"}
    if "at" in spoilt:
        changes["at"] = ready.at + timedelta(minutes=draw(st.integers(-3 * 24 * 60, 3 * 24 * 60)))
    return policy, dataclasses.replace(ready, **changes)  # type: ignore[arg-type]  # each of its field's own strategy


def empowered(reason: str) -> OverrideFact:
    """Give the override of a reason with everything that any class of override wants."""
    return OverrideFact(reason, by="super-m", role="supervisor", second="clerk-m1", why="w", incident="i")
