# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.errors import PrintError
from desk_app.printing import FolderPrinter
from desk_app.printing.folder import safe_name


def test_paper_lies_in_the_folder_untouched(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path / "papers")
    note = printer.send("簽領單 M-20250603-042", b"%PDF-1")
    assert Path(note) == tmp_path / "papers" / "簽領單_M-20250603-042.pdf"
    assert Path(note).read_bytes() == b"%PDF-1"
    assert printer.name == "papers"


def test_second_copy_gets_a_name_of_its_own(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path)
    notes = [printer.send("slip", body) for body in (b"a", b"b", b"c")]
    assert [Path(note).read_bytes() for note in notes] == [b"a", b"b", b"c"]
    assert len(set(notes)) == 3


@pytest.mark.parametrize("title", ["../../etc/passwd", "/", "..", "", "a\nb\x00c", "C:\\x"])
def test_title_never_leads_out_of_the_folder(tmp_path: Path, title: str) -> None:
    path = Path(FolderPrinter(tmp_path).send(title, b"x"))
    assert path.parent == tmp_path
    assert path.suffix == ".pdf"


@given(st.text(max_size=300))
def test_name_is_short_and_safe(title: str) -> None:
    name = safe_name(title)
    assert 1 <= len(name) <= 60
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert not name.startswith(".")


def test_folder_that_cannot_be_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PrintError) as caught:
        FolderPrinter(tmp_path / "file" / "sub").send("slip", b"x")
    assert caught.value.code == "print_folder"
    assert caught.value.data == {"folder": str(tmp_path / "file" / "sub")}


def test_half_a_paper_is_taken_away_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desk_app.printing.folder.os.fsync", full)
    with pytest.raises(PrintError) as caught:
        FolderPrinter(tmp_path).send("slip", b"x")
    assert caught.value.code == "print_folder"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_made_for_papers_is_for_this_account_only(tmp_path: Path) -> None:
    FolderPrinter(tmp_path / "print").send("paper", b"%PDF")
    assert (tmp_path / "print").stat().st_mode & 0o077 == 0


def test_a_paper_is_for_this_account_alone_in_a_folder_that_others_may_enter(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    written = Path(FolderPrinter(tmp_path).send("receipt", b"%PDF"))
    assert written.stat().st_mode & 0o777 == 0o600
