# SPDX-License-Identifier: GPL-3.0-or-later
"""Doubts of a pack stand in words, each once, with the keys for whoever mends the pack."""

from __future__ import annotations

import re

import pytest

from desk_app.domain.papers import Bilingual, Language
from desk_app.domain.policy import Policy
from desk_app.policy.shelf import PackShelf
from desk_app.services.doubts import Doubt, doubts
from desk_app.services.explain.names import Names
from desk_app.services.rules import RuleFinding
from tests.services.conftest import TEN
from tests.shipped_rules import shipped_library

PHONE = Bilingual("沒有電話號碼", "no telephone number")
CLOSED = Bilingual("2025-01-31 為放假日", "2025-01-31 is a day off")


def test_what_says_the_same_stands_once_and_in_its_order(policy: Policy) -> None:
    found = (
        RuleFinding("PHONE_MISSING", "office.LIBRARY.phone", PHONE, serious=False),
        RuleFinding("SWITCH_ON_DAY_OFF", "portal.credential[1]", CLOSED, serious=False),
        RuleFinding("PHONE_MISSING", "office.DEPARTMENT.phone", PHONE, serious=False),
        RuleFinding("PHONE_MISSING", "office.OIA.phone", PHONE, serious=True),
    )
    assert doubts(Names.of(policy, Language.EN, TEN), found) == (
        Doubt(
            "No telephone number",
            ("Office, Library, phone", "Office, your department's office, phone"),
            ("office.LIBRARY.phone", "office.DEPARTMENT.phone"),
            serious=False,
        ),
        Doubt("2025-01-31 is a day off", ("Portal, way to sign in 2",), ("portal.credential[1]",), serious=False),
        Doubt(
            "No telephone number",
            ("Office, Office of International Affairs, phone",),
            ("office.OIA.phone",),
            serious=True,
        ),
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("pack", ["ntnu-113-2", "ntnu-112-2"])
def test_no_key_of_a_shipped_pack_is_read_by_people(pack: str, language: Language) -> None:
    names = Names.of(shipped_library().load(pack), language, TEN)
    found = doubts(names, PackShelf(shipped_library).findings(pack))
    said = [text for one in found for text in (one.words, *one.about)]
    assert [text for text in said if re.search(r"[a-z]\.[a-zA-Z]|_|\[", text) or text[:1].islower()] == []
