# SPDX-License-Identifier: GPL-3.0-or-later
"""The lamps once more, written out: what the idle page says of each device and link."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.services.desk import Desk
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.idle_view import DeviceRow
from desk_app.ui.reader_bridge import ReaderState
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

_READER_FAULTS = (
    ReaderState.SERVICE_DOWN,
    ReaderState.ACCESS_REFUSED,
    ReaderState.LIBRARY_MISSING,
    ReaderState.NOT_CALIBRATED,
    ReaderState.SLOW,
)


def device_rows(
    context: UiContext,
    desk: Desk,
    status: DeskStatus,
    state: Callable[[LampName], LampState],
    reader: ReaderState = ReaderState.READY,
) -> tuple[DeviceRow, ...]:
    """Give a row for each lamp, in the order of the lamps; what is wrong with the reader is said beside it."""
    details = {name: _detail(context, desk, status, name) for name in LampName}
    if reader in _READER_FAULTS:
        details[LampName.READER] = context.t(f"reader.state.{reader.value}")
    return tuple(_row(context, status, name, state(name), details[name]) for name in LampName)


def _row(context: UiContext, status: DeskStatus, name: LampName, state: LampState, detail: str) -> DeviceRow:
    failing = name is LampName.PORTAL and bool(status.failing)
    word = f"shell.device.{name.value}.{'failing' if failing else state.value}"
    return DeviceRow(
        icon=_ICONS[name],
        name=context.t(f"shell.device.{name.value}.name"),
        detail=detail,
        state=state,
        word=context.t(word, count=len(status.failing) if failing else status.unprinted),
    )


def _detail(context: UiContext, desk: Desk, status: DeskStatus, name: LampName) -> str:
    """Say what is known beside the state: the age of the data, the printer's name, the time."""
    if name is LampName.PORTAL:
        if status.clearance_as_of is None:
            return context.t("shell.device.portal_none")
        return context.t("shell.device.portal_detail", age=context.texts.age(status.at - status.clearance_as_of))
    if name is LampName.PRINTER:
        key = "shell.device.printer_folder" if desk.printer.delivers else "shell.device.printer_queue"
        return context.t(key, name=desk.printer.name)
    return f"{status.at:%H:%M}" if name is LampName.CLOCK else ""
