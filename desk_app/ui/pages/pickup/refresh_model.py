# SPDX-License-Identifier: GPL-3.0-or-later
"""What the line below the clearance says of asking the offices: quiet when nothing is new, with the age when nobody answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desk_app.domain.papers import Bilingual
from desk_app.domain.records import NEVER_DELIVERED
from desk_app.services.explain.items import ItemChange
from desk_app.services.explain.names import Names
from desk_app.ui.pages.pickup.material import Material
from desk_app.ui.pages.pickup.state import AskStage, OfficeNews

_NAMED = 3
_LOOK = {
    AskStage.ASKING: ("refresh", "ink3"),
    AskStage.SAME: ("state-cleared", "ink3"),
    AskStage.CHANGED: ("refresh", "ink"),
    AskStage.SILENT: ("lamp-clock", "hold"),
}


@dataclass(frozen=True, slots=True)
class RefreshModel:
    """The line: icon, words and their colour; ``asking`` while an answer is awaited."""

    icon: str
    text: str
    tone: str
    strong: bool = False
    asking: bool = False


def refresh_model(material: Material) -> RefreshModel | None:
    """Give the line of the open case, ``None`` where no office can be asked about one graduate."""
    news = material.state.news
    if news is None:
        return None
    icon, tone = _LOOK[news.stage]
    return RefreshModel(
        icon,
        _words(material, news),
        tone,
        strong=news.stage is AskStage.CHANGED,
        asking=news.stage is AskStage.ASKING,
    )


def _words(material: Material, news: OfficeNews) -> str:
    names, t = material.names, material.t
    time = f"{news.at.astimezone(material.policy.edition.timezone):%H:%M}"
    silent = t("refresh.silent", sources=_titles(names, news.silent), age=_age(material)) if news.silent else ""
    if news.stage in (AskStage.ASKING, AskStage.SILENT):
        return silent or t("refresh.asking")
    changes = names.join(_change(material, one) for one in news.changed[:_NAMED])
    if len(news.changed) > _NAMED:
        changes = t("refresh.more", changes=changes, count=len(news.changed) - _NAMED)
    said = t(f"refresh.{news.stage.value}", time=time, sources=_titles(names, news.answered), changes=changes)
    return t("refresh.both", said=said, silent=silent) if silent else said


def _titles(names: Names, sources: Iterable[Bilingual]) -> str:
    return names.join(one.of(names.texts.language) for one in sources)


def _change(material: Material, change: ItemChange) -> str:
    names = material.names
    item = names.item(change.item, part="short")
    whole = names.texts("refresh.item_source", item=item, source=names.source(change.source)) if change.source else item
    return names.texts("refresh.change", item=whole, state=names.state(change.code).lower())


def _age(material: Material) -> str:
    """Say how old the oldest of what is stored is."""
    dossier = material.case.dossier
    ages = [one.as_of for one in dossier.items if one.as_of != NEVER_DELIVERED] if dossier else []
    return material.names.texts.age(material.now - min(ages)) if ages else material.t("explain.no_data")
