# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to a desk's data folder beside the command line: work at the desk, a look, a forger's edit."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from desk_app.bootstrap.desk import build_desk, demo_settings
from desk_app.domain.audit import readable
from desk_app.domain.visit import OpenCase
from desk_app.services.desk import Desk
from desk_app.settings import load_settings
from tests.plain_desk import drawn_signature, last_entry

NUMBER = "M-20250603-001"
RECOUNT = ("recount", "--supervisor", "super-m", "--witness", "clerk-m1", "--reason", "boxes M-001 to M-048 counted")


def edit(home: Path, *statements: str) -> None:
    """Change the store with all protections off, and put the protections back as they were."""
    store = dbapi2.connect(str(home / "desk.db"), isolation_level=None)
    triggers = store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        store.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        store.execute(statement)
    for _, statement in triggers:
        store.execute(statement)
    store.close()


def desk_at(home: Path) -> Desk:
    return build_desk(load_settings(home / "desk.toml", home))


def ready_case(desk: Desk, number: str) -> OpenCase:
    with desk.store.read() as records:
        dossier = records.dossier(number)
    assert dossier is not None
    case = desk.pickup.open_card(dossier.cards[0].uid, desk.clock.now())
    case = desk.pickup.confirm_serial(case, dossier.holdings[0].serial)
    return desk.pickup.revise(case, dataclasses.replace(case.visit, signature=drawn_signature()))


def hand_over(home: Path, number: str = "41020901L") -> str:
    desk = desk_at(home)
    try:
        case = ready_case(desk, number)
        return str(desk.pickup.release(case, desk.pickup.begin_confirmation(case)).receipt_no)
    finally:
        desk.close()


def last_audit(home: Path) -> dict[str, Any]:
    desk = build_desk(demo_settings(home))
    body: dict[str, Any] = readable(last_entry(desk.store))
    desk.close()
    return body
