# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof of a desk's owner: the private key of the root that stands above all its seals, which is kept off the desk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from desk_app.documents.key_files import ROOT_CERTIFICATE
from desk_app.documents.keys import load_certificate
from desk_app.domain.errors import StaffError

_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class RootKeyProof:
    """Whoever has the root's private key could issue another desk: nobody stands above that."""

    file: Path
    seal_folder: Path
    kind: str = "root_key"

    def require(self) -> None:
        """Raise :class:`StaffError` unless the file holds the private key of this desk's root certificate."""
        root = load_certificate(self.seal_folder / ROOT_CERTIFICATE)
        try:
            with self.file.open("rb") as file:
                key = serialization.load_pem_private_key(file.read(_LARGEST), None)
        except (OSError, ValueError, TypeError) as error:
            raise StaffError("owner_proof", file=str(self.file)) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != root.public_key():
            raise StaffError("owner_proof", file=str(self.file))
