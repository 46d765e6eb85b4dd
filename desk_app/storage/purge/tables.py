# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of retention: the keys of persons in the audit log, what was purged when, and the tombstones of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary

from desk_app.domain.retention import RecordKind
from desk_app.storage.columns import Choice, Day, Instant, Text
from desk_app.storage.tables import strict_table

# One key for a person, a kind of record and a year: destroying it makes exactly those entries unreadable.
SUBJECT_KEY = strict_table(
    "subject_key",
    Column("alias", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("kept_with", Choice(RecordKind), nullable=False),
    Column("year", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Index("uq_subject_key_person", "person", "kept_with", "year", unique=True),
    Index("ix_subject_key_year", "kept_with", "year"),
    row_ids=False,
)

# One row for each transaction of a purge, under the number of its audit entry; the enciphered copy of its facts shows one that only the log was given.
PURGE = strict_table(
    "purge",
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("record", Choice(RecordKind), nullable=False),
    Column("cut_off", Day, nullable=False),
    Column("at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# What is left of a record that history keeps: which one, erased by which purge, and the hash of what stayed.
TOMBSTONE = strict_table(
    "tombstone",
    Column("record", Choice(RecordKind), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("purge", Integer, ForeignKey("purge.sequence"), nullable=False, index=True),
    Column("kept", Text, nullable=False),
    row_ids=False,
)
