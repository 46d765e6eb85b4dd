# SPDX-License-Identifier: GPL-3.0-or-later
"""A throw-away PostgreSQL server for the tests: a cluster in a folder of its own, durable, reached through a socket there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

OWNER, DESK = "desk_owner", "desk_app"
"""The role to which the tables belong, and the one under which desks work."""

_SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class Cluster:
    """A server: its programs, its folder, and the account that runs it (none: the one of the tests)."""

    programs: Path
    folder: Path
    account: str | None

    def address(self, database: str, user: str = DESK) -> str:
        """Give the address of a database as a desk's settings hold it."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        options = f"{settings} -c unix_socket_directories={self.folder}"
        self.run_program("pg_ctl", "start", "-w", "-D", self.data, "-l", self.folder / "log", "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; ``immediate`` is as if its machine had lost power, but for the disk."""
        self.run_program("pg_ctl", "stop", "-w", "-D", self.data, "-m", mode)

    def make(self) -> None:
        """Make the cluster; its locale sorts otherwise than the desks do, on purpose."""
        self.run_program(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"
        )

    @property
    def data(self) -> Path:
        """Where the cluster's files lie."""
        return self.folder / "data"

    def administer(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the server's administrator, each by itself."""
        with psycopg.connect(self.address(database, "postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def run_program(self, program: str, *arguments: object) -> None:
        """Run one of the server's programs under the server's account."""
        command = [str(self.programs / program), *map(str, arguments)]
        # Whoever administers the machine may not run the server: PostgreSQL refuses it.
        done = subprocess.run(
            command, cwd=self.folder, user=self.account, capture_output=program != "pg_ctl", text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")


def find_programs() -> Path | None:
    """Find the newest PostgreSQL of this machine: where Debian keeps it, else where the search path has it."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Run a server for as long as the context lasts; raise :class:`RuntimeError` where none is installed."""
    programs = find_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql, or sh packaging/test.sh")
    # Not pytest's folder: the path of a socket may have a hundred characters only, and another account must get there.
    folder = Path(tempfile.mkdtemp(prefix="certificate-desk-pg-", dir="/tmp"))
    account = _account_for_root() if os.geteuid() == 0 else None
    if account is not None:
        shutil.chown(folder, account)
    cluster = Cluster(programs, folder, account)
    try:
        cluster.make()
        cluster.start()
        try:
            cluster.administer(f"CREATE ROLE {OWNER} LOGIN", f"CREATE ROLE {DESK} LOGIN")
            yield cluster
        finally:
            cluster.stop("immediate")
    finally:
        shutil.rmtree(folder)


def _account_for_root() -> str:
    """Choose an account without rights: the one that Debian makes for PostgreSQL, else nobody's."""
    import pwd

    known = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
