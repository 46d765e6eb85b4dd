# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Secret Service without a desktop: GNOME's keyring on a session bus of its own, which no other program knows."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import jeepney
import secretstorage
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_NAME = "org.freedesktop.secrets"
_INSTALL = "apt-get install --no-install-recommends dbus gnome-keyring"
_READY_WITHIN_S = 20.0
# Starts nothing by itself: a service that was stopped stays away, and no window asks anybody to unlock it.
_BUS = """<busconfig>
<type>session</type>
<listen>unix:dir={folder}</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


class SecretService:
    """The keyring of one session; ``phrase`` is the pass phrase of the account with which it is unlocked."""

    def __init__(self, folder: Path, phrase: str = "login phrase") -> None:
        self._folder = folder
        self._phrase = phrase
        self.address = ""
        self._log = (folder / "log").open("wb")
        self._bus = self._run("dbus-daemon", f"--config-file={self._bus_file()}", "--nofork", "--print-address=1")
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().decode().strip()
        assert self.address, (folder / "log").read_text(encoding="utf-8")
        self._keyring: subprocess.Popen[bytes] | None = None
        self.unlock()

    @property
    def variables(self) -> dict[str, str]:
        """What a program of this session has in its environment."""
        return {**self._home(), "DBUS_SESSION_BUS_ADDRESS": self.address} if self.address else self._home()

    def unlock(self) -> None:
        """Start the keyring anew, unlocked, as signing in to the machine does."""
        self.stop()
        self._keyring = self._run("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
        assert self._keyring.stdin is not None
        self._keyring.stdin.write(self._phrase.encode())
        self._keyring.stdin.close()
        with self._connected() as connection:
            _wait_for_owner(connection)
        assert not self.locked

    @property
    def locked(self) -> bool:
        """True when nothing can be read without the account's pass phrase."""
        with self._connected() as connection:
            return secretstorage.get_default_collection(connection).is_locked()

    def lock(self) -> None:
        """Lock the keyring, as leaving the machine may do."""
        with self._connected() as connection:
            secretstorage.get_default_collection(connection).lock()

    def stop(self) -> None:
        """End the keyring; the bus stays."""
        if self._keyring is not None:
            _end(self._keyring)
            self._keyring = None

    def entries(self) -> dict[str, str]:
        """Give what the keyring holds for the program, by the name of each entry."""
        with self._connected() as connection:
            collection = secretstorage.get_default_collection(connection)
            found = collection.search_items({"service": "certificate-desk"})
            return {item.get_attributes()["username"]: item.get_secret().decode() for item in found}

    def forget(self) -> None:
        """Delete every entry of the program, as somebody who tidies up does."""
        with self._connected() as connection:
            collection = secretstorage.get_default_collection(connection)
            for item in list(collection.search_items({"service": "certificate-desk"})):
                item.delete()

    def close(self) -> None:
        """End keyring and bus."""
        self.stop()
        _end(self._bus)
        self._log.close()

    @contextmanager
    def _connected(self) -> Iterator[DBusConnection]:
        with closing(open_dbus_connection(self.address)) as connection:
            yield connection

    def _bus_file(self) -> Path:
        file = self._folder / "bus.conf"
        file.write_text(_BUS.format(folder=self._folder), encoding="utf-8")
        return file

    def _home(self) -> dict[str, str]:
        places = {"HOME": "", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_RUNTIME_DIR": "run"}
        made = {name: self._folder / "home" / place for name, place in places.items()}
        for place in made.values():
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {name: str(place) for name, place in made.items()}

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        found = shutil.which(program)
        assert found is not None, f"{program} is missing: {_INSTALL}"
        # No display: nobody's desktop is asked for anything.
        variables = {"PATH": os.environ["PATH"], **self.variables}
        return subprocess.Popen(
            [found, *arguments], env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log
        )


@contextmanager
def running_secret_service() -> Iterator[SecretService]:
    """Run a session for as long as the context lasts."""
    # Not pytest's folder: the path of a socket may have a hundred characters only.
    folder = Path(tempfile.mkdtemp(prefix="certificate-desk-ss-", dir="/tmp"))
    try:
        with closing(SecretService(folder)) as session:
            yield session
    finally:
        shutil.rmtree(folder)


def _wait_for_owner(connection: DBusConnection) -> None:
    patient_until = time.monotonic() + _READY_WITHIN_S
    while not connection.send_and_get_reply(jeepney.message_bus.NameHasOwner(_NAME)).body[0]:
        assert time.monotonic() < patient_until, "the keyring did not come onto the bus"
        time.sleep(0.01)


def _end(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    try:
        program.wait(10)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
    for pipe in (program.stdin, program.stdout):
        if pipe is not None:
            pipe.close()
