# SPDX-License-Identifier: GPL-3.0-or-later
"""What a case expects of its outcome, and where the two differ (case-format, section 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from desk_app.domain.policy import Policy
from desk_app.domain.verdict import NoticeCode, ReasonCode, Verdict, VerdictCode
from desk_app.policy.pack_reading import check_evidence
from desk_app.policy.table_reader import TableReader

_PRINTS = tuple(f"P{number}" for number in range(1, 13))


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise, as JSON values."""

    field: str
    expected: object
    actual: object


class Expectation:
    """What a case expects; what is not given is not compared."""

    def __init__(self, values: Mapping[str, object], zone: ZoneInfo) -> None:
        self._values = values
        self._zone = zone

    def differences(self, verdict: Verdict) -> Iterator[Difference]:
        """Compare an outcome with what is expected."""
        actual = outcome_of("", verdict)
        for field, value in self._values.items():
            expected = _plain(value, self._zone)
            base, _, kind = field.rpartition("_")
            key = base if kind in ("include", "exclude") else field
            found = actual[key]
            holds = _holds(kind, expected, found) if isinstance(found, list) else _same(field, value, verdict)
            if not holds:
                yield Difference(field, expected, found)


def _holds(kind: str, expected: object, found: list[object]) -> bool:
    wanted = expected if isinstance(expected, list) else []
    if kind == "include":
        return set(wanted) <= set(found)
    if kind == "exclude":
        codes = {str(one).partition(":")[0] for one in found}
        return not any(one in found or (":" not in str(one) and one in codes) for one in wanted)
    return set(wanted) == set(found)


def _same(field: str, value: object, verdict: Verdict) -> bool:
    if field == "verdict":
        return verdict.code.value == value
    actual: object = getattr(verdict, field)
    return (None if value is False else value) == actual


def _plain(value: object, zone: ZoneInfo) -> object:
    """Turn an expected value into JSON: false means null."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return None if value is False else value


def outcome_of(case: str, verdict: Verdict) -> dict[str, object]:
    """Give an outcome as JSON values with exactly the keys of case-format, section 8."""
    opening = verdict.next_opening
    return {
        "id": case,
        "verdict": verdict.code.value,
        "reasons": [str(reason) for reason in verdict.reasons],
        "notices": [str(notice) for notice in verdict.notices],
        "missing_evidence": list(verdict.missing_evidence),
        "prints": [code.value for code in verdict.prints],
        "digital_due": verdict.digital_due.isoformat() if verdict.digital_due else None,
        "next_opening": opening.isoformat(timespec="seconds") if opening else None,
        "send_to": verdict.send_to,
    }


def read_expectation(reader: TableReader, policy: Policy) -> Expectation:
    """Read and check what a case expects."""
    values: dict[str, object] = {"verdict": reader.choice("verdict", VerdictCode).value}
    for key in ("reasons", "reasons_include"):
        _read_codes(reader, key, ReasonCode, values)
    if reader.has("reasons") and reader.has("reasons_include"):
        reader.log.add("both", reader.place("reasons_include"), allowed="reasons, reasons_include")
    for key in ("notices", "notices_include", "notices_exclude"):
        _read_codes(reader, key, NoticeCode, values)
    _put(values, "missing_evidence", reader.checked_texts("missing_evidence", _evidence_check(reader)))
    for key in ("prints", "prints_include"):
        _put(values, key, reader.checked_texts(key, _word_check(reader, _PRINTS, "not_allowed")))
    _read_or_false(reader, "digital_due", values, lambda: reader.day_or_none("digital_due"))
    zone = policy.edition.timezone
    _read_or_false(reader, "next_opening", values, lambda: _instant(reader, zone))
    _read_or_false(reader, "send_to", values, lambda: reader.word("send_to", tuple(policy.counters), "unknown_counter"))
    reader.done()
    return Expectation(values, zone)


def _instant(reader: TableReader, zone: ZoneInfo) -> datetime | None:
    """Read an instant in UTC, so that it equals the same instant in any zone."""
    found = reader.instant_or_none("next_opening", zone)
    return found.astimezone(UTC) if found else None


def _put(values: dict[str, object], key: str, found: object) -> None:
    if found is not None:
        values[key] = found


def _read_or_false(reader: TableReader, key: str, values: dict[str, object], read: Callable[[], object]) -> None:
    """Read a value that may be ``false`` for null; ``true`` has the wrong type."""
    if reader.values.get(key) is False:
        values[key] = reader.flag(key)
    elif reader.has(key):
        _put(values, key, read())


def _read_codes(reader: TableReader, key: str, kind: type[ReasonCode | NoticeCode], values: dict[str, object]) -> None:
    """Read reasons or notices, of which only the code, the part before the first colon, is checked."""
    codes = tuple(one.value for one in kind)

    def check(place: str, text: str) -> None:
        code = text.partition(":")[0]
        if code not in codes:
            reader.log.add_unknown("unknown_code", place, found=code, known=codes)

    _put(values, key, reader.checked_texts(key, check))


def _evidence_check(reader: TableReader) -> Callable[[str, str], None]:
    return lambda place, element: check_evidence(place, element, reader.log)


def _word_check(reader: TableReader, known: tuple[str, ...], problem: str) -> Callable[[str, str], None]:
    def check(place: str, found: str) -> None:
        if found not in known:
            reader.log.add_unknown(problem, place, found=found, known=known)

    return check
