# SPDX-License-Identifier: GPL-3.0-or-later
"""Says of whom a complete list of open things is silent: only of graduates of whom nothing else is said or known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desk_app.domain.clearance_sources import ItemReport, Remainder
from desk_app.domain.findings import Finding
from desk_app.services.store_port import Records


def silent_reports(
    reports: Sequence[ItemReport], remainders: Sequence[Remainder], records: Records
) -> tuple[tuple[ItemReport, ...], tuple[Finding, ...]]:
    """Give what a list says of those whom it does not name, and a finding for each who may yet be meant by one of its rows.

    A row whose number the roster does not have may be about a graduate whose number was mistyped, or lost its letter or
    its zeros in a spreadsheet: whoever has the same digits is left as before.
    """
    found: list[ItemReport] = []
    findings: list[Finding] = []
    strangers = _strangers(reports, records) if remainders else frozenset()
    for remainder in remainders:
        said = remainder.record
        named = {one.student_no for one in reports if (one.record.item, one.record.source) == (said.item, said.source)}
        silent = records.graduates_without_word(remainder.graduation_ay, said.item, said.source, said.as_of)
        for number in sorted(silent - named):
            if _digits(number) in strangers:
                findings.append(Finding("absent_unclear", column="number", value=number))
            else:
                found.append(ItemReport(number, said))
    return tuple(found), tuple(findings)


def _strangers(reports: Iterable[ItemReport], records: Records) -> frozenset[str]:
    """Give the digits of the numbers in a list that the roster does not have."""
    numbers = {report.student_no for report in reports}
    return frozenset(map(_digits, numbers - records.known_students(numbers)))


def _digits(number: str) -> str:
    """Give what of a number survives a spreadsheet that takes it for an amount."""
    return "".join(filter(str.isdecimal, number)).lstrip("0")
