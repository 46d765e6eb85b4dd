# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of the person column: the open record shows full name and number, no ID number anywhere."""

from __future__ import annotations

from desk_app.domain.records import CardState
from desk_app.domain.verdict import VerdictCode
from desk_app.services.facts_of_visit import card_of, documents_of, holding_of, level_of
from desk_app.ui.pages.pickup.material import Material
from desk_app.ui.pages.pickup.model import Pair, PersonModel, ProxyModel
from desk_app.ui.pages.pickup.state import Phase


def person_model(material: Material) -> PersonModel | None:
    """Give the person of the open case, ``None`` when the number is unknown."""
    dossier = material.case.dossier
    if dossier is None:
        return None
    graduate = dossier.graduate
    code = material.case.verdict.code
    return PersonModel(
        photo=dossier.photo,
        name=graduate.name,
        romanised=graduate.name_romanised if graduate.name_romanised != graduate.name else "",
        number=graduate.number,
        unit=material.names.unit(graduate.unit),
        level=material.names.level(level_of(material.policy, graduate)),
        pairs=_pairs(material),
        proxy=_proxy(material),
        enlarged=code is VerdictCode.STOP and material.state.phase is Phase.CASE,
        may_differ=material.state.phase is Phase.CASE and code not in (VerdictCode.STOP, VerdictCode.DUPLICATE),
    )


def _holdings(material: Material) -> list[tuple[str, str, str]]:
    dossier = material.case.dossier
    if dossier is None:
        return []
    held = (holding_of(dossier, document.code) for document in documents_of(material.policy, dossier))
    return [(holding.serial, holding.box, holding.counter) for holding in held if holding is not None]


def boxes_of(material: Material) -> str:
    """Name the boxes in which the certificates lie; one at another counter with its place."""
    here = material.case.verdict.counter
    boxes = [
        box if counter == here else f"{material.names.campus(counter)} {box}"
        for _serial, box, counter in _holdings(material)
        if box
    ]
    return material.names.join(dict.fromkeys(boxes))


def _pairs(material: Material) -> tuple[Pair, ...]:
    """Give the pairs of caption and value beside the photo."""
    serials = material.names.join(serial for serial, _box, _counter in _holdings(material))
    pairs = [(material.t("pickup.certificate"), serials or material.t("pickup.none"))]
    boxes = boxes_of(material)
    if boxes and material.case.verdict.code is not VerdictCode.DUPLICATE:
        pairs.append((material.t("pickup.box"), boxes))
    pairs.append((material.t("pickup.card"), _card(material)))
    pairs.append((material.t("pickup.collected"), _collected(material)))
    return tuple(pairs)


def _card(material: Material) -> str:
    dossier = material.case.dossier
    card = card_of(dossier, material.case.visit.card_uid) if dossier else None
    if card is None:
        return material.t("pickup.none")
    state = CardState.LOST if material.case.visit.card_lost else card.state
    kind = material.t(f"pickup.card_kind.{card.generation.value}")
    return material.t(f"pickup.card_state.{state.value}", kind=kind)


def _collected(material: Material) -> str:
    release = material.state.release
    if release is not None and material.state.phase is Phase.RELEASED:
        time = release.at.astimezone(material.policy.edition.timezone)
        return material.t("pickup.collected_today", time=f"{time:%H:%M}")
    dossier = material.case.dossier
    count = sum(1 for one in dossier.releases if one.voided_at is None) if dossier else 0
    return material.t("pickup.collected_times", count=count) if count else material.t("pickup.collected_never")


def _proxy(material: Material) -> ProxyModel | None:
    shown = material.case.visit.proxy
    if not material.by_proxy or shown is None or not shown.name:
        return None
    kind = material.names.id_kind(shown.id_kind) if shown.id_kind else ""
    return ProxyModel(
        shown.name,
        f"{kind}  {shown.id_masked}".strip(),
        material.t("pickup.proxy_today", count=shown.graduates_today),
    )
