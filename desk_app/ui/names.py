# SPDX-License-Identifier: GPL-3.0-or-later
"""Short names of places and of people for screens."""

from __future__ import annotations

from desk_app.domain.policy import Policy
from desk_app.domain.records import Operator
from desk_app.i18n import Catalogue
from desk_app.services.wording import counter_name
from desk_app.ui.context import UiContext


def campus(context: UiContext, policy: Policy, counter: str) -> str:
    """Give the short name of a counter's place; a counter without one has its office's name, none has ""."""
    return campus_in(context.texts, policy, counter)


def campus_in(texts: Catalogue, policy: Policy, counter: str) -> str:
    """Give the short name of a counter's place in the words of a catalogue."""
    key = f"shell.campus.{counter}"
    if texts.has(key):
        return texts(key)
    return counter_name(policy, counter).of(texts.language) if counter else ""


def role_words(context: UiContext, operator: Operator) -> str:
    """Give role and id of somebody in the screens' language."""
    return context.t("staff.role_id", role=context.t(f"shell.role.{operator.role.value}"), id=operator.id)
