# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys that seal papers: the office's root, the leaf of the desks, and the key of the QR marks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from desk_app.documents.key_files import (
    LEAF_CERTIFICATE,
    LEAF_KEY,
    MARK_KEY,
    MARK_PUBLIC_KEY,
    ROOT_CERTIFICATE,
    ROOT_KEY,
)
from desk_app.domain.errors import DocumentError

ROOT_YEARS, LEAF_YEARS = 20, 5
_KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True, slots=True)
class SealKeys:
    """What a desk needs to seal: the root's certificate (never its key), leaf certificate and key, key of the marks."""

    root: x509.Certificate
    leaf: x509.Certificate
    leaf_key: ec.EllipticCurvePrivateKey
    mark_key: ed25519.Ed25519PrivateKey

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the root's certificate in hexadecimal: what a verifier pins."""
        return self.root.fingerprint(hashes.SHA256()).hex()


def new_key_files(organisation: str, now: datetime) -> dict[str, bytes]:
    """Make root, leaf and mark keys with their certificates; give the content of their files by name."""
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    mark_key = ed25519.Ed25519PrivateKey.generate()
    root = _root(root_key, organisation, now)
    leaf = _leaf(leaf_key, root, root_key, organisation)
    return {
        ROOT_KEY: _private(root_key),
        LEAF_KEY: _private(leaf_key),
        MARK_KEY: _private(mark_key),
        ROOT_CERTIFICATE: root.public_bytes(serialization.Encoding.PEM),
        LEAF_CERTIFICATE: leaf.public_bytes(serialization.Encoding.PEM),
        MARK_PUBLIC_KEY: _public(mark_key),
    }


def write_key_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write key files of mode 0600 into a folder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        _write(folder / name, content)


def load_keys(folder: Path, private: Mapping[str, bytes] | None = None) -> SealKeys:
    """Load the keys of a folder; raise :class:`DocumentError` when one is missing, damaged or of another kind.

    ``private`` holds private keys by the name of their file, for a desk whose files of them lie wrapped.
    """
    leaf_key = _load_private(folder / LEAF_KEY, private or {})
    mark_key = _load_private(folder / MARK_KEY, private or {})
    leaf = load_certificate(folder / LEAF_CERTIFICATE)
    if not isinstance(leaf_key, ec.EllipticCurvePrivateKey) or leaf.public_key() != leaf_key.public_key():
        raise DocumentError("keys_unreadable", path=str(folder / LEAF_KEY))
    if not isinstance(mark_key, ed25519.Ed25519PrivateKey):
        raise DocumentError("keys_unreadable", path=str(folder / MARK_KEY))
    root = load_certificate(folder / ROOT_CERTIFICATE)
    if not _is_issuer(root, leaf):
        # Every paper sealed from now on would be refused by whoever pins this root.
        raise DocumentError("keys_other_root", path=str(folder / ROOT_CERTIFICATE))
    return SealKeys(root, leaf, leaf_key, mark_key)


def require_in_force(keys: SealKeys, now: datetime) -> None:
    """Raise :class:`DocumentError` when the seal's certificate does not cover an aware instant."""
    if not keys.leaf.not_valid_before_utc <= now <= keys.leaf.not_valid_after_utc:
        raise DocumentError("keys_not_in_force", until=f"{keys.leaf.not_valid_after_utc:%Y-%m-%d}")


def require_own_mark(keys: SealKeys, folder: Path) -> None:
    """Raise :class:`DocumentError` when the public key that proves QR marks and checkpoints is not the desk's own."""
    if load_mark_key(folder / MARK_PUBLIC_KEY) != keys.mark_key.public_key():
        raise DocumentError("keys_other_mark", path=str(folder / MARK_PUBLIC_KEY))


def _is_issuer(root: x509.Certificate, leaf: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def load_certificate(path: Path) -> x509.Certificate:
    """Load a PEM certificate, such as the root that a verifier pins."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DocumentError("keys_unreadable", path=str(path)) from error


def load_mark_key(path: Path) -> ed25519.Ed25519PublicKey:
    """Load the public key that checks the QR marks."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DocumentError("keys_unreadable", path=str(path)) from error
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise DocumentError("keys_unreadable", path=str(path))
    return key


def _root(key: ec.EllipticCurvePrivateKey, organisation: str, now: datetime) -> x509.Certificate:
    name = _name(organisation, "Certificate Desk Root")
    builder = _builder(name, name, key.public_key(), now).not_valid_after(_years_after(now, ROOT_YEARS))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True).sign(key, hashes.SHA256())


def _leaf(
    key: ec.EllipticCurvePrivateKey, root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey, organisation: str
) -> x509.Certificate:
    now = root.not_valid_before_utc
    builder = _builder(_name(organisation, "Certificate Desk Seal"), root.subject, key.public_key(), now)
    builder = builder.not_valid_after(_years_after(now, LEAF_YEARS))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage("digital_signature", "content_commitment"), critical=True)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return builder.add_extension(issuer, critical=False).sign(root_key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(issuer_name=issuer, subject_name=subject, public_key=key)
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in allowed for name in _KEY_USAGES})


def _name(organisation: str, role: str) -> x509.Name:
    # X.520 bounds both attributes to 64; the library counts bytes.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "TW"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organisation, 64)),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{_cut(organisation, 63 - len(role))} {role}"),
        ]
    )


def _cut(text: str, size: int) -> str:
    """Cut a text to so many bytes of UTF-8, between two characters."""
    return text.encode()[:size].decode(errors="ignore")


def _years_after(now: datetime, years: int) -> datetime:
    return now + timedelta(days=round(365.25 * years))


def _private(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public(key: ed25519.Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _load_private(path: Path, unwrapped: Mapping[str, bytes]) -> object:
    try:
        return serialization.load_pem_private_key(unwrapped.get(path.name) or path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise DocumentError("keys_unreadable", path=str(path)) from error


def _write(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
