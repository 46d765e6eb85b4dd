# SPDX-License-Identifier: GPL-3.0-or-later
"""Proofs that come from outside the staff's heads: the owner's keys, and a scheduler's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from desk_app.domain.recovery_key import RecoveryKey
    from desk_app.services.ports import OwnerProof


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


def root_key_proof(settings: Settings, file: Path) -> OwnerProof:
    """Give the proof by the private key of the root that stands above the seals of this desk."""
    from desk_app.documents.owner_proof import RootKeyProof

    return RootKeyProof(file, settings.seal_folder)


def filed_phrase(file: Path) -> tuple[str, str]:
    """Give account and pass phrase of a scheduler's file; raise :class:`StaffError` for one that is not made so.

    Raises :class:`~desk_app.domain.errors.KeyTroubleError` when others than its owner may read it.
    """
    from desk_app.domain.errors import StaffError
    from desk_app.storage.keys.files import read_secret

    if not file.is_file():  # no key of the store is missing
        raise StaffError("phrase_file", file=str(file))
    account, _, rest = read_secret(file).decode("utf-8", "replace").partition("\n")
    phrase = rest.partition("\n")[0].rstrip("\r")
    if not account.strip() or not phrase:
        raise StaffError("phrase_file", file=str(file))
    return account.strip(), phrase
