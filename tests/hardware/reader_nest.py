# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside namespaces of its own: keeps a PC/SC service with a virtual reader, and lends out sockets to that reader.

Started by ``virtual_stack`` as ``unshare --mount --net python reader_nest.py DESCRIPTOR``. It takes one word a message on
the socket of that descriptor and answers ``ok`` or what went wrong; it ends, and the service with it, when the socket closes.
"""

from __future__ import annotations

import ctypes
import fcntl
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

RUN = Path("/run")
SOCKET = RUN / "pcscd/pcscd.comm"
CONFIG = RUN / "virtual-reader"
LOG = RUN / "pcscd.log"
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PORT = 0x8C7B
LONGEST_WAIT_S = 10.0
READER = f"""FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:{PORT:#06X}
LIBPATH {DRIVER}
CHANNELID {PORT:#06X}
""".replace("0X", "0x")

_PR_SET_PDEATHSIG = 1
_SIOCSIFFLAGS = 0x8914
_IFF_UP, _IFF_RUNNING = 0x1, 0x40


class Nest:
    """The service and its virtual reader; every word that can be sent is a method."""

    def __init__(self) -> None:
        self._service: subprocess.Popen[bytes] | None = None

    def build(self) -> None:
        """Lay a file system of its own over /run and bring the loopback interface up: nothing outside sees the reader."""
        _command("mount", "-t", "tmpfs", "tmpfs", str(RUN))
        _bring_up_loopback()
        SOCKET.parent.mkdir(mode=0o755)
        CONFIG.mkdir()
        (CONFIG / "vpcd").write_text(READER, encoding="ascii")
        if not DRIVER.exists():
            raise RuntimeError(f"{DRIVER} is missing: install vsmartcard-vpcd")

    def start(self) -> None:
        """Start the service and wait until it and both slots of the reader answer."""
        with LOG.open("ab") as log:
            self._service = subprocess.Popen(
                ["pcscd", "--foreground", "--config", str(CONFIG), *_without_polkit()],
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - this process has one thread
            )
        _wait_for(lambda: SOCKET.exists() and _listens(PORT) and _listens(PORT + 1), "pcscd did not come up")

    def kill(self) -> None:
        """Kill the service as a crash would: its socket stays behind."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop the service in order."""
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """Let the service hang."""
        self._require_service().send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the service go on."""
        self._require_service().send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        service = self._require_service()
        service.send_signal(how)
        service.wait(LONGEST_WAIT_S)
        self._service = None

    def _require_service(self) -> subprocess.Popen[bytes]:
        if self._service is None:
            raise RuntimeError("the service does not run")
        return self._service


def main() -> None:
    """Serve the words that come in."""
    with socket.socket(fileno=int(sys.argv[1])) as door:
        nest = Nest()
        words = {name: getattr(nest, name) for name in ("build", "start", "kill", "stop", "freeze", "thaw")}
        while word := door.recv(64).decode():
            try:
                if word in words:
                    words[word]()
                    door.send(b"ok")
                else:
                    _lend_socket(door, PORT + int(word))
            except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                door.send(f"{word}: {error}\n{_log_tail()}".encode())


def _without_polkit() -> list[str]:
    """Switch the question for a permission off, which nobody in here could answer; older services do not ask."""
    done = subprocess.run(["pcscd", "--help"], capture_output=True, text=True, check=False, timeout=LONGEST_WAIT_S)
    option = "--disable-polkit"
    return [option] if option in done.stdout + done.stderr else []


def _lend_socket(door: socket.socket, port: int) -> None:
    """Connect to a slot of the reader and hand the connection over; it goes on belonging to this network."""
    with socket.create_connection(("127.0.0.1", port), LONGEST_WAIT_S) as slot:
        slot.settimeout(None)
        socket.send_fds(door, [b"ok"], [slot.fileno()])


def _command(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=LONGEST_WAIT_S)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")


def _bring_up_loopback() -> None:
    request = struct.pack("16sh14x", b"lo", _IFF_UP | _IFF_RUNNING)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)


def _listens(port: int) -> bool:
    """Look whether anybody listens, without connecting: being connected would be a card."""
    wanted = f":{port:04X} 00000000:0000 0A"
    return any(wanted in line for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines())


def _wait_for(condition: object, failure: str) -> None:
    assert callable(condition)
    end = time.monotonic() + LONGEST_WAIT_S
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(failure)
        time.sleep(0.01)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _log_tail() -> str:
    return LOG.read_text(encoding="utf-8", errors="replace")[-2000:] if LOG.exists() else ""


if __name__ == "__main__":
    main()
