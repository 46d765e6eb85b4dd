# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the model of a case together from the state, the policy and the words of the catalogues."""

from __future__ import annotations

from datetime import datetime

from desk_app.domain.decisions import may_be_lifted
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import NoticeCode, ReasonCode, VerdictCode
from desk_app.services.explain.case import Explanation, explain
from desk_app.services.explain.names import Names
from desk_app.services.explain.reasons import ReasonRow
from desk_app.services.slips import slip_for, slip_name
from desk_app.ui.pages.pickup.material import Material
from desk_app.ui.pages.pickup.model import (
    BannerModel,
    CaseModel,
    LineModel,
    Middle,
    MiddleModel,
    StepsModel,
    Work,
    WorkModel,
)
from desk_app.ui.pages.pickup.person_model import boxes_of, person_model
from desk_app.ui.pages.pickup.record_model import help_lines, record_model, released_model, way_model
from desk_app.ui.pages.pickup.refresh_model import refresh_model
from desk_app.ui.pages.pickup.state import PaperStage, Phase, PickupState
from desk_app.ui.pages.pickup.step_model import STEP_ICONS, steps_model

_GUIDED = frozenset({VerdictCode.NEED_EVIDENCE, VerdictCode.RELEASE, VerdictCode.RELEASE_NOTICE})
_MIDDLE = {
    VerdictCode.STOP: Middle.STOP,
    VerdictCode.DUPLICATE: Middle.RECORD,
    VerdictCode.REDIRECT: Middle.WAY,
    VerdictCode.RELEASE: Middle.CLEARANCE,
    VerdictCode.RELEASE_NOTICE: Middle.CLEARANCE,
}
_WORK = {
    VerdictCode.STOP: Work.STOP,
    VerdictCode.DUPLICATE: Work.HELP,
    VerdictCode.NOT_FOUND: Work.NUMBER,
    VerdictCode.NEED_EVIDENCE: Work.STEPS,
    VerdictCode.RELEASE: Work.STEPS,
    VerdictCode.RELEASE_NOTICE: Work.STEPS,
}


def case_model(policy: Policy, state: PickupState, names: Names, now: datetime, *, demo: bool) -> CaseModel | None:
    """Give the model of the open case, ``None`` without one."""
    case = state.case
    if case is None:
        return None
    said = explain(policy, case, names.texts.language, now)
    material = Material(policy, state, case, names, said, now, demo)
    steps = steps_model(material) if case.steps else None
    if state.phase is Phase.RELEASED and state.release is not None:
        return released_model(material, state.release)
    return CaseModel(
        banner=_banner(said),
        person=person_model(material),
        middle=_middle(material),
        work=_work(material, steps),
        steps=steps,
        refresh=refresh_model(material),
    )


def _banner(said: Explanation) -> BannerModel:
    words = said.banner
    return BannerModel(words.code.value, words.words, words.second, words.line, words.decided, words.edition)


def _middle(material: Material) -> MiddleModel:
    code, said = material.case.verdict.code, material.said
    checklist = material.guided or material.mends_letter
    kind = Middle.CHECKLIST if checklist else _MIDDLE.get(code, Middle.REASONS)
    if kind is Middle.REASONS:
        return MiddleModel(
            kind,
            said.settled,
            material.t("pickup.others_settled") if said.settled else "",
            said.reasons,
            tell=(*said.tell, *said.notes),
            letter_step=material.letter_step,
            asks=material.state.news is not None,
        )
    return MiddleModel(
        kind,
        said.settled if kind is Middle.WAY else said.clearance,
        _summary(material, kind),
        reasons=said.reasons if kind is Middle.STOP else _beside_way(material, kind),
        lines=_stop_lines(material) if kind is Middle.STOP else (),
        # Who was called stands on the receipt too: it takes no room from what the collector is told.
        tell=tuple(sorted((*said.notes, *said.tell), key=lambda one: one.code is NoticeCode.CONFIRMED_BY_PHONE)),
        way=way_model(material) if kind is Middle.WAY else None,
        record=record_model(material) if kind is Middle.RECORD else None,
        asks=material.state.news is not None,
    )


def _beside_way(material: Material, kind: Middle) -> tuple[ReasonRow, ...]:
    """Give what is still open beside the way to the other counter."""
    if kind is not Middle.WAY:
        return ()
    hidden = (ReasonCode.WRONG_COUNTER, ReasonCode.MISSING)
    return tuple(row for row in material.said.reasons if row.code not in hidden)


def _summary(material: Material, kind: Middle) -> str:
    said = material.said
    count, done = len(said.clearance), len(said.settled)
    if not said.all_settled:
        return material.t("pickup.some_cleared", done=done, count=count)
    if kind is Middle.WAY:
        place = material.names.campus(material.case.verdict.send_to or "")
        return material.t("pickup.way_cleared", place=place)
    if kind is Middle.CHECKLIST and said.clearance:
        return material.t("pickup.glance", age=said.clearance[0].age)
    return material.t("pickup.all_cleared", count=count)


def _stop_lines(material: Material) -> tuple[LineModel, ...]:
    """Give the three acts of a STOP in their order."""
    done = dict(material.state.acts_done)
    zone = material.policy.edition.timezone
    boxes = boxes_of(material)
    titles = (
        material.t("pickup.stop_1"),
        material.t("pickup.stop_2", box=boxes) if boxes else material.t("pickup.stop_2_no_box"),
        material.t("pickup.stop_3"),
    )
    lines = []
    for number, title in enumerate(titles, start=1):
        at = done.get(number)
        detail = material.t("pickup.done_at", time=f"{at.astimezone(zone):%H:%M}") if at else ""
        how = detail or material.t(f"pickup.stop_{number}_how")
        act = "" if at else material.t(f"pickup.stop_{number}_act")
        lines.append(LineModel(str(number), title, how, act, "F8" if number == 3 else str(number), done=at is not None))
    return tuple(lines)


def _work(material: Material, steps: StepsModel | None) -> WorkModel:
    case, state = material.case, material.state
    kind = Work.CHECKLIST if material.guided else _WORK.get(case.verdict.code, Work.SLIP)
    slip = slip_for(material.policy, case, state.slip_language, material.now, note=state.note, demo=material.demo)
    return WorkModel(
        kind=kind,
        choice=state.choice.value,
        missing=_missing(material, steps),
        ready=case.ready,
        busy=state.busy,
        slip=slip,
        slip_note=_slip_note(material),
        print_label=_print_label(material, kind),
        problem=_problem(material) if kind is Work.CHECKLIST else None,
        supplement=case.verdict.has_reason(ReasonCode.MISSING) and "PROXY_SIGNATURE" in case.verdict.missing_evidence,
        liftable=any(may_be_lifted(reason.code.override) for reason in case.verdict.reasons),
        still=_still(steps) if steps else (),
        lines=help_lines(material) if kind is Work.HELP else (),
        number=case.visit.typed if kind is Work.NUMBER else "",
    )


def _slip_note(material: Material) -> str:
    stage = material.state.slip_stage
    if stage is None or stage is PaperStage.WORKING:
        return ""
    return material.t(f"pickup.slip_{stage.value}")


def _print_label(material: Material, kind: Work) -> str:
    """Name the paper as its title does."""
    name = slip_name(material.case)
    if not name:
        return ""
    return material.t("pickup.print_take") if kind is Work.CHECKLIST else material.t(f"pickup.print.{name}")


def _missing(material: Material, steps: StepsModel | None) -> str:
    """Say what keeps RELEASE shut, when it is only steps that are missing."""
    if steps is None or not steps.missing or material.case.verdict.code not in _GUIDED:
        return ""
    count = len(steps.missing)
    if count > 2:
        return material.t("pickup.missing_many", count=count)
    titles = [row.title if material.names.chinese else row.title.lower() for row in steps.missing]
    return material.t("pickup.missing", count=count, names=material.names.join(titles))


def _problem(material: Material) -> ReasonRow | None:
    """Give the problem to be mended now: the first reason that is not merely something not asked for yet."""
    asked = {step.element for step in material.case.steps if step.state.value in ("todo", "now")}
    rows = material.said.reasons
    return next((row for row in rows if row.reasons[0].argument not in asked or not row.reasons[0].argument), None)


def _still(steps: StepsModel) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (STEP_ICONS[row.kind], row.title, str(row.number)) for row in steps.missing if row.state.value != "bad"
    )
