# SPDX-License-Identifier: GPL-3.0-or-later
"""Wires what keeps the store trustworthy: the audit log with its checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.domain.audit import Checkpoint
    from desk_app.services.audit_log import AuditExporter, AuditLog
    from desk_app.services.desk import Desk

_LARGEST_FILE = 100_000


def desk_audit(desk: Desk) -> AuditLog:
    """Give the audit log of a desk."""
    from desk_app.services.audit_log import AuditLog
    from desk_app.services.trail import Trail

    return AuditLog(desk.store, desk.clock, Trail(desk.identity, desk.policy, desk.operators))


def audit_tables() -> AuditExporter:
    """Give what writes audit entries for other programs."""
    from desk_app.documents.audit_tables import AuditTables

    return AuditTables()


def known_checkpoint(settings: Settings, told: str) -> Checkpoint:
    """Read a checkpoint from a file, a short code or the text of its QR code.

    Raises :class:`DocumentError` for what is none, or was not signed by this desk.
    """
    from desk_app.documents.checkpoint import read_checkpoint
    from desk_app.documents.key_files import MARK_PUBLIC_KEY
    from desk_app.documents.keys import load_mark_key
    from desk_app.domain.audit import checkpoint_of_code
    from desk_app.domain.errors import DocumentError

    typed = checkpoint_of_code(told)
    if typed is not None:
        return typed
    signed = read_checkpoint(_signed_text(told), load_mark_key(settings.seal_folder / MARK_PUBLIC_KEY))
    if signed is None:
        raise DocumentError("checkpoint_unsigned", told=told[:60])
    return signed


def _signed_text(told: str) -> str:
    """Give what may be the text of a QR code: the one in a file, or what was told itself."""
    try:
        with Path(told).open("rb") as file:
            found = json.loads(file.read(_LARGEST_FILE))
    except (OSError, ValueError):
        return told
    return str(found.get("signed", "")) if isinstance(found, dict) else ""
