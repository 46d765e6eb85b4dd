# SPDX-License-Identifier: GPL-3.0-or-later
"""The store: the only place for SQLAlchemy and Alembic; rows never leave it."""
