# SPDX-License-Identifier: GPL-3.0-or-later
"""One question to a portal and its answer: bounded in time and bytes, no redirect, every fault named."""

from __future__ import annotations

import contextlib
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpcore2

from desk_app.domain.errors import SourceError
from desk_app.source_settings import PortalSettings
from desk_app.sources.portal.access import bearer, tls_context
from desk_app.sources.portal.deadline import DeadlineBackend

LARGEST_BYTES = 8 * 1024 * 1024
"""Of an answer, as it comes and unpacked: the contract's bound."""

_KEEP_ALIVE_SECONDS = 30.0
_CONNECTIONS = 4
_UNPACK_GZIP = 31


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers by lower-case name, the unpacked body, and until when the certificate holds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    certificate_until: datetime | None = None

    @property
    def media_type(self) -> str:
        """The kind of body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Exchange:
    """Asks one portal; connections are kept and shared by threads. ``ticks`` gives seconds that never go back."""

    def __init__(self, settings: PortalSettings, ticks: Callable[[], float]) -> None:
        self._settings = settings
        self._ticks = ticks
        self._lock = threading.Lock()
        self._pool: httpcore2.ConnectionPool | None = None

    def get(self, path: str, end: float, etag: str = "") -> Answer:
        """Get a path of the contract before the instant ``end``; raise :class:`SourceError` that says what went wrong."""
        seconds = end - self._ticks()
        headers = self._headers(etag)
        timeouts = {"connect": end, "read": end, "write": end, "pool": max(seconds, 0.0)}
        answering: list[int] = []
        with (
            self._faults(seconds, answering),
            self._open_pool().stream(
                "GET", f"{self._settings.url}{path}", headers=headers, extensions={"timeout": timeouts}
            ) as response,
        ):
            answering.append(response.status)
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            until = _certificate_until(response.extensions["network_stream"])
            return Answer(response.status, found, self._body(found, response.iter_stream()), until)

    def _headers(self, etag: str) -> list[tuple[str, str]]:
        headers = [
            ("Host", urlsplit(self._settings.url).netloc),
            ("User-Agent", "certificate-desk"),
            ("Accept", "application/json, application/problem+json"),
            ("Accept-Encoding", "gzip"),
        ]
        if etag:
            headers.append(("If-None-Match", etag))
        if (token := bearer(self._settings)) is not None:
            headers.append(("Authorization", token))
        return headers

    def close(self) -> None:
        """Close all connections; certificates are read anew for the next question."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _open_pool(self) -> httpcore2.ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = httpcore2.ConnectionPool(
                    ssl_context=tls_context(self._settings) if self._settings.url.startswith("https:") else None,
                    max_connections=_CONNECTIONS,
                    keepalive_expiry=_KEEP_ALIVE_SECONDS,
                    network_backend=DeadlineBackend(self._ticks),
                )
            return self._pool

    def _body(self, headers: Mapping[str, str], chunks: Iterable[bytes]) -> bytes:
        """Read and unpack a body, never holding more than its bound: a few bytes can unpack to gigabytes."""
        packing = headers.get("content-encoding", "identity").strip().lower()
        if packing == "identity":
            return self._bounded(chunks)
        if packing != "gzip":
            raise SourceError(
                "source_malformed", source=self._settings.name, place="Content-Encoding", value=packing[:20]
            )
        unpacker = zlib.decompressobj(_UNPACK_GZIP)
        try:
            body = self._bounded(_unpacked(unpacker, chunks))
        except zlib.error as error:
            raise SourceError("source_broken_off", source=self._settings.name) from error
        if not unpacker.eof or unpacker.unused_data:
            raise SourceError("source_broken_off", source=self._settings.name)
        return body

    def _bounded(self, chunks: Iterable[bytes]) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > LARGEST_BYTES:
                raise SourceError(
                    "source_too_large", source=self._settings.name, megabytes=str(LARGEST_BYTES // 1024**2)
                )
        return bytes(body)

    @contextlib.contextmanager
    def _faults(self, seconds: float, answering: Sequence[int]) -> Iterator[None]:
        """Translate what the library says; ``answering`` holds something once an answer has begun."""
        name = self._settings.name
        try:
            yield
        except httpcore2.TimeoutException as error:
            raise SourceError("source_timeout", source=name, seconds=f"{seconds:.2g}") from error
        except httpcore2.NetworkError as error:
            raise self._of_network(error, answering) from error
        except (httpcore2.ProtocolError, httpcore2.ConnectionNotAvailable) as error:
            raise self._hung_up(answering) from error

    def _hung_up(self, answering: Sequence[int]) -> SourceError:
        """Tell of a connection that ended; behind TLS a refused certificate often looks like nothing else."""
        early = not answering and self._settings.url.startswith("https:")
        if early and self._settings.certificate is not None:
            # A renewed one is read with the next question.
            self.close()
        return SourceError("source_hung_up" if early else "source_broken_off", source=self._settings.name)

    def _of_network(self, error: httpcore2.NetworkError, answering: Sequence[int]) -> SourceError:
        # The pool drops the chain of causes; what the system said is what the error was made of.
        name, cause = self._settings.name, error.args[0] if error.args else None
        if isinstance(cause, ssl.SSLError):
            # Whatever is mended on this side, files are read anew with the next question.
            self.close()
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SourceError("source_certificate", source=name, detail=cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            code = "source_tls" if isinstance(error, httpcore2.ConnectError) else "source_client_certificate"
            return SourceError(code, source=name, detail=cause.reason or "")
        if isinstance(error, httpcore2.ConnectError):
            detail = cause.strerror if isinstance(cause, OSError) and cause.strerror else ""
            return SourceError("source_unreachable", source=name, detail=detail)
        return self._hung_up(answering)


def _certificate_until(stream: httpcore2.NetworkStream) -> datetime | None:
    """Give the instant at which the portal's certificate runs out, ``None`` without TLS."""
    secured = stream.get_extra_info("ssl_object")
    if secured is None:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(secured.getpeercert()["notAfter"]), UTC)


def _unpacked(unpacker: zlib._Decompress, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack piece by piece, each of bounded size; the chunks are read to their end, or the connection could not be kept."""
    for chunk in chunks:
        if unpacker.eof:
            raise zlib.error("there is more after the end")
        rest = chunk
        while rest:
            yield unpacker.decompress(rest, 64 * 1024)
            rest = unpacker.unconsumed_tail
    yield unpacker.flush()
