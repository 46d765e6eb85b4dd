# SPDX-License-Identifier: GPL-3.0-or-later
"""Periods as data: shipped for every kind, the edition before them, the office's decision before both; read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.domain.basis import Basis
from desk_app.domain.errors import PolicyError
from desk_app.domain.follow_up import Retention
from desk_app.domain.retention import Period, PeriodSource, RecordKind
from desk_app.policy.problems import problems_of
from desk_app.policy.retention import read_periods
from desk_app.resources import resource

SHIPPED = resource("retention.toml")


def periods(tmp_path: Path, office: str = "", pack: Retention | None = None) -> dict[RecordKind, Period]:
    file = tmp_path / "retention.toml"
    if office:
        file.write_text(office, encoding="utf-8")
    found = read_periods(SHIPPED, file, pack)
    assert [one.kind for one in found] == list(RecordKind)
    return {one.kind: one for one in found}


def test_every_kind_has_a_shipped_default_that_says_so(tmp_path: Path) -> None:
    for period in periods(tmp_path).values():
        assert period.source is PeriodSource.DEFAULT
        assert period.basis.gap == ("G42",)
        assert period.basis.note
    assert periods(tmp_path)[RecordKind.LEDGER].years is None


def test_the_edition_goes_before_the_default(tmp_path: Path) -> None:
    found = periods(tmp_path, pack=Retention(7, 6, "permanent", Basis(gap=("G42",))))
    assert (found[RecordKind.PROXIES].years, found[RecordKind.PROXIES].source) == (7, PeriodSource.POLICY)
    assert found[RecordKind.TRAIL].years == 6
    assert found[RecordKind.LEDGER].source is PeriodSource.POLICY
    silent = periods(tmp_path, pack=Retention(None, None, None, Basis()))
    assert {one.source for one in silent.values()} == {PeriodSource.DEFAULT}


def test_the_office_goes_before_all_and_says_on_what_it_decided(tmp_path: Path) -> None:
    office = 'schema = 1\n[ledger]\nyears = 10\nsource = "會議決議"\n[trail]\nkept = "permanent"\nsource = "同上"\n'
    found = periods(tmp_path, office, Retention(5, 5, "permanent", Basis()))
    assert (found[RecordKind.LEDGER].years, found[RecordKind.LEDGER].basis.note) == (10, "會議決議")
    assert found[RecordKind.TRAIL].years is None
    assert found[RecordKind.PROXIES].source is PeriodSource.POLICY


@pytest.mark.parametrize(
    ("office", "code", "place"),
    [
        ("schema = 2", "not_allowed", "schema"),
        ("[trail]\nyears = 5\nsource = 's'", "missing_key", "schema"),
        ("schema = 1\n[photo]\nyears = 5\nsource = 's'", "unknown_key", "photo"),
        ("schema = 1\n[trail]\nyears = 5\nsource = 's'\nnote = 'n'", "unknown_key", "trail.note"),
        ("schema = 1\n[trail]\nyears = 0\nsource = 's'", "too_small", "trail.years"),
        ("schema = 1\n[trail]\nyears = 101\nsource = 's'", "too_large", "trail.years"),
        ("schema = 1\n[trail]\nyears = true\nsource = 's'", "wrong_type", "trail.years"),
        ("schema = 1\n[trail]\nsource = 's'", "exactly_one", "trail"),
        ("schema = 1\n[trail]\nyears = 5\nkept = 'permanent'\nsource = 's'", "exactly_one", "trail"),
        ("schema = 1\n[trail]\nkept = 'long'\nsource = 's'", "not_allowed", "trail.kept"),
        ("schema = 1\n[trail]\nyears = 5", "missing_key", "trail.source"),
        ("schema = 1\n[trail]\nyears = 5\nsource = ' '", "empty", "trail.source"),
        ("schema = 1\ntrail = 5", "wrong_type", "trail"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(tmp_path: Path, office: str, code: str, place: str) -> None:
    with pytest.raises(PolicyError) as refused:
        periods(tmp_path, office)
    assert (code, place) in {(one.code, one.place) for one in problems_of(refused.value)}
    assert refused.value.data["file"] == "retention.toml"


def test_a_shipped_file_without_a_kind_is_refused(tmp_path: Path) -> None:
    short = tmp_path / "short.toml"
    short.write_text("schema = 1\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="missing_key"):
        read_periods(short, tmp_path / "none.toml", None)
