# SPDX-License-Identifier: GPL-3.0-or-later
"""The revisions of the schema, the oldest first."""
