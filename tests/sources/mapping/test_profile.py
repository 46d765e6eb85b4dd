# SPDX-License-Identifier: GPL-3.0-or-later
"""Mapping profiles are strict: what is wrong is named with file, key and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.domain.errors import SourceError
from desk_app.domain.facts import ItemState
from desk_app.domain.papers import Language
from desk_app.domain.policy import Policy
from desk_app.i18n import catalogue
from desk_app.resources import resource
from desk_app.sources.mapping.codes import unfit_codes
from desk_app.sources.mapping.layout import Absence, Things
from desk_app.sources.mapping.profile import FileForm, MappingProfile, load_profile
from tests.sources.office_files import LIBRARY, Office

SHIPPED = sorted(resource("clearance_profiles").glob("*.toml"))


def _load(tmp_path: Path, text: str) -> MappingProfile:
    path = tmp_path / "office.toml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path, "library")


def _refusal(tmp_path: Path, text: str) -> SourceError:
    with pytest.raises(SourceError) as refused:
        _load(tmp_path, text)
    assert refused.value.data["file"] == str(tmp_path / "office.toml")
    return refused.value


def test_a_whole_profile(tmp_path: Path) -> None:
    profile = _load(tmp_path, LIBRARY + '[file]\nencoding = "big5"\ndelimiter = "tab"\nsheet = "清冊"\nheader = 3\n')
    assert profile.headings["number"] == ("學號", "Student ID")
    assert profile.words == {"source": {"本校": "NTNU", "臺大": "NTU"}}
    (statement,) = profile.statements
    assert statement.states is not None
    assert statement.states.words["cleared"] is ItemState.CLEARED
    assert profile.file == FileForm("cp950", "\t", "清冊", 3)
    assert (profile.heading("number"), profile.heading("detail")) == ("學號", "detail")


def test_columns_by_position(tmp_path: Path) -> None:
    profile = _load(
        tmp_path,
        '[columns]\nnumber = 2\nstate = 1\n[fixed]\nitem = "GA_GOWN"\n[states]\nOPEN = "0"\n[as_of]\nmodified = true\n'
        "[file]\nheader = 0\n",
    )
    assert (profile.places, profile.headings, profile.file.header) == ({"number": 1, "state": 0}, {}, 0)
    assert (profile.heading("number"), profile.columns) == ("2", ("number", "state"))


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_a_shipped_profile_fits_the_policy(path: Path, policy: Policy) -> None:
    assert unfit_codes(load_profile(path), {item.code: item.source_keys for item in policy.clearance}) == ()


@pytest.mark.parametrize(
    ("sample", "file", "rows", "found"),
    [
        ("library", "list.csv", 3, ["1L NTNU CLEARED", "2L NTU OPEN"]),
        (
            "wide",
            "affairs_1140603_0958.csv",
            3,
            [
                "1L  CLEARED",
                "1L  CLEARED",
                "1L NTNU CLEARED",
                "1L  CLEARED",
                "2L  OPEN",
                "2L  OPEN",
                "2L NTNU OPEN",
                "2L  CLEARED",
            ],
        ),
        ("things", "overdue_1140603_0958.csv", 4, ["2L NTNU OPEN"]),
    ],
)
def test_the_sample_s_own_example_can_be_read(
    office: Office, sample: str, file: str, rows: int, found: list[str]
) -> None:
    text = resource("clearance_profiles", f"sample-{sample}.toml").read_text(encoding="utf-8")
    office.write_profile(text)
    lines = [line.removeprefix("#   ") for line in text.splitlines()]
    begin = next(place for place, line in enumerate(lines) if line.startswith("學號,"))
    office.drop(file, "\n".join(lines[begin : begin + rows]).encode())
    reports, error = office.pull()
    assert error is None
    assert [f"{one.student_no[-2:]} {one.record.source} {one.record.state.value}" for one in reports] == found


def test_the_sample_of_open_things_can_be_made_complete(tmp_path: Path) -> None:
    text = resource("clearance_profiles", "sample-things.toml").read_text(encoding="utf-8")
    assert _load(tmp_path, text).things == Things()
    said = text.replace("# absent", "absent").replace("# graduation_ay", "graduation_ay")
    assert _load(tmp_path, said).things == Things(Absence("LIB_BOOKS", ("NTNU",), frozenset({113})))


def test_every_key_that_the_sample_only_mentions_is_one(tmp_path: Path) -> None:
    """What stands in comments behind its section can be taken out of them, one at a time."""
    text = resource("clearance_profiles", "sample-library.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("[columns]")
    assert head.startswith("#")
    for key in ('encoding = "auto"', 'delimiter = "comma"', 'sheet = "清冊"', "header = 1"):
        assert f"# {key}" in rest
        _load(tmp_path, LIBRARY + f"[file]\n{key}\n")


@pytest.mark.parametrize(
    ("before", "after", "code", "key"),
    [
        ("[columns]", "[colums]", "source_profile_key", "colums"),
        ("館別", "", "source_profile_value", "columns.source"),
        ('source = "館別"', "source = 2", "source_profile_value", "columns.source"),
        ('source = "館別"', "source = [1]", "source_profile_value", "columns.source"),
        ('source = "館別"', "source = []", "source_profile_value", "columns.source"),
        ('source = "館別"', 'sauce = "館別"', "source_profile_key", "columns.sauce"),
        ('source = "館別"', 'source = "學號"', "source_profile_value", "columns.source"),
        ('source = "館別"', 'item = "館別"', "source_profile_value", "fixed.item"),
        ('number = ["學號", "Student ID"]', "", "source_profile_value", "columns.number"),
        ('state = ["狀態", "Status"]', "", "source_profile_value", "columns.state"),
        ('as_of = "資料時間"', "", "source_profile_value", "as_of.modified"),
        ('item = "LIB_BOOKS"', "", "source_profile_value", "fixed.item"),
        ('item = "LIB_BOOKS"', 'item = "library books"', "source_profile_value", "fixed.item"),
        ("[fixed]", '[fixed]\nsource = "NTNU"', "source_profile_value", "fixed.source"),
        ("[fixed]", '[fixed]\nunit = "NTNU"', "source_profile_key", "fixed.unit"),
        ('"NTU"', '"臺大"', "source_profile_value", "words.source.臺大"),
        ('"臺大" =', '"ａ" = "NTU"\n"A" =', "source_profile_value", "words.source.A"),
        ("[words.source]", "[words.item]", "source_profile_value", "words.item"),
        ("[words.source]", "[words]\nsource = 1\n[words.unit]", "source_profile_key", "words.unit"),
        ("CLEARED =", "CLEAR =", "source_profile_key", "states.CLEAR"),
        ('"處理中"', '"ＣＬＥＡＲＥＤ"', "source_profile_value", "states.PENDING"),
        ('"處理中"', '["處理中", " "]', "source_profile_value", "states.PENDING"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, before: str, after: str, code: str, key: str) -> None:
    assert before in LIBRARY
    refusal = _refusal(tmp_path, LIBRARY.replace(before, after))
    assert (refusal.code, refusal.data["key"]) == (code, key)
    for language in Language:
        said = catalogue(language)(f"error.{refusal.code}", **refusal.data)
        assert key in said


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('[file]\nencoding = "latin1"', "file.encoding"),
        ('[file]\ndelimiter = ","', "file.delimiter"),
        ("[file]\nheader = 0", "file.header"),
        ("[file]\nsheet = 1", "file.sheet"),
        ("[view]\nchanged = 1", "view.changed"),
        ("[as_of]\nmodified = true", "as_of.modified"),
        ('[as_of]\nname = "x{day}"', "as_of.name"),
        ('[as_of]\nmodified = "yes"', "as_of.modified"),
    ],
)
def test_a_wrong_value_of_a_section_is_named(tmp_path: Path, more: str, key: str) -> None:
    refusal = _refusal(tmp_path, LIBRARY + more + "\n")
    assert (refusal.code, refusal.data["key"]) == ("source_profile_value", key)
    assert refusal.data["allowed"]


@pytest.mark.parametrize("name", ["library", "{day}{day}", "{time}", "{day}{time}{time}"])
def test_a_name_must_have_one_day(tmp_path: Path, name: str) -> None:
    text = LIBRARY.replace('as_of = "資料時間"', "") + f'[as_of]\nname = "{name}"\n'
    assert _refusal(tmp_path, text).data["key"] == "as_of.name"


def test_without_states_nothing_could_be_read(tmp_path: Path) -> None:
    head = LIBRARY.partition("[states]")[0]
    assert _refusal(tmp_path, head).data["key"] == "states"
    assert _refusal(tmp_path, head + "[states]\n").data["key"] == "states.CLEARED"


@pytest.mark.parametrize("data", [b"[columns", b"\xff\xfe\x00", b"a = 1\na = 2\n"])
def test_what_is_no_toml_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "office.toml"
    path.write_bytes(data)
    with pytest.raises(SourceError) as refused:
        load_profile(path, "library")
    assert refused.value.code == "source_profile_file"


def test_a_profile_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        load_profile(tmp_path / "none.toml", "library")
    assert refused.value.code == "source_profile_file"


WIDE = """
[columns]
number = "學號"
[as_of]
name = "{day}"
[[items]]
column = "圖書館"
item = "LIB_BOOKS"
source = "NTNU"
note = "說明"
[[items]]
column = "學位袍"
item = "GA_GOWN"
states = { OPEN = "V" }
[states]
CLEARED = "✓"
[cells]
blank = "OPEN"
"""


@pytest.mark.parametrize(
    ("before", "after", "code", "key"),
    [
        ('number = "學號"', "", "source_profile_value", "columns.number"),
        ('number = "學號"', 'number = "學號"\nstate = "狀態"', "source_profile_key", "columns.state"),
        ('number = "學號"', "number = 1", "source_profile_value", "columns.number"),
        ("[as_of]", '[fixed]\nitem = "GA_GOWN"\n[as_of]', "source_profile_value", "items"),
        ("[as_of]", '[things]\nstate = "OPEN"\n[as_of]', "source_profile_value", "items"),
        ("[[items]]\ncolumn", "[[items]]\ncolum", "source_profile_key", "items[1].colum"),
        ('column = "圖書館"\n', "", "source_profile_value", "items[1].column"),
        ('column = "學位袍"', 'column = "圖書館"', "source_profile_value", "items[2].column"),
        ('item = "GA_GOWN"\n', "", "source_profile_value", "items[2].item"),
        ('item = "GA_GOWN"', 'item = "LIB_BOOKS"\nsource = "NTNU"', "source_profile_value", "items[2].item"),
        ('source = "NTNU"', 'source = "本校"', "source_profile_value", "items[1].source"),
        ('"V"', '["V", ""]', "source_profile_value", "items[2].states.OPEN"),
        ('{ OPEN = "V" }', '"V"', "source_profile_value", "items[2].states"),
        ('{ OPEN = "V" }', '{ OPNE = "V" }', "source_profile_key", "items[2].states.OPNE"),
        ("blank =", "blnk =", "source_profile_key", "cells.blnk"),
        ('blank = "OPEN"', 'blank = "done"', "source_profile_value", "cells.blank"),
        ('blank = "OPEN"', 'other = "CLEARED"', "source_profile_value", "cells.other"),
        ('blank = "OPEN"', 'amount = "NOT_APPLICABLE"', "source_profile_value", "cells.amount"),
        ("[states]", '[words.item]\n"書" = "LIB_BOOKS"\n[states]', "source_profile_value", "words.item"),
    ],
)
def test_what_is_wrong_in_a_list_with_columns_for_items_is_named(
    tmp_path: Path, before: str, after: str, code: str, key: str
) -> None:
    assert before in WIDE
    refusal = _refusal(tmp_path, WIDE.replace(before, after))
    assert (refusal.code, refusal.data["key"]) == (code, key)


def test_words_that_no_item_needs_must_be_right_all_the_same(tmp_path: Path) -> None:
    own = WIDE.replace('source = "NTNU"', 'source = "NTNU"\nstates = { CLEARED = "x" }')
    assert len(_load(tmp_path, own).statements) == 2
    assert _refusal(tmp_path, own.replace('CLEARED = "✓"', 'CLAERED = "✓"')).data["key"] == "states.CLAERED"


def test_an_item_is_no_text(tmp_path: Path) -> None:
    assert _refusal(tmp_path, 'items = "LIB_BOOKS"\n' + WIDE.partition("[[items]]")[0]).data["key"] == "items"


def test_an_item_without_any_word_is_named(tmp_path: Path) -> None:
    head = WIDE.partition("[states]")[0]
    assert _refusal(tmp_path, head).data["key"] == "states.CLEARED"


THINGS = """
[columns]
number = "學號"
[fixed]
item = "LIB_BOOKS"
[as_of]
name = "{day}"
[things]
state = "OPEN"
absent = "CLEARED"
graduation_ay = [113]
"""


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('state = "OPEN"\n', "", "things.state"),
        ('state = "OPEN"', 'state = "CLEARED"', "things.state"),
        ("[fixed]", 'state = "狀態"\n[states]\nOPEN = "x"\n[fixed]', "things.state"),
        ("[fixed]", '[states]\nOPEN = "x"\n[fixed]', "states"),
        ("[fixed]", '[cells]\nblank = "OPEN"\n[fixed]', "cells"),
        ("[fixed]", 'detail = "細項"\n[fixed]', "columns.detail"),
        ('"CLEARED"', '"NOT_APPLICABLE"', "things.absent"),
        ('absent = "CLEARED"\n', "", "things.graduation_ay"),
        ("graduation_ay = [113]\n", "", "things.graduation_ay"),
        ("[113]", "[]", "things.graduation_ay"),
        ("[113]", "113", "things.graduation_ay"),
        ("[113]", '["113"]', "things.graduation_ay"),
        ("[113]", "[2025]", "things.graduation_ay"),
        ("[113]", '[113]\nsources = ["NTNU"]', "things.sources"),
        ("[113]", "[113]\npopulation = 1", "things.population"),
        ("[fixed]", 'source = "館別"\n[fixed]', "things.sources"),
        ('[fixed]\nitem = "LIB_BOOKS"', 'item = "事項"', "fixed.item"),
        ('name = "{day}"', "modified = true", "as_of.name"),
        ("[fixed]", '[file]\nend = "合計"\n[fixed]', "file.end"),
    ],
)
def test_silence_is_taken_as_cleared_only_with_all_that_it_asks_for(
    tmp_path: Path, before: str, after: str, key: str
) -> None:
    assert before in THINGS
    assert _load(tmp_path, THINGS).things is not None
    refusal = _refusal(tmp_path, THINGS.replace(before, after))
    assert (refusal.code in {"source_profile_value", "source_profile_key"}, refusal.data["key"]) == (True, key)


def test_the_sources_of_a_list_are_codes(tmp_path: Path) -> None:
    text = THINGS.replace("[fixed]", 'source = "館別"\n[fixed]').replace("[113]", '[113]\nsources = ["NTNU", "臺大"]')
    assert _refusal(tmp_path, text).data["key"] == "things.sources"


COMPLETE = THINGS.replace("[fixed]", 'source = "館別"\n[fixed]').replace("[113]", '[113]\nsources = ["NTNU", "NTU"]')


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (LIBRARY, []),
        (LIBRARY.replace('"LIB_BOOKS"', '"LIB_BOOK"'), [("code_unknown", "LIB_BOOK")]),
        (LIBRARY.replace('"NTU"', '"NTHU"'), [("code_unknown", "NTHU")]),
        (WIDE.replace('source = "NTNU"\n', ""), [("source_unfit", "LIB_BOOKS")]),
        (WIDE.replace("GA_GOWN", "GA_CAP"), [("code_unknown", "GA_CAP")]),
        (THINGS, [("source_unfit", "LIB_BOOKS")]),
        (COMPLETE, []),
        (COMPLETE.replace('"NTU"]', '"NTUST"]'), [("source_unfit", "LIB_BOOKS")]),
        (
            THINGS.replace('[fixed]\nitem = "LIB_BOOKS"', 'item = "事項"\n[words.item]\n"袍" = "GA_CAP"').partition(
                "absent"
            )[0],
            [("code_unknown", "GA_CAP")],
        ),
    ],
)
def test_a_mapping_to_what_the_rules_do_not_have_is_found_before_a_list_comes(
    tmp_path: Path, text: str, found: list[tuple[str, str]]
) -> None:
    known = {"LIB_BOOKS": ("NTNU", "NTU"), "GA_GOWN": ("",)}
    assert [(one.code, one.value) for one in unfit_codes(_load(tmp_path, text), known)] == found
