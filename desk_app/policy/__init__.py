# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy packs: from TOML to a validated, digested :class:`~desk_app.domain.policy.Policy`."""
