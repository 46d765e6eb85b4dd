# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app import``: rosters, clearance data, certificates, cards, photos."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from desk_app.cli.options import as_option, json_option
from desk_app.cli.session import Session, say, say_json
from desk_app.cli.values import FilePath, OneOf
from desk_app.cli.worded import argument, command, option


@command("import")
@argument("kind", type=OneOf(["students", "items", "stock", "cards", "photos"]))
@argument("path", type=FilePath(dir_okay=True))
@option("--encoding", type=OneOf(["big5"]))
@json_option
@as_option
@click.pass_obj
def import_(session: Session, kind: str, path: Path, encoding: str | None, by: str | None, *, as_json: bool) -> None:
    """Take over a file, or a folder of photos."""
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
