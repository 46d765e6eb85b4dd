# SPDX-License-Identifier: GPL-3.0-or-later
"""Every problem that the policy package can name has a text with its own placeholders in both languages."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from desk_app.domain.papers import Language
from desk_app.i18n import catalogue
from desk_app.policy.lint import LintCode

UNKNOWN = {"found", "nearest", "allowed"}


def _literals(package: Path) -> dict[str, set[str]]:
    """Collect the codes given to ``add``, ``add_unknown``, ``word`` and ``Problem``, with the names of their data."""
    found: dict[str, set[str]] = {}
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = {"add": 0, "add_unknown": 0, "Problem": 0, "word": 2}.get(name)
            if place is None or len(node.args) <= place:
                continue
            code = node.args[place]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                data = {one.arg for one in node.keywords if one.arg}
                data |= UNKNOWN if name in ("add_unknown", "word") else set()
                found.setdefault(code.value, set()).update(data)
    return found


@pytest.mark.parametrize("language", list(Language))
def test_problems_have_texts(project_root: Path, language: Language) -> None:
    texts = catalogue(language)
    codes = _literals(project_root / "desk_app/policy")
    assert len(codes) > 35
    for code, data in codes.items():
        text = texts.texts.get(f"error.policy_{code}")
        assert text is not None, code
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert "where" in names
        if "data" not in data:
            assert names <= data | {"where"}, code


@pytest.mark.parametrize("language", list(Language))
def test_findings_have_texts(language: Language) -> None:
    texts = catalogue(language)
    by_format = {LintCode.SCHEMA, LintCode.WINDOWS_OVERLAP, LintCode.ROUTING_CONFLICT}
    assert all(texts.has(f"error.policy_lint_{code.value.lower()}") for code in LintCode if code not in by_format)
