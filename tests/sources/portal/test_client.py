# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client does with headers and repeats, tried against answers made for it over a real socket."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from desk_app.domain.errors import SourceError
from desk_app.source_settings import PortalSettings
from desk_app.sources.portal import client
from desk_app.sources.portal.client import PortalSource, Timing
from tests.portal.server import serving

pytestmark = pytest.mark.slow

NOW = datetime.fromisoformat("2025-06-03T10:00:00+08:00")
NOBODY = '{"number":"41020901L","items":[]}'
Make = Callable[[Request], Response]


@contextmanager
def asked(make: Make) -> Iterator[tuple[PortalSource, list[float]]]:
    async def answer(request: Request) -> Response:
        return make(request)

    slept: list[float] = []
    with serving(Starlette(routes=[Route("/{path:path}", answer)])) as url:
        timing = Timing(time.monotonic, slept.append, lambda: 0.5, lambda: NOW)
        source = PortalSource(PortalSettings("portal", url), timing)
        yield source, slept
        source.close()


def _json(body: str, **headers: str) -> Response:
    return Response(
        body, media_type="application/json", headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


def _refusal(source: PortalSource) -> SourceError:
    with pytest.raises(SourceError) as refused:
        source.student("41020901L", 2.0)
    return refused.value


@pytest.mark.parametrize(
    ("header", "wait"),
    [("1", "1"), ("99999", "86400"), ("Tue, 03 Jun 2025 10:00:00 GMT", "60"), ("-1", "60"), ("", "0")],
)
def test_how_long_a_portal_wants_to_be_left_alone(header: str, wait: str) -> None:
    with asked(lambda _: Response(status_code=429, headers={"Retry-After": header})) as (source, _):
        assert _refusal(source).data["wait"] == wait


def test_a_wait_that_still_fits_is_waited_for() -> None:
    answers = iter([Response(status_code=503, headers={"Retry-After": "1"}), _json(NOBODY)])
    with asked(lambda _: next(answers)) as (source, slept):
        assert source.student("41020901L", 2.0) == ()
    assert slept == [1.0]


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "source_contract"), (403, "source_forbidden"), (418, "source_failed"), (204, "source_failed")],
)
def test_every_other_answer_has_its_words(status: int, code: str) -> None:
    with asked(lambda _: Response(status_code=status)) as (source, _):
        assert _refusal(source).code == code


def test_an_unchanged_answer_that_was_not_asked_for_is_refused() -> None:
    with asked(lambda _: Response(status_code=304)) as (source, _):
        assert _refusal(source).code == "source_address"


def test_an_unknown_packing_is_refused() -> None:
    with asked(lambda _: _json(NOBODY, Content_Encoding="br")) as (source, _):
        assert _refusal(source).data["place"] == "Content-Encoding"


def test_bytes_that_are_no_gzip_are_refused() -> None:
    with asked(lambda _: _json(NOBODY, Content_Encoding="gzip")) as (source, _):
        assert _refusal(source).code == "source_broken_off"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_the_next_question_goes_over_the_same_connection(packed: bool) -> None:
    ports = []

    def answer(request: Request) -> Response:
        assert request.client is not None
        ports.append(request.client.port)
        body = gzip.compress(NOBODY.encode()) if packed else NOBODY.encode()
        return Response(
            body, media_type="application/json", headers={"Content-Encoding": "gzip" if packed else "identity"}
        )

    with asked(answer) as (source, _):
        for _ in range(3):
            assert source.student("41020901L", 2.0) == ()
    assert len(ports) == 3
    assert len(set(ports)) == 1


def test_what_comes_after_the_end_of_a_packed_answer_refuses_it() -> None:
    async def two_parts() -> AsyncIterator[bytes]:
        yield gzip.compress(NOBODY.encode())
        await asyncio.sleep(0.02)
        yield b"more"

    def answer(_: Request) -> Response:
        return StreamingResponse(two_parts(), media_type="application/json", headers={"Content-Encoding": "gzip"})

    with asked(answer) as (source, _):
        assert _refusal(source).code == "source_broken_off"


def test_only_so_many_graduates_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_REMEMBERED", 1)
    tags: list[str] = []

    def make(request: Request) -> Response:
        tags.append(request.headers.get("if-none-match", ""))
        number = request.path_params["path"].rpartition("/")[2]
        return _json(f'{{"number":"{number}","items":[]}}', ETag=f'"{number}"')

    with asked(make) as (source, _):
        for number in ("1", "1", "2", "1"):
            source.student(number, 2.0)
    assert tags == ["", '"1"', "", ""]


def test_a_tag_that_could_not_be_sent_back_is_forgotten() -> None:
    tags: list[str] = []

    def make(request: Request) -> Response:
        tags.append(request.headers.get("if-none-match", ""))
        return _json(NOBODY, ETag='"é"')

    with asked(make) as (source, _):
        source.student("41020901L", 2.0)
        source.student("41020901L", 2.0)
    assert tags == ["", ""]


@pytest.mark.parametrize("pages", [1, 2], ids=["the same page", "two pages in turn"])
def test_pages_that_only_have_new_cursors_are_not_followed_for_ever(pages: int) -> None:
    asked_for: list[Request] = []

    def make(request: Request) -> Response:
        asked_for.append(request)
        row = '{"number":"%d","code":"GA_GOWN","source":"","state":"OPEN","as_of":"2025-06-03T09:00:00Z"}'
        said = row % (len(asked_for) % pages)
        return _json(f'{{"changes":[{said}],"cursor":"c{len(asked_for)}","more":true}}')

    with asked(make) as (source, _), pytest.raises(SourceError) as refused:
        list(source.changes(""))
    assert (refused.value.code, len(asked_for)) == ("source_stuck", pages + client._IDLE_PAGES + 1)
