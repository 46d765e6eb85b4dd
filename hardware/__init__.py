# SPDX-License-Identifier: GPL-3.0-or-later
"""Card readers and cards behind one interface; knows nothing of the application, of Qt or of SQL."""
