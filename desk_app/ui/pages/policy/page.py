# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy page: three parts, each loaded away from the screen when it comes to the front."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from desk_app.domain.closures import standing_closures
from desk_app.domain.errors import DeskError, PolicyError
from desk_app.domain.facts import Closure
from desk_app.services.desk import Desk
from desk_app.services.doubts import doubts
from desk_app.services.explain.names import Names
from desk_app.services.rules import PackDifference, PackName, RuleFinding
from desk_app.services.rules_today import rules_today
from desk_app.ui.names import campus
from desk_app.ui.pages.page import Page, PageParts, TitleRow
from desk_app.ui.pages.policy.closures_view import ClosuresView
from desk_app.ui.pages.policy.compare_view import CompareView
from desk_app.ui.pages.policy.today_view import TodayView
from desk_app.ui.widgets import Option, ProgressLine, Segmented

TODAY, COMPARE, CLOSURES = "today", "compare", "closures"
_PARTS = ((TODAY, "F2"), (COMPARE, "F3"), (CLOSURES, "F4"))


@dataclass(frozen=True, slots=True)
class RulesNews:
    """What the first part shows: the closures that stand, what is doubtful in the pack, and when that was asked."""

    at: datetime
    announced: tuple[Closure, ...]
    findings: tuple[RuleFinding, ...]


def rules_news(desk: Desk) -> RulesNews:
    """Ask the store and the pack's files; a pack whose files have gone bad since the start shows no findings."""
    now = desk.clock.now()
    try:
        findings = desk.rules.findings(desk.policy.edition.pack)
    except PolicyError:
        findings = ()
    return RulesNews(now, standing_closures(desk.closures.all(), now), findings)


class PolicyPage(Page):
    """What applies today, how two editions differ, which closures are announced."""

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._news: RulesNews | None = None
        self._title = TitleRow()
        self.parts = Segmented(height=40)
        self.progress = ProgressLine()
        self.today = TodayView(parts.context)
        self.compare = CompareView(parts.context, self._names)
        self.closures = ClosuresView(parts)
        self._views = {TODAY: self.today, COMPARE: self.compare, CLOSURES: self.closures}
        self.stack = QStackedWidget()
        self._build_page()
        self._connect()

    def _build_page(self) -> None:
        self._title.acts.addWidget(self.parts)
        for view in self._views.values():
            self.stack.addWidget(view)
        self.column.addWidget(self._title)
        self.column.addWidget(self.progress)
        self.column.addWidget(self.stack, 1)
        self._offer_parts()
        self.parts.set_value(TODAY)
        self.setFocusProxy(self.parts)

    def _connect(self) -> None:
        self.parts.chosen.connect(self.show_part)
        self.compare.compared.connect(self._compare)
        self.closures.failed.connect(self._fail)
        self.closures.changed.connect(self.fault.clear)
        self.context.density_changed.connect(self._settle_density)

    def _offer_parts(self) -> None:
        self.parts.set_options([Option(part, self.context.t(f"rules.part.{part}"), key) for part, key in _PARTS])

    @property
    def part(self) -> str:
        """The part in front."""
        return self.parts.value or TODAY

    @property
    def loaded(self) -> bool:
        """True once it can be said what applies today."""
        return self._news is not None

    def show_part(self, part: str) -> None:
        """Bring a part to the front and load what it shows."""
        self.parts.set_value(part)
        self.stack.setCurrentWidget(self._views[part])
        self.activate()

    @override
    def activate(self) -> None:
        self.progress.start(self.context.t("rules.loading"))
        if self.part == TODAY:
            self.runner.run(lambda: rules_news(self.desk), self._show_news, self._fail, self)
        elif self.part == COMPARE:
            self.runner.run(self.desk.rules.packs, self._show_packs, self._fail, self)
        else:
            self._finish()
            self.closures.load()

    def _finish(self) -> None:
        self.progress.finish()
        self.fault.clear()

    def _fail(self, error: DeskError) -> None:
        self.progress.finish()
        self.show_failure(error)

    def _show_news(self, news: RulesNews) -> None:
        self._news = news
        self._finish()
        self._show_today()

    def _show_today(self) -> None:
        news, desk = self._news, self.desk
        if news is not None:
            groups = rules_today(desk.policy, desk.identity.counter, news.announced, news.at, self.context.language)
            self.today.show_rules(groups, doubts(self._names(), news.findings))

    def _show_packs(self, packs: tuple[PackName, ...]) -> None:
        self._finish()
        self.compare.offer(packs, self.desk.policy.edition.pack)

    def _compare(self, a: str, b: str) -> None:
        rules = self.desk.rules

        def show(differences: tuple[PackDifference, ...]) -> None:
            self._finish()
            if (self.compare.a.value, self.compare.b.value) == (a, b):
                self.compare.show_differences(differences)

        self.runner.run(lambda: rules.compare(a, b), show, self._fail, self)

    def _names(self) -> Names:
        return Names.of(self.desk.policy, self.context.language, self.desk.clock.now())

    def _settle_density(self) -> None:
        self.closures.settle_width()
        self.closures.retranslate()
        self.compare.rebuild()
        self.today.rebuild()

    @override
    def retranslate(self) -> None:
        desk, t = self.desk, self.context.t
        policy = desk.policy
        place = campus(self.context, policy, desk.identity.counter)
        line = t("rules.line", edition=policy.edition.id, digest=policy.digest[:4], place=place)
        self._title.set_words(t("shell.page.policy"), self.context.second("shell.page.policy"), line)
        self._offer_parts()
        self.parts.setAccessibleName(t("shell.page.policy"))
        self.today.pane.setAccessibleName(t("rules.part.today"))
        self.compare.rebuild()
        self.closures.retranslate()
        self._show_today()
