# SPDX-License-Identifier: GPL-3.0-or-later
"""A view of an office's database, in a file and on a server: bounded, and never more than it says."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import TimeoutError as SQLAlchemyTimeoutError

from desk_app.domain.errors import SourceError
from desk_app.domain.facts import ItemState
from desk_app.sources import view_database
from desk_app.sources.view_cursor import OVERLAP, Mark, begin_of, cursor_text
from tests.sources.office_files import NOW
from tests.sources.office_views import PROFILE, WHOLE, Affairs, numbers_of, pull_view, refusal_of, row

pytestmark = pytest.mark.slow

AHEAD = ("t:2025-06-03T10:03:00+08:00", "t:2025-06-03T10:03:00", "d:2025-06-04", "s:2099-01-01 00:00")


def test_everything_and_then_what_has_changed(affairs: Affairs) -> None:
    affairs.put(row("41020901L", minutes=90), row("41020902L", "OPEN", 50, note="總館三樓還書"))
    source = affairs.source()
    reports, cursor = pull_view(source)
    assert numbers_of(reports) == ["41020901L", "41020902L"]
    assert reports[1].record.note == "總館三樓還書"
    assert reports[1].record.as_of == NOW - timedelta(minutes=50)
    affairs.put(row("41020903L", minutes=5))
    reports, later = pull_view(source, cursor)
    # What was changed last comes once more: nobody knows whether all of that instant had been seen.
    assert numbers_of(reports) == ["41020902L", "41020903L"]
    assert later != cursor
    assert pull_view(source, later)[1] == later


def test_without_a_column_of_changes_all_rows_come_each_time(affairs: Affairs) -> None:
    affairs.put(row("41020901L"), row("41020902L"))
    source = affairs.source(WHOLE)
    assert pull_view(source) == pull_view(source, pull_view(source)[1])
    assert [remark.code for remark in source.health().remarks] == ["read_whole"]


def test_one_graduate_is_asked_for_at_once(affairs: Affairs) -> None:
    affairs.put(row("41020901L"), row("41020902L", "OPEN"), row("41020902L", item="GA_GOWN", office=None))
    source = affairs.source()
    assert source.answers_at_once
    asked = source.student("41020902L", 2.0)
    assert [(one.record.item, one.record.source, one.record.state) for one in asked] == [
        ("LIB_BOOKS", "NTNU", ItemState.OPEN),
        ("GA_GOWN", "", ItemState.CLEARED),
    ]
    assert source.student("41020999L", 2.0) == ()


def test_a_value_is_never_a_piece_of_the_question(affairs: Affairs) -> None:
    affairs.put(row("41020901L"))
    assert affairs.source().student("' OR '1'='1", 2.0) == ()


@pytest.mark.parametrize(
    "view", ['clearance"; DROP VIEW clearance; --', "clearance WHERE 1=1", "facts; --", "CLEARANCE x"]
)
def test_the_view_s_name_is_quoted(affairs: Affairs, view: str) -> None:
    assert refusal_of(affairs.source(view=view)).code == "source_view_missing"


def test_an_unknown_state_is_never_cleared(affairs: Affairs) -> None:
    affairs.put(row("41020901L", "probably"), row("41020902L", as_of=NOW + timedelta(hours=1)), row("41020903L"))
    pages = list(affairs.source().changes(""))
    reports = [report for page in pages for report in page.reports]
    findings = [finding.code for page in pages for finding in page.findings]
    assert {report.student_no: report.record.state for report in reports} == {
        "41020901L": ItemState.UNKNOWN,
        "41020903L": ItemState.CLEARED,
    }
    assert sorted(findings) == ["as_of_ahead", "value_unknown"]


@pytest.mark.parametrize(
    ("states", "kept"),
    [
        (("CLEARED", "OPEN"), ItemState.OPEN),
        (("OPEN", "CLEARED"), ItemState.OPEN),
        (("CLEARED", "probably"), ItemState.UNKNOWN),
        (("CLEARED", "NOT_APPLICABLE"), ItemState.UNKNOWN),
    ],
)
def test_of_rows_that_contradict_each_other_none_is_cleared(
    affairs: Affairs, states: tuple[str, str], kept: ItemState
) -> None:
    """An office's word by telephone settles what is not known, and never what one of its rows calls open."""
    affairs.put(*(row("41020901L", state) for state in states))
    source = affairs.source(WHOLE.replace("[states]\n", '[states]\nNOT_APPLICABLE = "NOT_APPLICABLE"\n'))
    pages = list(source.changes(""))
    assert [report.record.state for page in pages for report in page.reports] == [kept]
    assert "contradiction" in [finding.code for page in pages for finding in page.findings]
    assert [report.record.state for report in source.student("41020901L", 2.0)] == [kept]
    assert "contradiction" in [problem.finding.code for problem in source.health().problems]


def test_of_rows_with_different_times_the_newest_counts(affairs: Affairs) -> None:
    affairs.put(row("41020902L", "OPEN", 9), row("41020902L", minutes=8))
    pages = list(affairs.source(WHOLE).changes(""))
    assert [report.record.state for page in pages for report in page.reports] == [ItemState.CLEARED]


def test_many_rows_come_in_parts_and_none_is_lost(affairs: Affairs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_database, "_FETCHED", 3)
    affairs.put(
        *(row(f"4102090{place}L", item=item, minutes=59) for place in range(5) for item in ("LIB_BOOKS", "GA_GOWN"))
    )
    pages = list(affairs.source().changes(""))
    assert len(pages) > 3
    assert len({(one.student_no, one.record.item) for page in pages for one in page.reports}) == 10
    # The cursor moves behind the rows only: those of a graduate wait for the next part.
    assert pages[0].cursor == ""
    assert pages[-1].cursor.startswith("view:")


def test_a_cursor_of_another_profile_begins_anew(affairs: Affairs) -> None:
    affairs.put(row())
    cursor = pull_view(affairs.source())[1]
    with pytest.raises(SourceError) as refused:
        pull_view(affairs.source(PROFILE.replace('"OPEN"', '"OPEN", "未還"')), cursor)
    assert refused.value.code == "source_cursor"


def test_a_view_without_rows_keeps_the_cursor(affairs: Affairs) -> None:
    source = affairs.source()
    assert pull_view(source) == ([], "")
    affairs.put(row())
    cursor = pull_view(source)[1]
    affairs.execute("DELETE FROM facts")
    assert pull_view(source, cursor) == ([], cursor)


def test_health_counts_and_tries_rows(affairs: Affairs) -> None:
    affairs.put(row("41020901L"), row("41020902L", "probably"), row("", "OPEN"))
    health = affairs.source().health()
    assert (health.rows, health.newest, health.remarks) == (3, NOW - timedelta(minutes=10), ())
    assert sorted(problem.finding.code for problem in health.problems) == ["value_missing", "value_unknown"]
    assert {problem.file for problem in health.problems} == {affairs.view}


def test_columns_that_the_view_lacks_are_named(affairs: Affairs) -> None:
    wrong = PROFILE.replace('"state"', '"status"').replace('"updated_at"', '"changed"')
    refusal = refusal_of(affairs.source(wrong))
    assert (refusal.code, refusal.data["missing"]) == ("source_view_columns", "status, changed")
    assert "updated_at" in str(refusal.data["found"])


def test_columns_may_be_named_by_position_and_the_time_be_that_of_reading(affairs: Affairs) -> None:
    affairs.put(row())
    profile = '[columns]\nnumber = 1\nstate = 4\n[fixed]\nitem = "LIB_BOOKS"\n[states]\nCLEARED = "CLEARED"\n[as_of]\nmodified = true\n'
    ((report,), _) = pull_view(affairs.source(profile))
    assert (report.student_no, report.record.as_of) == ("41020901L", NOW)
    refusal = refusal_of(affairs.source(profile.replace("state = 4", "state = 40")))
    assert refusal.data["missing"] == "40"


def test_a_view_has_no_name_with_a_time(affairs: Affairs) -> None:
    profile = WHOLE.replace('as_of = "as_of"\n', "") + '[as_of]\nname = "library_{day}"\n'
    assert refusal_of(affairs.source(profile)).code == "source_view_stamp"


WIDE = """
[columns]
number = "學號"
as_of = "as_of"
[[items]]
column = "state"
item = "LIB_BOOKS"
source = "NTNU"
[[items]]
column = "note"
item = "GA_GOWN"
[states]
CLEARED = "V"
OPEN = "X"
[cells]
blank = "OPEN"
[view]
changed = "updated_at"
"""


def test_a_view_may_have_a_column_for_each_item(affairs: Affairs) -> None:
    affairs.put(row(state="V"), row("41020902L", "?", note="V"))
    source = affairs.source(WIDE)
    reports, cursor = pull_view(source)
    assert [(one.student_no, one.record.item, one.record.state.value) for one in reports] == [
        ("41020901L", "LIB_BOOKS", "CLEARED"),
        ("41020901L", "GA_GOWN", "OPEN"),
        ("41020902L", "LIB_BOOKS", "UNKNOWN"),
        ("41020902L", "GA_GOWN", "CLEARED"),
    ]
    assert len(source.student("41020902L", 2.0)) == 2
    affairs.put(row("41020903L", "V", minutes=1, note="X"))
    assert "41020903L" in numbers_of(pull_view(source, cursor)[0])


def test_silence_of_a_view_says_nothing(affairs: Affairs) -> None:
    things = '[columns]\nnumber = "學號"\nas_of = "as_of"\n[fixed]\nitem = "LIB_BOOKS"\n[things]\nstate = "OPEN"\n'
    assert refusal_of(affairs.source(things)).code == "source_view_things"
    assert refusal_of(affairs.source(WIDE.replace('"OPEN"\n[view]', '"CLEARED"\n[view]'))).code == "source_view_blank"


def test_nothing_can_be_written_into_a_file(file_affairs: Affairs) -> None:
    source = file_affairs.source()
    pull_view(source)
    with source._database()._engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM facts")


def test_a_file_that_is_not_there_is_not_made(file_affairs: Affairs) -> None:
    missing = file_affairs.base / "missing.db"
    assert refusal_of(file_affairs.source(address=f"sqlite:///{missing}")).code == "source_unreachable"
    assert not missing.exists()


def test_a_file_that_is_no_database_is_told(file_affairs: Affairs) -> None:
    broken = file_affairs.base / "broken.db"
    broken.write_bytes(b"no database at all" * 100)
    assert refusal_of(file_affairs.source(address=f"sqlite:///{broken}")).code == "source_view"


def test_an_endless_view_of_a_file_is_stopped(file_affairs: Affairs) -> None:
    file_affairs.execute(
        "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT facts.* FROM facts, n WHERE i < 0"
    )
    file_affairs.put(row())
    refusal = refusal_of(file_affairs.source(view="endless"), seconds=0.2)
    assert (refusal.code, refusal.data["seconds"]) == ("source_view_slow", "0.2")


def test_a_numbered_change_is_a_cursor_too(file_affairs: Affairs) -> None:
    file_affairs.put(row("41020901L", updated_at=7), row("41020902L", updated_at=8))
    source = file_affairs.source()
    cursor = pull_view(source)[1]
    assert re.fullmatch("view:[0-9a-f]{12}:i:8", cursor)
    assert numbers_of(pull_view(source, cursor)[0]) == ["41020902L"]


def test_a_row_that_does_not_say_when_it_was_changed_comes_each_time(affairs: Affairs) -> None:
    affairs.put(row("41020901L", updated_at=None), row("41020902L"))
    source = affairs.source()
    cursor = pull_view(source)[1]
    affairs.execute("UPDATE facts SET state = 'OPEN' WHERE updated_at IS NULL")
    assert ("41020901L", ItemState.OPEN) in {(one.student_no, one.record.state) for one in pull_view(source, cursor)[0]}


def test_a_change_of_the_future_keeps_no_later_one_away(affairs: Affairs) -> None:
    affairs.put(row("41020901L", minutes=30), row("41020902L", updated_at=NOW + timedelta(days=365)))
    source = affairs.source()
    cursor = pull_view(source)[1]
    affairs.put(row("41020903L", minutes=5))
    assert "41020903L" in numbers_of(pull_view(source, cursor)[0])


def test_texts_that_stand_in_no_order_are_no_changes(file_affairs: Affairs) -> None:
    file_affairs.put(row("41020901L", updated_at="114/9/30"))
    source = file_affairs.source()
    cursor = pull_view(source)[1]
    file_affairs.put(row("41020902L", updated_at="114/10/1"))
    assert "41020902L" in numbers_of(pull_view(source, cursor)[0])
    assert [remark.code for remark in source.health().remarks] == ["changed_unsorted"]


def test_a_source_that_was_closed_opens_itself_again(affairs: Affairs) -> None:
    affairs.put(row())
    source = affairs.source()
    for _ in range(2):
        assert len(source.student("41020901L", 2.0)) == 1
        source.close()
        source.close()


def test_an_address_that_is_none_is_told(file_affairs: Affairs) -> None:
    assert refusal_of(file_affairs.source(address="postgresql://reader@server:port/affairs")).code == "source_view"


def test_rows_that_break_off_are_told_where_nothing_was_asked_since(file_affairs: Affairs) -> None:
    file_affairs.put(row())
    file_affairs.execute("CREATE VIEW torn AS SELECT facts.*, abs(-9223372036854775808) AS lost FROM facts")
    profile = PROFILE.replace('note = "note"', 'note = "lost"')
    with pytest.raises(SourceError) as refused:
        pull_view(file_affairs.source(profile, view="torn"))
    assert refused.value.code == "source_view"


def test_more_connections_than_allowed_are_not_waited_for_long(
    file_affairs: Affairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise SQLAlchemyTimeoutError("QueuePool limit of size 2 reached, connection timed out")

    source = file_affairs.source()
    monkeypatch.setattr(source._database()._engine, "connect", exhausted)
    assert refusal_of(source).code == "source_view"


@pytest.mark.parametrize("mark", [None, True, 1.5, "", b"x", "2025/9/30", "114.10.1", "9"])
def test_a_value_without_an_order_is_no_cursor(mark: object) -> None:
    assert cursor_text(mark, "0" * 64) == ""


@pytest.mark.parametrize("mark", [date(2025, 6, 3), 7, "2025-06-03 09:58:00", datetime(2025, 6, 3, 10, 0)])  # noqa: DTZ001 - as a view may have it
def test_a_value_comes_back_as_it_was(mark: Mark) -> None:
    begin = begin_of(cursor_text(mark, "0" * 64), "0" * 64, "affairs", NOW)
    assert begin == (mark - OVERLAP if isinstance(mark, datetime) else mark)


@pytest.mark.parametrize(
    "text", ["t:yesterday", "i:x", "d:2025-13-01", "t:0001-01-01T00:00:00", "x:1", "s:114.10.1", *AHEAD]
)
def test_a_cursor_that_is_none_is_told(text: str) -> None:
    with pytest.raises(SourceError) as refused:
        begin_of(f"view:{'0' * 12}:{text}", "0" * 64, "affairs", NOW)
    assert refused.value.code == "source_cursor"


def test_the_same_row_twice_is_no_contradiction(affairs: Affairs) -> None:
    affairs.put(row(), row())
    pages = list(affairs.source().changes(""))
    assert [report.record.state for page in pages for report in page.reports] == [ItemState.CLEARED]
    assert [finding for page in pages for finding in page.findings] == []
