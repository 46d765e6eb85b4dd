# SPDX-License-Identifier: GPL-3.0-or-later
"""Wraps a desk's keys for rest: under a pass phrase, under a random key that lies elsewhere, or for the recovery key.

A wrapped file is JSON: what is needed to find the wrapping key again, and the keys under AES-256-GCM. All but the
ciphertext is associated data, so that costs and purpose cannot be exchanged unseen.
"""

from __future__ import annotations

import base64
import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desk_app.domain.errors import KeyTroubleError
from desk_app.domain.recovery_key import RecoveryKey
from desk_app.domain.store_keys import KEY_BYTES, StoreKeys
from desk_app.storage.keys.cipher import key_checks

_FORMAT = 1
_NONCE_BYTES, _SALT_BYTES = 12, 16
_LARGEST_COST = 1 << 22
"""Kibibytes: more than this is no file of ours but one that wants the machine to stand still."""

Header = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PhraseCosts:
    """What one guess of a pass phrase costs; RFC 9106's choice for machines with little memory: about 0.1 s."""

    time: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


def wrap_with_phrase(keys: StoreKeys, phrase: str, costs: PhraseCosts) -> bytes:
    """Wrap keys under an Argon2id hash of a pass phrase with a salt of its own."""
    salt = os.urandom(_SALT_BYTES)
    header: Header = {"kind": "phrase", "salt": _text(salt), "time": costs.time, "memory": costs.memory_kib}
    header["lanes"] = costs.lanes
    return _wrapped(keys, header, _stretched(phrase, header))


def unwrap_with_phrase(wrapped: bytes, phrase: str) -> StoreKeys:
    """Give the keys; raise ``keys_phrase_wrong`` for another pass phrase, ``keys_wrapped`` for what is no such file."""
    header, body = _parted(wrapped, "phrase")
    return _unwrapped(header, body, _stretched(phrase, header), "keys_phrase_wrong")


def wrap_with_key(keys: StoreKeys, key: bytes, place: str) -> bytes:
    """Wrap keys under a random key that is kept elsewhere under the name ``place``."""
    return _wrapped(keys, {"kind": "keyring", "place": place}, key)


def unwrap_with_key(wrapped: bytes, key: bytes) -> StoreKeys:
    """Give the keys; raise ``keys_keyring_wrong`` for another key."""
    header, body = _parted(wrapped, "keyring")
    return _unwrapped(header, body, key, "keys_keyring_wrong")


def place_of_key(wrapped: bytes) -> str:
    """Give the name under which the wrapping key is kept."""
    return str(_parted(wrapped, "keyring")[0].get("place", ""))


def recovery_public_key(recovery: RecoveryKey) -> bytes:
    """Give the half of a recovery key that may lie on a disk: it wraps and cannot unwrap."""
    return _private(recovery).public_key().public_bytes_raw()


def wrap_for_recovery(keys: StoreKeys, public: bytes) -> bytes:
    """Wrap keys so that only the printed recovery key opens them; they can be wrapped anew without it."""
    own = X25519PrivateKey.generate()
    header: Header = {"kind": "recovery", "public": _text(public), "own": _text(own.public_key().public_bytes_raw())}
    header["covers"] = key_checks(keys)
    shared = own.exchange(X25519PublicKey.from_public_bytes(public))
    return _wrapped(keys, header, _agreed(shared, header))


def unwrap_for_recovery(wrapped: bytes, recovery: RecoveryKey) -> StoreKeys:
    """Give the keys; raise ``recovery_other`` for the recovery key of another desk or an earlier one."""
    header, body = _parted(wrapped, "recovery")
    if recovery_public_key(recovery) != _bytes(header, "public"):
        raise KeyTroubleError("recovery_other")
    try:
        shared = _private(recovery).exchange(X25519PublicKey.from_public_bytes(_bytes(header, "own")))
    except ValueError as error:
        raise KeyTroubleError("keys_wrapped", reason=str(error)) from error
    return _unwrapped(header, body, _agreed(shared, header), "recovery_other")


def public_half(wrapped: bytes) -> bytes:
    """Give the public half for which keys were wrapped."""
    return _bytes(_parted(wrapped, "recovery")[0], "public")


def covered(wrapped: bytes) -> dict[str, str]:
    """Give the check values of the keys that were wrapped, by name."""
    checks = _parted(wrapped, "recovery")[0].get("covers")
    return checks if isinstance(checks, dict) else {}


def _wrapped(keys: StoreKeys, header: Mapping[str, Any], key: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    head = {"format": _FORMAT, **header, "nonce": _text(nonce)}
    plain = json.dumps({name: _text(secret) for name, secret in keys.secrets.items()}).encode()
    sealed = AESGCM(key).encrypt(nonce, plain, _canonical(head))
    return json.dumps({**head, "keys": _text(sealed)}, indent=1).encode() + b"\n"


def _parted(wrapped: bytes, kind: str) -> tuple[Header, bytes]:
    """Part a file into what stands open and the ciphertext."""
    try:
        header = json.loads(wrapped)
        body = base64.b64decode(header.pop("keys"), validate=True)
        if header["format"] != _FORMAT or header["kind"] != kind:
            raise KeyError(kind)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyTroubleError("keys_wrapped", reason=str(error)) from error
    return header, body


def _unwrapped(header: Header, body: bytes, key: bytes, refusal: str) -> StoreKeys:
    try:
        plain = AESGCM(key).decrypt(_bytes(header, "nonce"), body, _canonical(header))
    except (InvalidTag, ValueError) as error:
        raise KeyTroubleError(refusal) from error
    return StoreKeys({name: base64.b64decode(secret) for name, secret in json.loads(plain).items()})


def _stretched(phrase: str, header: Header) -> bytes:
    """Hash a pass phrase, whatever keyboard wrote it, at the costs that the file names."""
    from argon2.exceptions import HashingError  # noqa: PLC0415 - for wrapped keys only
    from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415 - as above

    typed = unicodedata.normalize("NFKC", phrase).encode()
    try:
        time, memory, lanes = (int(header[name]) for name in ("time", "memory", "lanes"))
        if memory > _LARGEST_COST:
            raise ValueError(memory)
        return hash_secret_raw(typed, _bytes(header, "salt"), time, memory, lanes, KEY_BYTES, Type.ID)
    except (KeyError, TypeError, ValueError, OverflowError, HashingError) as error:
        raise KeyTroubleError("keys_wrapped", reason=str(error)) from error


def _private(recovery: RecoveryKey) -> X25519PrivateKey:
    # 160 random bits need no slow hash.
    seed = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"certificate-desk recovery key").derive(recovery.secret)
    return X25519PrivateKey.from_private_bytes(seed)


def _agreed(shared: bytes, header: Header) -> bytes:
    bound = b"certificate-desk recovery" + _bytes(header, "own") + _bytes(header, "public")
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=bound).derive(shared)


def _canonical(header: Mapping[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(header: Header, name: str) -> bytes:
    try:
        return base64.b64decode(header[name], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise KeyTroubleError("keys_wrapped", reason=name) from error
