# SPDX-License-Identifier: GPL-3.0-or-later
"""Every state of the page in both languages, both themes and both sizes: nothing is cut, pictures are artefacts."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desk_app.clock import StandingClock
from desk_app.domain.facts import PhotoIdKind
from desk_app.domain.papers import Language
from desk_app.domain.signature import Signature
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.evidence import PickupPresenter
from desk_app.ui.pages.pickup.state import Choice
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import FocusRing, KeyButton, Photo
from desk_app.ui.widgets.segmented import Segmented
from tests.ui.pages.pickup.conftest import UID

pytestmark = pytest.mark.slow

SHOTS = os.environ.get("DESK_SHOTS", "")
LONG_NAME = "測試" * 25
SIZES = [(1440, 900), (1280, 720)]
Scene = Callable[[PickupPresenter], None]

LONG = {"S28": "0A0B0C10", "S51": "0A0B0C11", "S52": "0A0B0C12"}


@pytest.fixture
def in_person(signature: Signature) -> dict[str, Scene]:
    def signing(presenter: PickupPresenter) -> None:
        presenter.open_card(UID)
        presenter.confirm_serial("M-0123")

    def complete(presenter: PickupPresenter) -> None:
        signing(presenter)
        presenter.signed(signature)

    def released(presenter: PickupPresenter) -> None:
        complete(presenter)
        presenter.release()

    def duplicate(presenter: PickupPresenter) -> None:
        released(presenter)
        presenter.next()
        presenter.open_card(UID)

    def asking(presenter: PickupPresenter) -> None:
        signing(presenter)
        presenter.clear()

    return {"ready": signing, "complete": complete, "released": released, "duplicate": duplicate, "asking": asking}


@pytest.fixture
def otherwise(clock: StandingClock, missing_proxy_signature: Scene, everything: Scene) -> dict[str, Scene]:
    def stop(presenter: PickupPresenter) -> None:
        presenter.open_card(UID)
        presenter.report_photo_mismatch()
        presenter.do_act(2)

    def with_card(show: Scene) -> Scene:
        def scene(presenter: PickupPresenter) -> None:
            presenter.open_card(UID)
            show(presenter)

        return scene

    def mistyped(presenter: PickupPresenter) -> None:
        presenter.choose(Choice.BY_PROXY)
        presenter.type_letter_date("104/6/2")
        presenter.accept_letter()

    def mending(presenter: PickupPresenter) -> None:
        mistyped(presenter)
        presenter.open_step(1)

    def wrong_number(presenter: PickupPresenter) -> None:
        presenter.choose(Choice.BY_PROXY)
        presenter.check_proxy_id(PhotoIdKind.NATIONAL_ID, "許試言", "1190000017")

    def closed(presenter: PickupPresenter) -> None:
        clock.move_to(clock.now() + timedelta(hours=9))
        presenter.open_card("0A0B0C0D")

    return {
        "proxy": with_card(missing_proxy_signature),
        "proxy-complete": with_card(everything),
        "proxy-begin": with_card(lambda presenter: presenter.choose(Choice.BY_PROXY)),
        "letter-old": with_card(mistyped),
        "letter-mending": with_card(mending),
        "proxy-wrong-number": with_card(wrong_number),
        "lost": with_card(lambda presenter: presenter.choose(Choice.LOST)),
        "stop": stop,
        "not-now": closed,
        "not-found": lambda presenter: presenter.open_number("41999999Z"),
        "idle": lambda presenter: presenter.refresh_idle(),
        "hold": lambda presenter: presenter.open_card("0A0B0C0D"),
        "redirect": lambda presenter: presenter.open_card("0A0B0C0E"),
        "fault": lambda presenter: presenter.read_failed("reader_card_gone"),
        "S28": lambda presenter: presenter.open_card(LONG["S28"]),
        "S51": lambda presenter: presenter.open_card(LONG["S51"]),
        "S52": lambda presenter: presenter.open_card(LONG["S52"]),
    }


@pytest.fixture
def scenes(roster: Any, in_person: dict[str, Scene], otherwise: dict[str, Scene]) -> dict[str, Scene]:
    roster.held()
    roster.elsewhere()
    names = {"S28": "Nguyễn Thị Thử Nghiệm", "S51": "Ceʉsu ’Tesita", "S52": LONG_NAME}
    for number, (key, uid) in enumerate(LONG.items(), start=1):
        roster.enrol(f"4108490{number}I", uid, f"M-070{number}", name=names[key], unit="CLU")
    return {**in_person, **otherwise}


NAMES = [
    "idle",
    "ready",
    "complete",
    "hold",
    "proxy",
    "proxy-begin",
    "proxy-complete",
    "letter-old",
    "letter-mending",
    "proxy-wrong-number",
    "lost",
    "redirect",
    "duplicate",
    "stop",
    "released",
    "not-found",
    "not-now",
    "asking",
    "fault",
    "S28",
    "S51",
    "S52",
]

_BOTH_THEMES = {"idle", "ready", "hold", "proxy", "stop", "released", "redirect", "duplicate"}


def _cut(page: QWidget) -> list[str]:
    """Name what is painted but has less room than its words need."""
    cut = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel) and widget.text():
            needed = widget.fontMetrics().horizontalAdvance(widget.text())
            wide = widget.wordWrap() or needed <= widget.width() + 1
            high = not widget.wordWrap() or widget.heightForWidth(widget.width()) <= widget.height() + 1
            if not (wide and high):
                cut.append(f"{widget.text()!r} {widget.width()}x{widget.height()}")
        if isinstance(widget, (KeyButton, Segmented)) and widget.minimumSizeHint().width() > widget.width() + 1:
            cut.append(f"{type(widget).__name__} {widget.accessibleName()!r}")
    return cut


SETTINGS = [(language, size) for language in Language for size in SIZES]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: f"{setting[0].value}-{setting[1][0]}")
@pytest.mark.parametrize("name", NAMES)
def test_every_state_fits(
    name: str,
    setting: tuple[Language, tuple[int, int]],
    page: PickupPage,
    context: UiContext,
    scenes: dict[str, Scene],
    qapp: QApplication,
) -> None:
    language, size = setting
    window: Any = page.window()
    context.set_compact(compact=size[0] < 1400)
    context.set_language(language)
    window.fit(*size)
    ring = FocusRing(window)
    page.presenter.set_slip_language(language)
    scenes[name](page.presenter)
    page.retranslate()
    for _ in range(4):
        qapp.processEvents()
    if SHOTS:
        _shoot(window, f"{name}-{language.value[:2]}-{size[0]}", context, qapp)
    cut = _cut(page)
    ring.deleteLater()
    context.set_compact(compact=False)
    assert cut == []
    assert not [photo for photo in page.findChildren(Photo) if photo.isVisible() and photo.height() < 100]
    assert current_look().compact is False


def _shoot(window: Any, name: str, context: UiContext, app: QApplication) -> None:
    folder = Path(SHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark") if name.split("-", maxsplit=1)[0] in _BOTH_THEMES else ("light",):
        context.set_theme(theme)
        window.page.banner._fade.stop()
        for _ in range(3):
            app.processEvents()
        tail = "-dark" if theme == "dark" else ""
        window.grab().save(str(folder / f"{name}{tail}.png"))
    context.set_theme("light")
