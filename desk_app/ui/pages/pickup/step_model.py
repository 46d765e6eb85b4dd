# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of the steps: what is asked for, how far it is, and the words of its field."""

from __future__ import annotations

from desk_app.domain.facts import PhotoIdKind
from desk_app.domain.masking import mask_name
from desk_app.domain.records import Relation
from desk_app.domain.visit import Step, StepKind, StepState
from desk_app.services.facts_of_visit import documents_of
from desk_app.services.receipt_content import signed_text
from desk_app.ui.pages.pickup.letter import LetterTick
from desk_app.ui.pages.pickup.material import Material
from desk_app.ui.pages.pickup.model import StepModel, StepsModel, TickModel

STEP_ICONS = {
    StepKind.LETTER: "letter",
    StepKind.PROXY_ID: "user",
    StepKind.CARD: "card",
    StepKind.LOSS_REPORT: "card-lost",
    StepKind.PHOTO_ID: "user",
    StepKind.AFFIDAVIT: "note",
    StepKind.ID_COPY: "note",
    StepKind.LEAVING_FORM: "note",
    StepKind.RELATION: "users",
    StepKind.VERIFIER: "seal",
    StepKind.SERIAL: "scan",
    StepKind.SIGNATURE: "signature",
}

_WHAT_TO_DO = {
    StepKind.SERIAL: "scan",
    StepKind.SIGNATURE: "sign",
    StepKind.CARD: "lay",
    StepKind.VERIFIER: "call_verifier",
}

_FIELD_OF_FAULT = {"letter_date": StepKind.LETTER, "serial_mismatch": StepKind.SERIAL}
"""Which field a fault is said at; all others are of the proxy's ID, or of the signature."""


def steps_model(material: Material) -> StepsModel:
    """Give the steps of the open case."""
    case, state = material.case, material.state
    relation = case.visit.relation
    kinds = material.policy.identity.photo_id_kinds
    fault = state.field_fault
    return StepsModel(
        rows=tuple(_row(material, number, step) for number, step in enumerate(case.steps, start=1)),
        keys=material.by_proxy,
        letter=state.letter,
        error=material.t(f"error.{fault.code}", **fault.data) if fault.code else "",
        error_at=_step_of(fault.code) if fault.code else None,
        relation=relation.value if relation else None,
        sentence=_sentence(material),
        proxy_signs=material.by_proxy,
        signed=case.visit.signature is not None,
        id_kinds=tuple((kind.value, material.names.id_kind(kind)) for kind in PhotoIdKind if kind in kinds),
        relations=tuple((one.value, material.t(f"explain.relation.{one.value}")) for one in Relation),
    )


def _step_of(code: str) -> StepKind:
    """Tell in which step's field the fault of a code lies."""
    if code.startswith("signature"):
        return StepKind.SIGNATURE
    return _FIELD_OF_FAULT.get(code, StepKind.PROXY_ID)


def _sentence(material: Material) -> str:
    dossier = material.case.dossier
    rules = documents_of(material.policy, dossier) if dossier else ()
    text = signed_text(material.case.visit.mode, rules)
    return text.zh if material.names.chinese else text.en


def _row(material: Material, number: int, step: Step) -> StepModel:
    return StepModel(
        number=number,
        kind=step.kind,
        title=_title(material, step),
        state=_state(material, step),
        detail=_detail(material, step),
        open=_is_open(material, number - 1, step),
        ticks=_ticks(material) if step.kind is StepKind.LETTER else (),
    )


def _state(material: Material, step: Step) -> StepState:
    """Show a letter that has something wrong as bad, also while it is the step of now."""
    if step.kind is StepKind.LETTER and material.state.letter.complete and material.state.letter.wrong:
        return StepState.BAD
    return step.state


def _is_open(material: Material, index: int, step: Step) -> bool:
    """Tell whether a step's field is open: one that was chosen, else the one of now; a bad letter always is.

    The signature stays visible once it is given, so that the clerk sees what was signed.
    """
    if _state(material, step) is StepState.BAD and step.kind is StepKind.LETTER:
        return True
    chosen = material.state.open_step
    if chosen is not None:
        return chosen == index
    signed = step.kind is StepKind.SIGNATURE and material.case.visit.signature is not None
    return step.state is StepState.NOW or signed


def _title(material: Material, step: Step) -> str:
    two_names = (StepKind.CARD, StepKind.SIGNATURE)
    suffix = "_PROXY" if material.by_proxy and step.kind in two_names else ""
    title = material.t(f"pickup.step.{step.kind.value}{suffix}")
    several = sum(1 for one in material.case.steps if one.kind is StepKind.SERIAL) > 1
    if step.kind is StepKind.SERIAL and several:
        return f"{material.names.document(step.element)} {title}"
    return title


def _detail(material: Material, step: Step) -> str:
    if step.kind is StepKind.LETTER:
        return _letter_detail(material)
    if step.kind is StepKind.PROXY_ID:
        return _id_detail(material)
    if step.kind is StepKind.RELATION:
        return _relation_detail(material)
    if step.state is StepState.DONE:
        return _done_detail(material, step)
    if step.kind is StepKind.LOSS_REPORT:
        return material.t("pickup.detail.not_reported")
    key = _WHAT_TO_DO.get(step.kind)
    return material.t(f"pickup.detail.{key}") if key else ""


def _done_detail(material: Material, step: Step) -> str:
    visit = material.case.visit
    if step.kind is StepKind.SERIAL:
        return material.t("pickup.detail.matches", serial=dict(visit.serials).get(step.element, ""))
    if step.kind is StepKind.SIGNATURE:
        return material.t("pickup.detail.signed")
    if step.kind is StepKind.VERIFIER and visit.confirmed is not None:
        return material.t("pickup.detail.verified_by", name=mask_name(visit.confirmed.by.name))
    if step.kind is StepKind.CARD and visit.card_read_at is not None:
        time = visit.card_read_at.astimezone(material.policy.edition.timezone)
        return material.t("pickup.detail.typed" if visit.card_typed else "pickup.detail.read", time=f"{time:%H:%M}")
    return material.t("pickup.detail.seen")


def _letter_detail(material: Material) -> str:
    draft = material.state.letter
    if draft.wrong:
        return material.t("pickup.detail.lacks", count=len(draft.wrong))
    return material.names.texts.day_with_year(draft.day) if draft.complete and draft.day else ""


def _id_detail(material: Material) -> str:
    shown = material.case.visit.proxy
    if shown is None or shown.id_kind is None:
        return ""
    key = {True: "id_ok", False: "id_bad", None: "id_seen"}[shown.id_valid]
    return material.t(f"pickup.detail.{key}", kind=material.names.id_kind(shown.id_kind))


def _relation_detail(material: Material) -> str:
    visit, limit = material.case.visit, material.policy.proxy_warn_above_per_day
    if visit.relation is not None:
        return material.t(f"explain.relation.{visit.relation.value}")
    if visit.proxy is None or limit is None:
        return ""
    return material.t("pickup.detail.today", count=visit.proxy.graduates_today, limit=limit)


def _ticks(material: Material) -> tuple[TickModel, ...]:
    draft = material.state.letter
    return tuple(
        TickModel(tick.value, material.t(f"pickup.tick.{tick.value}"), draft.answer(tick), _tick_detail(material, tick))
        for tick in (
            LetterTick.ORIGINAL,
            LetterTick.DATE,
            LetterTick.GRADUATE,
            LetterTick.PROXY,
            LetterTick.NAMES,
            LetterTick.ONE,
        )
    )


def _tick_detail(material: Material, tick: LetterTick) -> str:
    draft = material.state.letter
    if draft.answer(tick) is False:
        return material.t("pickup.tick.lacking")
    if tick is LetterTick.DATE and draft.day is not None:
        return material.names.texts.day_with_year(draft.day)
    proxy = material.case.visit.proxy
    if tick is LetterTick.NAMES and draft.answer(tick) and proxy is not None:
        return proxy.name
    return ""
