# SPDX-License-Identifier: GPL-3.0-or-later
"""With what a desk shows who it is: a token or a certificate, read anew when it is needed and never shown."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from desk_app.domain.errors import KeyTroubleError, SourceError
from desk_app.source_settings import PortalSettings
from desk_app.system_keyring import open_keyring

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,4096}=*")
_FOR_OTHERS = 0o077


def bearer(settings: PortalSettings) -> str | None:
    """Give the value of the header with the token, ``None`` without one; raise :class:`SourceError` for a bad one.

    It is read for every request, so that a new token counts without a restart.
    """
    if settings.token_file is not None:
        return _header(settings, _secret_text(settings, settings.token_file), str(settings.token_file))
    if settings.token_keyring:
        return _header(settings, _from_keyring(settings), settings.token_keyring)
    return None


def tls_context(settings: PortalSettings) -> ssl.SSLContext:
    """Give the TLS of a portal: always verified, against the system's authorities or the one that the settings name."""
    with _usable(settings, settings.authority):
        context = ssl.create_default_context(cafile=settings.authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.certificate is not None:
        _require_private(settings, settings.key or settings.certificate)
        with _usable(settings, settings.certificate, settings.key):
            context.load_cert_chain(settings.certificate, settings.key, password=_no_phrase)
    return context


def own_certificate_until(settings: PortalSettings) -> datetime | None:
    """Give the instant at which the desk's own certificate runs out, ``None`` without one that can be read."""
    from cryptography import x509  # noqa: PLC0415 - for desks with a certificate only

    if settings.certificate is None:
        return None
    try:
        return x509.load_pem_x509_certificate(settings.certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


@contextmanager
def _usable(settings: PortalSettings, *files: Path | None) -> Iterator[None]:
    """Name the files with the reason for which they cannot be used."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        named = ", ".join(str(file) for file in files if file is not None)
        raise SourceError("source_own_certificate", source=settings.name, detail=f"{named}: {reason}") from error


def _no_phrase() -> str:
    """Keep the library from asking for a pass phrase at a terminal that nobody sits at."""
    raise ValueError("pass phrase")


def _header(settings: PortalSettings, token: str, where: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise SourceError("source_token_form", source=settings.name, where=where)
    return f"Bearer {token}"


def _secret_text(settings: PortalSettings, file: Path) -> str:
    _require_private(settings, file)
    try:
        return file.read_text(encoding="ascii").strip()
    except UnicodeDecodeError as error:
        raise SourceError("source_token_form", source=settings.name, where=str(file)) from error
    except OSError as error:
        raise SourceError("source_secret_missing", source=settings.name, path=str(file)) from error


def _require_private(settings: PortalSettings, file: Path) -> None:
    """Refuse a secret that other accounts of the machine can read."""
    try:
        mode = file.stat().st_mode
    except OSError as error:
        raise SourceError("source_secret_missing", source=settings.name, path=str(file)) from error
    if os.name == "posix" and mode & _FOR_OTHERS:
        raise SourceError("source_secret_open", source=settings.name, path=str(file))


def _from_keyring(settings: PortalSettings) -> str:
    try:
        with open_keyring() as keyring:
            token = keyring.get_password(settings.token_keyring, settings.name)
    except KeyTroubleError as error:
        detail = error.data.get("detail") or error.data.get("name", "")
        raise SourceError("source_keyring_closed", source=settings.name, detail=str(detail)) from error
    if token is None:
        raise SourceError("source_keyring", source=settings.name, service=settings.token_keyring)
    return str(token)
