# SPDX-License-Identifier: GPL-3.0-or-later
"""A record that was changed beside the program: the desk refuses it, says so, logs it, and serves everybody else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from desk_app.domain.audit import AuditFilter, readable
from desk_app.domain.errors import AlteredRecordError
from desk_app.domain.papers import Language
from desk_app.domain.records import AuditKind, Graduate
from desk_app.domain.signature import Signature
from desk_app.i18n import catalogue
from desk_app.services.desk import Desk
from desk_app.storage.store import DeskStore
from tests.cli.data_folder import edit

Enrol = Callable[..., Graduate]
NUMBER, UID = "41020901L", "58237714"
OTHER, OTHER_UID = "41047901S", "0102A3B4"
_NO_ENTRY = "CREATE TRIGGER no_entry BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END"
CLEAR_IT = "UPDATE clearance_item SET state = 'CLEARED', as_of = '2025-06-03T01:59:00.000000+00:00'"


@pytest.fixture
def enrolled(enrol: Enrol) -> None:
    enrol()
    enrol(OTHER, serial="M-0002", uid=OTHER_UID)


def incidents(store: DeskStore) -> list[tuple[str, str]]:
    """Give whom the log tells of, and which table."""
    with store.read() as records:
        entries = records.audit_entries(AuditFilter(kind=AuditKind.INCIDENT))
        bodies = [readable(entry) for entry in entries]
    return [(body["subject"], body["payload"]["altered"]) for body in bodies]


@pytest.mark.usefixtures("enrolled")
class TestRefused:
    @pytest.mark.parametrize(
        ("statement", "table"),
        [
            ("UPDATE card SET state = 'LOST'", "card"),
            ("UPDATE holding SET serial = 'M-0009' WHERE student_no = '41020901L'", "holding"),
            ("UPDATE student SET name = '李換'", "student"),
            (CLEAR_IT, "clearance_item"),
        ],
    )
    def test_however_the_record_is_asked_for(
        self, desk: Desk, store: DeskStore, tmp_path: Path, statement: str, table: str
    ) -> None:
        word = "AND" if "WHERE" in statement else "WHERE"
        number = "number" if table == "student" else "student_no"
        edit(tmp_path, f"{statement} {word} {number} = '{NUMBER}'")
        asks: list[Callable[[], object]] = [
            lambda: desk.pickup.open_card(UID, desk.clock.now()),
            lambda: desk.pickup.open_number(NUMBER),
            lambda: desk.pickup.look_up(NUMBER),
        ]
        for ask in asks:
            with pytest.raises(AlteredRecordError) as refused:
                ask()
            assert refused.value.data["table"] == table
        assert incidents(store) == [(NUMBER, table)] * 3
        assert desk.pickup.open_card(OTHER_UID, desk.clock.now()).dossier is not None

    def test_a_hand_over_that_was_about_to_happen(
        self, desk: Desk, store: DeskStore, signature: Signature, tmp_path: Path
    ) -> None:
        case = desk.pickup.confirm_serial(desk.pickup.open_card(UID, desk.clock.now()), "M-0001")
        case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
        edit(tmp_path, "UPDATE holding SET counter = 'EAST'")
        with pytest.raises(AlteredRecordError):
            desk.pickup.release(case, desk.pickup.begin_confirmation(case))
        with pytest.raises(AlteredRecordError):
            desk.pickup.reload(case)
        with store.read() as records:
            assert records.recent_releases(desk.clock.now().date(), "MAIN", 5) == ()
        assert incidents(store) == [(NUMBER, "holding")] * 2

    def test_a_log_that_cannot_be_written_to_hides_nothing(self, desk: Desk, tmp_path: Path) -> None:
        edit(tmp_path, "UPDATE card SET state = 'LOST'", _NO_ENTRY)
        with pytest.raises(AlteredRecordError):
            desk.pickup.open_card(UID, desk.clock.now())


@pytest.mark.parametrize("language", Language)
def test_the_words_say_what_happened_what_works_and_what_to_do(language: Language) -> None:
    said = catalogue(language)("error.record_altered", table="card", student_no=NUMBER)
    assert NUMBER not in said
    assert "desk-app doctor" in said
    assert "desk-app restore" in said
