# SPDX-License-Identifier: GPL-3.0-or-later
"""The models of the way to another counter, of an earlier hand-over, and of the one just made."""

from __future__ import annotations

from datetime import date

from desk_app.domain.facts import Mode
from desk_app.domain.masking import mask_name
from desk_app.domain.papers import Language
from desk_app.domain.records import ReleaseRecord
from desk_app.i18n import catalogue
from desk_app.services.due_dates import due_now
from desk_app.services.explain.names import at_start
from desk_app.services.explain.reasons import item_words
from desk_app.services.slips import collected_by, other_due_on_receipt
from desk_app.ui.names import campus_in
from desk_app.ui.pages.pickup.material import Material
from desk_app.ui.pages.pickup.model import (
    BannerModel,
    CaseModel,
    LineModel,
    Middle,
    MiddleModel,
    RecordModel,
    WayModel,
    Work,
    WorkModel,
)
from desk_app.ui.pages.pickup.person_model import person_model
from desk_app.ui.pages.pickup.state import PaperStage

_COPIES = 2


def way_model(material: Material) -> WayModel:
    """Give the way from this counter to the one that hands out."""
    names, verdict = material.names, material.case.verdict
    there = verdict.send_to or ""
    opening = verdict.next_opening
    return WayModel(
        here=material.t("pickup.way_here", place=names.campus(verdict.counter)),
        here_code=names.map_code(verdict.counter),
        there=names.counter(there),
        there_code=names.map_code(there),
        rows=(
            ("pin", material.t("pickup.way_place"), names.place_without_map(there)),
            ("phone", material.t("pickup.way_phone"), names.counter_phone(there)),
            ("lamp-clock", material.t("pickup.way_hours"), names.hours()),
        ),
        opening=material.t("pickup.way_opens", when=names.when(opening)) if opening else material.t("pickup.way_open"),
    )


def record_model(material: Material) -> RecordModel | None:
    """Give the hand-over that stands as a time line and as the office's copy."""
    dossier = material.case.dossier
    release = dossier.standing_release if dossier else None
    if release is None:
        return None
    names = material.names
    zone = material.policy.edition.timezone
    started, at = release.started_at.astimezone(zone), release.at.astimezone(zone)
    who = collected_by(names, release)
    edition = names.texts("verdict.edition", edition=release.policy.edition, digest=release.policy.short_digest)
    events = [
        (f"{started.month}/{started.day}", f"{started:%H:%M}", material.t("pickup.record_decided"), edition),
        (
            f"{at.month}/{at.day}",
            f"{at:%H:%M}",
            material.t("pickup.record_handed", who=who),
            _checked(material, release),
        ),
        (f"{at.month}/{at.day}", f"{at:%H:%M}", material.t("pickup.record_printed"), str(release.receipt_no)),
    ]
    due, digital = _due(material, release), material.policy.digital
    if due is not None and digital is not None:
        how = material.t("pickup.record_digital_act", phone=digital.phone) if digital.phone else ""
        how = names.join(part for part in (*other_due_on_receipt(names, release, due), how) if part)
        events.append((f"{due.month}/{due.day}", "", material.t("pickup.record_digital"), how))
    return RecordModel(tuple(events), str(release.receipt_no), _record_rows(material, release, who))


def _checked(material: Material, release: ReleaseRecord) -> str:
    """Say what the hand-over rested on; before a proxy only the offices that were called are named."""
    names, join = material.names, material.t("by_phone.join")
    parts: list[str] = []
    if release.shown:
        evidence = names.join(names.evidence(element) for element in release.shown)
        parts.append(material.t("pickup.record_checked", evidence=evidence))
    if release.by_phone:
        words = [item_words(names, code) for code in release.by_phone]
        proxy = material.case.visit.mode is Mode.BY_PROXY
        told = dict.fromkeys(one.office if proxy else one.whole for one in words)
        parts.append(material.t("pickup.record_by_phone", items=join.join(told)))
    return join.join(parts)


def _due(material: Material, release: ReleaseRecord) -> date | None:
    """Give the due date that holds now: closures announced since may have moved the one on the receipt."""
    return due_now(material.policy, release, material.case.facts.closures, material.now)


def _record_rows(material: Material, release: ReleaseRecord, who: str) -> tuple[tuple[str, str], ...]:
    names = material.names
    at = release.at.astimezone(material.policy.edition.timezone)
    documents = names.join(document.name_zh if names.chinese else document.name_en for document in release.documents)
    place = campus_in(names.texts, material.policy, release.counter)
    values = {
        "name": mask_name(release.graduate_name) or material.t("retention.purged_name"),
        "number": release.student_no,
        "unit": names.unit(release.unit),
        "documents": at_start(documents),
        "serial": names.join(document.serial for document in release.documents),
        "by": at_start(who),
        "time": f"{at:%Y-%m-%d %H:%M}",
        "counter": names.texts("slip.counter_desk", counter=place, desk=release.desk),
        "clerk": mask_name(release.operator.name),
    }
    return tuple((material.t(f"pickup.row.{key}"), value) for key, value in values.items())


def help_lines(material: Material) -> tuple[LineModel, ...]:
    """Give what can be done for somebody whose certificate has been collected."""
    dossier = material.case.dossier
    release = dossier.standing_release if dossier else None
    lines = [
        LineModel("certificate", material.t("pickup.help_replacement"), material.t("pickup.help_replacement_how")),
        LineModel("receipt", material.t("pickup.help_receipt"), material.t("pickup.help_receipt_how")),
    ]
    due = _due(material, release) if release is not None else None
    if due is not None:
        wait = material.t("pickup.help_digital_wait", day=material.names.texts.short_day(due))
        lines.append(LineModel("mail", material.t("pickup.help_digital"), wait))
    return tuple(lines)


def released_model(material: Material, release: ReleaseRecord) -> CaseModel:
    """Give the page after a hand-over: what goes into the visitor's hands, and the state of each sheet."""
    names = material.names
    time = release.at.astimezone(material.policy.edition.timezone)
    who = (
        material.t("pickup.released_proxy", proxy=release.proxy.name)
        if release.proxy
        else material.t("pickup.released_self")
    )
    other = catalogue(Language.EN if names.chinese else Language.ZH)
    line = material.t("pickup.released_line", name=release.graduate_name, who=who, time=f"{time:%H:%M}")
    number = str(release.receipt_no)
    banner = BannerModel(
        "", material.t("verdict.released"), other("verdict.released"), line, material.t("pickup.receipt_no"), number
    )
    tell = tuple(one for one in material.said.tell if one.code.value != "DIGITAL_DUE")
    return CaseModel(
        banner=banner,
        person=person_model(material),
        middle=MiddleModel(Middle.RELEASED, lines=_given(material, release), tell=tell),
        work=WorkModel(Work.RELEASED, material.state.choice.value, lines=_copies(material)),
        steps=None,
    )


def _given(material: Material, release: ReleaseRecord) -> tuple[LineModel, ...]:
    names = material.names
    lines = [
        LineModel(
            "certificate",
            material.t("pickup.give_document", document=names.document(document.code), serial=document.serial),
            material.t("pickup.give_document_how"),
        )
        for document in release.documents
    ]
    lines.append(LineModel("receipt", material.t("pickup.give_receipt"), material.t("pickup.give_receipt_how")))
    if release.digital_due is not None:
        how = material.t("pickup.give_digital_how", day=names.texts.short_day(release.digital_due))
        lines.append(LineModel("mail", material.t("pickup.give_digital"), how))
    return tuple(lines)


def _copies(material: Material) -> tuple[LineModel, ...]:
    """Give each sheet with its state."""
    state = material.state
    lines = []
    for copy in range(1, _COPIES + 1):
        failed = state.papers is PaperStage.FAILED and (not state.refused_copies or copy in state.refused_copies)
        stage = PaperStage.FAILED if failed else PaperStage.SENT if state.papers is PaperStage.FAILED else state.papers
        lines.append(
            LineModel(
                "warning" if failed else "printer" if stage is PaperStage.WORKING else "state-cleared",
                material.t("pickup.paper_copy", copy=copy),
                material.t(f"pickup.paper.{stage.value}"),
                done=stage is PaperStage.SENT,
            )
        )
    return tuple(lines)
