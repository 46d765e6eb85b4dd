# SPDX-License-Identifier: GPL-3.0-or-later
"""Who works here, and the menu behind: another operator, one's own pass phrase, language, theme, keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QIcon, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy
from typing_extensions import override

from desk_app.domain.masking import mask_name
from desk_app.domain.papers import Language
from desk_app.domain.records import Operator
from desk_app.ui.context import UiContext
from desk_app.ui.shell.person_row import draw_initial
from desk_app.ui.theme import MENU, THEME_NAMES, current_look, dress, icon_pixmap
from desk_app.ui.widgets.painting import LEFT, draw_box, draw_icon, draw_text, open_painter, text_width

_AVATAR = 32
_GAP = 8
_CHEVRON = 16


class OperatorButton(QAbstractButton):
    """The operator's initial, masked name and role; a press opens the menu."""

    operator_chosen = Signal(str)
    keys_requested = Signal()
    phrase_requested = Signal()
    lock_requested = Signal()
    leave_requested = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._operator: Operator | None = None
        self._others: tuple[Operator, ...] = ()
        self.menu = QMenu(self)
        dress(self.menu, MENU)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        self.retranslate()

    def set_operator(self, operator: Operator) -> None:
        """Show who works here now."""
        self._operator = operator
        self.retranslate()

    def set_operators(self, operators: tuple[Operator, ...]) -> None:
        """Offer these operators in the menu."""
        if operators != self._others:
            self._others = operators
            self.retranslate()

    def retranslate(self) -> None:
        """Say every word anew and build the menu anew."""
        operator = self._operator
        self._name = mask_name(operator.name) if operator else ""
        self._role = self._context.t(f"shell.role.{operator.role.value}") if operator else ""
        self.setAccessibleName(self._context.t("shell.operator.name", name=self._name, role=self._role))
        self.menu.clear()
        self._add_operators()
        self._add_acts()
        self._add_languages()
        self._add_themes()
        self.updateGeometry()
        self.update()

    def _head(self, key: str) -> QActionGroup:
        """Begin a part of the menu with its words."""
        if self.menu.actions():
            self.menu.addSeparator()
        self.menu.addAction(self._context.t(key)).setEnabled(False)
        return QActionGroup(self.menu)

    def _choice(self, group: QActionGroup, text: str, *, checked: bool) -> QAction:
        action = self.menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(checked)
        action.setIcon(self._tick() if checked else QIcon())
        action.setIconVisibleInMenu(True)
        group.addAction(action)
        return action

    def _tick(self) -> QIcon:
        """Give the mark of what is chosen, in the ink of the theme; the style's own is black on black in the dark one."""
        return QIcon(
            icon_pixmap("state-cleared", current_look().color("accent_ink"), _CHEVRON, self.devicePixelRatioF())
        )

    def _add_operators(self) -> None:
        if not self._others:
            return
        group = self._head("shell.operator.switch")
        for other in self._others:
            role = self._context.t(f"shell.role.{other.role.value}")
            words = self._context.t("shell.operator.entry", name=mask_name(other.name), role=role, id=other.id)
            action = self._choice(group, words, checked=other == self._operator)
            action.triggered.connect(lambda _checked=False, chosen=other.id: self.operator_chosen.emit(chosen))

    def _add_acts(self) -> None:
        self.menu.addSeparator()
        keys = self.menu.addAction(f"{self._context.t('shell.keys.title')}\tF1")
        keys.triggered.connect(self.keys_requested)
        self.menu.addAction(self._context.t("shell.phrase.menu")).triggered.connect(self.phrase_requested)
        lock = self.menu.addAction(f"{self._context.t('staff.lock')}\tCtrl+L")
        lock.triggered.connect(self.lock_requested)
        self.menu.addAction(self._context.t("staff.leave")).triggered.connect(self.leave_requested)

    def _add_languages(self) -> None:
        group = self._head("shell.language.title")
        for language in Language:
            action = self._choice(
                group,
                self._context.t(f"shell.language.{language.name.lower()}"),
                checked=language is self._context.language,
            )
            action.triggered.connect(lambda _checked=False, chosen=language: self._context.set_language(chosen))

    def _add_themes(self) -> None:
        group = self._head("shell.theme.title")
        for name in THEME_NAMES:
            action = self._choice(
                group, self._context.t(f"shell.theme.{name}"), checked=name == self._context.theme.name
            )
            action.triggered.connect(lambda _checked=False, chosen=name: self._context.set_theme(chosen))

    def _open(self) -> None:
        corner = self.mapToGlobal(QPoint(self.width(), self.height()))
        self.menu.popup(corner - QPoint(self.menu.sizeHint().width(), 0))

    def _words_width(self) -> int:
        return max(text_width("caption", self._name, bold=True), text_width("caption", self._role))

    @override
    def sizeHint(self) -> QSize:
        return QSize(_AVATAR + _GAP + self._words_width() + _GAP * 3 // 2 + _CHEVRON, 44)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        if self.underMouse():
            draw_box(painter, QRectF(self.rect()), look.size("radius_control"), look.color("hover"))
        circle = QRectF(0, (self.height() - _AVATAR) / 2, _AVATAR, _AVATAR)
        draw_initial(painter, circle, self._name, "caption")
        left, width = _AVATAR + _GAP, self._words_width() + 1
        draw_text(painter, QRectF(left, 2, width, 20), self._name, LEFT)
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("ink2"))
        draw_text(painter, QRectF(left, 22, width, 20), self._role, LEFT)
        at = QPointF(self.width() - _CHEVRON, (self.height() - _CHEVRON) / 2)
        draw_icon(painter, "chevron-down", look.color("ink2"), at, _CHEVRON)
        painter.end()
