# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate that has gone already: what is said of the hand-over that stands."""

from __future__ import annotations

from desk_app.domain.errors import AlreadyReleasedError
from desk_app.domain.masking import mask_name
from desk_app.domain.records import ReleaseRecord


def already_released(standing: ReleaseRecord) -> AlreadyReleasedError:
    """Make the error that says when, where and to whom (masked) a certificate has gone."""
    collector = standing.proxy.name if standing.proxy else standing.graduate_name
    return AlreadyReleasedError(
        receipt_no=str(standing.receipt_no),
        at=standing.at,
        counter=standing.counter,
        desk=standing.desk,
        mode=standing.mode,
        collector=mask_name(collector),
    )
