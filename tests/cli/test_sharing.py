# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app init --database``: the first desk makes the shared store, further ones join it, nobody can change history."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result

from tests.postgres import DESK, OWNER, Cluster

Run = Callable[..., Result]
STAFF = ("--operator", "boss", "周測主", "supervisor", "--operator", "clerk-1", "林測一", "clerk")
STUDENTS = "number,name,unit\n41020901L,王測一,CHU\n"


@pytest.fixture
def database(cluster: Cluster) -> str:
    """Give the name of an empty database."""
    name = f"desks_{uuid4().hex}"
    cluster.administer(f"CREATE DATABASE {name} OWNER {OWNER}")
    return name


@pytest.fixture
def first(run: Run, cluster: Cluster, database: str, tmp_path: Path) -> Path:
    """Give the data folder of the desk that has made the shared store."""
    home = tmp_path / "first"
    made = run("init", "--database", cluster.address(database, OWNER), "--role", DESK, *STAFF, home=home)
    assert made.exit_code == 0, made.output
    assert "GRANT" not in made.stdout
    return home


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at the terminal and types the pass phrase that ``init`` has set."""
    monkeypatch.setattr("desk_app.cli.phrases._typed", lambda _words, _variable: "demo-1234")


@pytest.mark.usefixtures("typing")
def test_the_first_desk_makes_the_store_and_can_work(run: Run, first: Path, tmp_path: Path) -> None:
    assert f"postgresql://{DESK}@/" in (first / "desk.toml").read_text(encoding="utf-8")
    assert not (first / "desk.db").exists()
    examined = {check["part"]: check for check in json.loads(run("doctor", "--json", home=first).stdout)["checks"]}
    assert all(examined[part]["ok"] for part in ("engine", "store", "keys", "backup"))
    assert examined["engine"]["detail"].startswith("PostgreSQL 1")
    assert examined["store"]["detail"].startswith(f"postgresql://{DESK}@")
    students = tmp_path / "students.csv"
    students.write_text(STUDENTS, encoding="utf-8")
    assert run("import", "students", students, home=first).exit_code == 0
    assert "41020901L" in run("lookup", "41020901L", home=first).stdout


@pytest.mark.usefixtures("typing")
def test_a_second_desk_joins_with_the_keys_of_the_first_and_sees_the_same(
    run: Run, first: Path, cluster: Cluster, database: str, tmp_path: Path
) -> None:
    join = ("init", "--database", cluster.address(database), "--desk", "2", *STAFF)
    second = tmp_path / "second"
    refused = run(*join, home=second)
    assert refused.exit_code == 2
    assert str(second / "keys") in refused.stderr
    shutil.copytree(first / "keys", second / "keys")
    joined = run(*join, home=second)
    assert joined.exit_code == 0, joined.output
    students = tmp_path / "students.csv"
    students.write_text(STUDENTS, encoding="utf-8")
    assert run("import", "students", students, home=first).exit_code == 0
    assert "41020901L" in run("lookup", "41020901L", home=second).stdout


def test_without_a_role_the_grants_are_printed_and_after_them_the_desk_is_protected(
    run: Run, cluster: Cluster, database: str, tmp_path: Path
) -> None:
    home = tmp_path / "desk"
    owner = cluster.address(database, OWNER)
    made = run("init", "--database", owner, *STAFF, home=home)
    assert made.exit_code == 0, made.output
    lines = [
        line.strip(" ;") for line in made.stdout.splitlines() if line.startswith(("  GRANT", "  REVOKE", "  ALTER"))
    ]
    assert any(line.startswith("GRANT DELETE ON seal_pending") for line in lines)
    cluster.administer(*lines, database=database)
    again = run("init", "--database", owner, home=home)
    assert again.exit_code == 0, again.output
    assert "GRANT" not in again.stdout


def test_a_password_is_used_and_never_written(run: Run, cluster: Cluster, database: str, tmp_path: Path) -> None:
    home = tmp_path / "desk"
    address = cluster.address(database, OWNER).replace(f"{OWNER}@", f"{OWNER}:geheim@")
    made = run("init", "--database", address, "--role", DESK, *STAFF, home=home)
    assert made.exit_code == 0, made.output
    assert "geheim" not in made.output
    assert not [file for file in home.rglob("*") if file.is_file() and b"geheim" in file.read_bytes()]


@pytest.mark.parametrize(
    "address", ["postgresql://desk:geheim@server/desk", "postgresql://server/desk?password=geheim"]
)
def test_a_password_in_the_settings_is_refused_without_repeating_it(run: Run, tmp_path: Path, address: str) -> None:
    (tmp_path / "desk.toml").write_text(f'[data]\ndatabase = "{address}"\n', encoding="utf-8")
    refused = run("doctor", home=tmp_path)
    assert refused.exit_code == 2
    assert ".pgpass" in refused.stderr
    assert "geheim" not in refused.output


def test_another_kind_of_database_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('[data]\ndatabase = "mysql://server/desk"\n', encoding="utf-8")
    refused = run("doctor", home=tmp_path)
    assert refused.exit_code == 2
    assert "postgresql://" in refused.stderr


def test_a_role_that_the_server_lacks_is_named_and_nothing_of_the_desk_counts_as_made(
    run: Run, cluster: Cluster, database: str, tmp_path: Path
) -> None:
    refused = run(
        "init", "--database", cluster.address(database, OWNER), "--role", "nobody_here", *STAFF, home=tmp_path / "desk"
    )
    assert refused.exit_code == 2
    assert "CREATE ROLE nobody_here" in refused.stderr


def test_a_desk_does_not_change_its_store_by_a_slip(run: Run, first: Path) -> None:
    refused = run("init", home=first)
    assert refused.exit_code == 2
    assert "postgresql://" in refused.stderr


def test_the_options_of_a_shared_store_need_its_address(run: Run, tmp_path: Path) -> None:
    refused = run("init", "--role", DESK, *STAFF, home=tmp_path / "desk")
    assert refused.exit_code == 2
    assert "--database" in refused.stderr
