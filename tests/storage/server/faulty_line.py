# SPDX-License-Identifier: GPL-3.0-or-later
"""A line between desk and server that can break at the worst moment: when the server has kept what the desk awaits."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from tests.postgres import DESK, Cluster

_PIECE = 65536


class FaultyLine:
    """Passes bytes on both ways; once told so, it keeps the answer to the next COMMIT to itself and hangs up."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._losing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where desks connect."""
        port: int = self._listener.getsockname()[1]
        return port

    def lose_next_answer(self) -> None:
        """Let the next COMMIT reach the server, and its answer nobody."""
        self._losing.set()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                desk, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                doomed = threading.Event()
                threading.Thread(target=self._from_desk, args=(desk, server, doomed), daemon=True).start()
                threading.Thread(target=self._from_server, args=(desk, server, doomed), daemon=True).start()

    def _from_desk(self, desk: socket.socket, server: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while piece := desk.recv(_PIECE):
                if b"COMMIT" in piece and self._losing.is_set():
                    self._losing.clear()
                    doomed.set()
                server.sendall(piece)
            server.shutdown(socket.SHUT_WR)

    @staticmethod
    def _from_server(desk: socket.socket, server: socket.socket, doomed: threading.Event) -> None:
        with desk, server, suppress(OSError):
            while piece := server.recv(_PIECE):
                # The answer has come: what it says is durable. Hanging up now is the worst that can happen to the desk.
                if doomed.is_set():
                    desk.shutdown(socket.SHUT_RDWR)
                    return
                desk.sendall(piece)


@contextmanager
def faulty_line(cluster: Cluster, database: str) -> Iterator[tuple[FaultyLine, str]]:
    """Give a line to a database, and the address that leads over it."""
    line = FaultyLine(cluster.folder / ".s.PGSQL.5432")
    try:
        yield line, f"postgresql://{quote(DESK)}@127.0.0.1:{line.port}/{database}?sslmode=disable&gssencmode=disable"
    finally:
        line.close()
