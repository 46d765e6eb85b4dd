# SPDX-License-Identifier: GPL-3.0-or-later
"""The first store: graduates, clearance, stock, releases, papers, audit.

Frozen: it spells the storage classes out, so that later changes of the tables never change what it made.
Triggers are no part of any revision; ``triggers.py`` recreates them after every migration.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_romanised", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("level", sa.Text()),
        sa.Column("college", sa.Text()),
        sa.Column("other_units", sa.Text(), nullable=False),
        sa.Column("entry_ay", sa.Integer()),
        sa.Column("enrolled_on", sa.Text()),
        sa.Column("graduation_ay", sa.Integer()),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("has_national_id", sa.Integer()),
        sa.Column("procedure_started", sa.Integer(), nullable=False),
        sa.Column("email_on_record", sa.Integer(), nullable=False),
        sa.Column("loss_reported_at", sa.Text()),
        sa.Column("loss_reason", sa.Text()),
        sa.Column("loss_reissue", sa.Integer(), nullable=False),
        sa.Column("overseas", sa.Text()),
        sa.Column("person_blind", sa.Text()),
        sqlite_strict=True,
    )
    op.create_index("ix_student_search", "student", ["search_name", "number"])
    op.create_table(
        "photo",
        sa.Column("student_no", sa.Text(), sa.ForeignKey("student.number"), primary_key=True),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "card",
        sa.Column("uid", sa.Text(), primary_key=True),
        sa.Column("student_no", sa.Text(), sa.ForeignKey("student.number"), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text()),
        sa.Column("valid_to", sa.Text()),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_card_student_no", "card", ["student_no"])


def _create_clearance_and_stock() -> None:
    """Create clearance data and stock."""
    op.create_table(
        "clearance_item",
        sa.Column("student_no", sa.Text(), sa.ForeignKey("student.number"), primary_key=True),
        sa.Column("item", sa.Text(), primary_key=True),
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("window_closed", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text()),
        sa.Column("certificate_date", sa.Text()),
        sa.Column("confirmed", sa.Text()),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clearance_age",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("newest", sa.Text(), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "holding",
        sa.Column("serial", sa.Text(), primary_key=True),
        sa.Column("student_no", sa.Text(), sa.ForeignKey("student.number"), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Text()),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_holding_in_box", "holding", ["counter"], sqlite_where=_IN_BOX, postgresql_where=_IN_BOX)
    op.create_index("ix_holding_student_no", "holding", ["student_no"])


def _create_release() -> None:
    """Create releases and the counter of their numbers."""
    op.create_table(
        "receipt_counter",
        sa.Column("prefix", sa.Text(), primary_key=True),
        sa.Column("day", sa.Text(), primary_key=True),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("receipt_no", sa.Text(), nullable=False, unique=True),
        sa.Column("receipt_prefix", sa.Text(), nullable=False),
        sa.Column("receipt_day", sa.Text(), nullable=False),
        sa.Column("receipt_sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("operator_name", sa.Text(), nullable=False),
        sa.Column("operator_role", sa.Text(), nullable=False),
        sa.Column("student_no", sa.Text(), sa.ForeignKey("student.number"), nullable=False),
        sa.Column("graduate_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("proxy_name", sa.Text()),
        sa.Column("proxy_id_kind", sa.Text()),
        sa.Column("proxy_id_masked", sa.Text()),
        sa.Column("proxy_relation", sa.Text()),
        sa.Column("proxy_letter_date", sa.Text()),
        sa.Column("proxy_day_key", sa.Text()),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("policy_pack", sa.Text(), nullable=False),
        sa.Column("policy_edition", sa.Text(), nullable=False),
        sa.Column("policy_digest", sa.Text(), nullable=False),
        sa.Column("calendar_version", sa.Text()),
        sa.Column("digital_due", sa.Text()),
        sa.Column("signature_sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.Text()),
        sa.Column("void_reason", sa.Text(), nullable=False),
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
        sa.Column("student_no", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.Text()),
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
        sa.Column("receipt_no", sa.Text(), sa.ForeignKey("release.receipt_no"), primary_key=True),
        sa.Column("strokes", sa.LargeBinary(), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "seal_pending",
        sa.Column("receipt_no", sa.Text(), sa.ForeignKey("release.receipt_no"), primary_key=True),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _create_papers() -> None:
    """Create the archive and the print queue."""
    op.create_table(
        "archived_paper",
        sa.Column("receipt_no", sa.Text(), primary_key=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.Text(), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "print_job",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_print_job_receipt_no", "print_job", ["receipt_no"])
    op.create_index("ix_print_job_state", "print_job", ["state"])


def _create_trail() -> None:
    """Create the audit chain, visits and operators."""
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer(), primary_key=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_table(
        "visit_outcome",
        sa.Column("visit", sa.Text(), primary_key=True),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("released", sa.Integer(), nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_visit_outcome_day", "visit_outcome", ["day", "counter"])
    op.create_table(
        "operator",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
