# SPDX-License-Identifier: GPL-3.0-or-later
"""What the offices say while the visitor stands here: asked beside the screen, shown in place when it comes.

What is stored is on the screen already. An answer that comes when another visitor stands here, or when the hand-over is
under way, is not heard: the release decides again with what is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from typing_extensions import override

from desk_app.domain.errors import DeskError
from desk_app.domain.verdict import VerdictCode
from desk_app.domain.visit import OpenCase
from desk_app.services.clearance.phone_confirmations import PhoneRequest
from desk_app.services.clearance.refresh import RefreshResult
from desk_app.services.explain.items import changes_between
from desk_app.ui.pages.pickup.evidence import PickupPresenter
from desk_app.ui.pages.pickup.state import AskStage, Fault, OfficeNews
from desk_app.ui.tasks import Lane

_NOTHING_TO_ASK = frozenset({VerdictCode.DUPLICATE, VerdictCode.NOT_FOUND, VerdictCode.REFER})
"""Whatever the offices say, no certificate is handed over on these."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the offices have said, and the record as the store holds it since, when something of it is new."""

    result: RefreshResult
    newer: OpenCase | None


class ClearancePresenter(PickupPresenter):
    """The presenter of the pick-up page with what the offices say about the graduate."""

    @override
    def _show_case(self, case: OpenCase, **changes: object) -> None:
        if self.state.case is None and self._may_ask(case):  # said at once, so that nothing moves when it begins
            changes.setdefault("news", OfficeNews(AskStage.ASKING, self._desk.clock.now()))
        super()._show_case(case, **changes)

    @override
    def _opened(self, case: OpenCase) -> None:
        super()._opened(case)
        self._ask(insist=False)

    def ask_again(self) -> None:
        """Ask now, also an office that is left alone after failures; once while an answer is awaited."""
        news = self.state.news
        if news is None or news.stage is not AskStage.ASKING:
            self._ask(insist=True)

    def _ask(self, *, insist: bool) -> None:
        case, refresh = self._open_case(), self._desk.refresh
        if case is None or case.dossier is None or not self._may_ask(case):
            return
        asked_for, number = self._generation, case.dossier.graduate.number

        def work() -> _Answer:
            result = refresh.refresh(number, insist=insist)
            return _Answer(result, self._desk.pickup.reload(case) if result.changed else None)

        def answered(answer: _Answer) -> None:
            if asked_for == self._generation:
                self._take(answer)

        def failed(error: DeskError) -> None:
            if asked_for == self._generation:
                self._change(news=None, fault=Fault.of(error))

        if insist:
            self._change(news=OfficeNews(AskStage.ASKING, self._desk.clock.now()))
        self._tasks.run(work, answered, failed, lane=Lane.OUTSIDE)

    def _may_ask(self, case: OpenCase) -> bool:
        known = case.dossier is not None and case.verdict.code not in _NOTHING_TO_ASK
        return known and self._desk.refresh.possible

    def _take(self, answer: _Answer) -> None:
        """Decide again with what has come; whatever the clerk has recorded meanwhile stays."""
        case = self._open_case()
        if case is None:
            return
        renewed = self._with_record(case, answer.newer) if answer.newer is not None else case
        result, changed = answer.result, changes_between(self._desk.policy, case, renewed)
        stage = AskStage.SAME if result.answered else AskStage.SILENT
        if changed:
            stage = AskStage.CHANGED
        now = self._desk.clock.now()
        titles = self._desk.source_titles
        answered, silent = (tuple(map(titles.of, names)) for names in (result.answered, result.silent))
        self._show_case(renewed, news=OfficeNews(stage, now, answered, silent, changed))

    def _with_record(self, case: OpenCase, newer: OpenCase) -> OpenCase:
        return self._desk.pickup.revise(newer, case.visit)

    def confirm_by_phone(
        self, request: PhoneRequest, done: Callable[[], None], failed: Callable[[DeskError], None]
    ) -> None:
        """Record an office's word by telephone; what was recorded since stays."""
        case = self._open_case()
        if case is None:
            return
        desk = self._desk

        def work() -> OpenCase:
            desk.phone.confirm(case, request)
            return desk.pickup.reload(case)

        def confirmed(newer: OpenCase) -> None:
            open_now = self._open_case()
            if open_now is not None:
                self._show_case(self._with_record(open_now, newer), fault=Fault())
            done()

        self._run(work, confirmed, failed)
