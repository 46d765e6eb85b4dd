# SPDX-License-Identifier: GPL-3.0-or-later
"""The use cases of the counter, one module each; what they need of the world stands in ``ports``."""
