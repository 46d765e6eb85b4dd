# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands on the receipt of one hand-over, masked, and the way to the sealed paper itself."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from desk_app.domain.masking import mask_name, mask_student_number
from desk_app.domain.papers import Bilingual
from desk_app.domain.records import ArchivedPaper, LedgerRow, ReleaseRecord
from desk_app.domain.staff import Account
from desk_app.services.clearance.relied_on import item_in_both
from desk_app.services.corrections import CorrectionRequest
from desk_app.services.receipt_content import kept_confirmations
from desk_app.services.rights import Act, permitted
from desk_app.services.wording import unit_name
from desk_app.ui.names import campus
from desk_app.ui.pages.ledger_rows import mode_word
from desk_app.ui.pages.page import PageParts
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Chip, KeyButton, Label, Panel, Rule, ScrollPane

_CAPTION_WIDTH = 96


class ReceiptFacts(Panel):
    """The facts of the chosen hand-over; without one, how to choose."""

    failed = Signal(object)
    corrected = Signal()
    copied = Signal()

    def __init__(self, parts: PageParts) -> None:
        super().__init__()
        self._parts = parts
        self._row: LedgerRow | None = None
        self._hint = Label("", "body", "ink2", wrap=True)
        self.number = Label("", "title")
        self.state = Chip()
        self._form = QFormLayout()
        self.open_button = KeyButton("plain", "Enter", "receipt")
        self.open_button.clicked.connect(self.open_receipt)
        self.copy_button = KeyButton("plain", "F6", "printer")
        self.copy_button.clicked.connect(self.ask_copy)
        self.reverse_button = KeyButton("plain", "F8", "undo")
        self.reverse_button.clicked.connect(self.ask_correction)
        self._build_column()

    def _build_column(self) -> None:
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.number)
        column.addWidget(self.state)
        column.addWidget(Rule())
        column.addLayout(self._form)
        column.addStretch(1)
        self._pane = ScrollPane(inner)
        self.body.addWidget(self._hint)
        self.body.addWidget(self._pane, 1)
        self.body.addStretch(0)
        for button in (self.open_button, self.copy_button, self.reverse_button):
            self.body.addWidget(button)

    def show_row(self, row: LedgerRow | None) -> None:
        """Show the facts of a hand-over, or the hint when none is chosen."""
        self._row = row
        self.retranslate()

    def retranslate(self) -> None:
        """Say every word anew."""
        context, row = self._parts.context, self._row
        self.set_title(context.t("facts.title"), context.second("facts.title"))
        self._hint.set_text("" if row else context.t("facts.hint"))
        self._pane.setVisible(row is not None)
        self.open_button.set_label(context.t("facts.open"))
        self.open_button.setVisible(row is not None)
        self.open_button.setEnabled(row is not None and row.sealed)
        self.reverse_button.set_label(context.t("correction.open"))
        operators = self._parts.desk.operators
        here = permitted(operators, Act.HAND_OVER)
        standing = row is not None and row.release.voided_at is None and here
        self.reverse_button.setVisible(standing)
        self.copy_button.set_label(context.t("copy.open"))
        self.copy_button.setVisible(standing)
        self.copy_button.setEnabled(row is not None and row.sealed)
        while self._form.rowCount():
            self._form.removeRow(0)
        if row is not None:
            self._show(row)

    def _show(self, row: LedgerRow) -> None:
        context = self._parts.context
        self.number.setText(str(row.release.receipt_no))
        if row.release.voided_at:
            self.state.set_state("stop", context.t("ledger.voided", reason=row.release.void_reason))
        elif row.sealed:
            self.state.set_state("release", context.t("facts.sealed"))
        else:
            self.state.set_state("hold", context.t("facts.unsealed"))
        line = current_look().theme.type("body").line
        for key, value in self._facts(row):
            caption = Label(context.t(f"facts.{key}"), "caption", "ink3")
            caption.setFixedSize(_CAPTION_WIDTH, line)  # beside a value of several lines, too, it stands at the first
            self._form.addRow(caption, Label(value, wrap=True))

    def _facts(self, row: LedgerRow) -> Iterator[tuple[str, str]]:
        """Give the facts with the keys of their captions."""
        context, policy, release = self._parts.context, self._parts.desk.policy, row.release
        yield "at", f"{release.at:%Y-%m-%d %H:%M}"
        yield "name", mask_name(release.graduate_name)
        yield "student", mask_student_number(release.student_no)
        yield "unit", context.of(unit_name(policy, release.unit))
        for document in release.documents:
            name = context.of(Bilingual(document.name_zh, document.name_en))
            yield "document", f"{name} {document.serial}"
        yield "mode", mode_word(context, release.mode)
        if release.proxy is not None:
            yield "proxy", mask_name(release.proxy.name)
            yield "proxy_id", release.proxy.id_masked
        for line in self._by_phone(release):
            yield "by_phone", line
        place = campus(context, policy, release.counter)
        yield "desk", context.t("shell.desk", place=place, desk=release.desk)
        yield "clerk", mask_name(release.operator.name)
        yield "printed", context.t("facts.yes" if row.printed else "facts.no")
        yield "edition", f"{release.policy.edition} {release.policy.short_digest}"

    def _by_phone(self, release: ReleaseRecord) -> Iterator[str]:
        """Say on which offices' words by telephone a hand-over rests; of what was purged only the items are left."""
        context, policy = self._parts.context, self._parts.desk.policy
        told = {one.code: one for one in kept_confirmations(release)}
        for code in release.by_phone:
            item, word = context.of(item_in_both(policy, code, release.at)), told.get(code)
            if word is None:
                yield item
            else:
                said = {"person": word.person, "number": word.number, "time": f"{word.at:%H:%M}", "by": word.by}
                yield context.t("facts.by_phone_value", item=item, **said)

    def ask_copy(self) -> None:
        """Ask why the chosen receipt is printed again."""
        from desk_app.ui.pages.copy_dialog import ask_copy  # noqa: PLC0415 - rare

        parts, row = self._parts, self._row
        if row is not None:
            number = str(row.release.receipt_no)
            ask_copy(parts.context, parts.desk, parts.runner, number, self, self.copied.emit)

    def ask_correction(self) -> None:
        """Ask two persons to take the chosen hand-over back."""
        staff = self._parts.desk.staff
        self._parts.runner.run(staff.accounts, self._open_correction, self.failed.emit, self)

    def _open_correction(self, accounts: tuple[Account, ...]) -> None:
        from desk_app.ui.pages.correction_dialog import CorrectionDialog  # noqa: PLC0415 - rare

        row, desk = self._row, self._parts.desk
        if row is None or not self.isVisible():  # a desk that was locked meanwhile shows nobody
            return
        staff = [account.operator for account in accounts if account.usable]
        number, here = str(row.release.receipt_no), desk.operators.current
        dialog = CorrectionDialog(self._parts.context, number, staff, here, self)

        def done(_release: object) -> None:
            dialog.accept()
            self.corrected.emit()

        def reverse(request: CorrectionRequest) -> None:
            self._parts.runner.run(lambda: desk.corrections.reverse(request), done, dialog.show_fault, dialog)

        dialog.asked.connect(reverse)
        dialog.open()

    def open_receipt(self) -> None:
        """Ask why the names are to be read in full, then fetch the sealed receipt from the archive and show it."""
        from desk_app.ui.pages.why_dialog import WhyDialog  # noqa: PLC0415 - rare

        row = self._row
        if row is None or not row.sealed:
            return
        receipts, number = self._parts.desk.receipts, str(row.release.receipt_no)
        dialog = WhyDialog(self._parts.context, "unmask", number, self)

        def show(paper: ArchivedPaper) -> None:
            dialog.accept()
            self._show_paper(paper)

        def fetch(why: str) -> None:
            self._parts.runner.run(lambda: receipts.unmask(number, why), show, dialog.show_fault, dialog)

        dialog.asked.connect(fetch)
        dialog.open()

    def _show_paper(self, paper: ArchivedPaper) -> None:
        from desk_app.ui.pages.paper_preview import PaperPreview  # noqa: PLC0415 - QtPdf is loaded when first needed

        if self.isVisible():
            PaperPreview(self._parts.context, paper.receipt_no, paper.pdf, self).open()
