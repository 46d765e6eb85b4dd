# SPDX-License-Identifier: GPL-3.0-or-later
"""Words and marks that the tables of hand-overs share."""

from __future__ import annotations

from desk_app.domain.facts import Mode
from desk_app.ui.context import UiContext
from desk_app.ui.widgets import Cell


def mode_word(context: UiContext, mode: Mode) -> str:
    """Say who collected: the graduate or a proxy."""
    return context.t("ledger.in_person" if mode is Mode.IN_PERSON else "ledger.by_proxy")


def state_cell(context: UiContext, *, void_reason: str | None, reprints: int, printed: bool, by_phone: bool) -> Cell:
    """Give the cell of a hand-over's state; ``void_reason`` is ``None`` unless it was reversed.

    ``by_phone`` tells that it rests on an office's word by telephone.
    """
    if void_reason is not None:
        return Cell(context.t("ledger.voided", reason=void_reason), chip="stop")
    if reprints:
        return Cell(_also(context, context.t("ledger.reprinted", count=reprints), by_phone=by_phone), chip="plain")
    if not printed:
        return Cell(_also(context, context.t("ledger.unprinted"), by_phone=by_phone), chip="hold")
    if by_phone:
        return Cell(context.t("ledger.by_phone"), chip="plain")
    return Cell(context.t("ledger.released"), "ink2", caption=True)


def _also(context: UiContext, state: str, *, by_phone: bool) -> str:
    return context.t("ledger.also_by_phone", state=state) if by_phone else state
