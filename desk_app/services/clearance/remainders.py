# SPDX-License-Identifier: GPL-3.0-or-later
"""Says of whom a complete list of open things is silent: only of graduates of whom nothing else is said or known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from desk_app.domain.clearance_sources import ItemReport, Remainder
from desk_app.domain.findings import Finding
from desk_app.services.store_port import Records

SourceKeys = Mapping[str, tuple[str, ...]]
"""By the code of an item: its sources, one empty name where it has none."""

_LOOK_ALIKE = str.maketrans("OI", "01")


def silent_reports(
    reports: Sequence[ItemReport], remainders: Sequence[Remainder], records: Records, keys: SourceKeys
) -> tuple[tuple[ItemReport, ...], tuple[Finding, ...]]:
    """Give what a list says of those whom it does not name, and a finding for each who may yet be meant by one of its rows.

    ``keys`` are the sources of each item of the rules: a row about any other says of its graduate that something is open,
    and not where. A row whose number the roster does not have may be about a graduate whose number was mistyped, or lost
    its letter or its zeros in a spreadsheet: whoever has the same digits is left as before, too.
    """
    found: list[ItemReport] = []
    findings: list[Finding] = []
    if not remainders:
        return (), ()
    strangers = _strangers(reports, records)
    nowhere = {one.student_no for one in reports if one.record.source not in keys.get(one.record.item, ())}
    for remainder in remainders:
        said = remainder.record
        named = {one.student_no for one in reports if (one.record.item, one.record.source) == (said.item, said.source)}
        silent = records.graduates_without_word(remainder.graduation_ay, said.item, said.source, said.as_of)
        for number in sorted(silent - named):
            if number in nowhere:
                findings.append(Finding("absent_nowhere", column="number", value=number))
            elif not _readings(number).isdisjoint(strangers):
                findings.append(Finding("absent_unclear", column="number", value=number))
            else:
                found.append(ItemReport(number, said))
    return tuple(found), tuple(findings)


def _strangers(reports: Iterable[ItemReport], records: Records) -> frozenset[str]:
    """Give all that the numbers in a list that the roster does not have may be read as."""
    numbers = {report.student_no for report in reports}
    strangers = numbers - records.known_students(numbers)
    return frozenset(chain.from_iterable(map(_readings, strangers)))


def _readings(number: str) -> frozenset[str]:
    """Give what of a number survives a spreadsheet that takes it for an amount, with letters that look like digits and without."""
    forms = (number, number.translate(_LOOK_ALIKE))
    return frozenset("".join(filter(str.isdecimal, form)).lstrip("0") for form in forms)
