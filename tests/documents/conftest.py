# SPDX-License-Identifier: GPL-3.0-or-later
"""Sample papers of synthetic people, and one set of keys for all tests."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from desk_app.documents import DeskPapers
from desk_app.documents.keys import SealKeys
from desk_app.documents.verify import DeskVerifier
from desk_app.domain.facts import Level, Mode, PhotoIdKind
from desk_app.domain.papers import (
    Bilingual,
    DailyLogContent,
    DailyLogRow,
    HourCount,
    Language,
    ReceiptContent,
    ReceiptProxy,
    SlipContent,
    SlipLine,
)
from desk_app.domain.records import HandedDocument, Relation
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.domain.verdict import PolicyRef
from desk_app.resources import resource
from tests.seal_keys import fresh_keys

TAIPEI = timezone(timedelta(hours=8))
NOW = datetime(2025, 6, 3, 10, 4, 12, tzinfo=TAIPEI)
KEYS_MADE = datetime(2025, 1, 1, tzinfo=UTC)
NTNU = Bilingual("國立臺灣師範大學", "National Taiwan Normal University")
OFFICE = Bilingual("教務處註冊組", "Registrar's Office")


def sample_signature() -> Signature:
    """Three strokes like a quick name."""
    wave = tuple(
        PenPoint(120 + 8 * i, 320 + round(90 * math.sin(i / 3.1) * math.cos(i / 11)), 500, 12 * i) for i in range(60)
    )
    bar = tuple(PenPoint(150 + 12 * i, 250 - 3 * i + i * i // 12, 600, 900 + 10 * i) for i in range(34))
    dot = (PenPoint(640, 220, 500, 1400),)
    return Signature((wave, bar, dot), PenDevice.PEN, 808, 650, 96)


def make_receipt(**changes: Any) -> ReceiptContent:
    """Give a receipt in person."""
    values: dict[str, Any] = {
        "receipt_no": "M-20250603-042",
        "issued_at": NOW,
        "institution": NTNU,
        "office": OFFICE,
        "place": Bilingual(
            "和平校區一 行政大樓1樓（地圖代碼 H101）", "1F, Administration Building I, Heping Campus I (map code H101)"
        ),
        "phone": "02-7749-1077",
        "counter": "MAIN",
        "desk": "1",
        "clerk": "clerk-m1",
        "clerk_name_masked": "林○一",
        "name": "王測一",
        "name_romanised": "WANG, TEST-ONE",
        "student_no": "41020901L",
        "unit": Bilingual("國文學系", "Dept. of Chinese"),
        "level": Level.BACHELOR,
        "documents": (HandedDocument("DEGREE", "M-0123", "學位證書", "Degree certificate"),),
        "mode": Mode.IN_PERSON,
        "proxy": None,
        "evidence": ("GRAD_CARD",),
        "notices": (
            Bilingual("部分校園應用程式及權限將關閉。", "Some campus apps and rights will be closed."),
            Bilingual(
                "悠遊卡學生優惠至 2025 年 10 月 31 日止。", "Student fares on the EasyCard end on 31 October 2025."
            ),
        ),
        "digital_due": date(2025, 6, 6),
        "digital_phone": "02-7749-1077",
        "policy": PolicyRef("ntnu-113-2", "113-2", "a91f" + "0" * 60, date(2025, 1, 1)),
        "signed_text": Bilingual(
            "本人已當面點收上列文件，並核對姓名無誤。",
            "I have received the documents listed above and found the name on them to be correct.",
        ),
        "signed_text_version": "2025-1",
        "signature": sample_signature(),
        "demo": False,
    }
    return ReceiptContent(**{**values, **changes})


def make_proxy_receipt(**changes: Any) -> ReceiptContent:
    """Give a receipt by proxy."""
    proxy = ReceiptProxy("柯測代", Relation.FAMILY, PhotoIdKind.NATIONAL_ID, "Y12345****", date(2025, 6, 1))
    values: dict[str, Any] = {
        "mode": Mode.BY_PROXY,
        "proxy": proxy,
        "name": "柯測洪",
        "name_romanised": "KO, TEST-HUNG",
        "student_no": "41000902E",
        "unit": Bilingual("教育學系", "Dept. of Education"),
        "evidence": ("GRAD_CARD", "PROXY_ID", "LETTER", "GRAD_SIGNATURE", "PROXY_SIGNATURE"),
        "signed_text": Bilingual(
            "本人受畢業生委託，代為點收上列文件，並以本人姓名簽署（代）。",
            "On behalf of the graduate I have received the documents listed above and sign with my own name as proxy.",
        ),
    }
    return make_receipt(**{**values, **changes})


def make_slip(**changes: Any) -> SlipContent:
    """Give a slip of open items."""
    values: dict[str, Any] = {
        "code": "P2",
        "language": Language.ZH,
        "title": "未完成事項單",
        "title_second": "Missing items",
        "edition": "113-2",
        "issued_at": NOW,
        "institution": NTNU.zh,
        "office": OFFICE.zh,
        "student_no_masked": "41073***H",
        "name_masked": "范○巳",
        "lines": (
            SlipLine(
                "歸還臺大圖書館的書",
                "圖書館",
                "02-7749-0003",
                "圖書館 1 樓",
                "週一至週五 08:30–17:00",
                "還書後再來本櫃",
            ),
            SlipLine("繳清學雜費", "總務處出納組", "", "", "", "以該處系統資料為準"),
            SlipLine("臺科大圖書館：待確認", "圖書館", "02-7749-0003"),
        ),
        "bring": ("學生證",),
        "hours": "週一至週五 08:30–12:00、13:30–17:00",
        "next_opening": "6 月 3 日（二）13:30",
    }
    return SlipContent(**{**values, **changes})


def make_log_row(number: int, **changes: Any) -> DailyLogRow:
    """Give one row of a log."""
    values: dict[str, Any] = {
        "sequence": number,
        "at": datetime(2025, 6, 3, 8, 30, tzinfo=TAIPEI) + timedelta(seconds=6 * number),
        "receipt_no": f"M-20250603-{number:03d}",
        "student_no": f"41020{number % 1000:03d}L",
        "name_masked": "王○一",
        "unit": Bilingual("國文學系", "Dept. of Chinese"),
        "serials": (f"M-{number:04d}",),
        "mode": Mode.BY_PROXY if number % 6 == 0 else Mode.IN_PERSON,
        "clerk_masked": "林○一",
        "desk": "1",
        "voided": False,
        "void_reason": "",
        "reprints": 0,
        "sealed": True,
        "printed": True,
        "pack": "ntnu-113-2",
        "policy_digest": "a91f" * 16,
    }
    return DailyLogRow(**{**values, **changes})


def make_log(rows: tuple[DailyLogRow, ...] | int = 12, **changes: Any) -> DailyLogContent:
    """Give a day's log with so many rows."""
    content_rows = tuple(make_log_row(number) for number in range(1, rows + 1)) if isinstance(rows, int) else rows
    values: dict[str, Any] = {
        "institution": NTNU,
        "office": OFFICE,
        "counter": "MAIN",
        "day": date(2025, 6, 3),
        "rows": content_rows,
        "hours": (
            HourCount(8, 12, 2),
            HourCount(9, 22, 4),
            HourCount(10, 19, 3),
            HourCount(11, 0, 0),
            HourCount(13, 7, 2),
        ),
        "refused": (("HOLD", 17), ("NEED_EVIDENCE", 9), ("REDIRECT", 5)),
        "sequence_gaps": (),
        "unsealed": (),
        "unprinted": (),
        "opening_stock": 412,
        "closing_stock": 412 - len(content_rows),
        "edition": "113-2",
        "policy_digest": "a91f" + "0" * 60,
        "ledger_sha256": "5e" * 32,
        "previous_ledger_sha256": "7c" * 32,
        "printed_at": datetime(2025, 6, 3, 17, 5, tzinfo=TAIPEI),
        "printed_by": "super-m",
        "median_seconds": 48,
    }
    return DailyLogContent(**{**values, **changes})


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> SealKeys:
    return fresh_keys(tmp_path_factory.mktemp("keys"), "測試大學 Test University", KEYS_MADE)


@pytest.fixture(scope="session")
def papers(keys: SealKeys) -> DeskPapers:
    return DeskPapers(resource("fonts"), lambda: keys)


@pytest.fixture(scope="session")
def verifier(keys: SealKeys) -> DeskVerifier:
    return DeskVerifier(keys.root)


@pytest.fixture(scope="session")
def sealed(papers: DeskPapers) -> bytes:
    return papers.receipt(make_receipt())


@pytest.fixture(scope="session")
def other_keys(tmp_path_factory: pytest.TempPathFactory) -> SealKeys:
    return fresh_keys(tmp_path_factory.mktemp("other"), "測試大學 Test University", KEYS_MADE)


@pytest.fixture
def receipt_of() -> Callable[..., ReceiptContent]:
    return make_receipt


@pytest.fixture
def proxy_receipt_of() -> Callable[..., ReceiptContent]:
    return make_proxy_receipt


@pytest.fixture
def slip_of() -> Callable[..., SlipContent]:
    return make_slip


@pytest.fixture
def log_of() -> Callable[..., DailyLogContent]:
    return make_log


@pytest.fixture
def log_row_of() -> Callable[..., DailyLogRow]:
    return make_log_row


@pytest.fixture(scope="session")
def fonts() -> Path:
    return resource("fonts")
