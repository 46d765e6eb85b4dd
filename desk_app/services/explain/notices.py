# SPDX-License-Identifier: GPL-3.0-or-later
"""What to say beside a verdict: to the collector, and to the clerk alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.engine import situation_of
from desk_app.domain.engine.items import credentials_today
from desk_app.domain.facts import CertDetail, PhotoIdKind
from desk_app.domain.policy import Credential
from desk_app.domain.verdict import Notice, NoticeCode, Reason, ReasonCode
from desk_app.domain.visit import OpenCase
from desk_app.services.explain.items import confirmation_of
from desk_app.services.explain.names import Names, marked
from desk_app.services.explain.reasons import ITEM_REASONS, item_words, reason_row

FOR_THE_COLLECTOR = frozenset(
    {
        NoticeCode.APPS_CLOSED,
        NoticeCode.EASYCARD_UNTIL,
        NoticeCode.EASYCARD_ENDED,
        NoticeCode.DIGITAL_DUE,
        NoticeCode.EMAIL_MISSING,
        NoticeCode.NO_DEGREE_CERTIFICATE,
        NoticeCode.OTHER_UNIT,
        NoticeCode.SELF_SERVICE,
        NoticeCode.CREDENTIAL,
        NoticeCode.DOOR_SWITCH,
    }
)
"""These the clerk tells the collector; all others are for the clerk."""

_ICON = {
    NoticeCode.NAME_SEE_CERTIFICATE: "certificate",
    NoticeCode.OTHER_UNIT: "pin",
    NoticeCode.IN_FLIGHT: "lamp-clock",
    NoticeCode.CREDENTIAL: "lock",
    NoticeCode.CONFIRMED_BY_PHONE: "phone",
    NoticeCode.SELF_SERVICE: "phone",
    NoticeCode.OFFICES_ONLY: "eye-off",
    NoticeCode.OLD_CARD: "card",
    NoticeCode.CARD_GENERATION_NOT_ACCEPTED: "card",
    NoticeCode.CARD_GENERATION_UNEXPECTED: "card",
    NoticeCode.LOST_CARD_PRESENTED: "card-lost",
    NoticeCode.LOSS_REASON_OTHER: "card-lost",
    NoticeCode.LOSS_REPORT_AFTER_CUTOFF: "card-lost",
    NoticeCode.FORM_CONTRADICTS_ITEMS: "warning",
    NoticeCode.PROXY_BATCH: "users",
    NoticeCode.EASYCARD_UNTIL: "card",
    NoticeCode.EASYCARD_ENDED: "card",
    NoticeCode.DIGITAL_DUE: "mail",
    NoticeCode.EMAIL_MISSING: "mail",
    NoticeCode.NO_DEGREE_CERTIFICATE: "certificate",
    NoticeCode.DOOR_SWITCH: "card",
}
_ITEM_NOTICES = frozenset(
    {NoticeCode.ITEM_IGNORED, NoticeCode.ITEM_ADVICE, NoticeCode.CONFIRMED_BY_PHONE, NoticeCode.SELF_SERVICE}
)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice with its icon."""

    code: NoticeCode
    icon: str
    text: str


def notice_lines(names: Names, case: OpenCase, *, for_collector: bool) -> tuple[NoticeLine, ...]:
    """Give the notices for the collector, or those for the clerk alone, in the verdict's order."""
    notices = tuple(one for one in _said_once(case.verdict.notices) if (one.code in FOR_THE_COLLECTOR) is for_collector)
    lines = (notice_line(names, case, one) for one in notices if one.code is not NoticeCode.CONFIRMED_BY_PHONE)
    return (*lines, *_call_lines(names, case, notices))


def _call_lines(names: Names, case: OpenCase, notices: Iterable[Notice]) -> Iterator[NoticeLine]:
    """Say each call once, with all that was confirmed in it, behind what else there is to say."""
    calls: dict[tuple[tuple[str, object], ...], list[str]] = {}
    for one in notices:
        if one.code is NoticeCode.CONFIRMED_BY_PHONE:
            words = _phone_words(names, case, one.argument)
            calls.setdefault(tuple(words.items()), []).append(item_words(names, one.argument).whole)
    for call, items in calls.items():
        text = names.texts("explain.notice.CONFIRMED_BY_PHONE", item=names.join(items), **dict(call))
        yield NoticeLine(NoticeCode.CONFIRMED_BY_PHONE, _ICON[NoticeCode.CONFIRMED_BY_PHONE], text)


def _said_once(notices: Iterable[Notice]) -> Iterator[Notice]:
    """Let one notice stand for all ways to log in: each by itself, they contradict each other."""
    notices = tuple(notices)
    kinds = [one.argument for one in notices if one.code is NoticeCode.CREDENTIAL]
    for one in notices:
        if one.code is not NoticeCode.CREDENTIAL:
            yield one
        elif one.argument == kinds[0]:
            yield Notice(one.code, "/".join(kinds))


def notice_line(names: Names, case: OpenCase, notice: Notice) -> NoticeLine:
    """Say one notice."""
    text = names.texts(f"explain.notice.{notice.code.value}", **_values(names, case, notice))
    return NoticeLine(notice.code, _ICON.get(notice.code, "info"), text)


def _values(names: Names, case: OpenCase, notice: Notice) -> dict[str, object]:
    """Fill the placeholders that the text of a notice may have."""
    if notice.code in _ITEM_NOTICES:
        return {"item": item_words(names, notice.argument).whole, **_phone_words(names, case, notice.argument)}
    if notice.code in (NoticeCode.OVERRIDDEN, NoticeCode.OVERRIDE_REFUSED):
        return {"reason": reason_title(names, case, notice.argument)}
    word = _ARGUMENT_WORDS.get(notice.code)
    due = case.verdict.digital_due
    first, _, second = notice.argument.partition("/") if notice.code is NoticeCode.DOOR_SWITCH else ("", "", "")
    return {
        "text": _apps_closed(names),
        "day": names.texts.short_day(due) if notice.code is NoticeCode.DIGITAL_DUE and due else _fare_day(names),
        "word": word(names, notice.argument) if word else "",
        "from_time": _moment(names, first),
        "to_time": _moment(names, second),
    }


def _phone_words(names: Names, case: OpenCase, argument: str) -> dict[str, object]:
    """Say who has confirmed an item on the telephone, under which number and when."""
    said = confirmation_of(case, argument)
    if said is None:
        return {"person": "", "number": "", "time": ""}
    time = f"{said.at.astimezone(names.policy.edition.timezone):%H:%M}"
    return {"person": said.person, "number": said.number, "time": time}


_ARGUMENT_WORDS: Mapping[NoticeCode, Callable[[Names, str], str]] = {
    NoticeCode.OTHER_UNIT: lambda names, unit: names.unit(unit),
    NoticeCode.CREDENTIAL: lambda names, kinds: names.credentials(Credential(kind) for kind in kinds.split("/")),
    NoticeCode.CERT_DETAIL: lambda names, detail: names.detail(CertDetail(detail)),
    NoticeCode.DOCUMENT_NOT_ACCEPTED: lambda names, element: names.evidence(element),
    NoticeCode.EXPIRED_ID_SHOWN: lambda names, kind: names.id_kind(PhotoIdKind(kind)),
}


def _fare_day(names: Names) -> str:
    """Write the last day of the student fare: 10/31, 31 October."""
    fare = names.policy.easycard
    if fare is None:
        return ""
    last = fare.last_day
    day = names.texts("date.month_and_day", month=last.month, day=last.day, month_name=names.texts.month_name(last))
    return marked(names.texts, day, fare.basis)


def _apps_closed(names: Names) -> str:
    words = names.policy.apps_closed
    if words is None:
        return ""
    return (words.text_zh if names.chinese else words.text_en).rstrip("。.")


def _moment(names: Names, text: str) -> str:
    if not text:
        return ""
    return names.when(datetime.fromisoformat(text).replace(tzinfo=names.policy.edition.timezone))


def reason_title(names: Names, case: OpenCase, text: str) -> str:
    """Name a reason that is written as it is reported."""
    code, _, argument = text.partition(":")
    reason = Reason(ReasonCode[code], argument)
    if reason.code in ITEM_REASONS:
        return item_words(names, argument).whole
    return reason_row(names, case, reason, case.verdict.at).title


def login_words(names: Names, case: OpenCase) -> str:
    """Say in one line how the graduate logs in on the day of the decision, never a number (R9)."""
    kinds = credentials_today(situation_of(names.policy, case.facts))
    return names.texts("explain.notice.CREDENTIAL", word=names.credentials(kinds))
