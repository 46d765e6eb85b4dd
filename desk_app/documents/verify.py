# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a sealed paper more strictly than PDF readers do: every single byte must be as it was sealed.

Common validators accept a page that was painted over by an incremental update, a changed title or appended bytes.
Here the one seal must cover the whole file, the place of the signature must hold exactly what the sealer writes,
and the leaf must come directly from the pinned root.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from desk_app.domain.papers import SealFault, SealReport

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_TIME = re.compile(rb"/M\s*\(D:(\d{14})([+-]\d\d)'(\d\d)'?\)")
_NUMBER = re.compile(rb"/Reason\s*\([^)]*?([\x21-\x7e]{1,4}-\d{8}-\d{3,5})[^)]*\)")
_COPY = re.compile(rb"/Reason\s*\(Copy (\d{1,4}) of receipt ")
_TAIL = 32768
"""The seal's dictionary with 8192 reserved bytes and what follows it are shorter than this."""

_ESCAPED = re.compile(rb"\\([0-7]{3})")


class DeskVerifier:
    """Checks papers against the root certificate of the office."""

    def __init__(self, root: x509.Certificate) -> None:
        self._root = root

    def verify(self, pdf: bytes, ledger_sha256: str | None) -> SealReport:
        """Check seal, coverage and issuer; compare with the ledger's hash when one is given."""
        digest = hashlib.sha256(pdf).hexdigest()
        found = self._faults(pdf)
        faults = [*found[0]]
        if ledger_sha256 is not None and digest != ledger_sha256.lower():
            faults.append(SealFault.DIFFERS_FROM_LEDGER)
        tail = _unescaped(pdf)
        number, copy = _NUMBER.search(tail), _COPY.search(tail)
        return SealReport(
            faults=tuple(faults),
            receipt_no=number[1].decode() if number else "",
            sha256=digest,
            signer=found[1],
            sealed_at=_sealed_at(pdf),
            ledger_asked=ledger_sha256 is not None,
            copy=int(copy[1]) if copy else 0,
        )

    def _faults(self, pdf: bytes) -> tuple[list[SealFault], str]:
        """Give what is wrong with a file, and the name of who sealed it ("" when that cannot be read)."""
        if not pdf.startswith(b"%PDF-"):
            return [SealFault.NOT_A_PDF], ""
        ranges = list(_BYTE_RANGE.finditer(pdf))
        if not ranges:
            return [SealFault.NO_SEAL], ""
        if len(ranges) > 1:
            return [SealFault.SEVERAL_SEALS], ""
        # asn1crypto takes 0.06 s of the start.
        from desk_app.documents.container import is_signed, read_signature  # noqa: PLC0415 - see above

        start, first, second, length = (int(ranges[0][group]) for group in range(1, 5))
        whole = start == 0 and first <= second and second + length == len(pdf)
        faults = [] if whole else [SealFault.NOT_WHOLE_FILE]
        covered = hashlib.sha256(pdf[:first] + pdf[second : second + length]).digest()
        signature = read_signature(pdf[first:second])
        if signature is None:
            return [*faults, SealFault.BROKEN], ""
        faults += self._leaf_faults(signature.leaf, _sealed_at(pdf), signed=is_signed(signature, covered))
        return faults, _common_name(signature.leaf)

    def _leaf_faults(self, leaf: x509.Certificate, at: datetime | None, *, signed: bool) -> list[SealFault]:
        faults = []
        if not _issued_by(leaf, self._root):
            faults.append(SealFault.OTHER_ISSUER)
        if not signed:
            faults.append(SealFault.BROKEN)
        elif at is None or not leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc:
            faults.append(SealFault.EXPIRED)
        return faults


def _issued_by(leaf: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(root)
        constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (
        InvalidSignature,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        x509.ExtensionNotFound,
        x509.DuplicateExtension,
    ):
        return False
    return not constraints.ca


def _common_name(certificate: x509.Certificate) -> str:
    try:
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        return ""
    return str(names[0].value) if names else ""


def _unescaped(pdf: bytes) -> bytes:
    """Undo the octal escapes of strings in the last part of a file, where the sealer's dictionary stands."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 8) & 0xFF]), pdf[-_TAIL:])


def _sealed_at(pdf: bytes) -> datetime | None:
    found = _TIME.search(_unescaped(pdf))
    if found is None:
        return None
    text = b"".join(found.groups()).decode()
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
