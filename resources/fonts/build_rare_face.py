# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds DeskRareSung.ttf out of TW-Sung; needs only fontTools. See README.md of this folder."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
FAMILY = "Desk Rare Sung"
NOTICE = (
    "Subset of TW-Sung (CNS11643 national standard fonts), (c) 2015 National Development Council, Taiwan; "
    "Open Government Data License Taiwan 1.0, https://data.gov.tw/license"
)
NAMES = {0: NOTICE, 1: FAMILY, 2: "Regular", 3: "Desk Rare Sung 1.0", 4: FAMILY, 5: "Version 1.0", 6: "DeskRareSung"}
UNNEEDED = ["FFTM", "GDEF", "GPOS", "GSUB", "vhea", "vmtx", "gasp"]


def listed() -> set[int]:
    """Read the code points that are asked for."""
    wanted: set[int] = set()
    for line in (HERE / "rare-characters.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("U+"):
            first, last = line[2:].split("-")
            wanted |= set(range(int(first, 16), int(last, 16) + 1))
        elif not line.startswith("#"):
            wanted |= {ord(char) for char in line}
    return wanted


def cut(source: Path, wanted: set[int], target: Path) -> set[int]:
    """Write the part of a face that is wanted, without hints; give what it has of it."""
    options = subset.Options(hinting=False, notdef_outline=True, drop_tables=UNNEEDED, name_IDs=[], glyph_names=False)
    font = subset.load_font(str(source), options)
    held = wanted & set(font.getBestCmap())
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=held)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)
    return held


def main(sung: Path, extension: Path) -> None:
    """Build the face beside this file."""
    wanted = listed() - set(TTFont(HERE / "NotoSansTC-Regular.ttf", lazy=True).getBestCmap())
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder) / "a.ttf", Path(folder) / "b.ttf"]
        held = cut(sung, wanted, parts[0])
        cut(extension, wanted - held, parts[1])
        font = Merger().merge([str(part) for part in parts])
    font["name"].names = []
    for name_id, text in NAMES.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
    font["post"].formatType = 3.0
    font["head"].created = font["head"].modified = 3_818_000_000  # seconds since 1904: the same bytes each time
    font.recalcTimestamp = False
    font.save(HERE / "DeskRareSung.ttf")
    print(f"{len(font.getBestCmap())} characters of {len(wanted)} asked for")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
