# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs are found, checked, digested; the office's own win; a broken one says where and what is allowed."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk_app.domain.errors import PolicyError
from desk_app.domain.facts import Level
from desk_app.domain.policy import Window
from desk_app.policy.library import PolicyLibrary
from desk_app.policy.pack import read_pack
from desk_app.policy.problems import problems_of
from desk_app.resources import resource

pytestmark = pytest.mark.slow

Spoil = Callable[[str, str, str], PolicyLibrary]


def _problems(library: PolicyLibrary, pack: str = "ntnu-113-2") -> list[tuple[str, str]]:
    with pytest.raises(PolicyError) as caught:
        library.load(pack)
    return [(problem.place, problem.code) for problem in problems_of(caught.value)]


def test_ids_are_the_packs_without_the_tables(library: PolicyLibrary) -> None:
    assert library.ids() == ("ntnu-112-2", "ntnu-113-1", "ntnu-113-2", "wmu-2017")


def test_a_pack_is_complete(library: PolicyLibrary) -> None:
    policy = library.load("ntnu-113-2")
    assert policy.edition.id == "113-2"
    assert policy.pickup.windows == (Window(time(8, 30), time(12)), Window(time(13, 30), time(17)))
    assert list(policy.counters) == ["MAIN", "GONGGUAN"]
    assert [item.order for item in policy.clearance] == sorted(item.order for item in policy.clearance)
    assert policy.units["EOE"].counter == "GONGGUAN"
    assert policy.colleges["ARTS"] == ("藝術學院", "College of Arts")
    assert policy.student_no.level_digits["6"] is Level.MASTER
    alumni = policy.offices["ALUMNI"]
    assert alumni.name_on(date(2025, 6, 1)) == alumni.names[0]
    assert alumni.name_on(date(2025, 6, 2)) == alumni.names[1]
    assert alumni.name_on(date(2019, 1, 1)) is None
    assert policy.item("NOTHING") is None
    assert policy.document("NOTHING") is None
    assert next(entry for entry in policy.entries if entry.path == "pickup.grace").values == {"minutes": 10}


def test_entries_are_listed_as_in_the_file(library: PolicyLibrary) -> None:
    paths = [entry.path for entry in library.load("wmu-2017").entries]
    assert paths[:5] == ["edition", "tables", "scope.cohort[0]", "scope.cohort[1]", "scope.cohort[2]"]
    assert paths[-1] == "clock"


def test_calendar_has_versions(library: PolicyLibrary) -> None:
    calendar = library.load("ntnu-113-2").calendar
    assert calendar is not None
    assert calendar.version(2025, date(2025, 6, 16)) == date(2024, 7, 9)
    assert calendar.version(2025, date(2025, 6, 17)) == date(2025, 6, 17)
    assert calendar.version(2025, date(1999, 1, 1)) == date(2024, 7, 9)
    assert calendar.version(2040, date(2025, 1, 1)) is None
    assert calendar.row(date(2040, 1, 1), date(2025, 1, 1)) is None


def test_a_pack_is_read_once(library: PolicyLibrary) -> None:
    assert library.load("ntnu-113-2") is library.load("ntnu-113-2")


def test_the_digest_covers_pack_and_tables(folder: Path) -> None:
    before = PolicyLibrary(folder).load("ntnu-113-2").digest
    assert before == PolicyLibrary(resource("policy")).load("ntnu-113-2").digest
    for name in ("ntnu-113-2.toml", "units.csv", "colleges.csv", "offices.toml", "calendar-tw-2019-2027.csv"):
        original = (folder / name).read_bytes()
        end = original.replace(b"\xe5\x9c\x8b\xe6\x96\x87", b"\xe5\x9c\x8b", 1) if name == "units.csv" else original
        (folder / name).write_bytes(end if end != original else original.rstrip(b"\n"))
        assert PolicyLibrary(folder).load("ntnu-113-2").digest != before, name
        (folder / name).write_bytes(original)
    assert PolicyLibrary(folder).load("ntnu-113-2", {"clock": {"max_skew_seconds": 1}}).digest != before


def test_the_office_s_own_pack_and_tables_win(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    text = (folder / "ntnu-113-2.toml").read_text(encoding="utf-8")
    (own / "ntnu-113-2.toml").write_text(text.replace("minutes = 10", "minutes = 5"), encoding="utf-8")
    library = PolicyLibrary(folder, own)
    assert library.load("ntnu-113-2").pickup.grace_minutes == 5
    assert library.load("ntnu-113-1").pickup.grace_minutes == 10
    assert library.ids() == ("ntnu-112-2", "ntnu-113-1", "ntnu-113-2", "wmu-2017")
    assert PolicyLibrary(folder, tmp_path / "absent").ids() == library.ids()


@pytest.mark.parametrize("name", ["absent", "../policy/ntnu-113-2", "..\\x", "a\0b"])
def test_a_pack_that_is_not_there(library: PolicyLibrary, name: str) -> None:
    assert not library.has(name)
    assert _problems(library, name) == [("", "pack_not_found")]


def test_a_pack_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, os.strerror(13))

    library = PolicyLibrary(folder)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert _problems(library) == [("", "unreadable")]
    assert "ntnu-113-2" in library.ids()


def test_a_syntax_error_names_its_line(folder: Path) -> None:
    (folder / "ntnu-113-2.toml").write_text("schema = 1\n[edition]\npack = \n", encoding="utf-8")
    assert _problems(PolicyLibrary(folder)) == [("ntnu-113-2.toml:3", "syntax")]
    (folder / "ntnu-113-2.toml").write_text("schema = 1\na = [", encoding="utf-8")
    assert _problems(PolicyLibrary(folder)) == [("ntnu-113-2.toml:2", "syntax")]


def test_a_byte_order_mark_and_another_encoding_are_refused(folder: Path) -> None:
    path = folder / "ntnu-113-2.toml"
    content = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + content)
    assert _problems(PolicyLibrary(folder)) == [("ntnu-113-2.toml:1", "encoding")]
    path.write_bytes(b"schema = 1\n# " + "離校".encode("big5"))
    assert _problems(PolicyLibrary(folder)) == [("ntnu-113-2.toml:2", "encoding")]


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("units.csv", "unit,code", "key,code", ("tables.units: units.csv:1", "csv_header")),
        ("units.csv", "PCU,01,E", "PCU,01", ("tables.units: units.csv:3", "csv_width")),
        ("units.csv", "PCU,01,E", "EDU,01,E", ("tables.units: units.csv:3", "duplicate")),
        ("units.csv", '"Dept. of Taiwan', '"Dept." of Taiwan', ("tables.units: units.csv:9", "syntax")),
        ("colleges.csv", "SCIENCE,S", "EDUCATION,S", ("tables.colleges: colleges.csv:4", "duplicate")),
        ("offices.toml", "schema = 1", "schema = 2", ("tables.offices: schema", "not_allowed")),
        ("offices.toml", "schema = 1\n", "", ("tables.offices: schema", "missing_key")),
        ("offices.toml", 'phone = "02-7749-1077"', "phone = 5", ("tables.offices: office.REGISTRAR.phone", "wrong_type")),
        ("offices.toml", 'en = "Library"', 'english = "Library"', ("tables.offices: office.LIBRARY.name[0].en", "missing_key")),
        ("calendar-tw-2019-2027.csv", "2019-01-02,0", "2019-01-02,2", ("pickup.calendar.table: calendar-tw-2019-2027.csv:3", "not_allowed")),
        ("calendar-tw-2019-2027.csv", "2019-01-02,0", "2019-1-2,0", ("pickup.calendar.table: calendar-tw-2019-2027.csv:3", "wrong_type")),
        ("calendar-tw-2019-2027.csv", "2019-01-02,0", "20190102,0", ("pickup.calendar.table: calendar-tw-2019-2027.csv:3", "wrong_type")),
        ("calendar-tw-2019-2027.csv", "2019-01-02,0", "2019-W01-3,0", ("pickup.calendar.table: calendar-tw-2019-2027.csv:3", "wrong_type")),
        ("calendar-tw-2019-2027.csv", "2019-01-02,0", "0000-00-00,0", ("pickup.calendar.table: calendar-tw-2019-2027.csv:3", "wrong_type")),
        ("calendar-tw-2019-2027.csv", "2019-01-02,0,0,,2018-12-31", "2019-01-02,0,0,,", ("pickup.calendar.table: calendar-tw-2019-2027.csv", "wrong_type")),
        ("calendar-tw-2019-2027.csv", "2019-01-02,0,0", "2019-01-02,0,x", ("pickup.calendar.table: calendar-tw-2019-2027.csv:3", "not_allowed")),
        ("offices.toml", "[office.LIBRARY]", "[office.Library]", ("tables.offices: office.Library", "upper_snake")),
        ("offices.toml", "[office.LIBRARY]", "[office.LIBRARY]\nfax = ''", ("tables.offices: office.LIBRARY.fax", "unknown_key")),
        ("offices.toml", "schema = 1", "schema = 1\nscheme = 1", ("tables.offices: scheme", "unknown_key")),
        ("calendar-tw-2019-2027.csv", "2019-01-02,0", "2019-01-01,0", ("pickup.calendar.table: calendar-tw-2019-2027.csv:3", "duplicate")),
    ],
)  # fmt: skip
def test_broken_tables(spoil: Spoil, name: str, old: str, new: str, problem: tuple[str, str]) -> None:
    assert problem in _problems(spoil(name, old, new))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("schema = 1", "schema = 2", ("schema", "not_allowed")),
        ("schema = 1\n", "", ("schema", "missing_key")),
        ("schema = 1\n", "schema = true\n", ("schema", "wrong_type")),
        ("schema = 1\n", "schema = 1\nscheme = 1\n", ("scheme", "unknown_key")),
        ('pack = "ntnu-113-2"', 'pack = "other"', ("edition.pack", "pack_name")),
        ("semester = 2", "semester = 3", ("edition.semester", "not_allowed")),
        ("Asia/Taipei", "Asia/Taibei", ("edition.timezone", "timezone")),
        ("Asia/Taipei", "../etc", ("edition.timezone", "timezone")),
        ('timezone = "Asia/Taipei"\n', "", ("edition.timezone", "missing_key")),
        ("term_from = 2025-02-01", "term_from = 2025-02-01T00:00:00", ("edition.term_from", "wrong_type")),
        ('sources = ["000_25f872b6bd6bd938.txt"]', "sources = [1]", ("edition.sources[0]", "wrong_type")),
        ('units = "units.csv"', 'units = "absent.csv"', ("tables.units", "not_found")),
        ('offices = "offices.toml"\n', "", ("tables.offices", "missing_key")),
        ('levels = ["bachelor"]', 'levels = ["bachelors"]', ("scope.levels[0]", "not_allowed")),
        ("pattern = '^(?P<level>", "pattern = '^(?P<level", ("student_no.pattern", "pattern")),
        ("entry_pivot = 80", "#", ("student_no.entry_pivot", "missing_key")),
        ('"4" = "bachelor"', '"4" = "b"', ("student_no.level_digits.4", "not_allowed")),
        ('password = "PORTAL_PASSWORD"', 'password = "PIN"', ("portal.credential[0].password", "not_allowed")),
        ("from = 2025-01-31", "from = 2024-12-15", ("portal.credential[1].from", "order_of_time")),
        ("[portal.open]", "[portal.opened]", ("portal.open", "missing_key")),
        ('days = ["Mon",', 'days = ["Mo",', ("pickup.weekdays.days[0]", "not_allowed")),
        ("to = 12:00:00", "to = 13:45:00", ("pickup.windows.list", "windows_overlap")),
        ("to = 12:00:00", "to = 08:30:00", ("pickup.windows.list", "windows_overlap")),
        ("to = 12:00:00", "to = 12:00:00.5", ("pickup.windows.list[0].to", "fraction")),
        ("list = [{ from = 08:30:00, to = 12:00:00 }, { from = 13:30:00, to = 17:00:00 }]", "list = []", ("pickup.windows.list", "empty")),
        ("minutes = 10", "minutes = -1", ("pickup.grace.minutes", "too_small")),
        ("minutes = 10", "minutes = 10.0", ("pickup.grace.minutes", "wrong_type")),
        ('table = "calendar-tw-2019-2027.csv"', 'table = "absent.csv"', ("pickup.calendar.table", "not_found")),
        ('table = "calendar-tw-2019-2027.csv"', 'table = ""', ("pickup.calendar.table", "not_found")),
        ('units = "units.csv"', 'units = ""', ("tables.units", "not_found")),
        ('reason = "AST"', 'reason = "Ast"', ("closure[0].reason", "upper_snake")),
        ("to = 2025-07-12", "to = 2025-07-10", ("closure[0].to", "span")),
        ("to = 2025-07-12", "to = 2025-07-12T00:00:00", ("closure[0].to", "wrong_type")),
        ('counters = ["*"]', 'counters = ["MIAN"]', ("closure[0].counters[0]", "unknown_counter")),
        ('reason = "AST"', 'reason = "AST"\nweekday = "Friday"', ("closure[0].weekday", "not_allowed")),
        ('reason = "AST"', 'reason = "AST"\ndeclared_at = 2025-07-01T00:00:00', ("closure[0].declared_at", "unknown_key")),
        ("[counter.MAIN]", "[counter.Main]", ("counter.Main", "upper_snake")),
        ('college = "ARTS"', 'college = "MUSIC"', ("routing[5]", "routing_conflict")),
        ('college = "ARTS"', 'unit = "EDU"\ncollege = "ARTS"', ("routing[3]", "exactly_one")),
        ('college = "ARTS"', "any = false", ("routing[3].any", "not_allowed")),
        ('counter = "MAIN"', 'counter = "MIAN"', ("routing[0].counter", "unknown_counter")),
        ('office = "CURRICULUM"', 'office = "CURICULUM"', ("clearance.CUR_SURVEY.office", "unknown_office")),
        ('applies_to = ["studied_overseas"]', 'applies_to = ["overseas"]', ("clearance.REG_OVERSEAS_CREDIT.applies_to[0]", "not_allowed")),
        ('sources = ["NTNU", "NTU"', 'sources = ["ntnu", "NTU"', ("clearance.LIB_BOOKS.sources[0]", "upper_snake")),
        ('sources = ["NTNU", "NTU"', 'source_max_age_hours = { NTUX = 2 }\nsources = ["NTNU", "NTU"', ("clearance.LIB_BOOKS.source_max_age_hours.NTUX", "unknown_source")),
        ('sources = ["NTNU", "NTU"', 'source_max_age_hours = { NTU = -1 }\nsources = ["NTNU", "NTU"', ("clearance.LIB_BOOKS.source_max_age_hours.NTU", "too_small")),
        ('sources = ["NTNU", "NTU"', 'source_max_age_hours = 2\nsources = ["NTNU", "NTU"', ("clearance.LIB_BOOKS.source_max_age_hours", "wrong_type")),
        ("self_service = true", 'self_service = true\nself_service_unless = ["GOWN"]', ("clearance.ALU_DB.self_service_unless[0]", "unknown_item")),
        ("self_service = true", "during_enrolment_from_entry_ay = 1", ("clearance.ALU_DB.during_enrolment_from_entry_ay", "unknown_key")),
        ("old_card_extra = []", 'old_card_extra = ["GRAD_PHOTO|PROXY_ID"]', ("identity.old_card_extra[0]", "unknown_evidence")),
        ('card = "HELD"', 'card = "KEPT"', ("evidence.IN_PERSON.card", "not_allowed")),
        ('escalate = ["PROXY_LOST_AFTER_CUTOFF"]', 'escalate = ["MISSING"]', ("evidence.PROXY_LOST_AFFIDAVIT_AFTER.escalate[0]", "unknown_code")),
        ("working_days = 3", "working_days = 0", ("digital.working_days", "too_small")),
        ("cutover_minutes = [30, 60]", "cutover_minutes = [30]", ("card.cutover_minutes", "two_minutes")),
        ("cutover_minutes = [30, 60]", "cutover_minutes = [30, 999999999999]", ("card.cutover_minutes", "two_minutes")),
        ("cutover_times = [01:00:00, 10:00:00, 15:00:00]", "cutover_times = []", ("card.cutover_times", "empty")),
        ('status = "suspect"', 'status = "sure"', ("portal.open.status", "not_allowed")),
        ("permanent = true", "permanent = 1", ("card.permanent", "wrong_type")),
        ("[identity]", "[identities]", ("identity", "missing_key")),
        ("[clearance.REG_GRADES]", "[clearance]\nX = 1\n[clearance.REG_GRADES]", ("clearance.X", "wrong_type")),
    ],
)  # fmt: skip
def test_broken_packs(spoil: Spoil, old: str, new: str, problem: tuple[str, str]) -> None:
    assert problem in _problems(spoil("ntnu-113-2.toml", old, new))


def test_every_broken_table_is_named_and_none_of_its_keys(spoil: Spoil, folder: Path) -> None:
    (folder / "colleges.csv").write_text("college\n", encoding="utf-8")
    (folder / "offices.toml").unlink()
    library = spoil("units.csv", "PCU,01,E", "PCU,01")
    assert _problems(library) == [
        ("tables.units: units.csv:3", "csv_width"),
        ("tables.colleges: colleges.csv:1", "csv_header"),
        ("tables.offices", "not_found"),
    ]


def test_a_misspelt_key_names_the_known_one(spoil: Spoil) -> None:
    library = spoil("ntnu-113-2.toml", "blocking = true", "blockin = true")
    with pytest.raises(PolicyError) as caught:
        library.load("ntnu-113-2")
    first, second = problems_of(caught.value)
    assert (first.place, first.code) == ("clearance.REG_GRADES.blocking", "missing_key")
    assert second.data["nearest"] == "blocking"
    assert caught.value.code == "policy_missing_key"
    assert caught.value.data["where"] == "ntnu-113-2.toml: clearance.REG_GRADES.blocking"


@pytest.mark.parametrize(
    "section", ["lost_card", "letter", "proxy", "digital", "notice", "card", "overseas", "retention"]
)
def test_sections_that_a_pack_may_lack(folder: Path, section: str) -> None:
    path = folder / "ntnu-113-2.toml"
    kept, drop = [], False
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("["):
            drop = line.strip("[]\n").split(".")[0] == section
        kept += [] if drop else [line]
    path.write_text("".join(kept), encoding="utf-8")
    assert PolicyLibrary(folder).load("ntnu-113-2").edition.id == "113-2"


def test_a_pack_with_errors_of_lint_is_refused_but_may_be_tried(spoil: Spoil) -> None:
    library = spoil("ntnu-113-2.toml", 'rule = ["R2"]\nstatus = "confirmed"', 'rule = ["R2"]')
    assert _problems(library) == [("edition.status", "missing_key")]
    assert library.trial("ntnu-113-2").edition.id == "113-2"
    assert library.load("ntnu-113-2", {"clock": {"max_skew_seconds": 5}}).max_clock_skew_seconds == 5


def test_closures_with_hours_are_local(folder: Path) -> None:
    patch = {
        "closure": [
            {
                "from": datetime.fromisoformat("2025-06-03T09:00:00"),
                "to": datetime.fromisoformat("2025-06-03T11:00:00"),
                "reason": "DRILL",
            }
        ]
    }
    closure = PolicyLibrary(folder).load("ntnu-113-2", patch).closures[0]
    assert closure.start == datetime(2025, 6, 3, 9, tzinfo=ZoneInfo("Asia/Taipei"))


def test_hours_beyond_the_calendar_are_refused(library: PolicyLibrary) -> None:
    patch = {
        "closure": [
            {
                "from": datetime.fromisoformat("0001-01-01T00:00:00"),
                "to": datetime.fromisoformat("0001-01-01T00:00:00"),
                "reason": "DRILL",
            }
        ]
    }
    with pytest.raises(PolicyError) as caught:
        library.load("ntnu-113-2", patch)
    assert [(one.place, one.code) for one in problems_of(caught.value)] == [
        ("closure[0].from", "out_of_range"),
        ("closure[0].to", "out_of_range"),
        ("closure[0].to", "span"),
    ]


def test_a_pack_needs_a_counter_and_a_credential(library: PolicyLibrary) -> None:
    raw = library.raw("wmu-2017")
    portal = raw["portal"]
    assert isinstance(portal, dict)
    with pytest.raises(PolicyError) as caught:
        read_pack({**raw, "counter": {}, "portal": {**portal, "credential": []}}, "wmu-2017", "", library)
    found = [(one.place, one.code) for one in problems_of(caught.value)]
    assert ("counter", "empty") in found
    assert ("portal.credential", "empty") in found
