# SPDX-License-Identifier: GPL-3.0-or-later
"""The slips: what is open and where, the way, the record; masked, and words instead of numbers."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import pytest

from desk_app.domain.facts import Group, ItemState, Mode
from desk_app.domain.papers import Language, SlipContent
from desk_app.domain.policy import Policy
from desk_app.domain.records import ItemRecord
from desk_app.domain.signature import Signature
from desk_app.domain.visit import OpenCase
from desk_app.i18n import catalogue
from desk_app.services.desk import Desk
from desk_app.services.explain.case import explain
from desk_app.services.slips import slip_for, slip_name
from tests.services.visits import Enrol


def _slip(desk: Desk, case: OpenCase, language: Language = Language.ZH, note: str = "") -> SlipContent:
    slip = slip_for(desk.policy, case, language, desk.clock.now(), note=note)
    assert slip is not None
    return slip


@pytest.fixture
def open_books(desk: Desk, enrol: Enrol, policy: Policy) -> OpenCase:
    at = desk.clock.now() - timedelta(minutes=2)
    items = [
        ItemRecord(item.code, source, ItemState.OPEN if (item.code, source) == ("LIB_BOOKS", "NTU") else done, at)
        for done in (ItemState.CLEARED,)
        for item in policy.clearance
        if item.applies_to_all
        for source in item.source_keys
    ]
    enrol(items=items)
    return desk.pickup.open_card("58237714", desk.clock.now())


def test_the_list_of_open_items_names_office_phone_hours_and_papers(desk: Desk, open_books: OpenCase) -> None:
    slip = _slip(desk, open_books)
    assert (slip.code, slip.title, slip.title_second) == ("P2", "未完成事項單", "Missing items")
    assert [(line.title, line.office, line.phone) for line in slip.lines] == [
        ("歸還臺大圖書館的書", "圖書館", "電話未登錄")
    ]
    assert slip.bring == ("學生證",)
    assert slip.hours == "週一至週五 08:30–12:00、13:30–17:00"
    assert (slip.name_masked, slip.student_no_masked) == ("王○一", "41020***L")


@pytest.mark.parametrize("language", Language)
def test_the_key_that_prints_a_slip_calls_it_as_its_title_does(language: Language) -> None:
    texts = catalogue(language)
    verb = {Language.ZH: "列印", Language.EN: "Print "}[language]
    for name in ("P2_PAPERS", "P3", "P10", "P12", "P12_COLLECTED"):
        assert texts(f"pickup.print.{name}").removeprefix(verb) in texts(f"slip.title.{name}").lower()
    assert texts("pickup.print_take").endswith(texts("pickup.print.P2_PAPERS"))


def test_a_slip_of_papers_alone_and_one_of_open_items_have_names_of_their_own(
    desk: Desk, enrol: Enrol, open_books: OpenCase
) -> None:
    assert slip_name(open_books) == "P2"
    enrol("41020902L", uid="0A0B0C2F", serial="M-0222")
    case = desk.pickup.open_card("0A0B0C2F", desk.clock.now())
    assert slip_name(case) == ""
    by_proxy = desk.pickup.revise(case, dataclasses.replace(case.visit, mode=Mode.BY_PROXY))
    assert slip_name(by_proxy) == "P2_PAPERS"


def test_the_slip_speaks_the_visitors_language(desk: Desk, open_books: OpenCase) -> None:
    slip = _slip(desk, open_books, Language.EN)
    assert slip.lines[0].title == "Return the NTU library book"
    assert slip.title_second == "未完成事項單"


def test_a_proxy_reads_the_office_only(desk: Desk, open_books: OpenCase) -> None:
    case = desk.pickup.revise(open_books, dataclasses.replace(open_books.visit, mode=Mode.BY_PROXY))
    slip = _slip(desk, case)
    assert [line.title for line in slip.lines] == ["圖書館有未完成事項"]
    assert "細節請畢業生本人向各單位洽詢" in slip.footer
    assert LOGIN in slip.footer
    assert "畢業生學生證" in slip.bring


@pytest.fixture
def department_open(desk: Desk, enrol: Enrol) -> OpenCase:
    """Somebody of whom the department alone has not settled its item; its office is named in small letters."""
    now = desk.clock.now()
    keys = [(item.code, key) for item in desk.policy.clearance if item.applies_to_all for key in item.source_keys]
    cleared = [ItemRecord(*key, ItemState.CLEARED, now) for key in keys]
    certified = frozenset({Group.REQUIRES_CERTIFICATION})
    enrol(groups=certified, items=[*cleared, ItemRecord("DEPT_CERT", "", ItemState.OPEN, now)])
    return desk.pickup.open_card("58237714", now)


def test_an_office_that_begins_a_line_begins_with_a_capital(desk: Desk, department_open: OpenCase) -> None:
    (line,) = _slip(desk, department_open, Language.EN).lines
    assert line.office == "Your department's office"
    told = explain(desk.policy, department_open, Language.EN, desk.clock.now())
    assert told.banner.line.startswith("Your department's office: ")
    visit = dataclasses.replace(department_open.visit, mode=Mode.BY_PROXY)
    (line,) = _slip(desk, desk.pickup.revise(department_open, visit), Language.EN).lines
    assert line.title == "Your department's office: something is open"


LOGIN = "登入離校系統：帳號為學號，密碼為校務入口網密碼；無法登入時改用身分證字號或居留證號"
AMOUNT = "《測試用書》逾期 12 天，滯納金 60 元"


@pytest.fixture
def noted(desk: Desk, enrol: Enrol, policy: Policy) -> OpenCase:
    """An open item with a note to the graduate, one that is too old, and one of which nobody knows."""
    now = desk.clock.now()
    said = {
        ("LIB_BOOKS", "NTU"): ItemRecord("LIB_BOOKS", "NTU", ItemState.OPEN, now, note=AMOUNT),
        ("LIB_BOOKS", "NTUST"): ItemRecord("LIB_BOOKS", "NTUST", ItemState.CLEARED, now - timedelta(hours=26)),
        ("GA_GOWN", ""): ItemRecord("GA_GOWN", "", ItemState.UNKNOWN, now),
    }
    keys = [(item.code, source) for item in policy.clearance if item.applies_to_all for source in item.source_keys]
    enrol(items=[said.get(key) or ItemRecord(*key, ItemState.CLEARED, now) for key in keys])
    return desk.pickup.open_card("58237714", now)


@pytest.mark.parametrize(
    ("language", "details"),
    [
        (Language.ZH, ("請向總務處確認", "到圖書館還書；更新後再來本櫃", "6/2（一）08:00 起未再確認，請向圖書館確認")),
        (
            Language.EN,
            (
                "Ask General Affairs to confirm it",
                "Return it to the Library, then come back",
                "Not confirmed since Mon 2 Jun 08:00: ask Library",
            ),
        ),
    ],
)
def test_what_nobody_knows_the_graduate_asks_at_the_office(
    desk: Desk, noted: OpenCase, language: Language, details: tuple[str, ...]
) -> None:
    assert tuple(line.detail for line in _slip(desk, noted, language).lines) == details


def test_the_graduate_reads_the_office_s_note_and_how_to_log_in_today(desk: Desk, noted: OpenCase) -> None:
    slip = _slip(desk, noted)
    assert [line.note for line in slip.lines] == ["", AMOUNT, ""]
    assert slip.footer == (LOGIN,)
    assert not any(char.isdigit() for char in slip.footer[0])


def test_a_proxy_carries_home_how_the_graduate_logs_in_and_no_note(desk: Desk, noted: OpenCase) -> None:
    slip = _slip(desk, desk.pickup.revise(noted, dataclasses.replace(noted.visit, mode=Mode.BY_PROXY)))
    assert AMOUNT not in str(slip)
    assert slip.footer == (LOGIN, "細節請畢業生本人向各單位洽詢")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 6, 3), "校務入口網密碼；無法登入時改用身分證字號或居留證號"),
        (date(2025, 8, 1), "身分證字號或居留證號"),
    ],
)
def test_the_slip_says_in_one_line_what_opens_the_leaving_system_on_its_day(
    desk: Desk, enrol: Enrol, clock: object, day: date, said: str
) -> None:
    assert hasattr(clock, "move_to")
    clock.move_to(datetime(day.year, day.month, day.day, 10, 0, tzinfo=desk.clock.now().tzinfo))
    enrol(procedure_started=False)
    slip = _slip(desk, desk.pickup.open_card("58237714", desk.clock.now()))
    assert [line for line in slip.footer if "離校系統" in line] == [f"登入離校系統：帳號為學號，密碼為{said}"]


def test_the_english_slip_says_what_to_use_when_the_first_password_fails(desk: Desk, noted: OpenCase) -> None:
    assert _slip(desk, noted, Language.EN).footer[0] == (
        "Leaving system: student number, and as password the portal password; "
        "if that fails, the number of the ID or resident certificate"
    )


def test_papers_alone_need_no_log_in(desk: Desk, enrol: Enrol) -> None:
    enrol()
    case = desk.pickup.open_card("58237714", desk.clock.now())
    slip = _slip(desk, desk.pickup.revise(case, dataclasses.replace(case.visit, mode=Mode.BY_PROXY)))
    assert (slip.title, slip.footer) == ("補件單", ())


def test_the_redirect_slip_has_place_map_code_phone_and_hours(desk: Desk, enrol: Enrol) -> None:
    enrol("41047901S", unit="CSU", counter="GONGGUAN", serial="G-0031")
    slip = _slip(desk, desk.pickup.open_card("58237714", desk.clock.now()))
    assert slip.code == "P3"
    assert slip.way is not None
    assert slip.way.title == "公館校區教務組"
    assert "G102" in slip.way.place
    assert slip.way.phone == "02-7749-6548"
    assert slip.footer[0] == "離校事項已全部完成，無其他應補事項"


def test_out_of_hours_the_slip_says_when_it_opens(desk: Desk, open_books: OpenCase, clock: object) -> None:
    assert hasattr(clock, "move_to")
    clock.move_to(datetime(2025, 6, 6, 18, 0, tzinfo=desk.clock.now().tzinfo))
    case = desk.pickup.revise(open_books, open_books.visit)
    assert _slip(desk, case).next_opening.startswith("6/9（一）")


def test_an_incident_note_says_what_was_seen(desk: Desk, enrol: Enrol) -> None:
    enrol()
    case = desk.pickup.open_card("58237714", desk.clock.now())
    flags = dataclasses.replace(case.visit.flags, photo_mismatch=True)
    stopped = desk.pickup.revise(case, dataclasses.replace(case.visit, flags=flags))
    slip = _slip(desk, stopped, note="面貌明顯不同")
    assert slip.code == "P10"
    assert slip.lines[0].title == "照片與來者不符"
    assert slip.lines[-1].detail == "面貌明顯不同"
    assert slip.hours == ""
    assert _slip(desk, stopped).lines[-1].detail == "未另記載"


def test_a_refer_card_tells_where_to_ask(desk: Desk, enrol: Enrol) -> None:
    enrol("61020901L")
    slip = _slip(desk, desk.pickup.open_card("58237714", desk.clock.now()))
    assert slip.code == "P12"
    assert slip.lines[0].phone == "02-7749-1077"


def test_an_earlier_hand_over_is_told_masked(desk: Desk, enrol: Enrol, signature: Signature) -> None:
    enrol()
    case = desk.pickup.confirm_serial(desk.pickup.open_card("58237714", desk.clock.now()), "M-0001")
    ready = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
    desk.pickup.release(ready, desk.pickup.begin_confirmation(ready))
    slip = _slip(desk, desk.pickup.open_card("58237714", desk.clock.now()))
    said = " ".join(f"{line.title} {line.detail}" for line in slip.lines)
    assert "本人（王○一）" in said
    assert "M-20250603-001" in said
    assert "王測一" not in said


def test_a_credential_is_told_in_words_only(desk: Desk, enrol: Enrol) -> None:
    enrol(procedure_started=False)
    slip = _slip(desk, desk.pickup.open_card("58237714", desk.clock.now()))
    assert any("密碼為" in line for line in slip.footer)
    assert "41020901L" not in " ".join(slip.footer)


def test_no_slip_for_a_release(desk: Desk, enrol: Enrol) -> None:
    enrol()
    case = desk.pickup.open_card("58237714", desk.clock.now())
    assert slip_for(desk.policy, case, Language.ZH, desk.clock.now()) is None
