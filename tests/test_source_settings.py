# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables [[source]]: typed, named once, without secrets, and never without TLS beyond this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.domain.errors import SettingsError
from desk_app.domain.papers import Bilingual
from desk_app.settings import settings_of_text
from desk_app.source_settings import FolderSettings, PortalSettings, ViewSettings, read_sources

HERE = Path("/office/desk.toml")
PORTAL = '[[source]]\nkind = "portal"\nname = "portal"\nurl = "https://portal.example.edu.tw/clearance/"\n'
FOLDER = '[[source]]\nkind = "folder"\nname = "library"\nfolder = "inbox"\nprofile = "library"\n'
VIEW = '[[source]]\nkind = "view"\nname = "affairs"\ndatabase = "postgresql://reader@db/affairs"\nview = "leaving.list"\nprofile = "v"\n'


def _sources(text: str) -> tuple[object, ...]:
    return settings_of_text(text, HERE, Path("/office")).sources


def _refusal(text: str) -> tuple[str, object]:
    with pytest.raises(SettingsError) as refused:
        _sources(text)
    assert refused.value.data["file"] == str(HERE)
    return refused.value.code, refused.value.data["key"]


def test_a_portal_with_everything() -> None:
    text = PORTAL + 'token_file = "keys/portal.token"\ncertificate = "a.pem"\nkey = "a.key"\nauthority = "/ca.pem"\n'
    base = HERE.resolve().parent
    assert _sources(text) == (
        PortalSettings(
            "portal",
            "https://portal.example.edu.tw/clearance",
            token_file=base / "keys/portal.token",
            certificate=base / "a.pem",
            key=base / "a.key",
            authority=Path("/ca.pem").resolve(),
        ),
    )


@pytest.mark.parametrize("table", [PORTAL, FOLDER, VIEW], ids=["portal", "folder", "view"])
@pytest.mark.parametrize(
    ("more", "title"),
    [
        ("", None),
        ('title = "離校系統"\n', Bilingual("離校系統", "離校系統")),
        ('title = " 離校系統 "\ntitle_en = "Leaving system"\n', Bilingual("離校系統", "Leaving system")),
        (f'title = "{"長" * 40}"\n', Bilingual("長" * 40, "長" * 40)),
    ],
)
def test_people_may_read_a_source_by_a_title(table: str, more: str, title: Bilingual | None) -> None:
    (source,) = _sources(table + more)
    assert isinstance(source, PortalSettings | FolderSettings | ViewSettings)
    assert source.title == title


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('title = ""\n', "source.title"),
        (f'title = "{"x" * 41}"\n', "source.title"),
        ('title = "two\\nlines"\n', "source.title"),
        ('title = "turned \\u202e round"\n', "source.title"),
        ('title = "\\u001b[31m"\n', "source.title"),
        (f'title = "x"\ntitle_en = "{"x" * 41}"\n', "source.title_en"),
        ('title_en = "Leaving system"\n', "source.title"),
    ],
)
def test_a_title_that_no_screen_could_show_is_refused(more: str, key: str) -> None:
    assert _refusal(PORTAL + more) == ("settings_value", key)


def test_without_tables_there_are_no_sources() -> None:
    assert _sources("") == ()


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example.edu.tw",
        "ftp://portal.example.edu.tw",
        "portal.example.edu.tw",
        "https://",
        "https://me:secret@portal.example.edu.tw",
        "https://portal.example.edu.tw/?token=x",
        "https://portal.example.edu.tw:port",
        "https://[portal",
        " https://portal.example.edu.tw",
        "https://portal.example.edu.tw/clear ance",
        "https://portal.example.edu.tw/\\t",
    ],
)
def test_an_address_must_be_plain_and_protected(url: str) -> None:
    text = PORTAL.replace("https://portal.example.edu.tw/clearance/", url)
    with pytest.raises(SettingsError) as refused:
        _sources(text)
    assert refused.value.data["key"] == "source.url"
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("ending", ["", "/", "/?", "#"])
def test_an_address_is_asked_for_as_it_was_meant(ending: str) -> None:
    """Where one letter of https was another one, the connection would not use the authority of the settings."""
    text = PORTAL.replace(
        "https://portal.example.edu.tw/clearance/", f"HTTPS://portal.example.edu.tw/clearance{ending}"
    )
    (source,) = _sources(text)
    assert isinstance(source, PortalSettings)
    assert source.url == "https://portal.example.edu.tw/clearance"


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "[::1]:80"])
def test_on_this_machine_a_portal_may_do_without_tls(host: str) -> None:
    (source,) = _sources(PORTAL.replace("https://portal.example.edu.tw/clearance/", f"http://{host}"))
    assert isinstance(source, PortalSettings)


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        (PORTAL + PORTAL, "settings_value", "source.name"),
        (PORTAL + 'token = "abc"\n', "settings_key", "source.token"),
        (PORTAL + "token_file = 1\n", "settings_value", "source.token_file"),
        (PORTAL + 'token_file = "a"\ntoken_keyring = "b"\n', "settings_value", "source.token_keyring"),
        (PORTAL.replace('"portal"\nurl', '"The Portal"\nurl'), "settings_value", "source.name"),
        (PORTAL.replace('kind = "portal"', 'kind = "fax"'), "settings_value", "source.kind"),
        ('[source]\nkind = "portal"\n', "settings_value", "source"),
        ("source = [1]\n", "settings_value", "source"),
    ],
)
def test_a_wrong_table_is_refused_with_its_key(text: str, code: str, key: str) -> None:
    assert _refusal(text) == (code, key)


@pytest.mark.parametrize(
    ("entry", "code"),
    [(1, "settings_value"), ({"kind": "portal", "token": "abc"}, "settings_key")],
    ids=["number", "key"],
)
def test_a_table_is_checked_by_itself_too(entry: object, code: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_sources([entry], HERE)
    assert refused.value.code == code
    assert "abc" not in str(refused.value)


def test_a_folder_lies_beside_the_settings() -> None:
    base = HERE.resolve().parent
    more = 'pattern = "lib_*.csv"\nprofiles = "own"\n'
    assert _sources(FOLDER + more + FOLDER.replace('"library"\nf', '"other"\nf')) == (
        FolderSettings("library", base / "inbox", "library", base / "own", "lib_*.csv"),
        FolderSettings("other", base / "inbox", "library", base / "clearance_profiles"),
    )


def test_a_view_of_a_server_and_of_a_file() -> None:
    profiles = HERE.resolve().parent / "clearance_profiles"
    file = VIEW.replace("postgresql://reader@db/affairs", "sqlite:////srv/affairs.db").replace(
        'affairs"\nd', 'file"\nd'
    )
    assert _sources(VIEW + file) == (
        ViewSettings("affairs", "postgresql://reader@db/affairs", "leaving.list", "v", profiles),
        ViewSettings("file", "sqlite:////srv/affairs.db", "leaving.list", "v", profiles),
    )


def test_a_file_of_a_view_lies_beside_the_settings() -> None:
    (view,) = _sources(VIEW.replace("postgresql://reader@db/", "sqlite:///data/"))
    assert isinstance(view, ViewSettings)
    assert view.database == f"sqlite:///{HERE.resolve().parent}/data/affairs"


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        (FOLDER.replace('folder = "inbox"\n', ""), "settings_value", "source.folder"),
        (FOLDER.replace('profile = "library"\n', ""), "settings_value", "source.profile"),
        (FOLDER + 'pattern = "../*"\n', "settings_value", "source.pattern"),
        (FOLDER + FOLDER.replace('"library"\nf', '"dorm"\nf'), "settings_value", "source.pattern"),
        (FOLDER + 'url = "https://x"\n', "settings_key", "source.url"),
        (VIEW.replace('view = "leaving.list"\n', ""), "settings_value", "source.view"),
        (VIEW.replace("leaving.list", "a.b.c"), "settings_value", "source.view"),
        (VIEW.replace("leaving.list", 'a\\"b'), "settings_value", "source.view"),
        (VIEW.replace("postgresql", "oracle"), "settings_value", "source.database"),
        (VIEW.replace("reader@", "reader:secret@"), "settings_password", "source.database"),
        (VIEW.replace('/affairs"', '/affairs?password=secret"'), "settings_password", "source.database"),
        (VIEW.replace('profile = "v"\n', ""), "settings_value", "source.profile"),
    ],
)
def test_a_wrong_folder_or_view_is_refused_with_its_key(text: str, code: str, key: str) -> None:
    with pytest.raises(SettingsError) as refused:
        _sources(text)
    assert (refused.value.code, refused.value.data["key"]) == (code, key)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("days", [1, 365])
def test_for_how_long_an_office_s_lists_are_kept(days: int) -> None:
    folder = '[[source]]\nkind = "folder"\nname = "library"\nfolder = "inbox"\nprofile = "sample-library"\n'
    usual, said = (_sources(folder + more)[0] for more in ("", f"keep_days = {days}\n"))
    assert isinstance(usual, FolderSettings)
    assert isinstance(said, FolderSettings)
    assert (usual.keep_days, said.keep_days) == (30, days)
    for wrong in ("0", "366", '"30"', "true", "1.5"):
        assert _refusal(folder + f"keep_days = {wrong}\n") == ("settings_value", "source.keep_days")
    assert _refusal(PORTAL + "keep_days = 30\n") == ("settings_key", "source.keep_days")
