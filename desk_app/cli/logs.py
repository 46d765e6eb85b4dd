# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app log``: the day's log as a file, from a shell or a scheduler."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from desk_app.cli.options import as_option, json_option
from desk_app.cli.session import Session, say, say_json
from desk_app.cli.values import DAY, FilePath, require_ending
from desk_app.cli.worded import command, option
from desk_app.cli.writing import write_whole

ALL_COUNTERS = "ALL"
FIRST_YEAR = 2000
"""No desk has a ledger of an earlier year; the chain of days is reckoned day by day."""


@command()
@option("--date", "day", type=DAY)
@option("--counter")
@option("-o", "--output", type=FilePath(), required=True)
@json_option
@as_option
@click.pass_obj
def log(
    session: Session, day: datetime | None, counter: str | None, output: Path, by: str | None, *, as_json: bool
) -> None:
    """Write the log of a day."""
    from desk_app.services.day_logs import LogFormat

    texts = session.usage_texts
    form = require_ending(output, {f".{form.value}": form for form in LogFormat})
    with session.desk_of(by, "log") as desk:
        known = (*desk.policy.counters, ALL_COUNTERS)
        chosen = counter or desk.identity.counter
        if chosen not in known:
            words = texts("usage.not_one_of", value=chosen, allowed=", ".join(known))
            raise click.BadParameter(words, param_hint="--counter")
        of_day: date = day.date() if day else desk.clock.now().date()
        last_year = desk.clock.now().year + 1
        if not FIRST_YEAR <= of_day.year <= last_year:
            words = texts("usage.years", value=of_day, first=FIRST_YEAR, last=last_year)
            raise click.BadParameter(words, param_hint="--date")
        content = desk.day_logs.content(of_day, None if chosen == ALL_COUNTERS else chosen)
        write_whole(output, desk.day_logs.export(content, form))
    if as_json:
        say_json(
            {
                "file": str(output),
                "day": of_day.isoformat(),
                "counter": content.counter,
                "rows": len(content.rows),
                "ledger_sha256": content.ledger_sha256,
            }
        )
    else:
        say(session.texts("cli.log.written", file=output, rows=len(content.rows)))
