# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens the forms in which somebody who was called to the desk proves to be there: supervisor, verifier, telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6

from desk_app.domain.errors import DeskError
from desk_app.domain.staff import Account
from desk_app.services.explain.names import Names
from desk_app.services.explain.reasons import ReasonRow, reason_row, reason_rows
from desk_app.services.rights import Act, may, permitted
from desk_app.ui.pages.page import Page, PageParts
from desk_app.ui.pages.pickup.refreshing import ClearancePresenter

if TYPE_CHECKING:
    from desk_app.ui.pages.two_person_dialog import TwoPersonDialog


class CalledColleagues:
    """Each form is opened once the accounts are known, if the case is still there and the desk is not locked."""

    def __init__(self, parts: PageParts, presenter: ClearancePresenter, page: Page) -> None:
        self._context = parts.context
        self._desk = parts.desk
        self._runner = parts.runner
        self._presenter = presenter
        self._page = page

    def call_supervisor(self) -> None:
        """Ask for a supervisor's decision on one of the reasons, with the pass phrase."""
        self._runner.run(self._desk.staff.accounts, self._open_override, self._page.show_failure, self._page)

    def _open_override(self, accounts: tuple[Account, ...]) -> None:
        from desk_app.ui.pages.pickup.override_dialog import Liftable, OverrideDialog, liftable  # noqa: PLC0415 - rare

        case = self._presenter.state.case
        if case is None or not liftable(case) or not self._page.isVisible():  # locked while they were looked up
            return
        now = self._desk.clock.now()
        reasons = [Liftable(one, reason_row(self._names(), case, one, now).title) for one in liftable(case)]
        staff = [account.operator for account in accounts if account.usable]
        dialog = OverrideDialog(self._context, reasons, staff, self._desk.operators.current.id, self._page)
        dialog.asked.connect(lambda asked: self._presenter.lift(asked, *_heard_by(dialog)))
        dialog.open()

    def call_verifier(self) -> None:
        """Ask a verifier to confirm the proxy's papers, with the pass phrase."""
        self._runner.run(self._desk.staff.accounts, self._open_verifier, self._page.show_failure, self._page)

    def _open_verifier(self, accounts: tuple[Account, ...]) -> None:
        from desk_app.ui.pages.pickup.verifier_dialog import VerifierDialog  # noqa: PLC0415 - rare

        if self._presenter.state.case is None or not self._page.isVisible():
            return
        dialog = VerifierDialog(self._context, [one.operator for one in accounts if one.usable], self._page)
        dialog.asked.connect(lambda asked: self._presenter.verify(asked, *_heard_by(dialog)))
        dialog.open()

    def record_call(self, reason: str) -> None:
        """Ask who has confirmed on the telephone what a row says that nobody knows."""

        def opened(accounts: tuple[Account, ...]) -> None:
            self._open_phone(accounts, reason)

        self._runner.run(self._desk.staff.accounts, opened, self._page.show_failure, self._page)

    def _open_phone(self, accounts: tuple[Account, ...], reason: str) -> None:
        from desk_app.ui.pages.pickup.phone_dialog import PhoneDialog  # noqa: PLC0415 - rare

        rows = [row for row in self._rows() if row.confirmable]
        wanted = next((row for row in rows if reason in map(str, row.reasons)), None)
        if wanted is None or not self._page.isVisible():  # an office has answered meanwhile
            return
        staff = [one.operator for one in accounts if one.usable and may(one.operator.role, Act.CONFIRM_PHONE)]
        alone = permitted(self._desk.operators, Act.CONFIRM_PHONE)
        dialog = PhoneDialog(self._context, rows, wanted, () if alone else staff, self._page)
        dialog.asked.connect(lambda asked: self._presenter.confirm_by_phone(asked, *_heard_by(dialog)))
        dialog.open()

    def _rows(self) -> tuple[ReasonRow, ...]:
        case = self._presenter.state.case
        return reason_rows(self._names(), case, self._desk.clock.now()) if case is not None else ()

    def _names(self) -> Names:
        return Names.of(self._desk.policy, self._context.language, self._desk.clock.now())


def _heard_by(dialog: TwoPersonDialog) -> tuple[Callable[[], None], Callable[[DeskError], None]]:
    """Give what hears that something was decided, or why not: the form, unless somebody has closed it meanwhile."""

    def done() -> None:
        if shiboken6.isValid(dialog):
            dialog.accept()

    def failed(error: DeskError) -> None:
        if shiboken6.isValid(dialog):
            dialog.show_fault(error)

    return done, failed
