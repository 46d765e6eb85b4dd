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
from desk_app.sources.profile import FileForm, MappingProfile, load_profile
from desk_app.sources.profile_codes import unfit_codes
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


def test_the_sample_s_own_example_can_be_read(office: Office) -> None:
    sample = resource("clearance_profiles", "sample-library.toml").read_text(encoding="utf-8")
    office.write_profile(sample)
    lines = [line.removeprefix("#   ") for line in sample.splitlines()]
    begin = next(place for place, line in enumerate(lines) if line.startswith("學號"))
    office.drop("list.csv", "\n".join(lines[begin : begin + 3]).encode())
    reports, error = office.pull()
    assert error is None
    assert [(one.student_no, one.record.source, one.record.state.value) for one in reports] == [
        ("41020901L", "NTNU", "CLEARED"),
        ("41020902L", "NTU", "OPEN"),
    ]


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
