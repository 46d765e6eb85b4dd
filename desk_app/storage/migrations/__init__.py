# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic's folder: revisions as code, run by ``storage/migrate.py`` only."""
