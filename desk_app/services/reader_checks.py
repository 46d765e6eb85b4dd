# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of the desk's reader while the desk works: asked at any time, told in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desk_app.i18n import Catalogue
from desk_app.services.reader_calibration import Calibration
from desk_app.services.reader_words import CheckWords, words_of_check
from hardware.journal import ReaderJournal
from hardware.probe import assess
from hardware.profile import CardProfile
from hardware.student_card import KeyRing


@dataclass(frozen=True, slots=True)
class ReaderChecks:
    """What the reader has told, by which profile and keys cards are read, and for which system hints are given.

    ``begin_again`` starts the watch anew; it may take a second and belongs into the background. ``calibration`` is there
    for keyboard readers alone.
    """

    journal: ReaderJournal
    profile: CardProfile
    keys: KeyRing
    begin_again: Callable[[], None]
    system: str
    calibration: Calibration | None = None

    def lines(self, texts: Catalogue) -> tuple[CheckWords, ...]:
        """Give every check as the reader stands now."""
        standing = self.journal.standing
        return tuple(words_of_check(texts, line, self.system) for line in assess(standing, self.profile, self.keys))
