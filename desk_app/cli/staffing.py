# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app staff``: who may sign in at the desks; a supervisor opens, closes and mends accounts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk_app.cli.phrases import ask_new_phrase, ask_own_phrase
from desk_app.cli.session import Session, say
from desk_app.cli.values import ROLES, FilePath
from desk_app.cli.worded import argument, group, option
from desk_app.domain.errors import StaffError

if TYPE_CHECKING:
    from desk_app.domain.staff import Account
    from desk_app.services.desk import Desk
    from desk_app.services.ports import OwnerProof

_by = option("--as", "by")


@group()
def staff() -> None:
    """Keep the accounts of the staff."""


@staff.command("list")
@_by
@click.pass_obj
def list_(session: Session, by: str | None) -> None:
    """List all accounts."""
    with _signed_in(session, by) as desk:
        for account in desk.staff.accounts():
            operator = account.operator
            role = session.texts(f"shell.role.{operator.role.value}")
            say(f"{operator.id}\t{operator.name}\t{role}\t{_state(session, desk, account)}")


@staff.command()
@argument("operator_id")
@argument("name")
@argument("role", type=ROLES)
@_by
@click.pass_obj
def add(session: Session, operator_id: str, name: str, role: str, by: str | None) -> None:
    """Open an account with a first pass phrase."""
    from desk_app.domain.records import Operator, Role

    with _signed_in(session, by) as desk:
        desk.staff.add(Operator(operator_id, name.strip(), Role(role)), ask_new_phrase(session.texts, operator_id))
    say(session.texts("staff.cli.added", id=operator_id, role=session.texts(f"shell.role.{role}")))


@staff.command()
@argument("operator_id")
@_by
@click.pass_obj
def disable(session: Session, operator_id: str, by: str | None) -> None:
    """Close an account."""
    with _signed_in(session, by) as desk:
        desk.staff.close(operator_id)
    say(session.texts("staff.cli.closed", id=operator_id))


@staff.command()
@argument("operator_id")
@_by
@click.pass_obj
def passphrase(session: Session, operator_id: str, by: str | None) -> None:
    """Set a pass phrase."""
    with _signed_in(session, by) as desk:
        desk.staff.set_phrase(operator_id, ask_new_phrase(session.texts, operator_id))
    say(session.texts("staff.cli.phrase_set", id=operator_id))


@staff.command()
@argument("operator_id")
@option("--root-key", type=FilePath(exists=True))
@click.pass_obj
def recover(session: Session, operator_id: str, root_key: Path | None) -> None:
    """Set a supervisor's pass phrase as the owner of the desk."""
    proof = _owner_proof(session, root_key)
    proof.require()
    with session.desk() as desk:
        desk.recovery.recover(operator_id, ask_new_phrase(session.texts, operator_id), proof)
    say(session.texts("staff.cli.recovered", id=operator_id))


def _owner_proof(session: Session, root_key: Path | None) -> OwnerProof:
    from desk_app.bootstrap.owner_proofs import RecoveryKeyProof, root_key_proof
    from desk_app.cli.keys import typed_recovery

    if root_key is not None:
        return root_key_proof(session.settings, root_key)
    return RecoveryKeyProof(session.settings, typed_recovery(session))


@contextmanager
def _signed_in(session: Session, by: str | None) -> Iterator[Desk]:
    """Build the desk and sign somebody in for the time of a command."""
    from desk_app.domain.records import Role

    with session.desk() as desk:
        supervisors = [one.operator.id for one in desk.staff.accounts() if _may_supervise(one, Role.SUPERVISOR)]
        who = by or (supervisors[0] if len(supervisors) == 1 else "")
        if not supervisors:
            raise StaffError("staff_begin_proof", operator=who or "ID")
        if not who:
            raise click.UsageError(session.texts("staff.cli.who", ids=" | ".join(supervisors)))
        desk.staff.sign_in(who, ask_own_phrase(session.texts, who))
        yield desk
        desk.staff.sign_out()


def _may_supervise(account: Account, role: str) -> bool:
    return account.usable and account.operator.role == role


def _state(session: Session, desk: Desk, account: Account) -> str:
    if account.closed:
        return session.texts("staff.cli.state_closed")
    if not account.phrase_hash:
        return session.texts("staff.cli.state_no_phrase")
    if account.locked_until is not None and account.is_locked(desk.clock.now()):
        return session.texts("staff.cli.state_locked", until=f"{account.locked_until:%H:%M}")
    return session.texts("staff.cli.state_open")
