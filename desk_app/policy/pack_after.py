# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of a pack about what follows the release, the cards, study abroad and the desk itself."""

from __future__ import annotations

from desk_app.domain.follow_up import AppsClosedNotice, CardRule, DigitalRule, EasyCardNotice, OverseasRule, Retention
from desk_app.policy.pack_reading import PackReading
from desk_app.policy.table_reader import TableReader

_A_YEAR_OF_MINUTES = 366 * 24 * 60


def read_digital(pack: PackReading) -> DigitalRule | None:
    """Read for whom and within how many working days the digital certificate follows."""
    reader = pack.root.child("digital")
    if reader is None:
        return None
    digital = DigitalRule(
        from_graduation_ay=reader.whole("from_graduation_ay", minimum=None),
        working_days=reader.whole("working_days", minimum=1),
        issuer=reader.text_or_none("issuer"),
        phone=reader.text_or_none("phone"),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return digital


def read_notices(pack: PackReading) -> tuple[AppsClosedNotice | None, EasyCardNotice | None]:
    """Read what is said at a release."""
    reader = pack.root.child("notice")
    if reader is None:
        return None, None
    apps, easycard = reader.child("apps_closed"), reader.child("easycard")
    found = (_read_apps(pack, apps) if apps else None, _read_easycard(pack, easycard) if easycard else None)
    reader.done()
    return found


def _read_apps(pack: PackReading, reader: TableReader) -> AppsClosedNotice:
    notice = AppsClosedNotice(reader.text("text_en"), reader.text("text_zh"), pack.entries.basis(reader))
    reader.done()
    return notice


def _read_easycard(pack: PackReading, reader: TableReader) -> EasyCardNotice:
    notice = EasyCardNotice(reader.day("last_day"), reader.text_or_none("source_text"), pack.entries.basis(reader))
    reader.done()
    return notice


def read_card(pack: PackReading) -> CardRule | None:
    """Read how the cards change over."""
    reader = pack.root.child("card")
    if reader is None:
        return None
    reader.require("cutover_minutes")
    minutes = reader.wholes_or_none("cutover_minutes") or (0, 0)
    if len(minutes) != 2 or not all(0 <= one <= _A_YEAR_OF_MINUTES for one in minutes):
        pack.log.add("two_minutes", reader.place("cutover_minutes"))
        minutes = (0, 0)
    card = CardRule(
        cutover_times=reader.clock_times("cutover_times"),
        cutover_minutes=(minutes[0], minutes[1]),
        old_access_until=reader.day("old_access_until"),
        only_4k_from_entry_ay=reader.whole("only_4k_from_entry_ay", minimum=None),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return card


def read_overseas(pack: PackReading) -> OverseasRule | None:
    """Read the figures of study abroad."""
    reader = pack.root.child("overseas")
    if reader is None:
        return None
    overseas = OverseasRule(
        min_subjects=reader.whole("min_subjects"),
        min_credits=reader.whole("min_credits"),
        max_semesters=reader.whole("max_semesters"),
        next_semester_start=reader.day("next_semester_start"),
        graduating_deadline_days=reader.whole("graduating_deadline_days"),
        submit_within_months=reader.whole_or_none("submit_within_months"),
        submit_trigger=reader.text_or_none("submit_trigger"),
        ects_per_credit=reader.whole_or_none("ects_per_credit"),
        cap_fraction=reader.text_or_none("cap_fraction"),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return overseas


def read_clock(pack: PackReading) -> int:
    """Read how many seconds the desk's clock may be off."""
    reader = pack.root.needed_child("clock")
    seconds = reader.whole("max_skew_seconds")
    pack.entries.basis(reader)
    reader.done()
    return seconds


def read_retention(pack: PackReading) -> Retention | None:
    """Read how long records are kept."""
    reader = pack.root.child("retention")
    if reader is None:
        return None
    retention = Retention(
        letters_years=reader.whole_or_none("letters_years"),
        access_trail_years=reader.whole_or_none("access_trail_years"),
        ledger=reader.text_or_none("ledger"),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return retention
