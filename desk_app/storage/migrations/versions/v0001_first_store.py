# SPDX-License-Identifier: GPL-3.0-or-later
"""The first store: graduates, clearance, stock, releases, papers, audit.

Frozen: it spells the kinds of its columns out, so that later changes of the tables never change what it made.
Triggers are no part of any revision; ``triggers.py`` recreates them after every migration.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.storage.migrations.kinds import DAY, FLAG, INSTANT, TEXT

revision = "0001"
down_revision = None

_STANDS = sa.text("voided_at IS NULL")
_IN_BOX = sa.text("state = 'IN_BOX' AND released_by IS NULL")
_TABLES = (
    "student",
    "photo",
    "card",
    "clearance_item",
    "clearance_age",
    "holding",
    "receipt_counter",
    "release",
    "released_document",
    "signature",
    "seal_pending",
    "archived_paper",
    "print_job",
    "audit",
    "visit_outcome",
    "operator",
)


def upgrade() -> None:
    """Create all tables."""
    _create_roster()
    _create_clearance_and_stock()
    _create_receipt_counter()
    _create_release()
    _create_parts_of_release()
    _create_papers()
    _create_trail()


def downgrade() -> None:
    """Drop all tables, those that refer to others first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_roster() -> None:
    """Create graduates, photos and cards."""
    op.create_table(
        "student",
        sa.Column("number", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_romanised", TEXT, nullable=False),
        sa.Column("search_name", TEXT, nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("level", TEXT),
        sa.Column("college", TEXT),
        sa.Column("other_units", TEXT, nullable=False),
        sa.Column("entry_ay", sa.Integer()),
        sa.Column("enrolled_on", DAY),
        sa.Column("graduation_ay", sa.Integer()),
        sa.Column("groups", TEXT, nullable=False),
        sa.Column("has_national_id", FLAG),
        sa.Column("procedure_started", FLAG, nullable=False),
        sa.Column("email_on_record", FLAG, nullable=False),
        sa.Column("loss_reported_at", INSTANT),
        sa.Column("loss_reason", TEXT),
        sa.Column("loss_reissue", FLAG, nullable=False),
        sa.Column("overseas", TEXT),
        sa.Column("person_blind", TEXT),
        sqlite_strict=True,
    )
    op.create_index("ix_student_search", "student", ["search_name", "number"])
    op.create_table(
        "photo",
        sa.Column("student_no", TEXT, sa.ForeignKey("student.number"), primary_key=True),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "card",
        sa.Column("uid", TEXT, primary_key=True),
        sa.Column("student_no", TEXT, sa.ForeignKey("student.number"), nullable=False),
        sa.Column("generation", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("valid_from", DAY),
        sa.Column("valid_to", DAY),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_card_student_no", "card", ["student_no"])


def _create_clearance_and_stock() -> None:
    """Create clearance data and stock."""
    op.create_table(
        "clearance_item",
        sa.Column("student_no", TEXT, sa.ForeignKey("student.number"), primary_key=True),
        sa.Column("item", TEXT, primary_key=True),
        sa.Column("source", TEXT, primary_key=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("window_closed", FLAG, nullable=False),
        sa.Column("detail", TEXT),
        sa.Column("certificate_date", DAY),
        sa.Column("confirmed", TEXT),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clearance_age",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("newest", INSTANT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "holding",
        sa.Column("serial", TEXT, primary_key=True),
        sa.Column("student_no", TEXT, sa.ForeignKey("student.number"), nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("counter", TEXT, nullable=False),
        sa.Column("box", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("released_by", TEXT),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_holding_in_box", "holding", ["counter"], sqlite_where=_IN_BOX, postgresql_where=_IN_BOX)
    op.create_index("ix_holding_student_no", "holding", ["student_no"])


def _create_receipt_counter() -> None:
    """Create the counter of the receipts' numbers."""
    op.create_table(
        "receipt_counter",
        sa.Column("prefix", TEXT, primary_key=True),
        sa.Column("day", DAY, primary_key=True),
        sa.Column("counter", TEXT, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _create_release() -> None:
    """Create releases."""
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("receipt_no", TEXT, nullable=False, unique=True),
        sa.Column("receipt_prefix", TEXT, nullable=False),
        sa.Column("receipt_day", DAY, nullable=False),
        sa.Column("receipt_sequence", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("counter", TEXT, nullable=False),
        sa.Column("desk", TEXT, nullable=False),
        sa.Column("operator_id", TEXT, nullable=False),
        sa.Column("operator_name", TEXT, nullable=False),
        sa.Column("operator_role", TEXT, nullable=False),
        sa.Column("student_no", TEXT, sa.ForeignKey("student.number"), nullable=False),
        sa.Column("graduate_name", TEXT, nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("mode", TEXT, nullable=False),
        sa.Column("proxy_name", TEXT),
        sa.Column("proxy_id_kind", TEXT),
        sa.Column("proxy_id_masked", TEXT),
        sa.Column("proxy_relation", TEXT),
        sa.Column("proxy_letter_date", DAY),
        sa.Column("proxy_day_key", TEXT),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("policy_pack", TEXT, nullable=False),
        sa.Column("policy_edition", TEXT, nullable=False),
        sa.Column("policy_digest", TEXT, nullable=False),
        sa.Column("calendar_version", DAY),
        sa.Column("digital_due", DAY),
        sa.Column("signature_sha256", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("content_sha256", TEXT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("voided_at", INSTANT),
        sa.Column("void_reason", TEXT, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_release_day", "release", ["receipt_day", "counter", "at"])
    op.create_index("ix_release_proxy", "release", ["proxy_day_key", "receipt_day"])
    op.create_index("ix_release_student_no", "release", ["student_no"])


def _create_parts_of_release() -> None:
    """Create what belongs to a release."""
    op.create_table(
        "released_document",
        sa.Column("release_id", sa.Integer(), sa.ForeignKey("release.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("student_no", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("serial", TEXT, nullable=False),
        sa.Column("name_zh", TEXT, nullable=False),
        sa.Column("name_en", TEXT, nullable=False),
        sa.Column("voided_at", INSTANT),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_released_document_serial",
        "released_document",
        ["serial"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    op.create_index(
        "uq_released_document_student",
        "released_document",
        ["student_no", "document"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    op.create_table(
        "signature",
        sa.Column("receipt_no", TEXT, sa.ForeignKey("release.receipt_no"), primary_key=True),
        sa.Column("strokes", sa.LargeBinary(), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "seal_pending",
        sa.Column("receipt_no", TEXT, sa.ForeignKey("release.receipt_no"), primary_key=True),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _create_papers() -> None:
    """Create the archive and the print queue."""
    op.create_table(
        "archived_paper",
        sa.Column("receipt_no", TEXT, primary_key=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "print_job",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("paper", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("receipt_no", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_print_job_receipt_no", "print_job", ["receipt_no"])
    op.create_index("ix_print_job_state", "print_job", ["state"])


def _create_trail() -> None:
    """Create the audit chain, visits and operators."""
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer(), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("previous", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_table(
        "visit_outcome",
        sa.Column("visit", TEXT, primary_key=True),
        sa.Column("day", DAY, nullable=False),
        sa.Column("counter", TEXT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("released", FLAG, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_visit_outcome_day", "visit_outcome", ["day", "counter"])
    op.create_table(
        "operator",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
