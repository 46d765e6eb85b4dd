# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked and recorded while the visitor stands there: the certificate, IDs, what the log keeps of it."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from desk_app.domain.audit import readable
from desk_app.domain.errors import DeskError
from desk_app.domain.facts import EvidenceCode, Flags, Mode, PhotoIdKind, StockState
from desk_app.domain.verdict import ReasonCode, VerdictCode
from desk_app.domain.visit import StepKind, StepState
from desk_app.services.desk import Desk
from desk_app.services.keyed_index import KeyedIndex
from desk_app.storage.store import DeskStore
from tests.plain_desk import PROXY_NUMBER, last_entry
from tests.services.visits import Enrol, states


def test_another_certificates_number_is_refused(desk: Desk, enrol: Enrol) -> None:
    enrol()
    case = desk.pickup.open_card("58237714", desk.clock.now())
    with pytest.raises(DeskError) as caught:
        desk.pickup.confirm_serial(case, "M-0002")
    assert (caught.value.code, caught.value.data) == ("serial_mismatch", {"typed": "M-0002"})
    with pytest.raises(DeskError):
        desk.pickup.confirm_serial(case, "  ")


def test_the_serial_is_taken_full_width_and_in_small_letters(desk: Desk, enrol: Enrol) -> None:
    enrol()
    case = desk.pickup.confirm_serial(desk.pickup.open_number("41020901L"), "ｍ-０００１　")
    assert case.visit.serials == (("DEGREE_CERTIFICATE", "M-0001"),)


def test_a_certificate_that_is_not_in_its_box_cannot_be_confirmed(desk: Desk, enrol: Enrol) -> None:
    enrol(stock_state=StockState.MISSING)
    with pytest.raises(DeskError):
        desk.pickup.confirm_serial(desk.pickup.open_number("41020901L"), "M-0001")


def test_an_unknown_number_has_no_certificate_to_confirm(desk: Desk) -> None:
    with pytest.raises(DeskError):
        desk.pickup.confirm_serial(desk.pickup.open_number("41020999L"), "M-0001")


def test_a_proxys_number_is_kept_as_mask_and_keyed_hash_only(desk: Desk, enrol: Enrol) -> None:
    enrol()
    case = desk.pickup.open_card("58237714", desk.clock.now())
    case = desk.pickup.check_proxy_id(case, PhotoIdKind.NATIONAL_ID, "ｙ190000016", "許試言")
    shown = case.visit.proxy
    assert shown is not None
    assert (shown.id_masked, shown.id_valid, shown.graduates_today) == ("Y19000****", True, 1)
    assert shown.day_key == KeyedIndex(b"k" * 32).blind(PROXY_NUMBER)
    assert PROXY_NUMBER not in repr(case)


@pytest.mark.parametrize(
    ("kind", "number", "valid"),
    [
        (PhotoIdKind.NATIONAL_ID, "Y190000017", False),
        (PhotoIdKind.PASSPORT, "X1234567", None),
        (PhotoIdKind.PASSPORT, "no!", False),
    ],
)
def test_a_photo_id_counts_unless_its_number_cannot_be_right(
    desk: Desk, enrol: Enrol, kind: PhotoIdKind, number: str, valid: bool | None
) -> None:
    enrol()
    case = desk.pickup.open_card("58237714", desk.clock.now())
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, mode=Mode.BY_PROXY))
    case = desk.pickup.check_proxy_id(case, kind, number, "許試言")
    assert case.visit.proxy is not None
    assert case.visit.proxy.id_valid is valid
    assert (EvidenceCode.PROXY_ID in {shown.code for shown in case.visit.evidence}) == (valid is not False)
    assert states(case)[StepKind.PROXY_ID] is (StepState.BAD if valid is False else StepState.DONE)


def test_the_graduates_number_is_compared_with_the_keyed_hash(desk: Desk, enrol: Enrol) -> None:
    enrol(blind=KeyedIndex(b"k" * 32).blind("Y290000027"), has_person_number=True)
    case = desk.pickup.open_card("58237714", desk.clock.now())
    assert desk.pickup.check_person_number(case, "y290000027").verdict.code.releases
    other = desk.pickup.check_person_number(case, PROXY_NUMBER)
    assert other.verdict.code is VerdictCode.STOP
    assert other.visit.flags == Flags(id_mismatch=True)
    assert PROXY_NUMBER not in repr(other)


def test_a_typing_error_in_the_number_proves_nothing(desk: Desk, enrol: Enrol) -> None:
    enrol()
    case = desk.pickup.open_card("58237714", desk.clock.now())
    wrong = desk.pickup.check_person_number(case, "Y290000028")
    assert wrong.verdict.has_reason(ReasonCode.ID_CHECKSUM_FAILED)
    assert wrong.visit.id_number_typed == "Y29000****"
    assert desk.pickup.check_person_number(wrong, "Y290000027").verdict.code.releases


def test_a_search_is_logged_with_its_text_masked(desk: Desk, enrol: Enrol, store: DeskStore) -> None:
    enrol()
    hits = desk.pickup.search(" 王測一")
    assert [hit.number for hit in hits] == ["41020901L"]
    assert desk.pickup.search("  ") == ()
    entry = last_entry(store)
    assert readable(entry)["payload"]["searched"] == "王○一"
    assert "王測一" not in entry.body


def test_a_verdict_is_recorded_for_the_day(desk: Desk, enrol: Enrol, store: DeskStore) -> None:
    enrol(items=[])
    desk.pickup.record_verdict(desk.pickup.open_number("41020901L"))
    desk.pickup.record_verdict(desk.pickup.open_number("王測一 has no number"))
    with store.read() as records:
        counts = records.day_counts(date(2025, 6, 3), "MAIN")
        entry = records.last_audit()
    assert counts.refused == {"HOLD": 1, "NOT_FOUND": 1}
    assert entry is not None
    assert "王測一 has no number" not in entry.body
