# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands on the papers, read back from the files; two at once; every font inside."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from desk_app.documents import DeskPapers
from desk_app.documents.keys import SealKeys
from desk_app.documents.verify import DeskVerifier
from desk_app.domain.papers import (
    Bilingual,
    CopyMark,
    DailyLogContent,
    DailyLogRow,
    Language,
    ReceiptConfirmation,
    ReceiptContent,
    ReceiptDecision,
    SlipContent,
    SlipLine,
)
from desk_app.domain.records import HandedDocument
from desk_app.resources import resource
from tests.documents.conftest import NOW

Make = Callable[..., ReceiptContent]


def text_of(pdf: bytes) -> str:
    """Give the text of all pages without spaces and line ends, where both readers may differ."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def test_receipt_says_everything(sealed: bytes, receipt_of: Make) -> None:
    content, text = receipt_of(), text_of(sealed)
    for part in (
        "國立臺灣師範大學", "NationalTaiwanNormalUniversity", "證書簽領單", "M-20250603-042", "王測一", "WANG,TEST-ONE",
        "41020901L", "國文學系", "Dept.ofChinese", "學士", "學位證書", "M-0123", "本人親領",
        "民國114年6月3日（2025-06-03）10:04:12+08:00", "教務處註冊組1號櫃檯", "clerk-m1", "林○一", "113-2（a91f）", "學生證/studentcard",
        "本人已當面點收上列文件", "版本2025-1", "第肆拾貳號", "No.forty-two", "數位學位證書", "2025-06-06",
        "部分校園應用程式", "防竄改封印", "desk-appreceiptverify", "個人資料保護法第8條", "02-7749-1077",
        content.sha256(), content.signature.sha256(),
    ):  # fmt: skip
        assert part in text, part
    assert "（代）" not in text
    assert "DEMO" not in text
    assert pages_of(sealed) == 1


def test_proxy_receipt_names_who_collected_for_whom(papers: DeskPapers, proxy_receipt_of: Make) -> None:
    text = text_of(papers.receipt(proxy_receipt_of(demo=True)))
    for part in (
        "證書代領簽領單",
        "柯測洪",
        "柯測代（代領）",
        "家人",
        "國民身分證",
        "Y12345****",
        "民國114年6月1日",
        "（代）",
        "示範DEMO",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "測試" * 25},
        {"name": "Nguyễn Thị Thử Nghiệm " * 4, "name_romanised": "NGUYEN THI THU NGHIEM " * 5},
        {"documents": tuple(HandedDocument("D", f"M-{n:04d}", "學位證書", "Degree certificate") for n in range(9))},
        {"notices": (Bilingual("提醒" * 40, "please note " * 20),) * 8},
        {"digital_due": None, "notices": (), "level": None, "name_romanised": "", "evidence": (), "phone": ""},
    ],
)
def test_receipt_is_one_page_whatever_it_says(
    papers: DeskPapers, proxy_receipt_of: Make, changes: dict[str, object]
) -> None:
    pdf = papers.receipt(proxy_receipt_of(**changes))
    assert pages_of(pdf) == 1
    assert proxy_receipt_of(**changes).name.replace(" ", "") in text_of(pdf)


def test_rare_characters_copy_right(papers: DeskPapers, receipt_of: Make, tmp_path: Path) -> None:
    pdf = papers.receipt(receipt_of(name="𠮷測堃", name_romanised="Ceʉsu ’Tesita"))
    assert "𠮷測堃" in text_of(pdf)
    assert "Ceʉsu" in text_of(pdf)
    if shutil.which("pdftotext"):
        (tmp_path / "a.pdf").write_bytes(pdf)
        answer = subprocess.run(
            ["pdftotext", "-enc", "UTF-8", tmp_path / "a.pdf", "-"], capture_output=True, check=True
        )
        assert "𠮷測堃" in answer.stdout.decode()


def test_name_without_glyph_says_see_certificate(papers: DeskPapers, receipt_of: Make) -> None:
    assert "測〔見證書seecertificateU+E000〕試" in text_of(papers.receipt(receipt_of(name="測\ue000試")))
    assert papers.unprintable("測\ue000試\ue000") == ("\ue000",)


def test_every_font_is_embedded(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as document:
        fonts = [
            item for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        ]
        assert len(fonts) >= 2
        for font in fonts:
            assert len(font.FontDescriptor.FontFile2.read_bytes()) > 100, font.BaseFont


def test_slip_says_what_the_screen_says(papers: DeskPapers, slip_of: Callable[..., SlipContent]) -> None:
    text = text_of(papers.slip(slip_of()))
    for part in ("未完成事項單", "Missingitems", "113-2", "范○巳41073***H", "歸還臺大圖書館的書", "02-7749-0003", "圖書館1樓",
                 "電話未登錄", "再來時請帶：學生證", "服務時間：週一至週五", "下次開放：6月3日", "P2第1頁，共1頁"):  # fmt: skip
        assert part in text, part


def test_redirect_slip_shows_the_way(papers: DeskPapers, slip_of: Callable[..., SlipContent]) -> None:
    way = SlipLine("Go to Gongguan", "Academic Affairs Division", "02-7749-6548", "1F, General Building (G102)")
    pdf = papers.slip(slip_of(language=Language.EN, code="P3", lines=(), way=way, footer=("Thank you",), demo=True))
    text = text_of(pdf)
    for part in (
        "GotoGongguan",
        "02-7749-6548",
        "(G102)",
        "Bringnexttime:學生證",
        "Thankyou",
        "P3Page1of1",
        "示範DEMO",
    ):
        assert part in text, part


def test_redirect_slip_tells_the_hours_once_beside_the_place(
    papers: DeskPapers, slip_of: Callable[..., SlipContent]
) -> None:
    hours = slip_of().hours
    way = SlipLine("公館校區教務組", "", "02-7749-6548", "綜合館 1 樓（地圖代碼 G102）", hours)
    text = text_of(papers.slip(slip_of(code="P3", lines=(), way=way)))
    assert text.count("".join(hours.split())) == 1
    assert "服務時間" not in text
    assert "下次開放：6月3日" in text


def test_short_slip_needs_nothing_optional(papers: DeskPapers, slip_of: Callable[..., SlipContent]) -> None:
    pdf = papers.slip(slip_of(bring=(), hours="", next_opening="", name_masked="", student_no_masked=""))
    assert "再來時請帶" not in text_of(pdf)


def test_long_slip_goes_on(papers: DeskPapers, slip_of: Callable[..., SlipContent]) -> None:
    lines = tuple(
        SlipLine(f"第 {n} 項未完成", "圖書館", "02-7749-0003", detail="還書後再來本櫃" * 5) for n in range(20)
    )
    pdf = papers.slip(slip_of(lines=lines))
    assert pages_of(pdf) > 1
    assert "第19項未完成" in text_of(pdf)
    assert f"第2頁，共{pages_of(pdf)}頁" in text_of(pdf)


def test_log_says_everything(
    papers: DeskPapers,
    verifier: DeskVerifier,
    log_of: Callable[..., DailyLogContent],
    log_row_of: Callable[..., DailyLogRow],
) -> None:
    rows = (
        log_row_of(1),
        log_row_of(2, voided=True, void_reason="發錯人"),
        log_row_of(3, reprints=2, sealed=False, printed=False, name_masked="𠮷○堃"),
        log_row_of(6),
    )
    log = log_of(
        rows, sequence_gaps=("M-20250603-004",), unsealed=("M-20250603-003",), opening_stock=10, closing_stock=8
    )
    pdf = papers.daily_log(log)
    text = text_of(pdf)
    for part in ("每日簽領清冊", "民國114年6月3日（2025-06-03）", "MAIN", "已沖正reversed：發錯人", "補印2次、未封印、未列印", "𠮷○堃",
                 "M-20250603-004", "M-20250603-003", "暫緩17", "48秒", "−3", "+1", "2+1=3", log.ledger_sha256,
                 log.previous_ledger_sha256, "承辦人", "主管", "super-m", "第1頁，共1頁", "09:00"):  # fmt: skip
        assert part in text, part
    assert verifier.verify(pdf, None).genuine
    assert verifier.verify(pdf, None).receipt_no == ""


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 22, 60])
def test_pages_of_a_log_are_counted_right(
    papers: DeskPapers, log_of: Callable[..., DailyLogContent], count: int
) -> None:
    pdf = papers.daily_log(
        log_of(count, counter="", median_seconds=None, demo=True, hours=(), previous_ledger_sha256="")
    )
    pages = PdfReader(io.BytesIO(pdf)).pages
    for number, page in enumerate(pages, start=1):
        assert f"第{number}頁，共{len(pages)}頁" in "".join(page.extract_text().split())
    text = text_of(pdf)
    assert text.count("M-20250603-") == count
    assert ("當日無發給紀錄" in text) is (count == 0)


@pytest.mark.slow
def test_two_at_once_are_what_one_by_one_is(papers: DeskPapers, receipt_of: Make, keys: SealKeys) -> None:
    names = [f"王測{char}" for char in "甲乙丙丁戊己庚辛"]
    second = DeskPapers(resource("fonts"), lambda: keys)
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(
                lambda pair: pair[0].receipt(receipt_of(name=pair[1])), zip([papers, second] * 4, names, strict=True)
            )
        )
    for name, pdf in zip(names, made, strict=True):
        assert name in text_of(pdf)
        assert not any(other in text_of(pdf) for other in names if other != name)


def test_same_content_gives_the_same_layout(papers: DeskPapers, slip_of: Callable[..., SlipContent]) -> None:
    assert papers.slip(slip_of()) == papers.slip(slip_of())


def test_file_states_the_time_of_issue_not_of_the_machine(sealed: bytes) -> None:
    information = PdfReader(io.BytesIO(sealed)).metadata
    assert information is not None
    assert information.title == "證書簽領單 M-20250603-042"
    assert information.creation_date_raw == "D:20250603100412+08'00'"


def test_warm_up_loads_what_a_receipt_needs(keys: SealKeys) -> None:
    asked: list[SealKeys] = []

    def ask() -> SealKeys:
        asked.append(keys)
        return keys

    fresh = DeskPapers(resource("fonts"), ask)
    assert vars(fresh)["_press"] is None
    assert asked == []
    fresh.warm_up()
    fresh.warm_up()
    assert None not in (vars(fresh)["_press"], vars(fresh)["_sealer"])
    assert asked == [keys]


def test_receipt_names_lifted_reasons_and_who_verified_a_proxy(papers: DeskPapers, proxy_receipt_of: Make) -> None:
    hour = Bilingual("現在非服務時間", "Outside office hours")
    content = proxy_receipt_of(
        lifted=(
            ReceiptDecision(hour, "super-m 周○主", "", "系統故障"),
            ReceiptDecision(Bilingual("無發證單位", "No counter"), "super-m 周○主", "clerk-m2 陳○二", "電話確認"),
        ),
        confirmed_by="verify-m 吳○驗",
    )
    pdf = papers.receipt(content)
    text = text_of(pdf)
    for part in (
        "主管核示Reasonlifted", "現在非服務時間Outsideofficehours：系統故障（super-m周○主）",
        "電話確認（super-m周○主，會同withclerk-m2陳○二）", "代領文件覆核Papersverifiedbyverify-m吳○驗",
    ):  # fmt: skip
        assert part in text, part
    assert pages_of(pdf) == 1


def test_a_receipt_of_before_keeps_its_hash(receipt_of: Make) -> None:
    """What a receipt says only since lately stands in its hash only where it is said."""
    assert "lifted" not in receipt_of().canonical()
    assert "confirmed_by" not in receipt_of().canonical()
    assert "by_phone" not in receipt_of().canonical()
    assert receipt_of().sha256() == "a97cc31bd85ff5b43bf3b226936f52b3035f1f83ece86ac4e43d809adb4b5199"
    assert receipt_of(confirmed_by="verify-m").sha256() != receipt_of().sha256()


def _said(code: str, zh: str, en: str, **changes: str) -> ReceiptConfirmation:
    """Give the library's word about an item."""
    library = Bilingual("圖書館", "Library")
    values = {"by": "super-m 周○主", "person": "圖○○員", "number": "02-7749-0003", **changes}
    return ReceiptConfirmation(code, Bilingual(zh, en), library, at=NOW, **values)


CALLS = (
    _said("LIB_BOOKS.NTU", "臺大圖書", "NTU books"),
    _said("LIB_BOOKS.NTUST", "臺科大圖書", "NTUST books"),
    _said("LIB_LOCKER", "置物櫃", "locker", person="值○員", number="1077"),
)


def test_receipt_names_each_call_it_rests_on_once_and_no_whole_number(papers: DeskPapers, receipt_of: Make) -> None:
    pdf = papers.receipt(receipt_of(by_phone=CALLS))
    text = text_of(pdf)
    for part in (
        "電話確認Byphone臺大圖書、臺科大圖書NTUbooks;NTUSTbooks：10:04洽called圖○○員02-774*-****（super-m周○主）",
        "置物櫃locker：10:04洽called值○員10**（super-m周○主）",
    ):
        assert part in text, part
    assert text.count("電話確認Byphone") == 2
    assert "7749-0003" not in text
    assert pages_of(pdf) == 1
    assert "電話確認" not in text_of(papers.receipt(receipt_of()))


def test_a_proxy_reads_the_office_that_was_called_and_no_item_also_on_a_copy(
    papers: DeskPapers, proxy_receipt_of: Make
) -> None:
    original = papers.receipt(proxy_receipt_of(by_phone=CALLS[:2]))
    copy = papers.receipt_copy(original, CopyMark("M-20250603-042", 1, NOW, "教務處註冊組 1", "clerk-m1 林○一"))
    for pdf in (original, copy):
        text = text_of(pdf)
        assert "電話確認Byphone圖書館Library：10:04洽called圖○○員02-774*-****（super-m周○主）" in text
        assert "臺大圖書" not in text
        assert "NTUbooks" not in text
        assert pages_of(pdf) == 1


def test_log_marks_names_and_counts_what_rests_on_a_call(
    papers: DeskPapers, log_of: Callable[..., DailyLogContent], log_row_of: Callable[..., DailyLogRow]
) -> None:
    books, fees = Bilingual("臺大圖書", "NTU books"), Bilingual("學雜費", "fees")
    rows = (
        log_row_of(1, by_phone=(books,)),
        log_row_of(2, by_phone=(books, fees), printed=False),
        log_row_of(3, by_phone=(fees,), voided=True, void_reason="發錯人"),
        log_row_of(4),
    )
    text = text_of(papers.daily_log(log_of(rows)))
    for part in (
        "（電話確認2）", "已發給issued、電話確認：臺大圖書", "未列印、電話確認：臺大圖書、學雜費",
        "依電話確認發給2件Onaphoneconfirmation:2M-20250603-001,M-20250603-002",
    ):  # fmt: skip
        assert part in text, part
    assert text.count("電話確認：") == 2
    assert "依電話確認發給0件" in text_of(papers.daily_log(log_of(4)))


def test_a_long_list_of_receipts_leaves_room_for_the_signatures_of_a_log(
    papers: DeskPapers, log_of: Callable[..., DailyLogContent], log_row_of: Callable[..., DailyLogRow]
) -> None:
    books = (Bilingual("圖書", "books"),)
    rows = tuple(log_row_of(number, by_phone=books, printed=False, sealed=False) for number in range(1, 201))
    names = tuple(row.receipt_no for row in rows)
    text = text_of(papers.daily_log(log_of(rows, unsealed=names, unprinted=names)))
    assert text.count("電話確認：圖書") == 200
    assert "依電話確認發給200件" in text
    assert text.count("M-20250603-012…共200件") == 3  # neither sealed nor printed, and by telephone
    assert "櫃檯代號MAIN" in text


def _left_of(pdf: bytes, wanted: str) -> float:
    """Give how far from the left edge a text begins."""
    found: list[float] = []

    def look(text: str, _space: list[float], matrix: list[float], _font: object, _size: float) -> None:
        if wanted in text:
            found.append(matrix[4])

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=look)
    return found[0]


def test_only_what_the_visitor_settles_has_a_box_to_tick(
    papers: DeskPapers, slip_of: Callable[..., SlipContent]
) -> None:
    lines = (SlipLine(title="LINE"),)
    to_do, told = (papers.slip(slip_of(code=code, lines=lines)) for code in ("P2", "P12"))
    assert _left_of(to_do, "LINE") > _left_of(told, "LINE")
