# SPDX-License-Identifier: GPL-3.0-or-later
"""Identifiers of visits, confirmations and faults."""

from __future__ import annotations

import uuid


class RandomIdentifiers:
    """Makes identifiers that nobody else has."""

    def new(self) -> str:
        """Give a random identifier."""
        return uuid.uuid4().hex
