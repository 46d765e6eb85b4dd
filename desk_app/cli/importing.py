# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app import``: rosters, clearance data, certificates, cards, photos."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from desk_app.cli.session import Session, as_option, say, say_json


@click.command("import")
@click.argument("kind", type=click.Choice(["students", "items", "stock", "cards", "photos"]))
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--encoding", type=click.Choice(["big5"]), help="The file is Big5 and not UTF-8.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@as_option
@click.pass_obj
def import_(session: Session, kind: str, path: Path, encoding: str | None, by: str | None, *, as_json: bool) -> None:
    """Take over a CSV or XLSX file, or a folder of photos: as a whole, or not at all.

    \b
    Columns (* must be there):
      students  number* name* unit* name_romanised level college other_units
                entry_ay enrolled_on graduation_ay groups has_national_id
                procedure_started email loss_report_at loss_reason
                reissue_requested overseas_applied_on overseas_semesters
                id_number (kept as a keyed hash only)
      items     number* code* state* as_of* source note window_closed detail
                certificate_date
      stock     number* document* serial* box* state* counter
      cards     uid* student_no* generation* state* valid_from valid_to
      photos    a folder of PNG or JPEG files named by student number

    Days may be written 2025-08-01, 2025.8.1, 114.8.1 or 民國114年8月1日.

    Ends with 1 when the file is refused, 2 when it cannot be read; nothing is changed then.
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from desk_app.bootstrap.desk import build_imports
    from desk_app.services.import_files import ImportKind

    with session.desk_of(by, "import") as desk:
        imports = build_imports(desk, "cp950" if encoding else "")
        with _bar(session.texts("import.keeping"), quiet=as_json) as progress:
            summary = imports.run(ImportKind(kind), path, progress)
    if as_json:
        notes = [asdict(note) for note in summary.notes]
        say_json({"kind": kind, "file": summary.file, "rows": summary.rows, "notes": notes})
        return
    from desk_app.i18n import finding_text

    texts = session.texts
    for note in summary.notes:
        say(finding_text(summary.file, note, texts), err=True)
    say(texts("import.done", file=summary.file, count=summary.rows, kind=texts(f"import.kind.{kind}")))


@contextmanager
def _bar(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how far the store is, where somebody is there to see it."""
    hidden = quiet or not sys.stderr.isatty()
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden) as bar:

        def progress(done: int, steps: int) -> None:
            bar.length = steps
            bar.update(done - bar.pos)

        yield progress
