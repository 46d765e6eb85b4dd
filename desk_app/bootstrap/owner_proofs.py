# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof of a desk's owner: the printed recovery key, by which the keys of the store come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.domain.recovery_key import RecoveryKey


@dataclass(frozen=True, slots=True)
class RecoveryKeyProof:
    """Whoever has the printed recovery key can open the store whatever the staff does: nobody stands above that."""

    settings: Settings
    recovery: RecoveryKey
    kind: str = "recovery_key"

    def require(self) -> None:
        """Raise :class:`~desk_app.domain.errors.DeskError` unless the key brings back the keys of this store."""
        from desk_app.bootstrap.key_changes import recovered_keys

        recovered_keys(self.settings, self.recovery)
