# SPDX-License-Identifier: GPL-3.0-or-later
"""The packs of a desk for its screens: named, compared, examined, read anew each time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desk_app.domain.errors import PolicyError
from desk_app.policy.library import PolicyLibrary
from desk_app.policy.shelf import PackShelf
from desk_app.resources import resource


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def shelf(own: Path) -> PackShelf:
    return PackShelf(lambda: PolicyLibrary(resource("policy"), own))


def test_all_packs_are_named_in_both_languages(shelf: PackShelf) -> None:
    packs = {one.pack: one for one in shelf.packs()}
    assert list(packs) == ["ntnu-112-2", "ntnu-113-1", "ntnu-113-2", "wmu-2017"]
    assert packs["ntnu-113-2"].title.zh == "113學年度第2學期畢業生離校程序"
    assert packs["ntnu-113-2"].title.en == "113-2 Graduate Student - School Leaving Procedure"
    assert all(one.readable for one in packs.values())


def test_the_office_sees_its_own_pack_and_one_that_is_broken(shelf: PackShelf, own: Path) -> None:
    text = resource("policy", "ntnu-113-2.toml").read_text(encoding="utf-8")
    (own / "ntnu-113-2.toml").write_text(text.replace("113-2 Graduate Student", "Our own"), encoding="utf-8")
    (own / "draft.toml").write_text("schema = 2\n", encoding="utf-8")
    packs = {one.pack: one for one in shelf.packs()}
    assert packs["ntnu-113-2"].title.en.startswith("Our own")
    assert (packs["draft"].readable, packs["draft"].title.zh) == (False, "draft")
    for ask in (lambda: shelf.compare("draft", "absent"), lambda: shelf.findings("draft")):
        with pytest.raises(PolicyError):
            list(ask())


def test_a_pack_that_was_mended_is_read_anew(shelf: PackShelf, own: Path) -> None:
    shutil.copy(resource("policy", "wmu-2017.toml"), own / "wmu-2017.toml")
    assert "SUSPECT" not in [one.code for one in shelf.findings("wmu-2017")]
    mended = own / "wmu-2017.toml"
    mended.write_text(
        mended.read_text(encoding="utf-8").replace('status = "confirmed"', 'status = "suspect"\nnote = "?"', 1)
    )
    assert "SUSPECT" in [one.code for one in shelf.findings("wmu-2017")]


def test_three_dates_were_not_updated(shelf: PackShelf) -> None:
    stale = [one for one in shelf.compare("ntnu-113-1", "ntnu-113-2") if one.kind == "NOT_UPDATED"]
    assert [(one.path, one.a, one.b) for one in stale] == [
        ("portal.open.from", "2024-12-16", "2024-12-16"),
        ("portal.credential[0].from", "2024-12-16", "2024-12-16"),
        ("portal.credential[1].from", "2025-01-31", "2025-01-31"),
    ]


def test_values_are_written_for_people(shelf: PackShelf) -> None:
    found = {one.path: one for one in shelf.compare("ntnu-112-2", "ntnu-113-2")}
    assert (found["identity.card_generations"].a, found["identity.card_generations"].b) == ("4K", "OLD, 4K")
    assert (found["closure[0].counts_as_working_day"].a, found["closure[0].counts_as_working_day"].b) == ("", "true")
    assert found["edition.id"].kind == "CHANGED"


def test_findings_have_words_in_both_languages_without_their_place(shelf: PackShelf) -> None:
    found = {(one.code, one.path): one for one in shelf.findings("ntnu-113-2")}
    doubt = found["SWITCH_ON_DAY_OFF", "portal.credential[1]"]
    assert (doubt.words.zh, doubt.words.en, doubt.serious) == ("2025-01-31 為放假日", "2025-01-31 is a day off", False)
    assert sum(1 for code, _path in found if code == "SUSPECT") == 3
