# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role of the desks may do: everything that a desk does, and no change of history."""

from __future__ import annotations

from sqlalchemy import Connection, Table

from desk_app.domain.errors import StoreError
from desk_app.storage.clearance.arrival_tables import CLEARANCE_ARRIVAL, CLEARANCE_DELIVERY
from desk_app.storage.history import HISTORY, HISTORY_BUT_VOID, VOID_COLUMNS
from desk_app.storage.purge.tables import PURGE, TOMBSTONE
from desk_app.storage.server.guards import MEMORY, memory_rights
from desk_app.storage.tables import METADATA, SEAL_PENDING

_PASSING = (SEAL_PENDING, CLEARANCE_ARRIVAL, CLEARANCE_DELIVERY)
"""Tables whose rows are gone once something is done."""

USUAL_ROLE = "desk_app"
"""The name that the printed grants use when none was chosen."""

_KNOWN = "SELECT 1 FROM pg_roles WHERE rolname = %s"
_OWN = "SELECT current_user, current_database(), current_schema()"
_AT_WORK = (
    "SELECT DISTINCT r.rolname FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee"
    " WHERE c.oid = 'alembic_version'::regclass AND a.grantee <> c.relowner ORDER BY 1"
)
_OWNS = "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'alembic_version'::regclass"


def grants(connection: Connection, role: str) -> tuple[str, ...]:
    """Give the statements after which a role can work at the desks and change no history."""
    _, database, schema = connection.exec_driver_sql(_OWN).one()
    quoted = connection.dialect.identifier_preparer.quote_identifier
    to, inside = f"TO {quoted(role)}", quoted(schema)
    tables = ", ".join(quoted(name) for name in METADATA.tables)
    # A purge is the owner's act: whoever works at a desk can neither erase nor say that it was done.
    added = ", ".join(quoted(table.name) for table in METADATA.tables.values() if table not in (PURGE, TOMBSTONE))
    return (
        f"GRANT CONNECT, TEMPORARY ON DATABASE {quoted(database)} {to}",
        f"GRANT USAGE ON SCHEMA {inside} {to}",
        # Whatever an earlier program or a hand has given away is taken back first.
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {inside} FROM {quoted(role)}",
        f"GRANT SELECT ON {MEMORY}, alembic_version, {tables} {to}",
        f"GRANT INSERT ON {added} {to}",
        *(f"GRANT UPDATE ON {quoted(table.name)} {to}" for table in METADATA.sorted_tables if _may_change(table)),
        *(f"GRANT UPDATE ({_voids(table)}) ON {quoted(table.name)} {to}" for table in HISTORY_BUT_VOID),
        f"GRANT DELETE ON {', '.join(table.name for table in _PASSING)} {to}",
        # Reading them is part of copying the store.
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {inside} {to}",
        # A store of an earlier program, and one put back from a copy, which knows no rights.
        *memory_rights(inside),
    )


def require_role(connection: Connection, role: str) -> None:
    """Raise :class:`StoreError` for a role that the server does not know."""
    if connection.exec_driver_sql(_KNOWN, (role,)).first() is None:
        raise StoreError("store_role_missing", role=role)


def apply_grants(connection: Connection, role: str) -> None:
    """Grant; raise :class:`StoreError` for a role that the server does not know."""
    require_role(connection, role)
    for statement in grants(connection, role):
        connection.exec_driver_sql(statement)


def roles_at_work(connection: Connection) -> tuple[str, ...]:
    """Give the roles that have been granted the store, other than the one to which it belongs."""
    return tuple(connection.exec_driver_sql(_AT_WORK).scalars())


def owns_store(connection: Connection) -> bool:
    """Tell whether the store belongs to the role of this connection."""
    return bool(connection.exec_driver_sql(_OWNS).scalar_one())


def _may_change(table: Table) -> bool:
    return table not in (*HISTORY, *HISTORY_BUT_VOID)


def _voids(table: Table) -> str:
    return ", ".join(column.name for column in table.columns if column.name in VOID_COLUMNS)
