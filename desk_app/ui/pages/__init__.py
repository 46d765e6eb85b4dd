# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the rail: which there are, who uses them, and how each is built when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desk_app.domain.records import Role
from desk_app.ui.pages.page import Page, PageParts

PICKUP = "pickup"
TODAY = "today"
REPORTS = "reports"
CLEARANCE = "clearance"
POLICY = "policy"
AUDIT = "audit"

_EVERY_ROLE = frozenset(Role)
_AT_THE_COUNTER = frozenset({Role.CLERK, Role.VERIFIER, Role.SUPERVISOR})
_OVERSIGHT = frozenset({Role.SUPERVISOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page of the rail; a page whose role the operator does not have is absent."""

    id: str
    icon: str
    roles: frozenset[Role]
    build: Callable[[PageParts], Page]


def _pickup(parts: PageParts) -> Page:
    from desk_app.ui.pages.pickup import PickupPage  # noqa: PLC0415 - a page is loaded when it is first shown

    return PickupPage(parts)


def _today(parts: PageParts) -> Page:
    from desk_app.ui.pages.today import TodayPage  # noqa: PLC0415 - as above

    return TodayPage(parts)


def _reports(parts: PageParts) -> Page:
    from desk_app.ui.pages.reports import ReportsPage  # noqa: PLC0415 - as above

    return ReportsPage(parts)


def _clearance(parts: PageParts) -> Page:
    from desk_app.ui.pages.clearance import ClearancePage  # noqa: PLC0415 - as above

    return ClearancePage(parts)


def _policy(parts: PageParts) -> Page:
    from desk_app.ui.pages.policy import PolicyPage  # noqa: PLC0415 - as above

    return PolicyPage(parts)


def _audit(parts: PageParts) -> Page:
    from desk_app.ui.pages.audit import AuditPage  # noqa: PLC0415 - as above

    return AuditPage(parts)


PAGES = (
    PageSpec(PICKUP, "certificate", _AT_THE_COUNTER, _pickup),
    PageSpec(TODAY, "page-today", _EVERY_ROLE, _today),
    PageSpec(REPORTS, "page-reports", _OVERSIGHT, _reports),
    PageSpec(CLEARANCE, "page-clearance", _AT_THE_COUNTER, _clearance),
    PageSpec(POLICY, "page-policy", _EVERY_ROLE, _policy),
    PageSpec(AUDIT, "seal", _OVERSIGHT, _audit),
)


def pages_of(role: Role) -> tuple[PageSpec, ...]:
    """Give the pages that a role uses, in the order of the rail."""
    return tuple(page for page in PAGES if role in page.roles)


__all__ = [
    "AUDIT",
    "CLEARANCE",
    "PAGES",
    "PICKUP",
    "POLICY",
    "REPORTS",
    "TODAY",
    "Page",
    "PageParts",
    "PageSpec",
    "pages_of",
]
