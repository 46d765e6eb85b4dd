# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m desk_app`` and ``desk-app``."""

from __future__ import annotations

from desk_app.cli.root import cli


def main() -> None:
    """Run the command line."""
    cli(prog_name="desk-app")


if __name__ == "__main__":
    main()
