# SPDX-License-Identifier: GPL-3.0-or-later
"""Printing a receipt again: why, and what became of the copy."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desk_app.domain.records import PrintJob
from desk_app.services.desk import Desk
from desk_app.ui.context import UiContext
from desk_app.ui.pages.why_dialog import WhyDialog
from desk_app.ui.tasks import Tasks


class CopyDialog(WhyDialog):
    """``asked`` carries the reason; one person prints a copy."""

    def __init__(self, context: UiContext, receipt_no: str, parent: QWidget) -> None:
        super().__init__(context, "copy", receipt_no, parent)

    def show_refused(self) -> None:
        """Say that the copy was made and the printer did not take it; it is not made twice."""
        self.accept_button.set_busy(False)
        self.accept_button.setEnabled(False)
        self.fault.set_text(self.context.t("copy.not_printed"))
        self.fit()


def ask_copy(
    context: UiContext, desk: Desk, runner: Tasks, receipt_no: str, parent: QWidget, done: Callable[[], None]
) -> None:
    """Ask why a receipt is printed again, and print it; ``done`` is called once a copy was made."""
    dialog = CopyDialog(context, receipt_no, parent)

    def print_copy(why: str) -> tuple[PrintJob, ...]:
        desk.copies.make(receipt_no, why)
        return desk.print_queue.deliver()

    def made(refused: tuple[PrintJob, ...]) -> None:
        if any(job.receipt_no == receipt_no for job in refused):
            dialog.show_refused()
        else:
            dialog.accept()
        done()

    dialog.asked.connect(lambda why: runner.run(lambda: print_copy(why), made, dialog.show_fault, dialog))
    dialog.open()
