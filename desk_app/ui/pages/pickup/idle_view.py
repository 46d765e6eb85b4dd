# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a card: the invitation, today's hours with the clock on them, counts, devices, last hand-overs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.closures import is_service_day
from desk_app.domain.facts import Closure, Mode
from desk_app.domain.masking import mask_name
from desk_app.domain.papers import Language
from desk_app.domain.policy import Policy, Window
from desk_app.domain.records import ReleaseRecord
from desk_app.services.explain.names import closure_words
from desk_app.services.opening import Opening, opening_at
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.parts_view import bold, column, empty, head, row, ruled
from desk_app.ui.pages.pickup.state import IdleNews
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Icon, KeyButton, Keycap, Label, Lamp, LampState, Panel, Rule
from desk_app.ui.widgets.painting import draw_box, draw_icon, open_painter

_INVITATION_ICON = 112
_COUNTED = (
    ("HOLD", "verdict-hold", "hold"),
    ("NEED_EVIDENCE", "verdict-need-evidence", "hold"),
    ("REDIRECT", "verdict-redirect", "refer"),
    ("STOP", "verdict-stop", "stop"),
)
_BAR = 8
_KNOB = 14


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device or link: icon, name, detail, and its lamp with a word."""

    icon: str
    name: str
    detail: str
    state: LampState
    word: str


class _Hours(QWidget):
    """The windows of today as one line, with the clock on it."""

    def __init__(self) -> None:
        super().__init__()
        self._windows: tuple[Window, ...] = ()
        self._now = time(0, 0)
        self.setFixedHeight(84 if not current_look().compact else 76)

    def show_hours(self, windows: tuple[Window, ...], now: time) -> None:
        """Show the windows and the time."""
        self._windows, self._now = windows, now
        self.update()

    def _x(self, moment: time) -> float:
        first, last = _minutes(self._windows[0].start), _minutes(self._windows[-1].end)
        edge = 40.0
        part = (_minutes(moment) - first) / max(1, last - first)
        return edge + max(0.0, min(1.0, part)) * (self.width() - 2 * edge)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._windows:
            return
        look = current_look()
        painter = open_painter(self)
        top = 34.0
        painter.setFont(look.font("caption"))
        for window in self._windows:
            left, right = self._x(window.start), self._x(window.end)
            draw_box(painter, QRectF(left, top, right - left, _BAR), _BAR / 2, look.color("line"))
            done = min(self._x(self._now), right) if self._now > window.start else left
            if done > left:
                draw_box(painter, QRectF(left, top, done - left, _BAR), _BAR / 2, look.color("ink3"))
            painter.setPen(look.color("ink2"))
            for x, moment in ((left, window.start), (right, window.end)):
                box = QRectF(x - 40, top + 16, 80, 20)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{moment:%H:%M}")
        x = self._x(self._now)
        painter.setFont(look.font("caption", bold=True))
        painter.setPen(look.color("ink"))
        painter.drawText(QRectF(x - 40, top - 28, 80, 20), Qt.AlignmentFlag.AlignCenter, f"{self._now:%H:%M}")
        middle = top + _BAR / 2
        knob = QRectF(x - _KNOB / 2, middle - _KNOB / 2, _KNOB, _KNOB)
        draw_box(painter, knob, _KNOB / 2, look.color("surface"), look.color("ink"), 2)
        painter.end()


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


class _BigIcon(QWidget):
    """The reader, large."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_INVITATION_ICON, _INVITATION_ICON)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = open_painter(self)
        draw_icon(painter, "lamp-reader", current_look().color("ink"), QPointF(0, 0), _INVITATION_ICON)
        painter.end()


class IdleStage(Panel):
    """The invitation over the space of the first two columns; ``announced`` are the closures beside the policy's own."""

    def __init__(self, context: UiContext, policy: Policy, counter: str) -> None:
        super().__init__(padding=32)
        self._context = context
        self._policy = policy
        self._counter = counter
        self.announced: tuple[Closure, ...] = ()
        self.words = Label("", "display")
        self.words.setMinimumHeight(64)
        self._second = Label("", "lead", "ink3")
        self._second.set_strong(False)
        self._keys_row, self._keys = row(8)
        self._keys_in: Language | None = None
        self._open = Label("", "lead")
        self._left = Label("", tone="ink2")
        self._day = Label("", tone="ink2")
        self._hours = _Hours()
        self._build()

    def _build(self) -> None:
        center = Qt.AlignmentFlag.AlignHCenter
        self.body.setSpacing(0)
        self.body.addStretch(3)
        for widget in (_BigIcon(), self.words, self._second):
            self.body.addWidget(widget, 0, center)
            self.body.addSpacing(8)
        self.body.addSpacing(16)
        self.body.addWidget(self._keys_row, 0, center)
        self.body.addStretch(3)
        self.body.addWidget(Rule())
        self.body.addSpacing(16)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self._open)
        line.addWidget(self._left)
        line.addStretch(1)
        line.addWidget(self._day)
        self.body.addLayout(line)
        self.body.addWidget(self._hours)

    def show_stage(self, now: datetime, *, reading: bool) -> None:
        """Show the invitation, or that a card is being read, and the hours at an aware instant."""
        t, second = self._context.t, self._context.second
        key = "pickup.reading" if reading else "pickup.invite"
        self.words.setText(t(key))
        self._second.setText(t("pickup.reading_hint") if reading else second(key))
        self._show_keys()
        self._show_hours(now.astimezone(self._policy.edition.timezone))

    def _show_keys(self) -> None:
        """Say what keys do; built again only in another language, because this is shown before every verdict."""
        t = self._context.t
        if self._keys_in is self._context.language:
            return
        self._keys_in = self._context.language
        empty(self._keys)
        keys = ((t("pickup.any_key"), "any_key_does"), ("F1", "keys_do"))
        for number, (cap, does) in enumerate(keys):
            if number:
                self._keys.addSpacing(24)
            self._keys.addWidget(Keycap(cap))
            self._keys.addWidget(Label(t(f"pickup.{does}"), tone="ink2"))

    def _show_hours(self, now: datetime) -> None:
        t, windows = self._context.t, self._policy.pickup.windows
        opening = opening_at(self._policy, self._counter, self.announced, now)
        serving = is_service_day(self._policy, now.date(), now.date()) and not opening.whole_day
        current = next((one for one in windows if one.start <= now.time() < one.end), None) if opening.open else None
        self._open.setText(t("pickup.open_now") if current else self._closed_words(opening))
        self._day.setText(self._context.texts.day(now.date()))
        self._hours.show_hours(windows if serving else (), now.time())
        if current is None:
            self._left.setText(self._next_words(opening, now))
            return
        until = datetime.combine(now.date(), current.end, now.tzinfo)
        key = "pickup.until_close" if current is windows[-1] else "pickup.until_break"
        self._left.setText(t(key, time=f"{current.end:%H:%M}", left=self._span(until - now)))

    def _closed_words(self, opening: Opening) -> str:
        """Say that the counter is closed, and which announcement closes it."""
        if not opening.closures:
            return self._context.t("pickup.closed_now")
        why = self._context.t("explain.list_join").join(
            closure_words(self._context.texts, one.reason) for one in opening.closures
        )
        return self._context.t("closure.closed_now", why=why)

    def _next_words(self, opening: Opening, now: datetime) -> str:
        """Say when the counter opens: a time for today, a day with it otherwise."""
        if opening.next is None:
            return ""
        time_of_day = f"{opening.next:%H:%M}"
        if opening.next.date() == now.date():
            return self._context.t("pickup.opens", time=time_of_day)
        day = self._context.texts.short_day(opening.next.date())
        return self._context.t("closure.opens_on", day=day, time=time_of_day)

    def _span(self, left: timedelta) -> str:
        hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
        key = "pickup.left_minutes" if not hours else "pickup.left_hours" if minutes else "pickup.left_whole_hours"
        return self._context.t(key, hours=hours, minutes=minutes)


class IdleWork(QWidget):
    """The work column without a person: today, devices, last hand-overs."""

    all_asked = Signal()

    def __init__(self, context: UiContext, policy: Policy) -> None:
        super().__init__()
        self._context = context
        self._policy = policy
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._devices: tuple[DeviceRow, ...] = ()
        self._news: IdleNews | None = None
        self._built: object = None

    def show_devices(self, devices: tuple[DeviceRow, ...]) -> None:
        """Show how the devices are."""
        self._devices = devices
        self._build()

    def show_news(self, news: IdleNews | None) -> None:
        """Show the counts and the newest hand-overs."""
        self._news = news
        self._build()

    def _build(self) -> None:
        """Build the panels, unless they stand already: the page shows itself anew at every step of a visit."""
        shown = (self._news, self._devices, self._context.language, current_look().compact)
        if shown == self._built:
            return
        self._built = shown
        empty(self._column)
        self._column.setSpacing(current_look().size("gutter"))
        if self._news is None:
            self._column.addStretch(1)
            return
        self._column.addWidget(self._today(self._news))
        if self._devices:
            self._column.addWidget(self._device_panel())
        self._column.addWidget(self._recent(self._news.recent), 1)

    def _panel(self, key: str, right: QWidget | None, *, tight: bool = False) -> Panel:
        panel = Panel(padding=16, tight=tight)
        panel.body.setSpacing(0)
        panel.body.addWidget(head(self._context.t(key), self._context.second(key), right))
        return panel

    def _today(self, news: IdleNews) -> Panel:
        t = self._context.t
        at = news.at.astimezone(self._policy.edition.timezone)
        panel = self._panel("pickup.today", Label(t("pickup.as_of", time=f"{at:%H:%M}"), "caption", "ink2"))
        figure, layout = row(16)
        number = Label(str(news.counts.released), "display")
        layout.addWidget(number)
        words, lines = column(0)
        lines.addStretch(1)
        lines.addWidget(bold(t("pickup.released_count")))
        split = t("pickup.released_split", in_person=news.counts.in_person, by_proxy=news.counts.by_proxy)
        lines.addWidget(Label(split, "caption", "ink2"))
        lines.addStretch(1)
        layout.addWidget(words, 1)
        panel.body.addWidget(figure)
        panel.body.addWidget(Rule())
        panel.body.addSpacing(8)
        panel.body.addWidget(self._refused(news))
        return panel

    def _refused(self, news: IdleNews) -> QWidget:
        widget, layout = row(0)
        for code, icon, tone in _COUNTED:
            cell, lines = column(0)
            lines.addWidget(Label(str(news.counts.refused.get(code, 0)), "title"))
            under, words = row(6)
            words.addWidget(Icon(icon, tone))
            words.addWidget(Label(self._context.t(f"pickup.count.{code}"), "caption", "ink2"))
            words.addStretch(1)
            lines.addWidget(under)
            layout.addWidget(cell, 1)
        return widget

    def _device_panel(self) -> Panel:
        panel = self._panel("pickup.devices", None)
        ruled(panel.body, [_device_line(one) for one in self._devices])
        return panel

    def _recent(self, releases: tuple[ReleaseRecord, ...]) -> Panel:
        t = self._context.t
        link = KeyButton("link", text=t("pickup.recent_all"), height="row")
        link.clicked.connect(self.all_asked)
        panel = self._panel("pickup.recent", link, tight=True)  # a link is higher than a head's words
        shown = releases[:3] if current_look().compact else releases
        ruled(panel.body, [self._recent_line(one) for one in shown])
        if not releases:
            panel.body.addWidget(Label(t("pickup.recent_none"), "caption", "ink3"))
        panel.body.addStretch(1)
        return panel

    def _recent_line(self, release: ReleaseRecord) -> QWidget:
        widget, layout = row(12)
        widget.setFixedHeight(32)
        at = release.at.astimezone(self._policy.edition.timezone)
        layout.addWidget(Label(f"{at:%H:%M}", "caption", "ink2"))
        layout.addWidget(Label(str(release.receipt_no)), 1)
        proxy = release.proxy if release.mode is Mode.BY_PROXY else None
        layout.addWidget(Label(mask_name(proxy.name if proxy else release.graduate_name)))
        layout.addWidget(Label(self._context.t(f"pickup.by.{release.mode.value}"), "caption", "ink2"))
        return widget


def _device_line(model: DeviceRow) -> QWidget:
    widget, layout = row(12)
    widget.setFixedHeight(36 if not current_look().compact else 32)
    layout.addWidget(Icon(model.icon))
    layout.addWidget(Label(model.name), 1)
    layout.addWidget(Label(model.detail, "caption", "ink2"))
    layout.addWidget(Lamp(model.word, model.state, strong=True))
    return widget
