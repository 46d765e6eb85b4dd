# SPDX-License-Identifier: GPL-3.0-or-later
"""From a card laid on the reader to the sealed receipt: the whole application in real windows, the real card service.

The application runs as a program of its own and finds the service as on any machine. It asks for cards by lines on its
output; the test lays them on the virtual reader.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from desk_app.card_profiles import load_profile
from hardware.simulated.deck import load_deck
from tests.hardware.virtual_stack import VirtualStack

pytestmark = [pytest.mark.slow, pytest.mark.pcsc]

_LONGEST_S = 240

_MORNING = """
import dataclasses
import sys
import time
from pathlib import Path

from desk_app.bootstrap.desk import demo_desk, demo_settings, supervisor_of
from desk_app.bootstrap.morning import spend_morning
from desk_app.bootstrap.window import open_window
from desk_app.domain.papers import Language
from desk_app.settings import ReaderKind
from desk_app.ui.shell.lamps import LampName
from desk_app.ui.tour import Hands
from PySide6.QtTest import QTest

folder = Path(sys.argv[1])
desk = demo_desk(folder / "desk")
settings = dataclasses.replace(demo_settings(folder / "desk"), reader=ReaderKind.PCSC, reader_name="PCD 00 00")
opened = open_window(desk, settings, Language.ZH)
assert opened.application.platformName() == "xcb"
say = lambda *words: print(*words, flush=True)


def wait_for_lamp(words):
    lamps, end = opened.window.top_bar.lamps, time.monotonic() + 20
    while lamps.words(LampName.READER) != words:
        assert time.monotonic() < end, lamps.words(LampName.READER)
        QTest.qWait(20)


wait_for_lamp("讀卡機")
hands = Hands(lambda key: say("lay", key), lambda: say("take"), supervisor_of(settings).id, settings.demo_phrase)
morning = spend_morning(opened, desk, settings, folder, hands)
say("kill")
wait_for_lamp("Card service down")
QTest.qWait(300)
opened.window.grab().save(str(folder / "screens" / "99-service-down.png"))
say("start")
wait_for_lamp("Reader")
opened.close()
desk.close()
sys.exit(0 if morning.complete else 1)
"""


def test_a_morning_with_cards_on_a_reader_of_the_real_service(
    display: str, virtual_stack: VirtualStack, project_root: Path, tmp_path: Path
) -> None:
    profile = load_profile(project_root / "resources/card_profiles/demo-4k.toml")
    cards = {one.key: one.card for one in load_deck(project_root / "resources/cards/deck.csv", profile)}
    hand = virtual_stack.hand()
    acts = {"lay": lambda key: hand.present(cards[key]), "take": hand.remove, "kill": None, "start": None}
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONFAULTHANDLER": "1"}
    with (
        (tmp_path / "errors.log").open("w+", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-c", _MORNING, str(tmp_path)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as application,
    ):
        impatience = threading.Timer(_LONGEST_S, application.kill)
        impatience.start()
        assert application.stdout is not None
        told = []
        for line in application.stdout:
            word, *details = line.split()
            told.append(word)
            act = acts[word]
            if act is None:
                virtual_stack.say(word)
            else:
                act(*details)
        impatience.cancel()
        assert application.wait(10) == 0, (tmp_path / "errors.log").read_text(encoding="utf-8")
    hand.remove()
    assert told.count("lay") == told.count("take") == 6
    assert told[-2:] == ["kill", "start"]
    assert len(list((tmp_path / "papers").rglob("*.pdf"))) >= 5
