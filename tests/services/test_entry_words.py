# SPDX-License-Identifier: GPL-3.0-or-later
"""Every entry of the shipped packs has words, and an unknown one is made readable."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from desk_app.domain.papers import Language
from desk_app.domain.policy import Policy
from desk_app.policy.library import PolicyLibrary
from desk_app.policy.shelf import PackShelf
from desk_app.resources import resource
from desk_app.services.entry_words import entry_words
from desk_app.services.explain.names import Names

AT = datetime(2025, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("portal.credential[0].from", "離校系統・登入方式 1・起", "Portal, way to sign in 1, from"),
        ("clearance.GA_FEES.office", "離校事項・學雜費・主辦單位", "Clearance, Fees, office"),
        (
            "evidence.PROXY_LOST_REPORTED.need",
            "應備文件・代領，卡已掛失・應備",
            "Papers, by proxy, loss reported, needed",
        ),
        ("units.XXU", "系所表・測試跨域學程", "Table of units, Test Interdisciplinary Program"),
        ("office.LIBRARY.phone", "主辦單位・圖書館・電話", "Office, Library, phone"),
        (
            "clearance.LIB_BOOKS.source_max_age_hours.NTU",
            "離校事項・圖書・個別來源資料有效時數・臺大",
            "Clearance, Books, data of one source hold for hours, NTU",
        ),
        ("clearance.DORM_KEY.new_rule", "離校事項・Dorm key・New rule", "Clearance, Dorm key, New rule"),
    ],
)
def test_a_path_is_said_in_words(policy: Policy, path: str, zh: str, en: str) -> None:
    said = tuple(entry_words(Names.of(policy, language, AT), path) for language in (Language.ZH, Language.EN))
    assert said == (zh, en)


@pytest.mark.parametrize("language", list(Language))
def test_every_difference_of_the_shipped_editions_has_words(policy: Policy, language: Language) -> None:
    shelf = PackShelf(lambda: PolicyLibrary(resource("policy")))
    names = Names.of(policy, language, AT)
    paths = {one.path for a, b in combinations([pack.pack for pack in shelf.packs()], 2) for one in shelf.compare(a, b)}
    keys = {re.sub(r"\[\d+\]", "", part) for path in paths for place, part in enumerate(path.split(".")) if place != 1}
    assert {key for key in keys if not key.isdecimal() and not names.texts.has(f"rules.entry.{key}")} == set()
    cases = {path.split(".")[1] for path in paths if path.startswith("evidence.")}
    assert {case for case in cases if not names.texts.has(f"rules.entry_case.{case}")} == set()
