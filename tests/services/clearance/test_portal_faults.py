# SPDX-License-Identifier: GPL-3.0-or-later
"""Every misbehaviour of a portal over a real socket: all rows or none, the age stays, and no restart is needed after it."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.facts import ItemState
from desk_app.domain.records import Graduate, ItemRecord
from desk_app.services.clearance import refresh as clearance_refresh
from desk_app.services.clearance.pull import PullOutcome
from desk_app.services.desk import Desk
from desk_app.source_settings import PortalSettings
from desk_app.sources.portal import client
from tests.portal.app import Portal
from tests.portal.certificates import Authority
from tests.portal.counter import NUMBER, Counter
from tests.portal.faults import Fault, FaultSwitch
from tests.portal.misbehaving import RETRY_SECONDS
from tests.portal.rows import Row, Rows, instant
from tests.portal.server import Tls, listening, serving

pytestmark = pytest.mark.slow

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2025, 6, 3, 10, 0, tzinfo=TAIPEI)
STORED = ItemRecord("GA_GOWN", "", ItemState.OPEN, NOW - timedelta(hours=3))
TOKEN = "a-token.of-the~desk"

BOTH_WAYS = {
    Fault.SLOW_DRIP: "source_timeout",
    Fault.SERVER_ERROR: "source_failed",
    Fault.UNAVAILABLE: "source_busy",
    Fault.TOO_MANY: "source_busy",
    Fault.TRUNCATED: "source_broken_off",
    Fault.TRUNCATED_GZIP: "source_broken_off",
    Fault.WRONG_TYPE: "source_content_type",
    Fault.BAD_JSON: "source_malformed",
    Fault.NAME_TWICE: "source_malformed",
    Fault.MISSING_FIELD: "source_malformed",
    Fault.UNKNOWN_STATE: "source_malformed",
    Fault.NO_OFFSET: "source_malformed",
    Fault.EXPIRED_TOKEN: "source_token",
    Fault.REDIRECT_LOOP: "source_redirected",
    Fault.CLOCK_SKEW: "source_clock",
    Fault.HUGE: "source_too_large",
    Fault.GZIP_BOMB: "source_too_large",
    Fault.NOT_FOUND: "source_address",
}
"""What asking about one graduate and pulling both end with."""

ONE_WAY = {Fault.NONE, Fault.DUPLICATE_PAGES, Fault.CURSOR_RESET, Fault.OTHER_STUDENT}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Portal, str]]:
    """Serve one portal to all tests: to start a server takes longer than most of them."""
    portal = Portal(Rows(), lambda: NOW)
    with serving(portal.app()) as url:
        yield portal, url


@pytest.fixture
def portal(served: tuple[Portal, str]) -> Portal:
    """Give the portal with the same data and in the same mood to every test."""
    portal, _ = served
    rows = Rows()
    fresh = instant(NOW - timedelta(minutes=1))
    rows.put(
        [Row(NUMBER, "GA_GOWN", "", "CLEARED", fresh), Row(NUMBER, "LIB_BOOKS", "NTU", "OPEN", fresh, "還 2 本書")]
    )
    portal.rows, portal.now, portal.token = rows, lambda: NOW, TOKEN
    portal.switch, portal.generation = FaultSwitch(), 1
    return portal


@pytest.fixture
def access(tmp_path: Path) -> PortalSettings:
    token = tmp_path / "portal.token"
    token.touch(mode=0o600)
    token.write_text(f"{TOKEN}\n", encoding="ascii")
    return PortalSettings("portal", "", token_file=token)


CounterAt = Callable[..., Counter]


@pytest.fixture
def counter_at(desk: Desk, access: PortalSettings, enrol: Callable[..., Graduate]) -> Iterator[CounterAt]:
    enrol(NUMBER, items=[STORED])
    made: list[Counter] = []

    def counter(url: str, **changes: object) -> Counter:
        made.append(Counter(desk, url, dataclasses.replace(access, **changes)))  # type: ignore[arg-type]  # any setting
        return made[-1]

    yield counter
    for one in made:
        one.source.close()


@pytest.fixture
def counter(portal: Portal, served: tuple[Portal, str], counter_at: CounterAt) -> Counter:
    """Give a desk that asks the portal in its first mood."""
    assert portal is served[0]
    return counter_at(served[1])


@pytest.fixture
def short_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for long in a test."""
    monkeypatch.setattr(clearance_refresh, "DEADLINE_SECONDS", 0.3)
    monkeypatch.setattr(client, "PAGE_SECONDS", 0.3)


def test_every_misbehaviour_has_its_test() -> None:
    assert {*BOTH_WAYS, *ONE_WAY} == set(Fault)


def test_a_portal_that_works_is_believed(counter: Counter) -> None:
    assert counter.refresh().changed
    items, _ = counter.kept()
    assert {(item.item, item.state, item.note) for item in items} == {
        ("GA_GOWN", ItemState.CLEARED, ""),
        ("LIB_BOOKS", ItemState.OPEN, "還 2 本書"),
    }
    result = counter.pull()
    assert (result.outcome, result.rows, result.status.cursor) == (PullOutcome.DONE, 2, "r1.2")
    assert counter.source.health().rows == 2
    assert counter.slept == []


@pytest.mark.usefixtures("short_of_time")
@pytest.mark.parametrize("fault", BOTH_WAYS)
def test_a_misbehaviour_changes_nothing_and_passes_without_a_restart(
    counter: Counter, portal: Portal, fault: Fault
) -> None:
    portal.switch.turn(fault)
    began = time.monotonic()
    refreshed, pulled = counter.refresh(), counter.pull()
    assert time.monotonic() - began < 5
    assert (refreshed.changed, refreshed.silent["portal"].code) == (False, BOTH_WAYS[fault])
    assert (pulled.outcome, pulled.rows) == (PullOutcome.FAILED, 0)
    items, status = counter.kept()
    assert items == (STORED,)
    assert status.fault is not None
    assert (status.fault.code, status.cursor, status.last_success) == (BOTH_WAYS[fault], "", None)
    assert TOKEN not in str(status)
    portal.switch.turn(Fault.NONE)
    assert counter.refresh().changed
    assert counter.pull().outcome is PullOutcome.DONE
    assert counter.kept()[1].fault is None


def test_a_fault_that_passes_is_tried_again_before_anybody_hears_of_it(counter: Counter, portal: Portal) -> None:
    portal.switch.turn(Fault.SERVER_ERROR, times=2)
    assert counter.refresh().changed
    assert counter.slept == [0.1, 0.2]


def test_what_the_portal_asks_for_is_heeded(counter: Counter, portal: Portal) -> None:
    portal.switch.turn(Fault.TOO_MANY)
    result = counter.pull()
    assert result.status.next_try == NOW + timedelta(minutes=1)
    assert result.status.fault is not None
    assert result.status.fault.data["wait"] == str(RETRY_SECONDS)
    assert portal.switch.asked == 1
    assert counter.slept == []


def test_a_portal_that_turns_in_a_circle_is_stopped(counter: Counter, portal: Portal) -> None:
    portal.switch.turn(Fault.DUPLICATE_PAGES)
    result = counter.pull()
    assert (result.outcome, result.rows) == (PullOutcome.FAILED, 2)
    assert result.status.fault is not None
    assert result.status.fault.code == "source_stuck"
    assert portal.switch.asked == 2


def test_a_portal_that_has_forgotten_its_cursors_is_asked_for_everything(counter: Counter, portal: Portal) -> None:
    counter.pull()
    portal.generation = 2
    result = counter.pull()
    assert (result.outcome, result.rows, result.status.cursor) == (PullOutcome.DONE, 2, "r2.2")
    portal.switch.turn(Fault.CURSOR_RESET)
    assert counter.pull().outcome is PullOutcome.DONE


def test_the_answer_about_somebody_else_is_not_taken(counter: Counter, portal: Portal) -> None:
    portal.switch.turn(Fault.OTHER_STUDENT)
    assert counter.refresh().silent["portal"].code == "source_other_student"
    assert counter.kept()[0] == (STORED,)


def test_a_graduate_whom_the_portal_does_not_know_keeps_what_is_stored(counter: Counter, portal: Portal) -> None:
    portal.rows = Rows()
    assert (counter.refresh().answered, counter.kept()[0]) == (("portal",), (STORED,))


def test_an_unchanged_answer_is_not_sent_twice(counter: Counter, portal: Portal) -> None:
    first, second = counter.refresh(), counter.refresh()
    assert (first.changed, second.changed, second.answered) == (True, False, ("portal",))
    portal.rows.tick((NUMBER, "LIB_BOOKS", "NTU"), "CLEARED", instant(NOW))
    assert counter.refresh().changed


def test_many_pages_arrive_in_order(counter: Counter, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAGE_ROWS", 1)
    assert counter.pull().rows == 2
    assert portal.switch.asked == 2
    portal.rows.tick((NUMBER, "LIB_BOOKS", "NTU"), "CLEARED", instant(NOW))
    assert counter.pull().rows == 1


def test_a_new_token_counts_without_a_restart(counter: Counter, portal: Portal, access: PortalSettings) -> None:
    portal.token = "renewed"
    assert counter.refresh().silent["portal"].code == "source_token"
    assert access.token_file is not None
    access.token_file.write_text("renewed", encoding="ascii")
    assert counter.refresh().changed


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [
        ("two words", 0o600, "source_token_form"),
        ("x\r\nHost: elsewhere", 0o600, "source_token_form"),
        ("", 0o600, "source_token_form"),
        ("權杖", 0o600, "source_token_form"),
        ("\ufeffa-token", 0o600, "source_token_form"),
        (TOKEN, 0o644, "source_secret_open"),
        (None, 0, "source_secret_missing"),
    ],
)
def test_a_token_that_cannot_be_used_is_told_and_not_sent(
    counter: Counter, portal: Portal, access: PortalSettings, content: str | None, mode: int, code: str
) -> None:
    assert access.token_file is not None
    if content is None:
        access.token_file.unlink()
    else:
        access.token_file.write_text(content, encoding="utf-8")
        access.token_file.chmod(mode)
    assert counter.refresh().silent["portal"].code == code
    assert portal.switch.asked == 0


def test_nobody_there_is_told(counter_at: CounterAt) -> None:
    with listening() as door:
        port = door.getsockname()[1]
    nobody = counter_at(f"http://127.0.0.1:{port}")
    assert nobody.refresh().silent["portal"].code == "source_unreachable"
    assert nobody.slept == [0.1, 0.2, 0.4]


@pytest.mark.usefixtures("short_of_time")
@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: "], ids=["nothing", "endless headers"])
def test_a_portal_that_takes_the_question_and_says_nothing_is_left_in_time(counter_at: CounterAt, said: bytes) -> None:
    with listening() as door:
        ended = threading.Event()
        helper = threading.Thread(target=_drip_headers, args=(door, said, ended), daemon=True)
        helper.start()
        began = time.monotonic()
        try:
            result = counter_at(f"http://127.0.0.1:{door.getsockname()[1]}").refresh()
        finally:
            ended.set()
            helper.join(5)
    assert result.silent["portal"].code == "source_timeout"
    assert time.monotonic() - began < 2


def _drip_headers(door: socket.socket, said: bytes, ended: threading.Event) -> None:
    line, _ = door.accept()
    with line:
        line.sendall(said)
        while said and not ended.wait(0.01):
            try:
                line.sendall(b"x")
            except OSError:
                return
        ended.wait(5)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_portal_with_a_good_certificate_is_asked(portal: Portal, counter_at: CounterAt, authority: Authority) -> None:
    pair = authority.issue("portal")
    with serving(portal.app(), Tls(pair.certificate, pair.key)) as url:
        good = counter_at(url, authority=authority.file)
        assert good.refresh().changed
        good.source.close()


@dataclasses.dataclass(frozen=True)
class Wrong:
    """What is wrong with a portal's certificate, and a word that says so."""

    words: str
    address: str = "127.0.0.1"
    days: int = 365
    stranger: bool = False


@pytest.mark.parametrize(
    "wrong",
    [Wrong("127.0.0.1", address="127.0.0.2"), Wrong("expired", days=-1), Wrong("certificate", stranger=True)],
    ids=["another host", "run out", "unknown authority"],
)
def test_a_portal_with_a_wrong_certificate_is_not_even_asked(
    portal: Portal, counter_at: CounterAt, authority: Authority, tmp_path: Path, wrong: Wrong
) -> None:
    issuer = Authority(tmp_path, "stranger") if wrong.stranger else authority
    pair = issuer.issue("portal", address=wrong.address, days=wrong.days)
    with serving(portal.app(), Tls(pair.certificate, pair.key)) as url:
        asked = counter_at(url, authority=authority.file)
        fault = asked.refresh().silent["portal"]
        assert (fault.code, asked.kept()[0]) == ("source_certificate", (STORED,))
    assert wrong.words in fault.data["detail"]
    assert portal.switch.asked == 0


def test_a_portal_without_tls_behind_https_is_told(portal: Portal, counter_at: CounterAt) -> None:
    with serving(portal.app()) as url:
        fault = counter_at(url.replace("http:", "https:")).refresh().silent["portal"]
    assert fault.code == "source_tls"


def test_a_client_certificate_lets_the_desk_in_and_a_wrong_one_does_not(
    portal: Portal, counter_at: CounterAt, authority: Authority, tmp_path: Path
) -> None:
    portal.token = ""
    refusals = {"source_client_certificate", "source_hung_up"}  # whether the alert arrives is chance
    pair, own = authority.issue("portal"), authority.issue("desk")
    stranger = Authority(tmp_path, "stranger").issue("nobody")
    with serving(portal.app(), Tls(pair.certificate, pair.key, authority.file)) as url:
        common = {"authority": authority.file, "token_file": None}
        without = counter_at(url, **common)
        assert without.refresh().silent["portal"].code in refusals
        wrong = counter_at(url, certificate=stranger.certificate, key=stranger.key, **common)
        assert wrong.refresh().silent["portal"].code in refusals
        good = counter_at(url, certificate=own.certificate, key=own.key, **common)
        assert good.refresh().changed
        good.source.close()


def test_a_client_certificate_that_ran_out_is_said_to_and_renewed_without_a_restart(
    portal: Portal, counter_at: CounterAt, authority: Authority, clock: StandingClock
) -> None:
    clock.move_to(datetime.now(TAIPEI))
    portal.now = clock.now
    pair, own = authority.issue("portal"), authority.issue("desk", days=-1)
    with serving(portal.app(), Tls(pair.certificate, pair.key, authority.file)) as url:
        asked = counter_at(url, certificate=own.certificate, key=own.key, authority=authority.file)
        fault = asked.refresh().silent["portal"]
        assert (fault.code, fault.data["day"]) == (
            "source_own_certificate_over",
            f"{clock.now() - timedelta(days=1):%Y-%m-%d}",
        )
        authority.issue("desk", days=5)
        assert asked.refresh().changed
        assert [remark.code for remark in asked.source.health().remarks] == ["own_certificate"]
        asked.source.close()


def test_a_certificate_file_that_cannot_be_used_is_told(counter_at: CounterAt, tmp_path: Path) -> None:
    torn = tmp_path / "torn.pem"
    torn.touch(mode=0o600)
    fault = counter_at("https://127.0.0.1:9", certificate=torn).refresh().silent["portal"]
    assert fault.code == "source_own_certificate"
    assert fault.data["detail"].startswith(f"{torn}: ")
    torn.chmod(0o644)
    fault = counter_at("https://127.0.0.1:9", certificate=torn).refresh().silent["portal"]
    assert fault.code == "source_secret_open"


def test_a_certificate_that_soon_runs_out_is_remarked(
    portal: Portal, counter_at: CounterAt, authority: Authority, clock: StandingClock
) -> None:
    clock.move_to(datetime.now(TAIPEI))
    portal.now = clock.now
    for days, codes in ((365, []), (5, ["certificate"])):
        pair = authority.issue(f"portal{days}", days=days)
        with serving(portal.app(), Tls(pair.certificate, pair.key)) as url:
            asked = counter_at(url, authority=authority.file)
            remarks = asked.source.health().remarks
            assert [remark.code for remark in remarks] == codes
            asked.source.close()
    assert remarks[0].data == {"day": f"{clock.now() + timedelta(days=5):%Y-%m-%d}"}


def test_a_clock_that_differs_is_remarked(counter: Counter, clock: StandingClock) -> None:
    assert counter.source.health().remarks == ()
    clock.move_to(NOW - timedelta(minutes=2))
    (remark,) = counter.source.health().remarks
    assert (remark.code, remark.data) == ("clock", {"seconds": "+120"})
