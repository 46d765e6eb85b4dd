# SPDX-License-Identifier: GPL-3.0-or-later
"""Seals a PDF: PAdES-B-B with the desk's leaf certificate, certified so that no change is allowed."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from functools import cached_property

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from desk_app.documents.keys import SealKeys

FIELD = "DeskSeal"
_RESERVED = 8192
"""Bytes kept for the signature, so that no trial signature is needed to measure it."""


class Sealer:
    """Seals papers with one set of keys."""

    def __init__(self, keys: SealKeys) -> None:
        self._keys = keys

    def seal(self, pdf: bytes, at: datetime, reason: str) -> bytes:
        """Give the sealed file; ``at`` is the time that the seal states."""
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            reason=reason,
        )
        signer = signers.PdfSigner(metadata, self._signer, new_field_spec=fields.SigFieldSpec(FIELD))
        session = signer.init_signing_session(IncrementalPdfFileWriter(io.BytesIO(pdf)))
        # pyHanko takes the machine's time; the program's clock may be another one (a demo, a replayed receipt).
        session.system_time = at
        document = session.prepare_tbs_document(validation_info=None, bytes_reserved=_RESERVED)
        target = io.BytesIO()
        prepared, _ = document.digest_tbs_document(output=target)
        signature = self._signer.async_sign(
            prepared.document_digest,
            "sha256",
            use_pades=True,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=at),
        )
        prepared.fill_with_cms(target, asyncio.run(signature))
        return target.getvalue()

    @cached_property
    def _signer(self) -> signers.SimpleSigner:
        key = self._keys.leaf_key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return signers.SimpleSigner(
            signing_cert=_certificate(self._keys.leaf),
            signing_key=asn1_keys.PrivateKeyInfo.load(key),
            # The root stays outside: verifiers pin it, and what is embedded beside the leaf would not be signed.
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call] # untyped in pyHanko
            embed_roots=False,
        )


def _certificate(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
