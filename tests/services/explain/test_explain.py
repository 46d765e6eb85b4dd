# SPDX-License-Identifier: GPL-3.0-or-later
"""Every verdict, reason, notice, item and source has words in both languages, whatever pack brings it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk_app.domain.facts import EvidenceCode, ItemState, Level, Mode
from desk_app.domain.papers import Language
from desk_app.domain.policy import Policy
from desk_app.domain.records import ItemRecord
from desk_app.domain.verdict import Notice, NoticeCode, Reason, ReasonCode, VerdictCode
from desk_app.domain.visit import OpenCase
from desk_app.i18n import catalogue
from desk_app.resources import resource
from desk_app.services.desk import Desk
from desk_app.services.explain.case import LINE_LATIN, LINE_ZH, explain, shortened
from desk_app.services.explain.items import clearance_rows, source_states
from desk_app.services.explain.names import Names, readable
from desk_app.services.explain.notices import notice_line
from desk_app.services.explain.reasons import reason_row
from tests.shipped_rules import shipped_library

pytestmark = pytest.mark.slow

PACKS = sorted(path.stem for path in Path(resource("policy")).glob("*.toml") if path.stem != "offices")
ARGUMENTS = {
    ReasonCode.LEVEL_OUT_OF_SCOPE: "master",
    ReasonCode.SERVICE: "VERIFY",
    ReasonCode.CLOSURE: "AST",
    ReasonCode.WRONG_COUNTER: "GONGGUAN",
    ReasonCode.NOT_PRINTED: "DEGREE_CERTIFICATE",
    ReasonCode.NOT_IN_BOX: "DEGREE_CERTIFICATE",
    ReasonCode.MISPRINT: "DEGREE_CERTIFICATE",
    ReasonCode.MISSING: "GRAD_CARD",
    ReasonCode.ITEM_OPEN: "LIB_BOOKS.NTU",
    ReasonCode.ITEM_PENDING: "DEPT_CERT",
    ReasonCode.ITEM_UNKNOWN: "LIB_BOOKS.NTUST",
    ReasonCode.ITEM_WINDOW_CLOSED: "CUR_SURVEY",
}
NOTICE_ARGUMENTS = {
    NoticeCode.OTHER_UNIT: "CSU",
    NoticeCode.CREDENTIAL: "ID_NUMBER",
    NoticeCode.ITEM_IGNORED: "OIA_DB",
    NoticeCode.ITEM_ADVICE: "STE_CREDITS",
    NoticeCode.CONFIRMED_BY_PHONE: "LIB_BOOKS.NTU",
    NoticeCode.SELF_SERVICE: "ALU_DB",
    NoticeCode.CERT_DETAIL: "NOT_NOTIFIED",
    NoticeCode.DOCUMENT_NOT_ACCEPTED: "TRANSCRIPT",
    NoticeCode.EXPIRED_ID_SHOWN: "RESIDENT_CERT",
    NoticeCode.OVERRIDDEN: "ITEM_OPEN:LIB_BOOKS.NTU",
    NoticeCode.OVERRIDE_REFUSED: "NAME_DIFFERS",
    NoticeCode.DOOR_SWITCH: "2025-06-03T15:30/2025-06-03T16:00",
}


@pytest.fixture
def case(desk: Desk, enrol: Callable[..., object]) -> OpenCase:
    enrol()
    return desk.pickup.open_card("58237714", desk.clock.now())


def _open(item: str, source: str, state: ItemState, at: datetime) -> ItemRecord:
    return ItemRecord(item, source, state, at)


@pytest.fixture
def held(desk: Desk, enrol: Callable[..., object], policy: Policy, clock: object) -> OpenCase:
    at = desk.clock.now() - timedelta(minutes=2)
    items = [
        ItemRecord(item.code, source, ItemState.CLEARED, at)
        for item in policy.clearance
        if item.applies_to_all
        for source in item.source_keys
    ]
    changed = {
        ("LIB_BOOKS", "NTU"): _open("LIB_BOOKS", "NTU", ItemState.OPEN, at),
        ("GA_FEES", ""): _open("GA_FEES", "", ItemState.OPEN, at),
        ("LIB_BOOKS", "NTUST"): _open("LIB_BOOKS", "NTUST", ItemState.CLEARED, at - timedelta(hours=26)),
    }
    enrol(items=[changed.get((one.item, one.source), one) for one in items])
    return desk.pickup.open_card("58237714", desk.clock.now())


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", list(ReasonCode), ids=str)
def test_every_reason_says_what_is_wrong_and_what_to_do(
    code: ReasonCode, language: Language, policy: Policy, case: OpenCase
) -> None:
    names = Names.of(policy, language, case.verdict.at)
    row = reason_row(names, case, Reason(code, ARGUMENTS.get(code, "")), case.verdict.at)
    assert row.title
    assert row.act
    assert row.chip
    assert resource("icons", f"{row.icon}.svg").is_file()
    assert "{" not in row.title + row.act
    assert len(row.title) <= (LINE_ZH if language is Language.ZH else LINE_LATIN)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", list(NoticeCode), ids=str)
def test_every_notice_has_words(code: NoticeCode, language: Language, policy: Policy, case: OpenCase) -> None:
    names = Names.of(policy, language, case.verdict.at)
    dated = dataclasses.replace(
        case, verdict=dataclasses.replace(case.verdict, digital_due=case.verdict.at.date() + timedelta(days=3))
    )
    line = notice_line(names, dated, Notice(code, NOTICE_ARGUMENTS.get(code, "")))
    assert line.text
    assert "{" not in line.text
    assert resource("icons", f"{line.icon}.svg").is_file()


@pytest.mark.parametrize("language", list(Language))
def test_every_closed_list_has_names(language: Language, policy: Policy, case: OpenCase) -> None:
    names = Names.of(policy, language, case.verdict.at)
    texts = catalogue(language)
    assert all(names.evidence(code.value) for code in EvidenceCode)
    assert all(names.state(state) for state in ItemState)
    assert all(names.level(level) for level in Level)
    assert all(texts.has(f"verdict.{code.value}") for code in VerdictCode)
    for code in EvidenceCode:
        row = reason_row(names, case, Reason(ReasonCode.MISSING, code.value), case.verdict.at)
        assert row.title != code.value


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("language", list(Language))
def test_every_item_and_source_of_every_pack_has_a_name(pack: str, language: Language) -> None:
    policy = shipped_library().trial(pack)
    texts = catalogue(language)
    wanted = [f"explain.item.{item.code}.{part}" for item in policy.clearance for part in ("name", "short", "open")]
    wanted += [f"explain.source.{source}.long" for item in policy.clearance for source in item.sources]
    assert [key for key in wanted if not texts.has(key)] == []


@pytest.mark.parametrize("language", list(Language))
def test_an_item_that_only_the_pack_knows_is_named_by_its_own_code(
    language: Language, policy: Policy, case: OpenCase
) -> None:
    rule = dataclasses.replace(policy.clearance[0], code="DORM_KEY", office="DORM_OFFICE", sources=("EAST",))
    grown = dataclasses.replace(policy, clearance=(rule,))
    names = Names.of(grown, language, case.verdict.at)
    row = reason_row(names, case, Reason(ReasonCode.ITEM_OPEN, "DORM_KEY.EAST"), case.verdict.at)
    assert "Dorm key" in row.title
    assert "EAST" in row.title
    assert row.phone == catalogue(language)("explain.phone_unknown")
    assert clearance_rows(names, case, case.verdict.at)[0].name == readable("DORM_KEY")


def test_a_hold_counts_items_and_names_the_offices(policy: Policy, held: OpenCase) -> None:
    zh = explain(policy, held, Language.ZH, held.verdict.at)
    en = explain(policy, held, Language.EN, held.verdict.at)
    assert zh.banner.words == "暫緩發給"
    assert zh.banner.second == "On hold"
    assert zh.banner.line == "2 項未完成、1 項待確認：總務處、圖書館"
    assert en.banner.line == "2 open, 1 to confirm: General Affairs, Library"


def test_reasons_tell_no_from_nobody_knows(policy: Policy, held: OpenCase) -> None:
    rows = explain(policy, held, Language.ZH, held.verdict.at).reasons
    assert [(row.title, row.dashed, row.icon) for row in rows] == [
        ("學雜費未繳清", False, "state-open"),
        ("臺大圖書館的書未還", False, "state-open"),
        ("臺科大圖書館資料逾時", True, "state-stale"),
    ]
    assert [row.age for row in rows] == ["資料 2 分鐘前", "資料 2 分鐘前", "資料 26 小時前"]
    assert rows[0].phone == "電話未登錄"
    assert rows[2].act == "6/2（一）07:58 起未再確認，向圖書館確認後記錄"  # no phone on record: nobody is told to call


def test_a_source_whose_data_hold_longer_is_not_said_to_be_too_old(policy: Policy, held: OpenCase) -> None:
    items = [dataclasses.replace(item, source_max_age_hours={"NTUST": 27}) for item in policy.clearance]
    longer = dataclasses.replace(policy, clearance=tuple(items))
    stale = [
        [one.code for item in edition.clearance for one in source_states(item, held) if one.stale]
        for edition in (policy, longer)
    ]
    assert stale == [["STALE"], []]


def test_an_office_with_a_phone_is_called(policy: Policy, held: OpenCase) -> None:
    library = dataclasses.replace(policy.offices["LIBRARY"], phone="02-7749-0003")
    reachable = dataclasses.replace(policy, offices={**policy.offices, "LIBRARY": library})
    rows = explain(reachable, held, Language.ZH, held.verdict.at).reasons
    assert (rows[2].phone, rows[2].act) == ("02-7749-0003", "6/2（一）07:58 起未再確認，打電話向圖書館確認後記錄")


def test_two_items_of_a_source_that_is_too_old_share_a_row_with_the_older_age(
    desk: Desk, enrol: Callable[..., object], policy: Policy
) -> None:
    now = desk.clock.now()
    ages = {("LIB_BOOKS", "NTUST"): 26, ("LIB_FINES", "NTUST"): 30}
    items = [
        ItemRecord(
            item.code, source, ItemState.CLEARED, now - timedelta(hours=ages.get((item.code, source), 0), minutes=2)
        )
        for item in policy.clearance
        if item.applies_to_all
        for source in item.source_keys
    ]
    enrol(items=items)
    case = desk.pickup.open_card("58237714", now)
    (row,) = explain(policy, case, Language.ZH, now).reasons
    assert [reason.argument for reason in row.reasons] == ["LIB_BOOKS.NTUST", "LIB_FINES.NTUST"]
    assert (row.title, row.age) == ("臺科大圖書館資料逾時", "資料 30 小時前")


def test_sources_that_agree_share_a_row(policy: Policy, held: OpenCase) -> None:
    rows = explain(policy, held, Language.ZH, held.verdict.at).clearance
    books = [(row.where, row.state, row.word) for row in rows if row.item == "LIB_BOOKS"]
    assert books == [
        ("圖書館・師大", "CLEARED", "已完成"),
        ("圖書館・臺大", "OPEN", "未完成"),
        ("圖書館・臺科大", "STALE", "已逾時"),
    ]
    fines = [row.where for row in rows if row.item == "LIB_FINES"]
    assert fines == ["圖書館・師大、臺大、臺科大"]
    assert "REG_FINAL" not in {row.item for row in rows}


def test_a_proxy_hears_the_offices_only(desk: Desk, policy: Policy, held: OpenCase) -> None:
    proxy = desk.pickup.revise(held, dataclasses.replace(held.visit, mode=Mode.BY_PROXY))
    rows = explain(policy, proxy, Language.ZH, proxy.verdict.at).reasons
    said = " ".join(f"{row.title} {row.act}" for row in rows)
    assert "圖書館有未完成事項" in said
    assert not any(word in said for word in ("書未還", "學雜費", "臺大"))


def test_a_release_names_the_box_and_what_to_tell(policy: Policy, case: OpenCase) -> None:
    said = explain(policy, case, Language.ZH, case.verdict.at)
    assert said.banner.line == "離校事項全部完成，證書在 M-001 箱"
    told = [line.text for line in said.tell]
    assert told[:2] == ["部分校園應用程式及權限將關閉", "悠遊卡學生優惠至 10/31 止"]
    assert told[2].startswith("數位學位證書 6/6（五）")
    assert said.all_settled


def test_an_office_name_changes_with_the_day(policy: Policy, case: OpenCase) -> None:
    early = Names.of(policy, Language.ZH, case.verdict.at - timedelta(days=30))
    today = Names.of(policy, Language.ZH, case.verdict.at)
    assert early.office("ALUMNI") == "公共事務中心"
    assert today.office("ALUMNI") == "校友中心"


def test_a_long_line_is_cut() -> None:
    assert shortened("字" * 60, LINE_ZH) == "字" * 44 + "…"


def test_weekdays_that_do_not_follow_each_other_are_listed(policy: Policy, case: OpenCase) -> None:
    odd = dataclasses.replace(policy, pickup=dataclasses.replace(policy.pickup, weekdays=frozenset({0, 2, 4})))
    assert Names.of(odd, Language.ZH, case.verdict.at).hours().startswith("週一、週三、週五 08:30")
    assert Names.of(policy, Language.EN, case.verdict.at).hours() == "Mon–Fri 08:30–12:00, 13:30–17:00"


def _decided(case: OpenCase, code: VerdictCode, *reasons: tuple[ReasonCode, str], **values: object) -> OpenCase:
    """Give a case with another verdict."""
    verdict = dataclasses.replace(
        case.verdict,
        code=code,
        reasons=tuple(Reason(*one) for one in reasons),
        missing_evidence=tuple(argument for reason, argument in reasons if reason is ReasonCode.MISSING),
        **values,  # type: ignore[arg-type]  # checked by the dataclass
    )
    return dataclasses.replace(case, verdict=verdict)


_LINES = [
    (
        VerdictCode.STOP,
        [(ReasonCode.PHOTO_MISMATCH, "")],
        "，請主管到櫃檯",
        ", call the supervisor to the desk",
    ),
    (VerdictCode.NOT_FOUND, [(ReasonCode.NUMBER_UNKNOWN, "")], "請再輸入一次，範例 41000000E", "for example 41000000E"),
    (
        VerdictCode.NEED_EVIDENCE,
        [(ReasonCode.MISSING, "GRAD_CARD"), (ReasonCode.MISSING, "LETTER")],
        "缺 2 項：",
        "2 papers missing: ",
    ),
    (VerdictCode.HOLD, [(ReasonCode.ITEM_OPEN, "LIB_BOOKS.NTU")], "圖書館：", "Library: "),
]


@pytest.mark.parametrize(("code", "reasons", "zh", "en"), _LINES, ids=lambda value: str(value)[:20])
def test_the_line_says_the_strongest_reason(
    policy: Policy, case: OpenCase, code: VerdictCode, reasons: list[tuple[ReasonCode, str]], zh: str, en: str
) -> None:
    decided = _decided(case, code, *reasons)
    assert zh in explain(policy, decided, Language.ZH, case.verdict.at).banner.line
    assert en in explain(policy, decided, Language.EN, case.verdict.at).banner.line


def test_a_redirect_names_unit_and_counter_and_leaves_the_unit_out_where_both_are_too_long(
    policy: Policy, case: OpenCase
) -> None:
    sent = _decided(case, VerdictCode.REDIRECT, (ReasonCode.WRONG_COUNTER, "GONGGUAN"), send_to="GONGGUAN")
    line = explain(policy, sent, Language.ZH, case.verdict.at).banner.line
    assert line.startswith("國文學系由")
    units = {key: dataclasses.replace(unit, name_zh="甲" * 40) for key, unit in policy.units.items()}
    long = dataclasses.replace(policy, units=units)
    assert explain(long, sent, Language.ZH, case.verdict.at).banner.line == line.removeprefix("國文學系")


def test_a_closed_counter_says_when_it_opens_or_why_it_is_closed(policy: Policy, case: OpenCase) -> None:
    opening = case.verdict.at + timedelta(days=1)
    closed = _decided(case, VerdictCode.NOT_NOW, (ReasonCode.CLOSURE, "AST"), next_opening=opening)
    assert explain(policy, closed, Language.ZH, case.verdict.at).banner.line.startswith("下次開放 ")
    for_good = _decided(case, VerdictCode.NOT_NOW, (ReasonCode.CLOSURE, "AST"), next_opening=None)
    said = explain(policy, for_good, Language.ZH, case.verdict.at)
    assert said.banner.line == said.reasons[0].title


def test_many_offices_and_papers_are_cut_to_what_a_line_holds(policy: Policy, case: OpenCase) -> None:
    items = [
        (ReasonCode.ITEM_OPEN, item.code if not item.sources else f"{item.code}.{item.sources[0]}")
        for item in policy.clearance
    ]
    line = explain(policy, _decided(case, VerdictCode.HOLD, *items), Language.ZH, case.verdict.at).banner.line
    assert len(line) <= LINE_ZH
    assert "等 " in line
    papers = [(ReasonCode.MISSING, code.value) for code in EvidenceCode]
    said = explain(policy, _decided(case, VerdictCode.NEED_EVIDENCE, *papers), Language.EN, case.verdict.at).banner.line
    assert said.endswith("and others")
    assert len(said) <= LINE_LATIN


def test_a_paper_and_another_fault_say_the_stronger_one(policy: Policy, case: OpenCase) -> None:
    mixed = _decided(case, VerdictCode.NEED_EVIDENCE, (ReasonCode.LETTER_UNDATED, ""), (ReasonCode.MISSING, "PROXY_ID"))
    said = explain(policy, mixed, Language.ZH, case.verdict.at)
    assert said.banner.line == said.reasons[0].title
    alone = _decided(case, VerdictCode.NEED_EVIDENCE, (ReasonCode.MISSING, "PROXY_SIGNATURE"))
    assert explain(policy, alone, Language.ZH, case.verdict.at).banner.line.endswith("，可當場補簽")


def test_a_graduate_whose_box_is_unknown_is_told_without_it(policy: Policy, case: OpenCase) -> None:
    assert case.dossier is not None
    holdings = tuple(dataclasses.replace(one, box="") for one in case.dossier.holdings)
    bare = dataclasses.replace(case, dossier=dataclasses.replace(case.dossier, holdings=holdings))
    assert explain(policy, bare, Language.ZH, case.verdict.at).banner.line == "離校事項全部完成"
