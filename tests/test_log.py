# SPDX-License-Identifier: GPL-3.0-or-later
"""The program's log: no number of a person stands in it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from desk_app.domain.errors import DeskError
from desk_app.log import LOG_FILE, start_log, stop_log


def test_numbers_of_persons_are_masked_in_messages_and_traces(tmp_path: Path) -> None:
    handler = start_log(tmp_path / "logs")
    log = logging.getLogger("test.log")
    try:
        log.info("visit of 41020901L with %s", "Y190000016")
        try:
            raise ValueError("41020901L")
        except ValueError:
            log.exception("failed")
    finally:
        stop_log(handler)
    text = (tmp_path / "logs" / LOG_FILE).read_text(encoding="utf-8")
    assert "visit of 4102*****" in text
    assert "Y190*****" in text
    assert "41020901L" not in text
    assert "Y190000016" not in text


def test_numbers_written_one_after_the_other_are_masked_too(tmp_path: Path) -> None:
    handler = start_log(tmp_path / "logs")
    logging.getLogger("test.log").info("typed 41020901LY190000016")
    stop_log(handler)
    text = (tmp_path / "logs" / LOG_FILE).read_text(encoding="utf-8")
    assert "typed 4102*****Y190*****" in text


def test_the_log_is_for_this_account_only(tmp_path: Path) -> None:
    stop_log(start_log(tmp_path / "logs"))
    assert (tmp_path / "logs").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeskError, match="save_failed"):
        start_log(tmp_path / "file" / "logs")


def test_after_the_end_nothing_is_written(tmp_path: Path) -> None:
    stop_log(start_log(tmp_path))
    logging.getLogger("test.log").info("after the end")
    assert not (tmp_path / LOG_FILE).exists()
