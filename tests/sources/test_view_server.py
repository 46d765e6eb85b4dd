# SPDX-License-Identifier: GPL-3.0-or-later
"""A view on a real server: nothing is written, nothing waited for, and every refusal has its words."""

from __future__ import annotations

import pytest

from desk_app.domain.errors import SourceError
from desk_app.sources import view_database
from desk_app.sources.view_cursor import OVERLAP
from tests.sources.office_views import DATABASE, READER, WHOLE, Affairs, numbers_of, pull_view, refusal_of, row


@pytest.mark.postgres
def test_what_was_written_late_is_still_seen(server_affairs: Affairs) -> None:
    server_affairs.put(row("41020901L", minutes=5))
    source = server_affairs.source()
    cursor = pull_view(source)[1]
    server_affairs.put(row("41020902L", minutes=5 + OVERLAP.seconds // 60))
    assert "41020902L" in numbers_of(pull_view(source, cursor)[0])


@pytest.mark.postgres
def test_numbers_of_students_may_be_kept_as_amounts(server_affairs: Affairs) -> None:
    server_affairs.put(row("40620901"), row("40620902", "OPEN"))
    source = server_affairs.source(view="leaving.amounts")
    assert numbers_of(list(source.student("40620902", 2.0))) == ["40620902"]
    assert source.student("41020901L", 2.0) == ()
    assert numbers_of(pull_view(source)[0]) == ["40620901", "40620902"]


@pytest.mark.postgres
def test_the_server_refuses_to_write_for_the_desk(server_affairs: Affairs) -> None:
    server_affairs.put(row())
    profile = WHOLE.replace('note = "note"', 'note = "turn"')
    refusal = refusal_of(server_affairs.source(profile, view="leaving.writing"))
    assert refusal.code == "source_view"
    assert "read-only transaction" in str(refusal.data["detail"])


@pytest.mark.postgres
def test_a_slow_view_is_given_up_in_time(server_affairs: Affairs) -> None:
    server_affairs.put(row())
    profile = WHOLE.replace('note = "note"', 'note = "pause"')
    refusal = refusal_of(server_affairs.source(profile, view="leaving.slow"), seconds=0.2)
    assert (refusal.code, refusal.data["seconds"]) == ("source_view_slow", "0.2")


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("view", "code"),
    [
        ("leaving.closed", "source_view_forbidden"),
        ("leaving.clearance", "source_view_missing"),
        ("nowhere.Clearance", "source_view_missing"),
    ],
)
def test_what_a_server_refuses_is_said(server_affairs: Affairs, view: str, code: str) -> None:
    assert refusal_of(server_affairs.source(view=view)).code == code


@pytest.mark.postgres
def test_a_server_that_lets_nobody_in_is_said(server_affairs: Affairs) -> None:
    stranger = server_affairs.address.replace(READER, "stranger")
    assert refusal_of(server_affairs.source(address=stranger)).code == "source_view_account"
    elsewhere = server_affairs.address.replace(f"/{DATABASE}", "/elsewhere")
    assert refusal_of(server_affairs.source(address=elsewhere)).code == "source_view"
    gone = server_affairs.address.rpartition("=")[0] + "=/nowhere"
    assert refusal_of(server_affairs.source(address=gone)).code == "source_unreachable"


@pytest.mark.postgres
def test_the_rows_of_a_pull_are_of_one_instant(server_affairs: Affairs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_database, "_FETCHED", 1)
    server_affairs.put(row("41020901L"), row("41020902L"), row("41020903L"))
    pages = server_affairs.source().changes("")
    next(pages)
    server_affairs.put(row("41020902X"))
    server_affairs.execute("DELETE FROM facts WHERE item = 'LIB_BOOKS'")
    assert [report.student_no for page in pages for report in page.reports] == ["41020901L", "41020902L", "41020903L"]


@pytest.mark.postgres
def test_a_wrong_type_tells_no_personal_number(server_affairs: Affairs) -> None:
    server_affairs.execute("DROP VIEW IF EXISTS leaving.counted")
    server_affairs.execute(
        "CREATE VIEW leaving.counted AS SELECT '41020901L'::text AS \"學號\", item, office, state, as_of, note,"
        " CAST('Y190000016' AS text)::int AS updated_at FROM facts"
    )
    server_affairs.execute(f"GRANT SELECT ON leaving.counted TO {READER}")
    server_affairs.put(row())
    refusal = refusal_of(server_affairs.source(view="leaving.counted"))
    assert refusal.code == "source_view"
    assert "190000016" not in str(refusal.data)


@pytest.mark.postgres
def test_a_column_that_has_got_another_type_begins_anew(server_affairs: Affairs) -> None:
    server_affairs.put(row())
    source = server_affairs.source()
    cursor = pull_view(source)[1].partition(":t:")[0] + ":s:the last one"
    with pytest.raises(SourceError) as refused:
        pull_view(source, cursor)
    assert refused.value.code == "source_cursor"
    assert len(pull_view(source)[0]) == 1


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_made_anew(server_affairs: Affairs) -> None:
    server_affairs.put(row())
    source = server_affairs.source()
    assert len(source.student("41020901L", 2.0)) == 1
    server_affairs.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ?", READER)
    assert len(source.student("41020901L", 2.0)) == 1
