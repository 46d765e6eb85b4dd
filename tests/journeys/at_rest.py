# SPDX-License-Identifier: GPL-3.0-or-later
"""A day at a desk with everything that must never rest in the open, and a search of all that it leaves behind."""

from __future__ import annotations

import base64
import csv
import dataclasses
import io
import logging
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pikepdf
import pypdf

from desk_app.bootstrap.desk import build_desk, build_imports, initialise
from desk_app.bootstrap.ground import desk_clock, load_policy
from desk_app.bootstrap.keys import desk_keys
from desk_app.bootstrap.shared_store import Sharing
from desk_app.clock import StandingClock
from desk_app.domain.audit import AuditFilter
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import DeskError
from desk_app.domain.facts import LetterFacts, Mode, PhotoIdKind
from desk_app.domain.records import Relation
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.domain.visit import OpenCase
from desk_app.log import start_log, stop_log
from desk_app.resources import resource
from desk_app.services.audit_log import AuditForm
from desk_app.services.day_logs import LogFormat
from desk_app.services.desk import Desk
from desk_app.services.import_files import ImportKind
from desk_app.services.overrides import OverrideRequest
from desk_app.settings import Settings
from tests.quick_phrases import QuickPhrases

OWN_ID, PROXY_ID, SEARCHED_ID, WRONG_ID = "Y290000027", "Y190000016", "Y190000025", "Y190000017"
PERSON_NUMBERS = (OWN_ID, PROXY_ID, SEARCHED_ID, WRONG_ID)
IN_PERSON, BY_PROXY, ESCALATED, REFUSED = "41020901L", "41000902E", "41099901Z", "41073901H"
STAFF_PHRASE = "Amtliches Kennwort 7"
SIGNATURE = Signature(
    tuple(
        tuple(
            PenPoint(61 + 7 * step + 130 * wave, 71 + (step * step) % 57, 431 + step, 19 * step) for step in range(40)
        )
        for wave in range(3)
    ),
    PenDevice.PEN,
    563,
    197,
    96,
)


@dataclass(frozen=True)
class LeftBehind:
    """What a day leaves: the data folder, files taken out by people, and what must not be found."""

    home: Path
    taken_out: Path
    photo: bytes = field(repr=False)
    receipts: tuple[bytes, ...] = field(repr=False)
    secrets: dict[str, bytes] = field(repr=False)


def spend_day(settings: Settings, taken_out: Path, sharing: Sharing | None = None) -> LeftBehind:
    """Set a desk up, work a day at it, and leave it open as a machine that is carried away would be."""
    taken_out.mkdir()
    recovery = initialise(settings, STAFF_PHRASE, QuickPhrases(), sharing)
    clock = StandingClock(desk_clock(settings, load_policy(settings)).now(), load_policy(settings).edition.timezone)
    handler = start_log(settings.log_folder)
    desk = build_desk(settings, clock, QuickPhrases())
    try:
        desk.operators.switch("super-m")
        _import(desk, taken_out)
        _staff(desk)
        receipts = tuple(_hand_overs(desk))
        _refusals(desk)
        _crash()
        _take_out(desk, taken_out)
        keys = desk_keys(settings)
        # The log of the store is emptied when it is closed: it is searched as a thief of the running machine finds it.
        carried_away = Path(shutil.copytree(settings.data, taken_out.with_name("carried-away")))
    finally:
        stop_log(handler)
        desk.close()
    photo = resource("demo", "photos", f"{IN_PERSON}.png").read_bytes()
    return LeftBehind(carried_away, taken_out, photo, receipts, {**keys.secrets, "recovery": recovery.encode()})


def _import(desk: Desk, outside: Path) -> None:
    """Take the samples over, the roster with person numbers; a file with a wrong one is refused as a whole."""
    imports = build_imports(desk)
    with resource("demo", "students.csv").open(encoding="utf-8", newline="") as lines:
        rows = [{**row, "id_number": OWN_ID if row["number"] == IN_PERSON else ""} for row in csv.DictReader(lines)]
    delivered = outside.parent / "delivered"  # the office's own file, not the program's
    delivered.mkdir()
    for name, number in (("right.csv", OWN_ID), ("wrong.csv", WRONG_ID)):
        rows[0]["id_number"] = number
        with (delivered / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    _expect_refusal(lambda: imports.import_students(delivered / "wrong.csv"))
    imports.import_students(delivered / "right.csv")
    for kind in (ImportKind.ITEMS, ImportKind.STOCK):
        imports.run(kind, resource("demo", f"{kind.value}.csv"))
    imports.import_cards(resource("cards", "cards.csv"))
    imports.import_photos(resource("demo", "photos"))


def _staff(desk: Desk) -> None:
    for who in ("clerk-m1", "clerk-m2"):
        desk.operators.switch(who)
        desk.staff.set_phrase(who, STAFF_PHRASE)
    desk.staff.sign_in("clerk-m1", STAFF_PHRASE)


def _hand_overs(desk: Desk) -> Iterator[bytes]:
    """Hand over in person with the ID typed, to a proxy, and after a reason was lifted; give the sealed receipts."""
    own = desk.pickup.check_person_number(_by_card(desk, IN_PERSON), OWN_ID)
    yield _released(desk, own)
    case = _by_card(desk, BY_PROXY)
    letter = dataclasses.replace(case.visit, mode=Mode.BY_PROXY, letter=LetterFacts(date=date(2025, 6, 2)))
    case = desk.pickup.check_proxy_id(desk.pickup.revise(case, letter), PhotoIdKind.NATIONAL_ID, PROXY_ID, "許試言")
    yield _released(desk, desk.pickup.revise(case, dataclasses.replace(case.visit, relation=Relation.FRIEND)))
    case = _by_card(desk, ESCALATED)
    request = OverrideRequest(
        str(case.verdict.reasons[0]),
        Credential("super-m", STAFF_PHRASE),
        "已向系所確認",
        Credential("clerk-m2", STAFF_PHRASE),
    )
    yield _released(desk, desk.pickup.revise(case, desk.overrides.decide(case, request)))


def _by_card(desk: Desk, number: str) -> OpenCase:
    with desk.store.read() as records:
        dossier = records.dossier(number)
    assert dossier is not None
    return desk.pickup.open_card(dossier.cards[0].uid, desk.clock.now())


def _released(desk: Desk, case: OpenCase) -> bytes:
    assert case.dossier is not None
    case = desk.pickup.confirm_serial(case, case.dossier.holdings[0].serial)
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=SIGNATURE))
    desk.pickup.record_verdict(case)
    release = desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    desk.receipts.finish(release)
    desk.print_queue.deliver()
    paper = desk.receipts.archived(str(release.receipt_no))
    assert paper is not None
    return paper.pdf


def _refusals(desk: Desk) -> None:
    """Type person numbers wherever somebody could: search, look-up, record, name, serial, another's ID."""
    desk.pickup.record_verdict(desk.pickup.open_number(REFUSED))
    for typed in (SEARCHED_ID, _full_width(SEARCHED_ID), f"{REFUSED}{SEARCHED_ID}", f"王{SEARCHED_ID}"):
        desk.pickup.search(typed)
        desk.pickup.look_up(typed)
        desk.pickup.record_verdict(desk.pickup.open_number(typed))
    case = desk.pickup.check_person_number(_by_card(desk, "41000901E"), PROXY_ID)
    desk.pickup.record_verdict(case)
    desk.pickup.check_proxy_id(case, PhotoIdKind.NATIONAL_ID, WRONG_ID, "許試言")
    for wrong in (
        lambda: desk.pickup.confirm_serial(case, SEARCHED_ID),
        lambda: desk.pickup.check_proxy_id(case, PhotoIdKind.NATIONAL_ID, PROXY_ID, SEARCHED_ID),
        lambda: desk.staff.sign_in("clerk-m2", "Falsches Kennwort 8"),
    ):
        _expect_refusal(wrong)


def _crash() -> None:
    """Let a task go wrong with a person in its hands, as a bug would."""

    def broken(number: str) -> None:
        raise ValueError(f"cannot read {number} / {_full_width(number)}")

    try:
        broken(SEARCHED_ID)
    except ValueError as error:
        logging.getLogger("other").error("task failed unexpectedly, error id %s", "e1", exc_info=error)  # noqa: TRY400 - as the task runner does


def _take_out(desk: Desk, folder: Path) -> None:
    """Write every export, and a backup."""
    desk.operators.switch("super-m")
    content = desk.day_logs.content(desk.clock.now().date(), None)
    for form in LogFormat:
        (folder / f"log.{form.value}").write_bytes(desk.day_logs.export(content, form))
    assert desk.audit_tables is not None
    for audit_form in AuditForm:
        written = desk.audit.export(AuditFilter(), audit_form, desk.audit_tables)
        (folder / f"audit.{audit_form.value}").write_bytes(written)
    if desk.backups is not None:
        desk.backups.make(None)


def _expect_refusal(act: object) -> None:
    assert callable(act)
    try:
        act()
    except DeskError:
        return
    raise AssertionError("nothing was refused")


def forms_of(number: str) -> Iterator[bytes]:
    """Give a person number in every form in which a file could hold it."""
    for text in {number, number.lower(), _full_width(number)}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "big5"):
            yield text.encode(encoding, "ignore")
    yield number.encode().hex().encode()
    yield base64.b64encode(number.encode()).rstrip(b"=")[:12]


def forms_of_key(secret: bytes) -> Iterator[bytes]:
    """Give a key as bytes and as the texts in which people write bytes."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield base64.b64encode(secret).rstrip(b"=")


def marks_of_signature() -> Iterator[bytes]:
    """Give what betrays the drawn lines: points as the store writes them, with and without times."""
    canonical = SIGNATURE.canonical()
    yield from (canonical[start : start + 24] for start in range(40, len(canonical) - 24, 97))


def windows(content: bytes, size: int = 48) -> list[bytes]:
    """Give pieces of a file, at every beginning, so that a part of it is found too."""
    pieces = (content[start : start + size] for start in range(0, len(content) - size, 997))
    return [piece for piece in pieces if len(set(piece)) > size // 2]  # a row of zeros betrays nothing


def files_of(*folders: Path) -> dict[str, bytes]:
    """Give every file below some folders, with what is packed in workbooks and PDFs unpacked beside it."""
    found: dict[str, bytes] = {}
    for folder in folders:
        for file in (path for path in sorted(folder.rglob("*")) if path.is_file()):
            content = file.read_bytes()
            found[str(file)] = content
            found |= {f"{file}!{name}": part for name, part in _unpacked(content)}
    return found


def _unpacked(content: bytes) -> Iterable[tuple[str, bytes]]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [(name, archive.read(name)) for name in archive.namelist()]
    if content.startswith(b"%PDF"):
        return [("text", _text_of(content)), ("streams", _streams_of(content))]
    return []


def _text_of(pdf: bytes) -> bytes:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).encode()


def _streams_of(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [one for one in opened.objects if isinstance(one, pikepdf.Stream)]
        return b"\n".join(one.read_raw_bytes() + b"\n" + _plain(one) for one in streams)


def _plain(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:  # a picture's own form, of which the raw bytes are searched
        return b""


def _full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)
