# SPDX-License-Identifier: GPL-3.0-or-later
"""What opens the leaving system is said in one line wherever it is said: what holds first, and what to use when it fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desk_app.domain.papers import Language
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import Notice, NoticeCode
from desk_app.i18n import catalogue
from desk_app.policy.show import show
from desk_app.services.desk import Desk
from desk_app.services.explain.case import explain
from desk_app.services.rules_today import rules_today

WORDS = {
    Language.ZH: "校務入口網密碼；無法登入時改用身分證字號或居留證號",
    Language.EN: "portal password; if that fails, the number of the ID or resident certificate",
}


@pytest.mark.parametrize("language", Language)
def test_the_clerk_reads_one_line_although_two_words_are_expected(
    desk: Desk, policy: Policy, enrol: Callable[..., object], language: Language
) -> None:
    enrol(procedure_started=False)
    case = desk.pickup.open_card("58237714", desk.clock.now())
    told = explain(policy, case, language, desk.clock.now())
    lines = [line.text for line in told.tell if line.code is NoticeCode.CREDENTIAL]
    assert lines == [catalogue(language)("explain.notice.CREDENTIAL", word=WORDS[language])]
    assert [one for one in case.verdict.notices if one.code is NoticeCode.CREDENTIAL] == [
        Notice(NoticeCode.CREDENTIAL, "PORTAL_PASSWORD"),
        Notice(NoticeCode.CREDENTIAL, "ID_NUMBER"),
    ]


@pytest.mark.parametrize("language", Language)
def test_the_rules_of_today_and_the_shell_say_the_same(desk: Desk, policy: Policy, language: Language) -> None:
    now, texts = desk.clock.now(), catalogue(language)
    groups = rules_today(policy, "MAIN", (), now, language)
    assert [line.value for group in groups for line in group.lines if line.key == "credential"] == [WORDS[language]]
    shown = list(show(policy, policy.counters["MAIN"], now, texts))
    assert texts("policy.show.credential", word=WORDS[language]) in shown
