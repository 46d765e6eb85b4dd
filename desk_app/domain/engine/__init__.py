# SPDX-License-Identifier: GPL-3.0-or-later
"""The desk's engine: one pure function that decides whether a certificate may be handed over."""

from desk_app.domain.engine.decide import decide
from desk_app.domain.engine.desk import is_open, next_opening
from desk_app.domain.engine.situation import Situation, situation_of

__all__ = ["Situation", "decide", "is_open", "next_opening", "situation_of"]
