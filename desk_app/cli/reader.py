# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app reader``: tools for whoever sets up a desk's card reader."""

from __future__ import annotations

import dataclasses
import sys
import threading
from typing import TYPE_CHECKING, TextIO

import click

from desk_app.cli.options import as_option, json_option
from desk_app.cli.session import Session, say, say_json
from desk_app.cli.values import Number, WholeNumber
from desk_app.cli.worded import argument, group, option

if TYPE_CHECKING:
    from desk_app.bootstrap.reader_tools import WatchedReader
    from desk_app.services.reader_words import CheckWords
    from desk_app.settings import Settings
    from hardware.api import ReaderEvent
    from hardware.wedge.layout import Layout

_ANSWER_IS_NO, _CANNOT_BE_DONE = 1, 2
_LISTED_AFTER_S = 2.0
_PORT = 0x8C7B
_TEACHES_NOTHING = frozenset({"calibration_known", "calibration_other", "calibration_open"})

_FOR = option("--for", "seconds", type=Number(min=0))


@group()
def reader() -> None:
    """Set up and try out the card reader."""


@reader.command("list")
@json_option
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """List the readers of the card service."""
    from desk_app.bootstrap.reader_tools import watched_reader
    from desk_app.services.reader_words import words_of_fault
    from desk_app.settings import ReaderKind
    from hardware.errors import ServiceDownError

    own = _settings(session)
    any_reader = dataclasses.replace(own, reader=ReaderKind.PCSC, reader_name="", card_profile="uid-only", demo=False)
    with watched_reader(any_reader, _nothing) as watched:
        watched.journal.wait_until(lambda standing: bool(standing.readers), _LISTED_AFTER_S)
        standing = watched.journal.standing
    if standing.fault is not None or not standing.heard:
        fault = standing.fault or ServiceDownError()
        if as_json:
            say_json({"readers": [], "error": fault.code})
        say(session.texts("reader.event.service_down", reason=words_of_fault(session.texts, fault)), err=True)
        raise click.exceptions.Exit(_CANNOT_BE_DONE)
    lying = standing.presented.reader if standing.presented else ""
    if as_json:
        say_json({"readers": [{"name": name, "card": name == lying} for name in standing.readers]})
    for name in () if as_json else standing.readers:
        say(session.texts("reader.tool.with_card" if name == lying else "reader.tool.without_card", reader=name))
    if not standing.readers:
        say(session.texts("reader.tool.no_reader"), err=True)
        raise click.exceptions.Exit(_ANSWER_IS_NO)


@reader.command()
@_FOR
@json_option
@click.pass_obj
def watch(session: Session, seconds: float | None, *, as_json: bool) -> None:
    """Print what the reader tells."""
    from desk_app.bootstrap.reader_tools import watched_reader
    from desk_app.cli.reader_events import event_fields, event_words
    from hardware.api import ServiceDown

    texts = session.texts
    usable: set[bool] = set()

    def tell(event: ReaderEvent) -> None:
        usable.add(not isinstance(event, ServiceDown))
        if as_json:
            say_json(event_fields(event))
        else:
            say(event_words(event, texts))

    with watched_reader(_settings(session), tell) as watched:
        say(texts("reader.tool.watching"), err=True)
        _type_lines(watched, sys.stdin)
        _wait(seconds)
    if usable == {False}:
        raise click.exceptions.Exit(_CANNOT_BE_DONE)


@reader.command()
@option("--wait", type=Number(min=0), default=15.0, show_default=True)
@json_option
@click.pass_obj
def probe(session: Session, wait: float, *, as_json: bool) -> None:
    """Check everything between the card service and the number of a card."""
    from desk_app.bootstrap.reader_tools import watched_reader
    from desk_app.services.reader_words import all_sound, words_of_check

    texts, found = session.texts, []
    with watched_reader(_settings(session), _nothing) as watched:
        _type_lines(watched, sys.stdin)
        for line in watched.run_checks(wait):
            found.append(words_of_check(texts, line, watched.checks.system))
            if not as_json:
                _say_check(session, found[-1])
    sound = all_sound(found)
    if as_json:
        say_json({"ok": sound, "checks": [_check_fields(words) for words in found]})
    else:
        say(texts("reader.check.all_sound" if sound else "reader.check.not_sound"))
    if not sound:
        raise click.exceptions.Exit(_ANSWER_IS_NO)


@reader.command()
@option("--known")
@json_option
@as_option
@click.pass_obj
def calibrate(session: Session, known: str | None, by: str | None, *, as_json: bool) -> None:
    """Teach the desk how its keyboard reader writes."""
    from desk_app.bootstrap.reader_tools import watched_reader
    from desk_app.services.reader_calibration import reads_short_uids_only
    from desk_app.services.reader_words import words_of_layout
    from desk_app.settings import ReaderKind

    texts, own = session.texts, _settings(session)
    if own.database or own.store_file.exists():  # from now on other texts than before count as cards
        with session.desk_of(by, "calibrate"):
            pass
    with watched_reader(dataclasses.replace(own, reader=ReaderKind.WEDGE), _nothing) as watched:
        layout = _learnt(session, watched, known or _ask(texts("reader.tool.calibrate_known")))
    if as_json:
        say_json(dataclasses.asdict(layout))
        return
    say(words_of_layout(texts, layout, "reader.calibrate.found"))
    if reads_short_uids_only(layout):
        say(texts("reader.calibrate.short_only"))
    if own.reader is not ReaderKind.WEDGE:
        say(texts("reader.calibrate.kept_other"))


@reader.command()
@argument("card", default="S01")
@option("--host", default="127.0.0.1", show_default=True)
@option("--port", type=WholeNumber(1, 65535), default=_PORT, show_default=True)
@_FOR
@click.pass_obj
def simulate(session: Session, card: str, host: str, port: int, seconds: float | None) -> None:
    """Lay a card of the demonstration on a virtual reader."""
    from desk_app.bootstrap.reader_tools import simulated_card

    with simulated_card(card, host, port):
        say(session.texts("reader.tool.lying", card=card, host=host, port=port))
        _wait(seconds)
    say(session.texts("reader.tool.taken_off"))


def _settings(session: Session) -> Settings:
    """Give the settings of this desk; a machine that is no desk yet has the usual ones."""
    from desk_app.settings import Settings

    if session.settings_file.exists():
        return session.settings
    return Settings(data=session.settings_file.parent)


def _learnt(session: Session, watched: WatchedReader, known: str) -> Layout:
    """Ask for the card and learn, and end with 1 when it teaches nothing."""
    from desk_app.cli.errors import say_error
    from desk_app.domain.errors import DeskError

    calibration = watched.checks.calibration
    if calibration is None:
        raise TypeError("a keyboard reader can be calibrated")
    try:
        calibration.uids_of(known)  # before anybody lays a card down in vain
        return calibration.learn(known, _ask(session.texts("reader.tool.calibrate_typed")))
    except DeskError as error:
        if error.code not in _TEACHES_NOTHING:
            raise
        say_error(error, session.texts)
        raise click.exceptions.Exit(_ANSWER_IS_NO) from error


def _say_check(session: Session, words: CheckWords) -> None:
    say(f"{words.word:<7} {words.name}: {words.told}")
    if words.mend:
        say(f"        {session.texts('reader.check.mend', mend=words.mend)}")


def _check_fields(words: CheckWords) -> dict[str, str]:
    return {"step": words.step.value, "state": words.state.value, "told": words.told, "mend": words.mend}


def _ask(words: str) -> str:
    """Ask on standard error and read a line; the end of the input is an empty one."""
    say(f"{words}: ", err=True)
    return sys.stdin.readline().strip()


def _type_lines(watched: WatchedReader, lines: TextIO) -> None:
    """Hand lines of the terminal to a keyboard reader, beside the watch; other readers leave the terminal alone."""
    if watched.checks.calibration is None:
        return

    def feed() -> None:
        for line in lines:
            watched.type_in(line.strip())

    threading.Thread(target=feed, name="typed lines", daemon=True).start()


def _wait(seconds: float | None) -> None:
    """Wait for the end of the time or for Ctrl-C."""
    try:
        threading.Event().wait(seconds)
    except KeyboardInterrupt:
        return


def _nothing(_event: object) -> None:
    """Hear nothing of it: the journal remembers."""
