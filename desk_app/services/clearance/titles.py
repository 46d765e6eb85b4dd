# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read a source by; settings, store and audit log know it by the short name that the settings give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desk_app.domain.errors import DeskError
from desk_app.domain.papers import Bilingual, Language
from desk_app.i18n import Catalogue


@dataclass(frozen=True, slots=True)
class SourceTitles:
    """The titles that the settings give to sources; a source without one is read by its name."""

    titles: Mapping[str, Bilingual] = field(default_factory=dict)

    def of(self, name: str) -> Bilingual:
        """Give the title of a source in both languages."""
        return self.titles.get(name) or Bilingual(name, name)

    def with_name(self, name: str, texts: Catalogue) -> str:
        """Give the title with the name behind it, by which a technician finds the source in the settings."""
        if name not in self.titles:
            return name
        return texts("sources.named", title=self.titles[name].of(texts.language), name=name)

    def in_words(self, error: DeskError, language: Language) -> DeskError:
        """Give an error about a source as a person reads it: with the title where the name stands."""
        name = error.data.get("source")
        if name not in self.titles:
            return error
        return DeskError(error.code, **{**error.data, "source": self.titles[str(name)].of(language)})
