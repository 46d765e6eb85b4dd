# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the signature container of a sealed paper, which must be exactly what the sealer writes; imported late."""

from __future__ import annotations

import re
from dataclasses import dataclass

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, x509.DuplicateExtension)
"""What asn1crypto and cryptography raise for bytes that are no signature container."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The parts of a signature container that count."""

    leaf: x509.Certificate
    attributes: cms.CMSAttributes
    value: bytes


def read_signature(hole: bytes) -> Signature | None:
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
        found = Signature(x509.load_der_x509_certificate(leaf_der), info["signed_attrs"], info["signature"].native)
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


def is_signed(signature: Signature, covered: bytes) -> bool:
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
