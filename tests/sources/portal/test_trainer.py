# SPDX-License-Identifier: GPL-3.0-or-later
"""The trainer's page ticks items and switches misbehaviours, and a desk sees it with its next question."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from desk_app.bootstrap.desk import demo_settings
from desk_app.source_settings import PortalSettings
from tests.portal.app import Portal
from tests.portal.demo import AT
from tests.portal.faults import Fault
from tests.portal.sample import sample_portal, write_settings
from tests.portal.server import serving, wait_until

pytestmark = pytest.mark.slow

NUMBER = "41020901L"


@pytest.fixture
def portal() -> Portal:
    return sample_portal(at=AT)


@pytest.fixture
def page(portal: Portal) -> Iterator[http.client.HTTPConnection]:
    with serving(portal.app(trainer=True)) as url:
        line = http.client.HTTPConnection(urlsplit(url).netloc)
        yield line
        line.close()


def _see(page: http.client.HTTPConnection, path: str) -> str:
    page.request("GET", path)
    return page.getresponse().read().decode()


def _send(page: http.client.HTTPConnection, path: str, **form: str) -> int:
    page.request("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
    answer = page.getresponse()
    answer.read()
    return answer.status


def _state(portal: Portal) -> tuple[str, str]:
    (row,) = (row for row in portal.rows.of(NUMBER) if row.code == "GA_GOWN")
    return row.state, row.as_of


def test_an_item_is_ticked(portal: Portal, page: http.client.HTTPConnection) -> None:
    assert "GA_GOWN" not in _see(page, "/")
    assert "GA_GOWN" in _see(page, f"/?number={NUMBER.lower()}")
    assert _send(page, "/tick", number=NUMBER, code="GA_GOWN", source="", state="OPEN") == 303
    assert _state(portal) == ("OPEN", AT.isoformat())


def test_what_is_no_item_is_not_ticked(portal: Portal, page: http.client.HTTPConnection) -> None:
    before = _state(portal)
    assert _send(page, "/tick", number=NUMBER, code="GA_GOWN", source="", state="DONE") == 303
    assert _send(page, "/tick", number="<b>", code="GA_GOWN", source="", state="OPEN") == 303
    assert _state(portal) == before
    assert "<b>" not in _see(page, "/?number=<b>")


def test_a_misbehaviour_is_switched(portal: Portal, page: http.client.HTTPConnection) -> None:
    assert _send(page, "/fault", fault=Fault.TOO_MANY.value) == 303
    assert portal.switch.current is Fault.TOO_MANY
    assert "<option selected>too_many</option>" in _see(page, "/")
    assert _send(page, "/fault", fault="nonsense") == 303
    assert portal.switch.current is Fault.TOO_MANY


def test_the_demonstrations_desk_takes_the_portal_that_is_named(tmp_path: Path) -> None:
    write_settings(tmp_path / "portal.toml", "http://127.0.0.1:8765", "abc")
    settings = demo_settings(tmp_path / "desk", tmp_path / "portal.toml")
    (source,) = settings.sources
    assert isinstance(source, PortalSettings)
    assert source.token_file is not None
    assert source.token_file.read_text(encoding="ascii") == "abc"
    assert settings.standing_at == AT
    assert demo_settings(tmp_path / "desk").sources == ()


@pytest.mark.slow
def test_the_portal_runs_by_itself_and_says_where(tmp_path: Path, project_root: Path) -> None:
    ready = tmp_path / "portal.toml"
    command = [sys.executable, "-m", "tests.portal", "--port", "0", "--ready", str(ready), "--at", AT.isoformat()]
    process = subprocess.Popen(command, cwd=project_root, stdout=subprocess.PIPE, text=True)
    try:
        wait_until(ready.exists, 30)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Training portal: http://127.0.0.1:")
    finally:
        process.terminate()
        process.communicate(timeout=20)
