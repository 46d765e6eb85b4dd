# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app log``: the day's log as a file, from a shell or a scheduler."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from desk_app.cli.session import Session, as_option, say, say_json
from desk_app.cli.writing import write_whole

ALL_COUNTERS = "ALL"
FIRST_YEAR = 2000
"""No desk has a ledger of an earlier year; the chain of days is reckoned day by day."""


@click.command()
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="2025-06-03; today without it.")
@click.option("--counter", metavar="CODE", help="A counter, or ALL; this desk's counter without it.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="FILE.pdf, .csv or .xlsx"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@as_option
@click.pass_obj
def log(
    session: Session, day: datetime | None, counter: str | None, output: Path, by: str | None, *, as_json: bool
) -> None:
    """Write the log of a day: sealed PDF, CSV or XLSX by the name of the file."""
    from desk_app.services.day_logs import LogFormat

    forms = {f".{form.value}": form for form in LogFormat}
    form = forms.get(output.suffix.lower())
    if form is None:
        raise click.BadParameter(f"{output.name}: use one of {', '.join(forms)}", param_hint="-o")
    with session.desk_of(by, "log") as desk:
        known = (*desk.policy.counters, ALL_COUNTERS)
        chosen = counter or desk.identity.counter
        if chosen not in known:
            raise click.BadParameter(f"{chosen}: use one of {', '.join(known)}", param_hint="--counter")
        of_day: date = day.date() if day else desk.clock.now().date()
        if not FIRST_YEAR <= of_day.year <= desk.clock.now().year + 1:
            raise click.BadParameter(
                f"{of_day}: years {FIRST_YEAR} to {desk.clock.now().year + 1}", param_hint="--date"
            )
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
