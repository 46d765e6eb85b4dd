# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the store; every one is STRICT, and two partial indexes keep "handed over at most once".

The conditions of partial indexes stand here for SQLite alone; :mod:`desk_app.storage.server.schema` takes them for
PostgreSQL, whose dialect no desk on a file has to load.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, and_
from sqlalchemy.schema import SchemaItem

from desk_app.domain.facts import CardGeneration, CertDetail, ItemState, Level, Mode, PhotoIdKind, StockState
from desk_app.domain.records import AuditKind, CardState, PaperState, Relation, Role
from desk_app.storage.columns import Choice, Day, DayOrInstant, Flag, Instant, JsonText, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def strict_table(name: str, *parts: SchemaItem, row_ids: bool = True, numbers_once: bool = False) -> Table:
    """Make a table in which SQLite, too, refuses a value of another type than its column's.

    Without ``row_ids`` the rows lie in the order of the primary key; with ``numbers_once`` no number of a row is used
    twice, not even that of a row which is gone.
    """
    return Table(
        name, METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=row_ids, sqlite_autoincrement=numbers_once
    )


def _person(name: str, *, required: bool = True) -> tuple[Column[str], Column[str], Column[Role]]:
    """Give the columns of who did something: id, name and role as they were then, whatever becomes of the account."""
    return (
        Column(f"{name}_id", Text, nullable=not required),
        Column(f"{name}_name", Text, nullable=not required),
        Column(f"{name}_role", Choice(Role), nullable=not required),
    )


def _seal() -> Column[bytes]:
    """Give the column of the seal of a row (``row_seals.py``); a row without one counts as altered."""
    return Column("seal", LargeBinary)


STUDENT = strict_table(
    "student",
    Column("number", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_romanised", Text, nullable=False),
    Column("search_name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("level", Choice(Level)),
    Column("college", Text),
    Column("other_units", JsonText, nullable=False),
    Column("entry_ay", Integer),
    Column("enrolled_on", Day),
    Column("graduation_ay", Integer),
    Column("groups", JsonText, nullable=False),
    Column("has_national_id", Flag),
    Column("procedure_started", Flag, nullable=False),
    Column("email_on_record", Flag, nullable=False),
    Column("loss_reported_at", Instant),
    Column("loss_reason", Text),
    Column("loss_reissue", Flag, nullable=False),
    Column("overseas", JsonText),
    Column("person_blind", Text),
    _seal(),
    # A narrow copy of what a search by part of a name scans: see roster.py.
    Index("ix_student_search", "search_name", "number"),
)

PHOTO = strict_table(
    "photo",
    Column("student_no", Text, ForeignKey("student.number"), primary_key=True),
    Column("image", LargeBinary, nullable=False),
)

CARD = strict_table(
    "card",
    Column("uid", Text, primary_key=True),
    Column("student_no", Text, ForeignKey("student.number"), nullable=False, index=True),
    Column("generation", Choice(CardGeneration), nullable=False),
    Column("state", Choice(CardState), nullable=False),
    Column("valid_from", Day),
    Column("valid_to", Day),
    _seal(),
    row_ids=False,
)

# Without row ids the rows of one graduate lie side by side, so that a look-up reads one or two pages.
CLEARANCE_ITEM = strict_table(
    "clearance_item",
    Column("student_no", Text, ForeignKey("student.number"), primary_key=True),
    Column("item", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("state", Choice(ItemState), nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("window_closed", Flag, nullable=False),
    Column("detail", Choice(CertDetail)),
    Column("certificate_date", Day),
    # An office's word by telephone, enciphered for this row alone.
    Column("confirmed", Text),
    # What the office writes to the graduate, enciphered: it may hold amounts and titles.
    Column("note", LargeBinary),
    _seal(),
    row_ids=False,
)

CLEARANCE_AGE = strict_table(
    "clearance_age",
    Column("id", Integer, primary_key=True),
    Column("newest", Instant, nullable=False),
)

# How each source of clearance data is doing, and where its next page begins: one row for all desks.
CLEARANCE_SOURCE = strict_table(
    "clearance_source",
    Column("name", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("last_try", Instant),
    Column("last_success", Instant),
    Column("newest", Instant),
    Column("rows", Integer, nullable=False),
    Column("skipped", JsonText, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("fault_code", Text),
    Column("fault_data", JsonText),
    Column("next_try", Instant),
    row_ids=False,
)

HOLDING = strict_table(
    "holding",
    Column("serial", Text, primary_key=True),
    Column("student_no", Text, ForeignKey("student.number"), nullable=False, index=True),
    Column("document", Text, nullable=False),
    Column("counter", Text, nullable=False),
    Column("box", Text, nullable=False),
    Column("state", Choice(StockState), nullable=False),
    Column("released_by", Text),
    _seal(),
    row_ids=False,
)
_LIES_IN_BOX = and_(HOLDING.c.state == StockState.IN_BOX, HOLDING.c.released_by.is_(None))
Index("ix_holding_in_box", HOLDING.c.counter, sqlite_where=_LIES_IN_BOX)

RECEIPT_COUNTER = strict_table(
    "receipt_counter",
    Column("prefix", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("counter", Text, nullable=False),
    Column("last", Integer, nullable=False),
    row_ids=False,
)

RELEASE = strict_table(
    "release",
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("receipt_no", Text, nullable=False, unique=True),
    Column("receipt_prefix", Text, nullable=False),
    Column("receipt_day", Day, nullable=False),
    Column("receipt_sequence", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("counter", Text, nullable=False),
    Column("desk", Text, nullable=False),
    *_person("operator"),
    Column("student_no", Text, ForeignKey("student.number"), nullable=False, index=True),
    Column("graduate_name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("mode", Choice(Mode), nullable=False),
    Column("proxy_name", Text),
    Column("proxy_id_kind", Choice(PhotoIdKind)),
    Column("proxy_id_masked", Text),
    Column("proxy_relation", Choice(Relation)),
    Column("proxy_letter_date", Day),
    Column("proxy_day_key", Text),
    Column("evidence", JsonText, nullable=False),
    Column("policy_pack", Text, nullable=False),
    Column("policy_edition", Text, nullable=False),
    Column("policy_digest", Text, nullable=False),
    Column("calendar_version", Day),
    Column("digital_due", Day),
    Column("signature_sha256", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("voided_at", Instant),
    Column("void_reason", Text, nullable=False),
    Index("ix_release_day", "receipt_day", "counter", "at"),
    Index("ix_release_proxy", "proxy_day_key", "receipt_day"),
)

RELEASED_DOCUMENT = strict_table(
    "released_document",
    Column("release_id", Integer, ForeignKey("release.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("student_no", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("serial", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("voided_at", Instant),
    row_ids=False,
)
_STANDS = RELEASED_DOCUMENT.c.voided_at.is_(None)
# Whatever the code does, the database itself refuses to hand a certificate over twice.
Index("uq_released_document_serial", RELEASED_DOCUMENT.c.serial, unique=True, sqlite_where=_STANDS)
Index(
    "uq_released_document_student",
    RELEASED_DOCUMENT.c.student_no,
    RELEASED_DOCUMENT.c.document,
    unique=True,
    sqlite_where=_STANDS,
)

SIGNATURE = strict_table(
    "signature",
    Column("receipt_no", Text, ForeignKey("release.receipt_no"), primary_key=True),
    Column("strokes", LargeBinary, nullable=False),
)

SEAL_PENDING = strict_table(
    "seal_pending",
    Column("receipt_no", Text, ForeignKey("release.receipt_no"), primary_key=True),
    row_ids=False,
)

ARCHIVED_PAPER = strict_table(
    "archived_paper",
    Column("receipt_no", Text, primary_key=True),
    Column("pdf", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("sealed_at", Instant, nullable=False),
)

PRINT_JOB = strict_table(
    "print_job",
    Column("id", Integer, primary_key=True),
    Column("paper", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("copy", Integer, nullable=False),
    Column("state", Choice(PaperState), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("receipt_no", Text, nullable=False, index=True),
    Column("note", Text, nullable=False),
    # The desk that prints it; none for a job from before desks were told apart, which any of them prints.
    Column("counter", Text),
    Column("desk", Text),
)

AUDIT = strict_table(
    "audit",
    Column("sequence", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Choice(AuditKind), nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("body", Text, nullable=False),
    # The database then remembers the highest number ever used, which shows a tail that was cut off.
    numbers_once=True,
)

VISIT_OUTCOME = strict_table(
    "visit_outcome",
    Column("visit", Text, primary_key=True),
    Column("day", Day, nullable=False),
    Column("counter", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("released", Flag, nullable=False),
    Index("ix_visit_outcome_day", "day", "counter"),
    row_ids=False,
)

OPERATOR = strict_table(
    "operator",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Choice(Role), nullable=False),
    row_ids=False,
)

STAFF_ACCOUNT = strict_table(
    "staff_account",
    Column("operator_id", Text, ForeignKey("operator.id"), primary_key=True),
    Column("phrase_hash", Text, nullable=False),
    Column("closed", Flag, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
    row_ids=False,
)

# A decision is one row for good; that it was used is a row of its own.
OVERRIDE_DECISION = strict_table(
    "override_decision",
    Column("id", Text, primary_key=True),
    Column("visit", Text, nullable=False, index=True),
    Column("student_no", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    *_person("by"),
    *_person("second", required=False),
    Column("why", Text, nullable=False),
    Column("incident", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# By these values a key that is not the store's is known; the keys themselves lie elsewhere.
KEY_CHECK = strict_table(
    "key_check",
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    row_ids=False,
)

OVERRIDE_USE = strict_table(
    "override_use",
    Column("decision_id", Text, ForeignKey("override_decision.id"), primary_key=True),
    Column("receipt_no", Text, ForeignKey("release.receipt_no"), nullable=False),
    row_ids=False,
)

# Only ever added to: a mistaken closure is withdrawn by a row of its own, so that earlier decisions stay explainable.
ANNOUNCED_CLOSURE = strict_table(
    "announced_closure",
    Column("id", Text, primary_key=True),
    Column("starts", DayOrInstant, nullable=False),
    Column("ends", DayOrInstant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("counters", JsonText, nullable=False),
    Column("counts_as_working_day", Flag, nullable=False),
    Column("source", Text, nullable=False),
    Column("announced_on", Day, nullable=False),
    Column("entered_at", Instant, nullable=False),
    *_person("operator"),
    row_ids=False,
)

CLOSURE_WITHDRAWAL = strict_table(
    "closure_withdrawal",
    Column("closure_id", Text, ForeignKey("announced_closure.id"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    *_person("operator"),
    row_ids=False,
)
