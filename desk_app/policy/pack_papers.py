# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of a pack about clearance items, documents, identity, letters and evidence."""

from __future__ import annotations

from desk_app.domain.facts import CardGeneration, Group, LetterSigner, Level, Mode, PhotoIdKind
from desk_app.domain.policy import (
    CardCondition,
    ClearanceItem,
    DocumentRule,
    EvidenceRule,
    Identity,
    LetterRule,
    LostCard,
    Phase,
)
from desk_app.domain.verdict import ReasonCode, VerdictCode
from desk_app.policy.pack_reading import PackReading, check_evidence
from desk_app.policy.table_reader import TableReader, check_upper_snake

_CERTIFICATE_ITEM = "DEPT_CERT"
_EVERYBODY = "all"
_ESCALATIONS = {code.value: code for code in ReasonCode if code.verdict is VerdictCode.ESCALATE}


def read_clearance(pack: PackReading) -> tuple[ClearanceItem, ...]:
    """Read the clearance items, in their order; the offices must be known before."""
    general = pack.root.needed_child("clearance_rules")
    max_age = general.whole("max_age_hours")
    pack.entries.basis(general)
    general.done()
    readers = pack.codes("clearance")
    codes = tuple(code for code, _ in readers)
    items = [_read_item(pack, reader, code, codes, max_age) for code, reader in readers]
    return tuple(sorted(items, key=lambda item: item.order))


def _read_item(
    pack: PackReading, reader: TableReader, code: str, codes: tuple[str, ...], max_age: int
) -> ClearanceItem:
    def check_item(place: str, found: str) -> None:
        if found not in codes:
            pack.log.add_unknown("unknown_item", place, found=found, known=codes)

    own_age = reader.whole_or_none("max_age_hours")
    applies_to = _read_applies_to(reader)
    sources = reader.checked_texts("sources", lambda place, found: check_upper_snake(found, place, pack.log)) or ()
    item = ClearanceItem(
        code=code,
        order=reader.whole("order", minimum=None),
        # Offices that could not be read are a problem of their own, not one of every item.
        office=reader.word("office", pack.offices, "unknown_office") if pack.offices else reader.text("office"),
        applies_to_all=_EVERYBODY in applies_to,
        applies_to=frozenset(Group(group) for group in applies_to if group in tuple(Group)),
        sources=sources,
        blocking=reader.flag("blocking"),
        max_age_hours=max_age if own_age is None else own_age,
        source_max_age_hours=_read_source_ages(reader, sources),
        self_service=reader.flag("self_service", default=False),
        self_service_unless=reader.checked_texts("self_service_unless", check_item) or (),
        escalate_when_window_closed=reader.flag("escalate_when_window_closed", default=False),
        closed_by_release=reader.flag("closed_by_release", default=False),
        during_enrolment_from_entry_ay=(
            reader.whole_or_none("during_enrolment_from_entry_ay", minimum=None) if code == _CERTIFICATE_ITEM else None
        ),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return item


def _read_source_ages(item: TableReader, sources: tuple[str, ...]) -> dict[str, int]:
    """Read for how many hours data of single sources hold: one may be asked every hour, another send a list a week."""
    reader = item.child("source_max_age_hours")
    if reader is None:
        return {}
    for unknown in sorted(reader.values.keys() - set(sources)):
        reader.log.add_unknown("unknown_source", reader.place(unknown), found=unknown, known=sources)
    return {source: reader.whole(source) for source in sources if reader.has(source)}


def _read_applies_to(reader: TableReader) -> tuple[str, ...]:
    known = (_EVERYBODY, *(group.value for group in Group))

    def check(place: str, found: str) -> None:
        if found not in known:
            reader.log.add_unknown("not_allowed", place, found=found, known=known)

    reader.require("applies_to")
    return reader.checked_texts("applies_to", check) or ()


def read_documents(pack: PackReading) -> tuple[DocumentRule, ...]:
    """Read the documents that are handed over, in their order."""
    documents = []
    for code, reader in pack.codes("document"):
        documents.append(
            DocumentRule(
                code=code,
                order=reader.whole("order", minimum=None),
                name_en=reader.text("name_en"),
                name_zh=reader.text("name_zh"),
                levels=frozenset(reader.codes("levels", Level)),
                basis=pack.entries.basis(reader),
            )
        )
        reader.done()
    return tuple(sorted(documents, key=lambda document: document.order))


def read_identity(pack: PackReading) -> Identity:
    """Read which cards and photo IDs count."""
    reader = pack.root.needed_child("identity")
    identity = Identity(
        card_generations=frozenset(reader.codes("card_generations", CardGeneration)),
        old_card_extra=_read_elements(reader, "old_card_extra"),
        photo_id_kinds=frozenset(reader.codes("photo_id_kinds", PhotoIdKind)),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return identity


def _read_elements(reader: TableReader, key: str) -> tuple[str, ...]:
    reader.require(key)
    return reader.checked_texts(key, lambda place, element: check_evidence(place, element, reader.log)) or ()


def read_lost_card(pack: PackReading) -> LostCard | None:
    """Read until when a loss can be reported; ``None`` when the pack does not speak of it."""
    reader = pack.root.child("lost_card")
    if reader is None:
        return None
    lost_card = LostCard(
        portal_closed_from=reader.day("portal_closed_from"),
        boundary_day_accepts_both=reader.flag("boundary_day_accepts_both"),
        required_reason=reader.text("required_reason"),
        forbid_reissue=reader.flag("forbid_reissue"),
        affidavit_form=reader.text_or_none("affidavit_form"),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return lost_card


def read_letter(pack: PackReading) -> LetterRule | None:
    """Read what a letter must be; ``None`` when a letter counts for nothing."""
    reader = pack.root.child("letter")
    if reader is None:
        return None
    letter = LetterRule(
        signatures=reader.codes("signatures", LetterSigner),
        max_age_days=reader.whole("max_age_days"),
        accept_copy=reader.flag("accept_copy"),
        accept_electronic=reader.flag("accept_electronic"),
        one_graduate_per_letter=reader.flag("one_graduate_per_letter"),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return letter


def read_proxy(pack: PackReading) -> int | None:
    """Read above how many graduates a day a proxy is mentioned."""
    reader = pack.root.child("proxy")
    if reader is None:
        return None
    limit = reader.whole("warn_above_per_day")
    pack.entries.basis(reader)
    reader.done()
    return limit


def read_evidence(pack: PackReading) -> tuple[EvidenceRule, ...]:
    """Read the evidence rules, as they stand in the file."""
    return tuple(_read_rule(pack, reader, key) for key, reader in pack.codes("evidence"))


def _read_rule(pack: PackReading, reader: TableReader, key: str) -> EvidenceRule:
    def check_reason(place: str, found: str) -> None:
        if found not in _ESCALATIONS:
            pack.log.add_unknown("unknown_code", place, found=found, known=_ESCALATIONS)

    phase = reader.codes_or_none("phase", Phase)
    escalate = reader.checked_texts("escalate", check_reason) or ()
    rule = EvidenceRule(
        key=key,
        order=reader.whole("order", minimum=None),
        mode=reader.choice("mode", Mode),
        card=reader.choice("card", CardCondition),
        phase=None if phase is None else frozenset(phase),
        national_id=reader.flag_or_none("national_id"),
        need=_read_elements(reader, "need"),
        escalate=tuple(_ESCALATIONS[code] for code in escalate if code in _ESCALATIONS),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return rule
