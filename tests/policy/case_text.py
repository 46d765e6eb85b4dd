# SPDX-License-Identifier: GPL-3.0-or-later
"""The beginning of a case file, under which a test writes its cases."""

HEAD = """schema = 1
policy = "ntnu-113-2"
[base]
at = 2025-06-03T10:00:00
counter = "MAIN"
student = { number = "41020901L", unit = "CHU" }
"""
