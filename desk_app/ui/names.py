# SPDX-License-Identifier: GPL-3.0-or-later
"""Short names of places and of people for screens."""

from __future__ import annotations

from desk_app.domain.policy import Policy
from desk_app.domain.records import Operator
from desk_app.services.wording import counter_name
from desk_app.ui.context import UiContext


def campus(context: UiContext, policy: Policy, counter: str) -> str:
    """Give the short name of a counter's place; a counter without one has its office's name, none has ""."""
    key = f"shell.campus.{counter}"
    if context.texts.has(key):
        return context.t(key)
    return context.of(counter_name(policy, counter)) if counter else ""


def role_words(context: UiContext, operator: Operator) -> str:
    """Give role and id of somebody in the screens' language."""
    return context.t("staff.role_id", role=context.t(f"shell.role.{operator.role.value}"), id=operator.id)
