# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that many commands have."""

from __future__ import annotations

from desk_app.cli.worded import option

as_option = option("--as", "by")
"""The option by which somebody else than the operator of the settings runs a command."""

json_option = option("--json", "as_json", is_flag=True)
"""The option by which a command answers with JSON and without words."""
