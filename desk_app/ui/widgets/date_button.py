# SPDX-License-Identifier: GPL-3.0-or-later
"""A day to choose: a button with the day on it, and a calendar below."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QSizePolicy, QToolButton, QVBoxLayout
from typing_extensions import override

from desk_app.ui.theme import CALENDAR, current_look, dress, icon_pixmap
from desk_app.ui.widgets.opening_button import OpeningButton
from desk_app.ui.widgets.painting import text_width
from desk_app.ui.widgets.surface import Surface

_ARROW = 16
_ARROWS = {"qt_calendar_prevmonth": "chevron-left", "qt_calendar_nextmonth": "chevron-right"}


class DateButton(OpeningButton):
    """Shows a day; a press opens the calendar, in which no day after ``latest`` can be chosen."""

    day_chosen = Signal(object)

    def __init__(self, day: date, latest: date) -> None:
        super().__init__("calendar")
        self._day = day
        self._popup = Surface("panel", self, flags=Qt.WindowType.Popup)
        self.calendar = QCalendarWidget()
        dress(self.calendar, CALENDAR)
        self.calendar.setMaximumDate(QDate(latest.year, latest.month, latest.day))
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setText(day.isoformat())
        column = QVBoxLayout(self._popup)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.calendar)
        self.clicked.connect(self._open)
        self.calendar.activated.connect(self._choose)
        self.calendar.clicked.connect(self._choose)

    @property
    def day(self) -> date:
        """The day shown."""
        return self._day

    def set_day(self, day: date) -> None:
        """Show another day without reporting it."""
        self._day = day
        self.setText(day.isoformat())
        self.update()

    def set_locale(self, locale: QLocale) -> None:
        """Name months and weekdays in a language."""
        self.calendar.setLocale(locale)

    def _dress(self) -> None:
        """Give weekends and arrows the ink of the theme; the calendar's own are red and black in every theme."""
        look = current_look()
        weekend = QTextCharFormat()
        weekend.setForeground(look.color("ink2"))
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(weekday, weekend)
        for name, icon in _ARROWS.items():
            button = self.calendar.findChild(QToolButton, name)
            if isinstance(button, QToolButton):
                button.setIcon(QIcon(icon_pixmap(icon, look.color("ink"), _ARROW, self.devicePixelRatioF())))

    def _open(self) -> None:
        self._dress()
        self.calendar.setSelectedDate(QDate(self._day.year, self._day.month, self._day.day))
        self._popup.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        self._popup.show()
        self.calendar.setFocus()

    def _choose(self, chosen: QDate) -> None:
        self._popup.hide()
        day = date(chosen.year(), chosen.month(), chosen.day())
        if day != self._day:
            self.set_day(day)
            self.day_chosen.emit(day)

    @override
    def sizeHint(self) -> QSize:
        return self.size_around(text_width("body", self.text()))
