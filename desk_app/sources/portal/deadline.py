# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounds the total time of a request: the library bounds every single wait, so a byte now and then could last for hours.

What the library calls a timeout is here the instant at which everything must be over, and each wait gets what is left.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2
from typing_extensions import override

_Ticks = Callable[[], float]


class DeadlineBackend(httpcore2.NetworkBackend):
    """Connects, with the instant of the end in place of a timeout; ``ticks`` gives seconds that never go back."""

    def __init__(self, ticks: _Ticks) -> None:
        self._ticks = ticks
        self._plain = httpcore2.SyncBackend()

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = _left(timeout, self._ticks, httpcore2.ConnectTimeout)
        return _DeadlineStream(self._plain.connect_tcp(host, port, left, local_address, socket_options), self._ticks)


class _DeadlineStream(httpcore2.NetworkStream):
    """Reads and writes until an instant."""

    def __init__(self, plain: httpcore2.NetworkStream, ticks: _Ticks) -> None:
        self._plain = plain
        self._ticks = ticks

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, _left(timeout, self._ticks, httpcore2.ReadTimeout))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._plain.write(buffer, _left(timeout, self._ticks, httpcore2.WriteTimeout))

    @override
    def close(self) -> None:
        self._plain.close()

    @override
    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _left(timeout, self._ticks, httpcore2.ConnectTimeout)
        return _DeadlineStream(self._plain.start_tls(ssl_context, server_hostname, left), self._ticks)

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)


def _left(end: float | None, ticks: _Ticks, over: type[httpcore2.TimeoutException]) -> float | None:
    if end is None:
        return None
    left = end - ticks()
    if left <= 0:
        raise over("the time is over")
    return left
