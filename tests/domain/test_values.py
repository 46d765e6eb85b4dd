# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain values of the domain: signatures, masks, papers, records, visits, errors."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.errors import AlreadyReleasedError, DeskError, SignatureError
from desk_app.domain.facts import Facts, Level, Mode, PhotoIdKind
from desk_app.domain.masking import (
    hide_person_number,
    mask_name,
    mask_person_number,
    mask_phone_number,
    mask_student_number,
    mask_uid,
)
from desk_app.domain.papers import (
    Bilingual,
    DailyLogContent,
    DailyLogRow,
    Language,
    ReceiptContent,
    ReceiptProxy,
    SealFault,
    SealReport,
)
from desk_app.domain.records import (
    DayCounts,
    Dossier,
    Graduate,
    HandedDocument,
    Operator,
    ReceiptNumber,
    Relation,
    ReleaseRecord,
    Role,
)
from desk_app.domain.signature import PenDevice, PenPoint, Signature, decode_signature, require_signature
from desk_app.domain.verdict import Notice, NoticeCode, PolicyRef, Reason, ReasonCode, Verdict, VerdictCode
from desk_app.domain.visit import Found, OpenCase, Step, StepKind, StepState, Visit

NOON = datetime(2025, 6, 3, 12, 0, tzinfo=UTC)
POLICY = PolicyRef("ntnu-113-2", "113-2", "7904abcd", date(2024, 7, 9))
LINE = Signature(((PenPoint(0, 0, 500, 0), PenPoint(30, 40, 510, 12)),), PenDevice.PEN, 600, 200, 96)
TWO = Bilingual("甲", "A")

points = st.builds(PenPoint, st.integers(0, 999), st.integers(0, 999), st.integers(0, 1023), st.integers(0, 99999))
signatures = st.builds(
    Signature,
    st.lists(st.lists(points, max_size=9).map(tuple), max_size=4).map(tuple),
    st.sampled_from(PenDevice),
    st.integers(1, 2000),
    st.integers(1, 2000),
    st.integers(72, 300),
)


@given(signatures)
def test_a_signature_survives_its_canonical_form(signature: Signature) -> None:
    assert decode_signature(signature.canonical()) == signature


@given(signatures, signatures)
def test_signatures_differ_when_their_hashes_do(one: Signature, other: Signature) -> None:
    assert (one == other) is (one.sha256() == other.sha256())


def test_ink_and_extent() -> None:
    assert LINE.ink() == 50
    assert LINE.extent() == (30, 40)
    assert Signature((), PenDevice.MOUSE, 1, 1, 96).extent() == (0, 0)
    assert require_signature(LINE) is LINE


def test_ink_and_extent_do_not_depend_on_the_place() -> None:
    moved = Signature(
        (tuple(PenPoint(one.x + 7, one.y + 5, 0, one.ms) for one in LINE.strokes[0]),), PenDevice.PEN, 1, 1, 96
    )
    assert (moved.ink(), moved.extent()) == (50, (30, 40))


def test_the_canonical_form_of_a_signature_stays_as_it_is() -> None:
    """Receipts carry its hash: another byte would make every receipt before it doubtful."""
    assert (
        LINE.canonical() == b'{"device":"pen","dpi":96,"size":[600,200],"strokes":[[[0,0,500,0],[30,40,510,12]]],"v":1}'
    )
    assert LINE.sha256() == hashlib.sha256(LINE.canonical()).hexdigest()


def test_the_smallest_signature() -> None:
    there_and_back = tuple(PenPoint(x, 0, 1, x) for x in (0, 16, 0, 8))
    smallest = Signature((there_and_back,), PenDevice.PEN, 600, 200, 96)
    assert (smallest.ink(), smallest.extent()) == (40, (16, 0))
    assert require_signature(smallest) is smallest


@pytest.mark.parametrize(
    "empty", [None, Signature((), PenDevice.PEN, 1, 1, 96), Signature(((),), PenDevice.PEN, 1, 1, 96)]
)
def test_an_empty_signature_is_none(empty: Signature | None) -> None:
    with pytest.raises(SignatureError) as caught:
        require_signature(empty)
    assert caught.value.code == "signature_empty"


@pytest.mark.parametrize(
    "strokes",
    [
        ((PenPoint(5, 5, 1, 0),),),
        ((PenPoint(0, 0, 1, 0), PenPoint(39, 0, 1, 5)),),
        (tuple(PenPoint(x % 2 * 15, 0, 1, x) for x in range(50)),),
    ],
)
def test_a_dot_is_no_signature(strokes: tuple[tuple[PenPoint, ...], ...]) -> None:
    with pytest.raises(SignatureError) as caught:
        require_signature(Signature(strokes, PenDevice.TOUCH, 600, 200, 96))
    assert caught.value.code == "signature_dot"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("王", "○"),
        (" 王測 ", "王○"),
        ("王測一", "王○一"),
        ("歐陽測一", "歐○○一"),
        ("測試一二三", "測○○○三"),
        ("測試一二三四", "測○○四"),
        ("測試一二三四五", "測○○五"),
        ("王_二三", "王○○三"),
        ("a王測", "a○"),
        ("王測z", "王○"),
        ("Tester,Anna", "Tester, A○"),
        ("Tester, Anna, Maria", "Tester, A○"),
        ("Tester, Anna", "Tester, A○"),
        ("Tester Anna Maria", "Tester A○"),
        ("Tester", "T○"),
        ("Y190000016", "Y○○"),
        ("Y190000016 王", "Y○○"),
        ("王Y190000016", "王○○"),
        ("Y190000016, Anna", "Y○○"),
        ("Ｙ１９０００００１６ 王", "Ｙ○○"),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(max_size=20))
def test_a_masked_name_never_shows_all(name: str) -> None:
    assert mask_name(name) != name.strip() or not name.strip() or "○" in name


@pytest.mark.parametrize("text", ["A123456789", "\uff21123456789", "GA_A123456789"])
def test_a_text_with_a_personal_number_is_not_repeated(text: str) -> None:
    assert hide_person_number(text) == "○○○"
    assert hide_person_number("GA_GWN") == "GA_GWN"


def test_numbers_are_masked() -> None:
    assert [mask_person_number(one) for one in ("A12", "A123", "A1234")] == ["****", "****", "A****"]
    assert mask_student_number("41044901S") == "41044***S"
    assert mask_student_number("4104") == "41**"
    assert mask_student_number("Y190000016") == "Y190******"
    assert mask_student_number("41044901SY190000016") == "4104*********"
    assert mask_phone_number("02-7749-0003") == "02-774*-****"
    assert mask_phone_number("+886 912 345 678 分機 21") == "+886 912 *** *** 分機 **"
    assert mask_phone_number("1077") == "10**"
    assert mask_uid("04A1B2C3") == "…B2C3"
    assert mask_uid("04A1") == "…"
    assert mask_uid("04A1B") == "…4A1B"
    assert mask_uid("04A1B2C3D4E5F6") == "…E5F6"


@given(st.text("0123456789-+() #", max_size=24))
def test_a_masked_telephone_number_keeps_its_form_and_hides_at_least_half_its_digits(number: str) -> None:
    masked = mask_phone_number(number)
    digits, left = (sum(char.isdigit() for char in text) for text in (number, masked))
    assert left == min(digits // 2, 6)
    assert all(now == char or (now == "*" and char.isdigit()) for now, char in zip(masked, number, strict=True))


def _receipt(**changes: object) -> ReceiptContent:
    content = ReceiptContent(
        receipt_no="M-20250603-001",
        issued_at=NOON,
        institution=TWO,
        office=TWO,
        place=TWO,
        phone="",
        counter="MAIN",
        desk="1",
        clerk="clerk-m1",
        clerk_name_masked="測○",
        name="王測一",
        name_romanised="",
        student_no="41020901L",
        unit=TWO,
        level=Level.BACHELOR,
        documents=(HandedDocument("DEGREE_CERTIFICATE", "B1", "學位證書", "degree certificate"),),
        mode=Mode.BY_PROXY,
        proxy=ReceiptProxy("測試", Relation.FRIEND, PhotoIdKind.PASSPORT, "X12****", date(2025, 6, 2)),
        evidence=("PROXY_ID",),
        notices=(TWO,),
        digital_due=date(2025, 6, 6),
        digital_phone="",
        policy=POLICY,
        signed_text=TWO,
        signed_text_version="1",
        signature=LINE,
    )
    return dataclasses.replace(content, **changes)  # type: ignore[arg-type]  # names are checked by the tests


def test_a_receipt_has_one_canonical_form() -> None:
    plain = json.loads(_receipt().canonical())
    assert plain["signature"] == LINE.sha256()
    assert plain["issued_at"] == "2025-06-03T12:00:00+00:00"
    assert plain["proxy"]["relation"] == "FRIEND"
    assert plain["documents"][0]["serial"] == "B1"
    assert plain["policy"]["calendar_version"] == "2024-07-09"
    assert _receipt().sha256() == _receipt().sha256()


@pytest.mark.parametrize(
    "change",
    [{"name": "王測二"}, {"demo": True}, {"digital_due": None}, {"proxy": None}, {"level": None}, {"evidence": ()}],
)
def test_every_change_changes_the_hash_of_a_receipt(change: dict[str, object]) -> None:
    assert _receipt(**change).sha256() != _receipt().sha256()


def test_two_languages() -> None:
    assert (TWO.of(Language.ZH), TWO.other(Language.ZH)) == ("甲", "A")
    assert (TWO.of(Language.EN), TWO.other(Language.EN)) == ("A", "甲")


def _log_row(mode: Mode, *, voided: bool) -> DailyLogRow:
    return DailyLogRow(1, NOON, "", "", "", TWO, (), mode, "", "", voided, "", 0, sealed=True, printed=True)


def test_a_day_counts_what_stands() -> None:
    rows = (
        _log_row(Mode.IN_PERSON, voided=False),
        _log_row(Mode.BY_PROXY, voided=False),
        _log_row(Mode.BY_PROXY, voided=True),
    )
    log = DailyLogContent(
        institution=TWO, office=TWO, counter="", day=date(2025, 6, 3), rows=rows, hours=(), refused=(),
        sequence_gaps=(), unsealed=(), unprinted=(), opening_stock=3, closing_stock=1, edition="", policy_digest="",
        ledger_sha256="", previous_ledger_sha256="", printed_at=NOON, printed_by="",
    )  # fmt: skip
    assert (log.in_person, log.by_proxy, log.voided) == (1, 1, 1)
    assert DayCounts(in_person=2, by_proxy=3).released == 5


def test_a_seal_without_faults_is_genuine() -> None:
    report = SealReport((), "", "", "", None, ledger_asked=False)
    assert report.genuine
    assert not dataclasses.replace(report, faults=(SealFault.BROKEN,)).genuine


def _release(number: int, voided_at: datetime | None) -> ReleaseRecord:
    return ReleaseRecord(
        key=str(number), receipt_no=ReceiptNumber("M", date(2025, 6, 5), number), at=NOON, counter="MAIN", desk="1",
        operator=Operator("a", "b", Role.CLERK), student_no="41020901L", graduate_name="", unit="CHU",
        mode=Mode.IN_PERSON, proxy=None, documents=(), evidence=(), policy=POLICY, digital_due=None,
        signature_sha256="", content="", content_sha256="", started_at=NOON, voided_at=voided_at,
    )  # fmt: skip


def test_the_last_release_that_was_not_reversed_stands() -> None:
    graduate = Graduate("41020901L", "王測一", "CHU")
    assert Dossier(graduate).standing_release is None
    assert Dossier(graduate, releases=(_release(1, NOON),)).standing_release is None
    standing = Dossier(graduate, releases=(_release(1, NOON), _release(42, None))).standing_release
    assert standing is not None
    assert str(standing.receipt_no) == "M-20250605-042"


@given(st.lists(st.sampled_from(["GRAD_CARD", "PROXY_ID|LETTER", "BY_PHONE:LIB_BOOKS.NTU", "BY_PHONE:GA_GOWN"])))
def test_what_was_checked_is_what_was_shown_and_what_was_said_by_telephone(checked: list[str]) -> None:
    release = dataclasses.replace(_release(1, None), evidence=tuple(checked))
    assert sorted((*release.shown, *(f"BY_PHONE:{code}" for code in release.by_phone))) == sorted(checked)
    assert not any("BY_PHONE" in one for one in (*release.shown, *release.by_phone))


def _verdict(code: VerdictCode) -> Verdict:
    return Verdict(code, (Reason(ReasonCode.WEEKDAY),), (), (), (), None, None, None, (), NOON, "MAIN", POLICY)


def test_a_visit_is_ready_when_nothing_is_missing() -> None:
    visit = Visit("1", Found.NUMBER, "41020901L", NOON)
    done, todo = Step(StepKind.CARD, StepState.DONE), Step(StepKind.SIGNATURE, StepState.NOW)
    case = OpenCase(visit, None, Facts(at=NOON, counter="MAIN"), _verdict(VerdictCode.RELEASE), (done,))
    assert case.ready
    assert not dataclasses.replace(case, steps=(done, todo)).ready
    assert dataclasses.replace(case, steps=(done, todo)).missing == (todo,)
    assert not dataclasses.replace(case, verdict=_verdict(VerdictCode.HOLD)).ready


def test_verdict_and_reasons_as_written() -> None:
    verdict = _verdict(VerdictCode.NOT_NOW)
    assert verdict.has_reason(ReasonCode.WEEKDAY)
    assert not verdict.has_reason(ReasonCode.DAY_OFF)
    assert str(Reason(ReasonCode.ITEM_OPEN, "LIB_BOOKS.NTU")) == "ITEM_OPEN:LIB_BOOKS.NTU"
    assert str(Notice(NoticeCode.IN_FLIGHT)) == "IN_FLIGHT"
    assert POLICY.short_digest == "7904"


def test_reasons_stand_in_the_order_of_their_verdicts() -> None:
    order = [list(VerdictCode).index(code.verdict) for code in ReasonCode]
    assert order == sorted(order)


def test_errors_carry_a_code_and_data() -> None:
    assert str(DeskError()) == "unexpected"
    error = AlreadyReleasedError(at="10:00")
    assert (error.code, error.data, str(error)) == (
        "already_released",
        {"at": "10:00"},
        "already_released {'at': '10:00'}",
    )
