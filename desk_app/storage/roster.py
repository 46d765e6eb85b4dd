# SPDX-License-Identifier: GPL-3.0-or-later
"""Graduates, their cards and photos."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, select

from desk_app.domain.facts import Group, LossReport, OverseasFacts, OverseasSemester
from desk_app.domain.records import CardRecord, Graduate
from desk_app.storage.bulk import execute_many
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.names import search_form
from desk_app.storage.row_seals import CARD_SEAL, STUDENT_SEAL
from desk_app.storage.session import Session, batches
from desk_app.storage.tables import CARD, PHOTO, STUDENT

_PHOTO_FIELD = "photo.image"
_NUMBER: BindParameter[str] = bindparam("number")
_GRADUATE = (
    select(STUDENT, PHOTO.c.image)
    .join_from(STUDENT, PHOTO, PHOTO.c.student_no == STUDENT.c.number, isouter=True)
    .where(STUDENT.c.number == _NUMBER)
)
_CARD = select(CARD).where(CARD.c.uid == bindparam("uid"))
_CARDS_OF = select(CARD).where(CARD.c.student_no == _NUMBER).order_by(CARD.c.uid)
_UIDS = select(CARD.c.uid).where(CARD.c.uid.like(bindparam("pattern"))).order_by(CARD.c.uid).limit(bindparam("limit"))
_ROW = select(STUDENT).where(STUDENT.c.number == _NUMBER)
_NUMBERED = STUDENT.c.number.in_(bindparam("numbers", expanding=True))
_KNOWN = select(STUDENT.c.number).where(_NUMBERED)
_WITH_BLIND = select(STUDENT).where(_NUMBERED, STUDENT.c.person_blind.is_not(None))
_STUDENT_COLUMNS = tuple(column.name for column in STUDENT.columns)
_CARD_COLUMNS = tuple(column.name for column in CARD.columns)
_CARD_VALUES = CardRecord.__slots__


class RosterReads(Session):
    """Reads graduates, cards and photos; raises :class:`AlteredRecordError` for a row that does not carry its seal."""

    def card(self, uid: str) -> CardRecord | None:
        """Give the roster's row of a card by its UID (upper-case hexadecimal)."""
        row = self._connection.execute(_CARD, {"uid": uid}).one_or_none()
        return None if row is None else _card(row, self._cipher)

    def card_uids(self, beginning: str, ending: str, limit: int) -> tuple[str, ...]:
        """Give the UIDs of the roster that begin and end with hexadecimal digits, at most ``limit`` of them."""
        rows = self._connection.execute(_UIDS, {"pattern": f"{beginning}%{ending}", "limit": limit})
        return tuple(row.uid for row in rows)

    def cards_of(self, number: str) -> tuple[CardRecord, ...]:
        """Give all cards of a graduate."""
        return tuple(_card(row, self._cipher) for row in self._connection.execute(_CARDS_OF, {"number": number}))

    def graduate(self, number: str) -> tuple[Graduate, bytes | None] | None:
        """Give a graduate's row of the roster and the photo, or ``None``."""
        row = self._connection.execute(_GRADUATE, {"number": number}).one_or_none()
        if row is None:
            return None
        STUDENT_SEAL.require(self._cipher, row)
        photo = None if row.image is None else self._cipher.open(_PHOTO_FIELD, number, row.image)
        return _graduate(row), photo

    def matches_person_number(self, student_no: str, blind: str) -> bool | None:
        """Compare a keyed hash with the graduate's; ``None`` when none is kept."""
        row = self._connection.execute(_ROW, {"number": student_no}).one_or_none()
        if row is None or row.person_blind is None:
            return None
        STUDENT_SEAL.require(self._cipher, row)
        return hmac.compare_digest(row.person_blind, blind)

    def known_students(self, numbers: Iterable[str]) -> frozenset[str]:
        """Tell which of these student numbers are in the roster."""
        known: set[str] = set()
        for batch in batches(numbers):
            known.update(self._connection.execute(_KNOWN, {"numbers": batch}).scalars())
        return frozenset(known)


class RosterWrites(Session):
    """Imports graduates, cards and photos."""

    def put_students(self, rows: Iterable[tuple[Graduate, str | None]]) -> int:
        """Insert or update graduates, each with the keyed hash of the person number; give their count.

        A file without person numbers does not erase the hashes that an earlier one has brought.
        """
        statement = self._upsert(STUDENT, _STUDENT_COLUMNS)
        count = 0
        for batch in batches(rows):
            blinds = self._kept_blinds([graduate.number for graduate, blind in batch if blind is None])
            blinds |= {graduate.number: blind for graduate, blind in batch if blind is not None}
            made = (_student_row(graduate, blinds.get(graduate.number)) for graduate, _ in batch)
            count += execute_many(self._connection, statement, (STUDENT_SEAL.sealed(self._cipher, row) for row in made))
        return count

    def put_cards(self, rows: Iterable[CardRecord]) -> int:
        """Insert or update cards by UID."""
        values = ({name: getattr(card, name) for name in _CARD_VALUES} for card in rows)
        sealed = (CARD_SEAL.sealed(self._cipher, row) for row in values)
        return execute_many(self._connection, self._upsert(CARD, _CARD_COLUMNS), sealed)

    def put_photo(self, student_no: str, image: bytes) -> None:
        """Keep a graduate's photo (PNG or JPEG), enciphered."""
        sealed = self._cipher.seal(_PHOTO_FIELD, student_no, image)
        statement = self._upsert(PHOTO, ("student_no", "image"))
        self._connection.execute(statement, {"student_no": student_no, "image": sealed})

    def _kept_blinds(self, numbers: Sequence[str]) -> dict[str, str]:
        """Give the keyed hashes that stay with graduates; one that was altered beside the program does not."""
        if not numbers:
            return {}
        rows = self._connection.execute(_WITH_BLIND, {"numbers": numbers})
        return {row.number: row.person_blind for row in rows if STUDENT_SEAL.stands(self._cipher, row)}


def _card(row: Row[Any], cipher: FieldCipher) -> CardRecord:
    CARD_SEAL.require(cipher, row)
    return CardRecord(row.uid, row.student_no, row.generation, row.state, row.valid_from, row.valid_to)


def _student_row(graduate: Graduate, blind: str | None) -> dict[str, object]:
    loss = graduate.loss_report
    return {
        "number": graduate.number,
        "name": graduate.name,
        "name_romanised": graduate.name_romanised,
        # The line break keeps a search from matching the end of one name with the beginning of the other.
        "search_name": f"{search_form(graduate.name)}\n{search_form(graduate.name_romanised)}",
        "unit": graduate.unit,
        "level": graduate.level,
        "college": graduate.college,
        "other_units": graduate.other_units,
        "entry_ay": graduate.entry_ay,
        "enrolled_on": graduate.enrolled_on,
        "graduation_ay": graduate.graduation_ay,
        "groups": graduate.groups,
        "has_national_id": graduate.has_national_id,
        "procedure_started": graduate.procedure_started,
        "email_on_record": graduate.email_on_record,
        "loss_reported_at": loss and loss.at,
        "loss_reason": loss and loss.reason,
        "loss_reissue": loss is not None and loss.reissue,
        "overseas": _overseas_json(graduate.overseas),
        "person_blind": blind,
    }


def _graduate(row: Row[Any]) -> Graduate:
    loss = row.loss_reported_at and LossReport(row.loss_reported_at, row.loss_reason, row.loss_reissue)
    return Graduate(
        number=row.number,
        name=row.name,
        unit=row.unit,
        name_romanised=row.name_romanised,
        level=row.level,
        college=row.college,
        other_units=tuple(row.other_units),
        entry_ay=row.entry_ay,
        enrolled_on=row.enrolled_on,
        graduation_ay=row.graduation_ay,
        groups=frozenset(Group(code) for code in row.groups),
        has_national_id=row.has_national_id,
        procedure_started=row.procedure_started,
        email_on_record=row.email_on_record,
        loss_report=loss,
        overseas=_overseas(row.overseas),
        has_person_number=row.person_blind is not None,
    )


def _overseas_json(facts: OverseasFacts | None) -> dict[str, object] | None:
    if facts is None:
        return None
    semesters = [{name: getattr(term, name) for name in OverseasSemester.__slots__} for term in facts.semesters]
    return {"applied_on": facts.applied_on, "semesters": semesters}


def _overseas(kept: dict[str, Any] | None) -> OverseasFacts | None:
    if kept is None:
        return None
    applied = kept["applied_on"]
    semesters = tuple(OverseasSemester(**term) for term in kept["semesters"])
    return OverseasFacts(date.fromisoformat(applied) if applied else None, semesters)
