# SPDX-License-Identifier: GPL-3.0-or-later
"""What every page shares: language and texts, theme and density, with signals when one changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from desk_app.domain.errors import DeskError
from desk_app.domain.papers import Bilingual, Language
from desk_app.i18n import Catalogue, MessageMissingError, catalogue
from desk_app.ui.theme import Look, Theme, load_theme, wear


class UiContext(QObject):
    """Language, theme and density of the running screens; a page asks here for its texts."""

    language_changed = Signal()
    theme_changed = Signal()
    density_changed = Signal()

    def __init__(self, application: QApplication, language: Language = Language.ZH, theme: str = "light") -> None:
        super().__init__()
        self._application = application
        self.language = language
        self.look = Look(load_theme(theme))
        wear(application, self.look)

    @property
    def theme(self) -> Theme:
        """The theme now worn."""
        return self.look.theme

    @property
    def compact(self) -> bool:
        """True in the density for windows narrower than 1400 px."""
        return self.look.compact

    @property
    def texts(self) -> Catalogue:
        """The catalogue of the screens' language."""
        return catalogue(self.language)

    @property
    def other_language(self) -> Language:
        """The language that stands second."""
        return Language.EN if self.language is Language.ZH else Language.ZH

    def t(self, key: str, /, **values: object) -> str:
        """Give a text in the screens' language."""
        return self.texts(key, **values)

    def second(self, key: str, /, **values: object) -> str:
        """Give a text in the other language."""
        return catalogue(self.other_language)(key, **values)

    def of(self, text: Bilingual) -> str:
        """Give a bilingual text in the screens' language."""
        return text.of(self.language)

    def error_words(self, error: DeskError) -> str:
        """Say an expected error in a person's words; one without a text, or whose data do not fill it, in general ones."""
        try:
            return self.t(f"error.{error.code}", **error.data)
        except (MessageMissingError, KeyError):
            return self.t("shell.failed")

    def set_language(self, language: Language) -> None:
        """Change the language of every screen at once."""
        if language is not self.language:
            self.language = language
            self.language_changed.emit()

    def set_theme(self, name: str) -> None:
        """Change between light and dark."""
        if name != self.theme.name:
            self._put_on(Look(load_theme(name), self.compact))
            self.theme_changed.emit()

    def set_compact(self, compact: bool) -> None:  # noqa: FBT001 - the one property that this setter sets
        """Change the density."""
        if compact != self.compact:
            self._put_on(Look(self.theme, compact))
            self.density_changed.emit()

    def _put_on(self, look: Look) -> None:
        self.look = look
        wear(self._application, look)
