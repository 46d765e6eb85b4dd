# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves an application over a real socket of this machine, in a thread, for as long as a context lasts."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from typing_extensions import override

_START_SECONDS = 10.0
_GOODBYE_SECONDS = 0.03


@dataclass(frozen=True)
class Tls:
    """The server's certificate and key, and, when desks must show one, the authority of their certificates."""

    certificate: Path
    key: Path
    clients: Path | None = None

    def options(self) -> dict[str, Any]:
        """Give the server's options."""
        made: dict[str, Any] = {"ssl_certfile": str(self.certificate), "ssl_keyfile": str(self.key)}
        if self.clients is not None:
            made |= {"ssl_ca_certs": str(self.clients), "ssl_cert_reqs": 2}
        return made


def listening(port: int = 0) -> socket.socket:
    """Give a socket of this machine that listens; port 0 takes a free one."""
    # The protocol is named, or answers would wait for 40 ms: only then does the server switch collecting of small packets off.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    made.listen(64)
    return made


class _TidyServer(uvicorn.Server):
    """Lets connections end that a desk has broken off: the server itself no longer knows them."""

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await asyncio.sleep(_GOODBYE_SECONDS)


def make_server(app: Any, tls: Tls | None = None) -> uvicorn.Server:
    """Make a quiet server."""
    options = tls.options() if tls else {}
    return _TidyServer(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="critical",
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
            **options,
        )
    )


@contextmanager
def serving(app: Any, tls: Tls | None = None, port: int = 0) -> Iterator[str]:
    """Serve and give the address."""
    with listening(port) as door:
        server = make_server(app, tls)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_START_SECONDS)


def wait_until(met: Callable[[], bool], seconds: float = _START_SECONDS) -> None:
    """Wait, for a bounded time, until a condition is met."""
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            raise TimeoutError("the portal did not start")
        time.sleep(0.005)
