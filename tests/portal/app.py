# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference portal: serves the contract, and nothing of the program under test is in it."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.portal.faults import Fault, FaultSwitch
from tests.portal.misbehaving import misbehave, spoil
from tests.portal.rows import Now, Rows, instant
from tests.portal.trainer import trainer_routes

MOST_ROWS, USUAL_ROWS = 5000, 1000
PROBLEM = "application/problem+json"
_NUMBER = re.compile(r"[0-9A-Z]{1,20}")
_CURSOR = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_PLACE = re.compile(r"r([0-9]+)\.([0-9]{1,15})")
_LIMIT = re.compile(r"[0-9]{1,4}")
_WORTH_PACKING = 500

Answer = Callable[[Request], dict[str, Any]]


@dataclass
class Portal:
    """The portal's data and moods; ``token`` "" lets everybody in (behind a client certificate, or on this machine)."""

    rows: Rows
    now: Now
    token: str = ""
    switch: FaultSwitch = field(default_factory=FaultSwitch)
    generation: int = 1
    """Cursors of an earlier one are no longer known."""

    def app(self, *, trainer: bool = False) -> Starlette:
        """Give the application; with ``trainer`` also the page on which items are ticked."""
        routes = [
            Route(path, partial(self._answer, answer=answer))
            for path, answer in (
                ("/v1/health", self._health),
                ("/v1/students/{number}", self._student),
                ("/v1/changes", self._changes),
            )
        ]
        routes += trainer_routes(self.rows, self.now, self.switch) if trainer else []
        return Starlette(routes=routes, exception_handlers={HTTPException: _problem_of, Exception: _problem_of})

    async def _answer(self, request: Request, answer: Answer) -> Response:
        self._require_token(request)
        fault = self.switch.take()
        made = await misbehave(fault, request)
        if made is not None:
            return made
        if fault is Fault.EXPIRED_TOKEN:
            raise _not_authenticated()
        return await self._send(request, fault, answer(request))

    async def _send(self, request: Request, fault: Fault, content: dict[str, Any]) -> Response:
        body = json.dumps(spoil(fault, content, self.now()), ensure_ascii=False, separators=(",", ":")).encode()
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "no-store", "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if len(body) > _WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = gzip.compress(body, 1, mtime=0), "gzip"
        return Response(body, media_type="application/json", headers=headers)

    def _require_token(self, request: Request) -> None:
        given = request.headers.get("authorization", "")
        if self.token and not hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode()):
            raise _not_authenticated()

    def _health(self, _request: Request) -> dict[str, Any]:
        return {"contract": "1", "now": instant(self.now()), "rows": self.rows.count}

    def _student(self, request: Request) -> dict[str, Any]:
        number = request.path_params["number"]
        if not _NUMBER.fullmatch(number):
            raise HTTPException(400, "This is no student number.")
        rows = self.rows.of(number)
        if not rows:
            raise HTTPException(404, "This number is not known.")
        return {"number": number, "items": [row.item() for row in rows]}

    def _changes(self, request: Request) -> dict[str, Any]:
        asked = [name for name, _ in request.query_params.multi_items()]
        if len(asked) != len(set(asked)) or not set(asked) <= {"cursor", "limit"}:
            raise HTTPException(400, "There is a parameter too many.")
        limit = _limit(request)
        page = self.rows.page(self._place(request), limit)
        return {
            "changes": [{"number": row.number} | row.item() for row in page.rows],
            "cursor": f"r{self.generation}.{page.last}",
            "more": page.remaining > 0,
            "remaining": page.remaining,
        }

    def _place(self, request: Request) -> int:
        cursor = request.query_params.get("cursor")
        if cursor is None:
            return 0
        if not _CURSOR.fullmatch(cursor):
            raise HTTPException(400, "This is no cursor.")
        found = _PLACE.fullmatch(cursor)
        if found is None or int(found[1]) != self.generation or int(found[2]) > self.rows.count:
            raise HTTPException(410, "This cursor is no longer known.")
        return int(found[2])


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(USUAL_ROWS))
    if not (_LIMIT.fullmatch(text) and 1 <= int(text) <= MOST_ROWS):
        raise HTTPException(400, "The limit is a number from 1 to 5000.")
    return int(text)


def _not_authenticated() -> HTTPException:
    return HTTPException(
        401, "The token is missing, wrong or has run out.", {"WWW-Authenticate": 'Bearer realm="clearance"'}
    )


async def _problem_of(_request: Request, error: Exception) -> Response:
    """Answer every refusal as RFC 9457 says."""
    status, title, headers = 500, "Something went wrong.", None
    if isinstance(error, HTTPException):
        status, title, headers = error.status_code, error.detail, error.headers
    return problem(status, title, dict(headers or {}))


def problem(status: int, title: str, headers: dict[str, str] | None = None) -> Response:
    """Give a refusal."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status})
    return Response(body, status, headers, PROBLEM)
