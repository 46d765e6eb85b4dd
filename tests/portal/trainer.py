# SPDX-License-Identifier: GPL-3.0-or-later
"""The trainer's page: tick items of invented graduates, and let the portal misbehave. For this machine alone."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.portal.faults import Fault, FaultSwitch
from tests.portal.rows import STATES, Now, Row, Rows, instant

_STYLE = """
body { font: 16px/1.5 system-ui, "Noto Sans TC", sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } td, th { padding: .3rem .6rem; border-bottom: 1px solid #ddd; text-align: left }
form { display: inline } .OPEN, .UNKNOWN { color: #a40000 } .CLEARED { color: #1b6e1b }
"""


def trainer_routes(rows: Rows, now: Now, switch: FaultSwitch) -> list[Route]:
    """Give the pages of the trainer."""

    async def overview(request: Request) -> Response:
        wanted = request.query_params.get("number", "").strip().upper()
        return HTMLResponse(_page(rows, switch, wanted))

    async def tick(request: Request) -> Response:
        form = await _form(request)
        key = form.get("number", ""), form.get("code", ""), form.get("source", "")
        if form.get("state") in STATES and any(row.key == key for row in rows.of(key[0])):
            rows.tick(key, form["state"], instant(now()))
        return RedirectResponse(f"/?number={key[0]}", 303)

    async def turn(request: Request) -> Response:
        form = await _form(request)
        if form.get("fault", "") in set(Fault):
            switch.turn(Fault(form["fault"]))
        return RedirectResponse("/", 303)

    return [Route("/", overview), Route("/tick", tick, methods=["POST"]), Route("/fault", turn, methods=["POST"])]


async def _form(request: Request) -> dict[str, str]:
    found = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in found.items()}


def _page(rows: Rows, switch: FaultSwitch, wanted: str) -> str:
    numbers = "".join(f'<option value="{escape(number)}">' for number in rows.numbers())
    return (
        f'<!doctype html><html lang="zh-Hant"><meta charset="utf-8"><title>離校系統 · Training portal</title><style>{_STYLE}</style>'
        "<h1>離校系統（訓練用） <small>Training portal</small></h1>"
        f'<form><input name="number" list="numbers" value="{escape(wanted)}" placeholder="學號" autofocus>'
        f'<datalist id="numbers">{numbers}</datalist> <button>查詢 Show</button></form>'
        f"{_items(rows.of(wanted)) if wanted else ''}"
        '<h2>故意出錯 <small>Misbehave</small></h2><form method="post" action="/fault"><select name="fault">'
        f"{''.join(_option(fault.value, switch.current.value) for fault in Fault)}</select> <button>套用 Apply</button></form></html>"
    )


def _items(rows: tuple[Row, ...]) -> str:
    if not rows:
        return "<p>查無此人。 Nobody has this number.</p>"
    lines = "".join(
        f'<tr><td>{escape(row.code)}</td><td>{escape(row.source)}</td><td class="{row.state}">{row.state}</td>'
        f"<td>{escape(row.as_of)}</td><td>{escape(row.note)}</td><td>{_choice(row)}</td></tr>"
        for row in rows
    )
    return f"<table><tr><th>事項<th>來源<th>狀態<th>資料時間<th>說明<th></tr>{lines}</table>"


def _choice(row: Row) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (("number", row.number), ("code", row.code), ("source", row.source))
    )
    options = "".join(_option(state, row.state) for state in STATES)
    return f'<form method="post" action="/tick">{hidden}<select name="state">{options}</select> <button>改 Set</button></form>'


def _option(value: str, chosen: str) -> str:
    return f"<option{' selected' if value == chosen else ''}>{escape(value)}</option>"
