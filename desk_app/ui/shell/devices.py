# SPDX-License-Identifier: GPL-3.0-or-later
"""The lamps once more, written out: what the idle page says of each device and link."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.services.desk import Desk
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.idle_view import DeviceRow
from desk_app.ui.shell.lamps import LampName
from desk_app.ui.shell.status import DeskStatus
from desk_app.ui.widgets import LampState

_ICONS = {
    LampName.READER: "lamp-reader",
    LampName.PORTAL: "lamp-portal",
    LampName.PRINTER: "printer",
    LampName.STORE: "lamp-store",
    LampName.CLOCK: "lamp-clock",
}


def device_rows(
    context: UiContext, desk: Desk, status: DeskStatus, state: Callable[[LampName], LampState]
) -> tuple[DeviceRow, ...]:
    """Give a row for each lamp, in the order of the lamps."""
    return tuple(_row(context, desk, status, name, state(name)) for name in LampName)


def _row(context: UiContext, desk: Desk, status: DeskStatus, name: LampName, state: LampState) -> DeviceRow:
    return DeviceRow(
        icon=_ICONS[name],
        name=context.t(f"shell.device.{name.value}.name"),
        detail=_detail(context, desk, status, name),
        state=state,
        word=context.t(f"shell.device.{name.value}.{state.value}", count=status.unprinted),
    )


def _detail(context: UiContext, desk: Desk, status: DeskStatus, name: LampName) -> str:
    """Say what is known beside the state: the age of the data, the printer's name, the time."""
    if name is LampName.PORTAL:
        if status.clearance_as_of is None:
            return context.t("shell.device.portal_none")
        return context.t("shell.device.portal_detail", age=context.texts.age(status.at - status.clearance_as_of))
    if name is LampName.PRINTER:
        return desk.printer.name
    return f"{status.at:%H:%M}" if name is LampName.CLOCK else ""
