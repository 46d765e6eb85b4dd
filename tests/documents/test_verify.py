# SPDX-License-Identifier: GPL-3.0-or-later
"""The verifier takes the good paper and refuses every altered one, saying why."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import NameObject, StreamObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from desk_app.documents import DeskPapers
from desk_app.documents.keys import SealKeys
from desk_app.documents.seal import Sealer
from desk_app.documents.verify import DeskVerifier
from desk_app.domain.papers import CopyMark, ReceiptContent, SealFault
from desk_app.resources import resource
from tests.examples import examples

pytestmark = pytest.mark.slow

Make = Callable[..., ReceiptContent]


def test_good_paper_is_genuine(sealed: bytes, verifier: DeskVerifier, receipt_of: Make) -> None:
    digest = hashlib.sha256(sealed).hexdigest()
    report = verifier.verify(sealed, digest)
    assert report.genuine
    assert report.ledger_asked
    assert report.receipt_no == "M-20250603-042"
    assert report.sha256 == digest
    assert report.signer == "測試大學 Test University Certificate Desk Seal"
    assert report.sealed_at == receipt_of().issued_at


def test_without_a_ledger_the_report_says_so(sealed: bytes, verifier: DeskVerifier) -> None:
    report = verifier.verify(sealed, None)
    assert report.genuine
    assert not report.ledger_asked


def test_other_readers_find_a_certified_file_that_allows_no_change(sealed: bytes, keys: SealKeys) -> None:
    signature = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0]
    context = ValidationContext(
        trust_roots=[Sealer(keys)._signer.signing_cert], moment=signature.self_reported_timestamp
    )
    status = validate_pdf_signature(signature, context)
    assert status.valid
    assert status.intact
    assert signature.docmdp_level is not None
    assert signature.docmdp_level.value == 1


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(sealed: bytes, verifier: DeskVerifier, place: float, bit: int) -> None:
    changed = bytearray(sealed)
    changed[int(place * len(sealed))] ^= 1 << bit
    assert not verifier.verify(bytes(changed), None).genuine


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), digit=st.sampled_from(b"0123456789ABCDEFabcdef"))
def test_place_of_the_signature_holds_nothing_else(
    sealed: bytes, verifier: DeskVerifier, place: float, digit: int
) -> None:
    start, end = signature_hole(sealed)
    changed = bytearray(sealed)
    index = start + 1 + int(place * (end - start - 2))
    changed[index] = digit
    assert verifier.verify(bytes(changed), None).genuine is (changed == sealed)


def test_each_byte_of_the_signature_itself_counts(sealed: bytes, verifier: DeskVerifier) -> None:
    start, _ = signature_hole(sealed)
    for index in range(start + 1, start + 2400, 7):
        changed = bytearray(sealed)
        changed[index] = ord("0") if changed[index] != ord("0") else ord("1")
        assert verifier.verify(bytes(changed), None).faults != (), index


def signature_hole(pdf: bytes) -> tuple[int, int]:
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) ", pdf)
    assert found is not None
    return int(found[1]), int(found[2])


def painted_over(pdf: bytes) -> bytes:
    """Paint a black box over the page by an incremental update, as a PDF editor would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    box = writer.add_object(StreamObject(stream_data=b"q 0 0 0 rg 20 300 300 200 re f Q"))
    writer.add_stream_to_page(0, box)  # type: ignore[no-untyped-call] # untyped in pyHanko
    target = io.BytesIO()
    writer.write(target)  # type: ignore[no-untyped-call] # untyped in pyHanko
    return target.getvalue()


def relabelled(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    writer.root[NameObject("/Lang")] = TextStringObject("en")
    writer.update_root()  # type: ignore[no-untyped-call] # untyped in pyHanko
    target = io.BytesIO()
    writer.write(target)  # type: ignore[no-untyped-call] # untyped in pyHanko
    return target.getvalue()


def rewritten(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        document.save(target)
    return target.getvalue()


def new_title(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = "M-20250603-999"


def without_seal(document: pikepdf.Pdf) -> None:
    del document.Root["/AcroForm"]
    del document.Root["/Perms"]
    del document.pages[0]["/Annots"]


def test_black_box_by_an_update_is_found(sealed: bytes, verifier: DeskVerifier) -> None:
    assert verifier.verify(painted_over(sealed), None).faults == (SealFault.NOT_WHOLE_FILE,)


def test_changed_catalogue_by_an_update_is_found(sealed: bytes, verifier: DeskVerifier) -> None:
    assert verifier.verify(relabelled(sealed), None).faults == (SealFault.NOT_WHOLE_FILE,)


def test_changed_title_is_found(sealed: bytes, verifier: DeskVerifier) -> None:
    faults = verifier.verify(rewritten(sealed, new_title), None).faults
    assert SealFault.BROKEN in faults
    assert SealFault.NOT_WHOLE_FILE in faults


@pytest.mark.parametrize("tail", [b"\n", b"%%EOF", b"\0" * 100])
def test_appended_bytes_are_found(sealed: bytes, verifier: DeskVerifier, tail: bytes) -> None:
    assert verifier.verify(sealed + tail, None).faults == (SealFault.NOT_WHOLE_FILE,)


def test_paper_sealed_by_another_key_is_found(
    sealed: bytes, verifier: DeskVerifier, other_keys: SealKeys, receipt_of: Make
) -> None:
    forged = DeskPapers(resource("fonts"), lambda: other_keys).receipt(receipt_of(name="王測二"))
    report = verifier.verify(forged, hashlib.sha256(sealed).hexdigest())
    assert report.faults == (SealFault.OTHER_ISSUER, SealFault.DIFFERS_FROM_LEDGER)


def test_leaf_of_another_issuer_of_the_same_name_is_found(sealed: bytes, other_keys: SealKeys) -> None:
    assert DeskVerifier(other_keys.root).verify(sealed, None).faults == (SealFault.OTHER_ISSUER,)


def test_root_itself_must_not_seal(keys: SealKeys, sealed: bytes) -> None:
    assert DeskVerifier(keys.leaf).verify(sealed, None).faults == (SealFault.OTHER_ISSUER,)


def test_removed_seal_is_found(sealed: bytes, verifier: DeskVerifier) -> None:
    assert verifier.verify(rewritten(sealed, without_seal), None).faults == (SealFault.NO_SEAL,)


def test_second_seal_is_found(
    sealed: bytes, verifier: DeskVerifier, keys: SealKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An attacker's tool does not mind that the first seal forbids a second one.
    monkeypatch.setattr(signers.PdfSigner, "_enforce_certification_constraints", lambda *_: None)
    twice = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(sealed)),
        signers.PdfSignatureMetadata(field_name="Second"),
        Sealer(keys)._signer,
    )
    assert verifier.verify(twice.getvalue(), None).faults == (SealFault.SEVERAL_SEALS,)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"hello", b"\x89PNG"])
def test_other_files_are_no_papers(verifier: DeskVerifier, data: bytes) -> None:
    assert verifier.verify(data, None).faults == (SealFault.NOT_A_PDF,)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_truncated_paper_is_found(sealed: bytes, verifier: DeskVerifier, kept: float) -> None:
    faults = verifier.verify(sealed[: int(kept * len(sealed))], None).faults
    assert faults
    assert set(faults) <= {SealFault.NO_SEAL, SealFault.NOT_WHOLE_FILE, SealFault.BROKEN}


def test_receipt_of_somebody_else_differs_from_the_ledger(
    sealed: bytes, papers: DeskPapers, verifier: DeskVerifier, receipt_of: Make
) -> None:
    other = papers.receipt(receipt_of(receipt_no="M-20250603-043", name="林測二"))
    report = verifier.verify(other, hashlib.sha256(sealed).hexdigest())
    assert report.faults == (SealFault.DIFFERS_FROM_LEDGER,)
    assert report.receipt_no == "M-20250603-043"


def test_seal_outside_the_leafs_time_is_expired(papers: DeskPapers, verifier: DeskVerifier, receipt_of: Make) -> None:
    late = receipt_of(issued_at=receipt_of().issued_at + timedelta(days=366 * 6))
    assert verifier.verify(papers.receipt(late), None).faults == (SealFault.EXPIRED,)


def test_seal_that_states_no_time_is_not_current(sealed: bytes, verifier: DeskVerifier) -> None:
    changed = re.sub(rb"/M \(D", rb"/N (D", sealed)
    assert changed != sealed
    assert verifier.verify(changed, None).faults == (SealFault.BROKEN,)
    assert verifier.verify(changed, None).sealed_at is None


def test_impossible_time_is_no_time(sealed: bytes, verifier: DeskVerifier) -> None:
    changed = re.sub(rb"(/M \(D\\072)202506", rb"\g<1>202599", sealed)
    assert changed != sealed
    assert verifier.verify(changed, None).sealed_at is None


class TestCopies:
    MARK = CopyMark(
        "M-20250603-042",
        2,
        datetime(2025, 6, 3, 13, 4, tzinfo=timezone(timedelta(hours=8))),
        "註冊組 1",
        "clerk-m1 林○一",
    )

    def test_a_copy_says_that_it_is_one_and_shows_all_of_the_original(
        self, papers: DeskPapers, sealed: bytes, verifier: DeskVerifier
    ) -> None:
        copy = papers.receipt_copy(sealed, self.MARK)
        report = verifier.verify(copy, None)
        assert (report.genuine, report.receipt_no, report.copy) == (True, "M-20250603-042", 2)
        assert report.sealed_at == self.MARK.at
        assert verifier.verify(sealed, None).copy == 0
        shown = "".join(PdfReader(io.BytesIO(copy)).pages[0].extract_text().split())
        assert "補印COPY" in shown
        assert "第2次copy2" in shown
        assert all(word in shown for word in ("王測一", "M-20250603-042", "41020901L"))

    def test_a_copy_with_its_number_changed_is_refused(
        self, papers: DeskPapers, sealed: bytes, verifier: DeskVerifier
    ) -> None:
        copy = papers.receipt_copy(sealed, self.MARK)
        forged = copy.replace(b"Copy 2 of receipt", b"Copy 3 of receipt")
        assert forged != copy
        assert SealFault.BROKEN in verifier.verify(forged, None).faults
