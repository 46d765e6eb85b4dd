# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a leaving portal over HTTP, as ``resources/openapi/clearance-portal.yaml`` says, and believes nothing unchecked."""
