# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a sealed paper more strictly than PDF readers do: every single byte must be as it was sealed.

Common validators accept a page that was painted over by an incremental update, a changed title or appended bytes.
Here the one seal must cover the whole file, the place of the signature must hold exactly what the sealer writes,
and the leaf must come directly from the pinned root.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desk_app.domain.papers import SealFault, SealReport

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_TIME = re.compile(rb"/M\s*\(D:(\d{14})([+-]\d\d)'(\d\d)'?\)")
_NUMBER = re.compile(rb"/Reason\s*\([^)]*?([\x21-\x7e]{1,4}-\d{8}-\d{3,5})[^)]*\)")
_TAIL = 32768
"""The seal's dictionary with 8192 reserved bytes and what follows it are shorter than this."""

_ESCAPED = re.compile(rb"\\([0-7]{3})")
_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, x509.DuplicateExtension)
"""What asn1crypto and cryptography raise for bytes that are no signature container."""


@dataclass(frozen=True, slots=True)
class _Signature:
    """The parts of a signature container that count."""

    leaf: x509.Certificate
    attributes: cms.CMSAttributes
    value: bytes


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
        number = _NUMBER.search(_unescaped(pdf))
        return SealReport(
            faults=tuple(faults),
            receipt_no=number[1].decode() if number else "",
            sha256=digest,
            signer=found[1],
            sealed_at=_sealed_at(pdf),
            ledger_asked=ledger_sha256 is not None,
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
        start, first, second, length = (int(ranges[0][group]) for group in range(1, 5))
        whole = start == 0 and first <= second and second + length == len(pdf)
        faults = [] if whole else [SealFault.NOT_WHOLE_FILE]
        covered = hashlib.sha256(pdf[:first] + pdf[second : second + length]).digest()
        signature = _signature(pdf[first:second])
        if signature is None:
            return [*faults, SealFault.BROKEN], ""
        return faults + self._signature_faults(signature, covered, _sealed_at(pdf)), _common_name(signature.leaf)

    def _signature_faults(self, signature: _Signature, covered: bytes, at: datetime | None) -> list[SealFault]:
        faults = []
        if not _issued_by(signature.leaf, self._root):
            faults.append(SealFault.OTHER_ISSUER)
        if not _signed(signature, covered):
            faults.append(SealFault.BROKEN)
        elif at is None or not signature.leaf.not_valid_before_utc <= at <= signature.leaf.not_valid_after_utc:
            faults.append(SealFault.EXPIRED)
        return faults


def _signature(hole: bytes) -> _Signature | None:
    """Read the container in the hole of the file; ``None`` unless it is exactly as the sealer writes it."""
    if not re.fullmatch(rb"<(?:[0-9A-F]{2})+>", hole):
        return None
    padded = bytes.fromhex(hole[1:-1].decode())
    try:
        container = cms.ContentInfo.load(padded, strict=False)
        signed = container["content"]
        info = signed["signer_infos"][0]
        leaf_der = signed["certificates"][0].chosen.dump()
        expected = _container(leaf_der, info["signed_attrs"], info["signature"].native)
        found = _Signature(x509.load_der_x509_certificate(leaf_der), info["signed_attrs"], info["signature"].native)
    except _MALFORMED:
        return None
    # The container is outside of what it signs: whatever is not rebuilt from its signed parts could be altered.
    return found if padded == expected.ljust(len(padded), b"\0") else None


def _container(leaf_der: bytes, attributes: cms.CMSAttributes, value: bytes) -> bytes:
    """Write the container that the sealer makes of a leaf, signed attributes and signature value."""
    leaf = cms.CertificateChoices.load(leaf_der)
    sha256 = {"algorithm": "sha256"}
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {
                            "issuer": leaf.chosen.issuer,
                            "serial_number": leaf.chosen["tbs_certificate"]["serial_number"],
                        }
                    )
                }
            ),
            "digest_algorithm": cms.DigestAlgorithm(sha256),
            "signed_attrs": cms.CMSAttributes([attribute.copy() for attribute in attributes]),
            "signature_algorithm": cms.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": value,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((cms.DigestAlgorithm(sha256),)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [leaf],
            "signer_infos": [info],
        }
    )
    return bytes(cms.ContentInfo({"content_type": cms.ContentType("signed_data"), "content": signed}).dump())


def _signed(signature: _Signature, covered: bytes) -> bool:
    """Tell whether the leaf's key signed exactly these bytes (RFC 5652, 5.4 and 5.6; RFC 5035)."""
    try:
        values = {attribute["type"].native: attribute["values"] for attribute in signature.attributes}
        key = signature.leaf.public_key()
        named = tsp.SigningCertificateV2.load(values["signing_certificate_v2"][0].dump())["certs"][0]
        matches = (
            values["message_digest"][0].native == covered
            and values["content_type"][0].native == "data"
            and named["cert_hash"].native == signature.leaf.fingerprint(hashes.SHA256())
        )
        if not matches or not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(signature.value, core.SetOf.dump(signature.attributes.untag()), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, *_MALFORMED):
        return False
    return True


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
