# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app lookup``: the decision about one graduate, as the counter would see it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
from typing_extensions import override

from desk_app.cli.options import as_option, json_option
from desk_app.cli.session import Session, say, say_json, usage_texts
from desk_app.cli.values import YEARS
from desk_app.cli.worded import argument, command, option

if TYPE_CHECKING:
    from desk_app.domain.visit import OpenCase
    from desk_app.i18n import Catalogue
    from desk_app.services.desk import Desk


class Instant(click.ParamType[datetime]):
    """A day with a time, ISO 8601; without offset in the desk's zone."""

    name = "instant"

    @override
    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the instant."""
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(usage_texts(ctx)("usage.not_a_moment", value=value, example="2025-06-03T10:00"), param, ctx)
        if not YEARS[0] <= instant.year <= YEARS[1]:
            self.fail(usage_texts(ctx)("usage.years", value=value, first=YEARS[0], last=YEARS[1]), param, ctx)
        return instant


@command()
@argument("student_no")
@option("--at", type=Instant())
@json_option
@as_option
@click.pass_obj
def lookup(session: Session, student_no: str, at: datetime | None, by: str | None, *, as_json: bool) -> None:
    """Decide about one graduate."""
    with session.desk_of(by, "lookup") as desk:
        instant = at.replace(tzinfo=at.tzinfo or desk.policy.edition.timezone) if at else None
        # Bytes of another encoding arrive as halves of characters, which nothing can store.
        case = desk.pickup.look_up(student_no.encode(errors="replace").decode(), instant)
        if as_json:
            say_json(_as_json(case))
        else:
            _say(desk, case, session.texts)
    if not case.verdict.code.releases:
        raise click.exceptions.Exit(1)


def _as_json(case: OpenCase) -> dict[str, object]:
    verdict = case.verdict
    return {
        "student_no": case.dossier.graduate.number if case.dossier else "",
        "name_masked": _masked_name(case),
        "at": verdict.at.isoformat(),
        "counter": verdict.counter,
        "verdict": verdict.code.value,
        "reasons": [str(reason) for reason in verdict.reasons],
        "notices": [str(notice) for notice in verdict.notices],
        "missing_evidence": list(verdict.missing_evidence),
        "send_to": verdict.send_to,
        "next_opening": verdict.next_opening.isoformat() if verdict.next_opening else None,
        "digital_due": verdict.digital_due.isoformat() if verdict.digital_due else None,
        "items": {
            f"{code}.{source}" if source else code: item.state.value
            for code, sources in case.facts.items.items()
            for source, item in sources.items()
        },
        "edition": verdict.policy.edition,
        "policy_digest": verdict.policy.digest,
    }


def _masked_name(case: OpenCase) -> str:
    from desk_app.domain.masking import mask_name

    return mask_name(case.dossier.graduate.name) if case.dossier else ""


def _say(desk: Desk, case: OpenCase, texts: Catalogue) -> None:
    from desk_app.services.explain.case import explain

    told = explain(desk.policy, case, texts.language, case.verdict.at)
    say(f"{told.banner.words} ({case.verdict.code.value})  {told.banner.edition}")
    if case.dossier:
        say(f"{case.dossier.graduate.number}  {_masked_name(case)}")
    for reason in told.reasons:
        say(f"  - {reason.title}")
        detail = "  ".join(part for part in (reason.act, reason.office, reason.phone, reason.place) if part)
        if detail:
            say(f"      {detail}")
    for row in told.clearance:
        say(f"  {row.name} ({row.where}): {row.word} {row.age}".rstrip())
