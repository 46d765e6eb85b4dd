# SPDX-License-Identifier: GPL-3.0-or-later
"""The message catalogues are complete: same keys, same placeholders, a text for every error code and every key used."""

from __future__ import annotations

import ast
import functools
import re
import string
from datetime import date
from pathlib import Path

import pytest

from desk_app.domain.papers import Language
from desk_app.i18n import Catalogue, MessageMissingError, load_catalogue

ZH = load_catalogue(Language.ZH)
EN = load_catalogue(Language.EN)
BILINGUAL = {
    "shell.language.zh",
    "pickup.sign_mark",
    "pickup.slip_zh",
    "receipt.signed.by_proxy",
    "paper.demo",
    "paper.missing_glyph",
}
"""Marks that stand in both languages on every screen and paper."""

DATES = ("date.", "explain.day_and_month")
"""Each language writes a day with parts of its own."""

HAN = re.compile(r"[\u4e00-\u9fff]")


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@functools.cache
def _sources(project_root: Path) -> list[tuple[Path, ast.Module]]:
    paths = sorted((project_root / "desk_app").rglob("*.py"))
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def _strings(node: ast.expr) -> list[str]:
    """Give the literal texts an argument can take: a literal, or both sides of a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _strings(node.body) + _strings(node.orelse)
    return []


def _called_name(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _error_classes(project_root: Path) -> set[str]:
    tree = ast.parse((project_root / "desk_app/domain/errors.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def _error_codes(project_root: Path) -> dict[str, str]:
    codes: dict[str, str] = {}
    errors = ast.parse((project_root / "desk_app/domain/errors.py").read_text(encoding="utf-8"))
    for node in ast.walk(errors):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "code":
            codes.update(dict.fromkeys(_strings(node.value), "desk_app/domain/errors.py"))
    classes = _error_classes(project_root)
    for path, tree in _sources(project_root):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called_name(node) in classes and node.args:
                codes.update(dict.fromkeys(_strings(node.args[0]), str(path)))
    return codes


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(set(ZH.texts) - set(EN.texts)) == []
    assert sorted(set(EN.texts) - set(ZH.texts)) == []


def test_both_languages_have_the_same_placeholders() -> None:
    differing = {
        key: (text, EN.texts[key])
        for key, text in ZH.texts.items()
        if key in EN.texts and not key.startswith(DATES) and _placeholders(text) != _placeholders(EN.texts[key])
    }
    assert differing == {}


def test_no_chinese_stands_in_the_english_texts_unless_named() -> None:
    assert {key for key, text in EN.texts.items() if HAN.search(text)} - BILINGUAL == set()


@pytest.mark.parametrize("catalogue", [ZH, EN], ids=["zh", "en"])
def test_every_error_code_has_a_text(catalogue: Catalogue, project_root: Path) -> None:
    missing = {code: place for code, place in _error_codes(project_root).items() if not catalogue.has(f"error.{code}")}
    assert missing == {}


@pytest.mark.parametrize("catalogue", [ZH, EN], ids=["zh", "en"])
def test_every_key_that_the_code_names_has_a_text(catalogue: Catalogue, project_root: Path) -> None:
    wanted: dict[str, str] = {}
    for path, tree in _sources(project_root):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called_name(node) in {"t", "second", "catalogue", "text"} and node.args:
                for key in _strings(node.args[0]):
                    if re.fullmatch(r"[a-z_]+(\.[A-Za-z0-9_]+)+", key):
                        wanted[key] = str(path)
    assert {key: place for key, place in wanted.items() if not catalogue.has(key)} == {}


def test_a_missing_text_is_a_fault_and_names_its_key() -> None:
    with pytest.raises(MessageMissingError, match=r"no\.such\.key"):
        EN("no.such.key")


def test_one_key_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[x]\ny = "1"\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('[x]\ny = "2"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.y is defined twice"):
        load_catalogue(Language.EN, tmp_path)


def test_one_and_many_have_words_of_their_own() -> None:
    key = "rules.closure.moves"
    assert EN(key, count=1).startswith("1 digital certificate gets another")
    assert EN(key, count=0).startswith("0 digital certificates get another")


@pytest.mark.parametrize("catalogue", [ZH, EN], ids=["zh", "en"])
def test_a_text_that_has_two_forms_has_a_count_to_choose_by(catalogue: Catalogue) -> None:
    forms = {key: text for key, text in catalogue.texts.items() if re.search(r"\[[^\[\]]*\|[^\[\]]*\]", text)}
    assert {key: text for key, text in forms.items() if "count" not in _placeholders(text)} == {}


def test_a_day_with_its_year_is_written_as_each_language_counts_years() -> None:
    day = date(2015, 6, 2)
    assert (ZH.day_with_year(day), EN.day_with_year(day)) == ("104/6/2（二）", "Tue 2 Jun 2015")
