# SPDX-License-Identifier: GPL-3.0-or-later
"""What a portal does that does not work: each answer is one that has been seen of some server."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from tests.portal.faults import Fault
from tests.portal.rows import instant

DRIP_SECONDS = 0.02
RETRY_SECONDS = 30
SKEW = timedelta(hours=2)
_HUGE = 9 * 1024 * 1024
_BOMB = 20 * 1024 * 1024
_PROBLEM = "application/problem+json"


async def misbehave(fault: Fault, request: Request) -> Response | None:
    """Give the answer of a portal that does not answer properly, ``None`` when only its words are wrong."""
    make = _ANSWERS.get(fault)
    if fault is Fault.CURSOR_RESET and "cursor" not in request.query_params:
        return None
    return None if make is None else make(request)


def spoil(fault: Fault, content: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Give what a portal says whose words are wrong."""
    change = _WORDS.get(fault)
    return content if change is None else change(content, now)


def _problem(status: int, title: str, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps({"type": "about:blank", "title": title, "status": status})
    return Response(body, status, headers, _PROBLEM)


def _slow(_request: Request) -> Response:
    async def drip() -> AsyncIterator[bytes]:
        yield b'{"number":"'
        while True:
            await asyncio.sleep(DRIP_SECONDS)
            yield b" "

    return StreamingResponse(drip(), media_type="application/json")


def _cut(_request: Request) -> Response:
    async def half() -> AsyncIterator[bytes]:
        yield b'{"number":"41020901L","items":['

    # More is announced than comes: the server then hangs up.
    return StreamingResponse(half(), media_type="application/json", headers={"Content-Length": "4000"})


def _cut_gzip(_request: Request) -> Response:
    packed = gzip.compress(b'{"contract":"1"}' * 100)[:-9]
    return Response(packed, media_type="application/json", headers={"Content-Encoding": "gzip"})


@cache
def _bomb_bytes() -> bytes:
    return gzip.compress(b" " * _BOMB, 1)


def _bomb(_request: Request) -> Response:
    return Response(_bomb_bytes(), media_type="application/json", headers={"Content-Encoding": "gzip"})


def _json(text: str) -> Callable[[Request], Response]:
    return lambda _request: Response(text, media_type="application/json")


_ANSWERS: Mapping[Fault, Callable[[Request], Response]] = {
    Fault.SLOW_DRIP: _slow,
    Fault.SERVER_ERROR: lambda _: Response("Traceback: …", 500, media_type="text/plain"),
    Fault.UNAVAILABLE: lambda _: _problem(503, "Down for maintenance.", {"Retry-After": str(RETRY_SECONDS)}),
    Fault.TOO_MANY: lambda _: _problem(429, "Too many questions.", {"Retry-After": str(RETRY_SECONDS)}),
    Fault.TRUNCATED: _cut,
    Fault.TRUNCATED_GZIP: _cut_gzip,
    Fault.WRONG_TYPE: lambda _: Response("<h1>Please log in</h1>", media_type="text/html"),
    Fault.BAD_JSON: _json('{"number": "41020901L", "items": [,]}'),
    Fault.NAME_TWICE: _json(
        '{"number":"41020901L","number":"41020902L","items":[],"changes":[],"cursor":"x","more":false}'
    ),
    Fault.REDIRECT_LOOP: lambda request: RedirectResponse(str(request.url), 302),
    Fault.CURSOR_RESET: lambda _: _problem(410, "This cursor is no longer known."),
    Fault.HUGE: _json('{"number":"' + "A" * _HUGE + '"}'),
    Fault.GZIP_BOMB: _bomb,
    Fault.NOT_FOUND: lambda _: Response("Not found", 404, media_type="text/plain"),
}


def _each(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any], datetime], dict[str, Any]]:
    """Change the last row of an answer, so that good ones stand before it."""

    def changed(content: dict[str, Any], _now: datetime) -> dict[str, Any]:
        rows = content.get("items") or content.get("changes")
        if rows:
            change(rows[-1])
        else:
            content.pop("contract", None)
        return content

    return changed


def _skewed(content: dict[str, Any], now: datetime) -> dict[str, Any]:
    ahead = instant(now + SKEW)
    for row in [*content.get("items", []), *content.get("changes", [])]:
        row["as_of"] = ahead
    return content | ({"now": ahead} if "now" in content else {})


def _again(content: dict[str, Any], _now: datetime) -> dict[str, Any]:
    return content | ({"cursor": "r1.2", "more": True} if "cursor" in content else {})


_WORDS: Mapping[Fault, Callable[[dict[str, Any], datetime], dict[str, Any]]] = {
    Fault.MISSING_FIELD: _each(lambda row: row.pop("as_of")),
    Fault.UNKNOWN_STATE: _each(lambda row: row.update(state="DONE")),
    Fault.NO_OFFSET: _each(lambda row: row.update(as_of="2025-06-03T09:58:00")),
    Fault.CLOCK_SKEW: _skewed,
    Fault.DUPLICATE_PAGES: _again,
    Fault.OTHER_STUDENT: lambda content, _now: content | {"number": "41020999L"},
}
