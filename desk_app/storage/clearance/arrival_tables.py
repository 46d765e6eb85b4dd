# SPDX-License-Identifier: GPL-3.0-or-later
"""Where clearance data waits between its arrival and its place: what has arrived in which delivery, and which one counts."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer

from desk_app.storage.columns import Instant
from desk_app.storage.tables import CLEARANCE_ITEM, strict_table

CLEARANCE_DELIVERY = strict_table(
    "clearance_delivery",
    Column("id", Integer, primary_key=True),
    Column("begun_at", Instant, nullable=False),
    # Empty while it arrives; then its place among those that count, of which the later one wins.
    Column("counts_as", Integer),
    # No number is used twice: a desk that was thought dead must not write into the delivery of another one.
    numbers_once=True,
)

# The rows of the table into which they go, and sorted like it, so that both are walked side by side.
CLEARANCE_ARRIVAL = strict_table(
    "clearance_arrival",
    Column("delivery", Integer, ForeignKey("clearance_delivery.id"), primary_key=True),
    *(
        Column(column.name, column.type, primary_key=column.primary_key, nullable=column.nullable)
        for column in CLEARANCE_ITEM.columns
    ),
    row_ids=False,
)
