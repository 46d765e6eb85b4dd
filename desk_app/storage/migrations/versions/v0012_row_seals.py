# SPDX-License-Identifier: GPL-3.0-or-later
"""Seals of the rows that a verdict rests on, and words by telephone enciphered, each for its own row.

The upgrade trusts what it finds: it seals rows as they are, those that were altered before it too. From then on a change
beside the program is seen.
Frozen: it spells out what a seal covers and how it is written, so that later changes never change what it made.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import context, op

from desk_app.domain.errors import StoreError
from desk_app.storage.keys.cipher import FieldCipher

revision = "0012"
down_revision = "0011"

_SLICE = 10_000
_WORD_FIELD = "clearance_item.confirmed"
_WORD_TABLES = ("clearance_item", "clearance_arrival")
_ITEM_KEY = ("student_no", "item", "source")

_Turn = Callable[[FieldCipher, str, str], str]


class _Sealed(NamedTuple):
    """A table whose rows are sealed: columns in order, some of a kind; ``says`` is the table that the seal names."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    instants: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    says: str = ""


_ITEM_COLUMNS = (*_ITEM_KEY, "state", "as_of", "window_closed", "detail", "certificate_date", "note")
_TABLES = (
    _Sealed(
        "student",
        ("number",),
        (
            *("number", "name", "name_romanised", "search_name", "unit", "level", "college", "other_units", "entry_ay"),
            *("enrolled_on", "graduation_ay", "groups", "has_national_id", "procedure_started", "email_on_record"),
            *("loss_reported_at", "loss_reason", "loss_reissue", "overseas", "person_blind"),
        ),
        instants=frozenset({"loss_reported_at"}),
        values=frozenset({"other_units", "groups", "overseas"}),
    ),
    _Sealed("card", ("uid",), ("uid", "student_no", "generation", "state", "valid_from", "valid_to")),
    _Sealed("clearance_item", _ITEM_KEY, _ITEM_COLUMNS, instants=frozenset({"as_of"})),
    _Sealed(
        "clearance_arrival",
        ("delivery", *_ITEM_KEY),
        _ITEM_COLUMNS,
        instants=frozenset({"as_of"}),
        says="clearance_item",
    ),
    _Sealed("holding", ("serial",), ("serial", "student_no", "document", "counter", "box", "state")),
)


def upgrade() -> None:
    """Add the columns, encipher the words and seal every row."""
    _turn_words(lambda cipher, key, word: base64.b64encode(cipher.seal(_WORD_FIELD, key, word.encode())).decode())
    for sealed in _TABLES:
        op.add_column(sealed.table, sa.Column("seal", sa.LargeBinary))
        for rows in _slices(sealed):
            _seal(sealed, rows)


def downgrade() -> None:
    """Drop the columns and decipher the words."""
    for sealed in reversed(_TABLES):
        op.drop_column(sealed.table, "seal")
    _turn_words(lambda cipher, key, word: cipher.open(_WORD_FIELD, key, base64.b64decode(word)).decode())


def _slices(sealed: _Sealed) -> Iterator[Sequence[sa.Row[Any]]]:
    """Give all rows as the database holds them, slice by slice in the order of the key: the columns, then the key."""
    key: list[sa.ColumnElement[Any]] = [sa.column(name) for name in sealed.key]
    columns: list[sa.ColumnElement[Any]] = [sa.column(name) for name in sealed.columns]
    columns += [column.label(f"key_{place}") for place, column in enumerate(key)]
    first = sa.select(*columns).select_from(sa.table(sealed.table)).order_by(*key).limit(_SLICE)
    after = first.where(sa.tuple_(*key) > sa.tuple_(*(sa.bindparam(f"after_{name}") for name in sealed.key)))
    rows = op.get_bind().execute(first).all()
    while rows:
        yield rows
        last = zip(sealed.key, rows[-1][-len(key) :], strict=True)
        rows = op.get_bind().execute(after, {f"after_{name}": value for name, value in last}).all()


def _seal(sealed: _Sealed, rows: Sequence[sa.Row[Any]]) -> None:
    """Seal rows; what is said of each is its values, each with its length before it."""
    cipher, count = _cipher(), len(sealed.columns)
    begin, writings = f"{sealed.says or sealed.table}:", [_writing(sealed, name) for name in sealed.columns]
    seals = []
    for row in rows:
        said = begin
        for write, value in zip(writings, row[:count], strict=True):
            said += "-" if value is None else f"{len(text := write(value))}:{text}"
        seals.append((cipher.sign(said.encode(errors="surrogatepass")), *row[count:]))
    _keep(sealed, seals)


def _writing(sealed: _Sealed, name: str) -> Callable[[Any], str]:
    """Give how values of a column are written, alike for both databases: a file has texts and numbers alone."""
    return _instant if name in sealed.instants else _json if name in sealed.values else _plain


@lru_cache(maxsize=10_000)  # few files have brought all of them
def _instant(value: str | datetime) -> str:
    """Write an instant; what is none stays as it is: it is told of when somebody asks for it, and hinders no upgrade."""
    with suppress(ValueError):
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        return instant.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


def _json(value: str) -> str:
    with suppress(ValueError):
        said = json.loads(value) if value != "[]" else None
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if said else "[]"
    return value


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date) else str(int(value))


def _keep(sealed: _Sealed, seals: list[tuple[Any, ...]]) -> None:
    """Write seals, each followed by the key of its row."""
    connection, table = op.get_bind(), sealed.table
    if connection.dialect.name == "postgresql":
        names = ("new_seal", *sealed.key)
        given = ", ".join("%s::bytea[]" if n == 0 else f"%s::{_array(name)}" for n, name in enumerate(names))
        same = " AND ".join(f"t.{name} = s.{name}" for name in sealed.key)
        statement = (
            f"UPDATE {table} t SET seal = s.new_seal"  # noqa: S608 - made of constants
            f" FROM unnest({given}) AS s({', '.join(names)}) WHERE {same}"
        )
        connection.exec_driver_sql(statement, tuple(map(list, zip(*seals, strict=True))))
        return
    same = " AND ".join(f"{name} = ?" for name in sealed.key)
    connection.exec_driver_sql(f"UPDATE {table} SET seal = ? WHERE {same}", seals)  # noqa: S608 - made of constants


def _array(name: str) -> str:
    return "integer[]" if name == "delivery" else "text[]"


def _turn_words(turned: _Turn) -> None:
    connection = op.get_bind()
    for name in _WORD_TABLES:
        key = ("delivery", *_ITEM_KEY) if name == "clearance_arrival" else _ITEM_KEY
        table = sa.table(name, *map(sa.column, (*key, "confirmed")))
        words = sa.select(table).where(table.c.confirmed.is_not(None))
        for row in connection.execute(words).mappings().all():
            value = turned(_cipher(), "|".join(row[part] for part in _ITEM_KEY), row["confirmed"])
            one = sa.update(table).where(*(table.c[part] == row[part] for part in key))
            connection.execute(one.values(confirmed=value))


def _cipher() -> FieldCipher:
    cipher = context.config.attributes.get("cipher")
    if not isinstance(cipher, FieldCipher):
        raise StoreError("store_migration", detail="store.key")
    return cipher
