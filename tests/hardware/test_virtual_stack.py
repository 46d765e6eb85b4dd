# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the real card service cannot be had, the tests fail and say why; they are never left out in silence."""

from __future__ import annotations

import sys

import pytest

from tests.hardware import virtual_stack
from tests.hardware.virtual_stack import VirtualStack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the virtual reader and its namespaces are Linux's")


def test_a_missing_service_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_stack, "_search_path", lambda: "/nowhere")
    with pytest.raises(AssertionError, match="pcscd is missing: apt-get install --no-install-recommends pcscd"):
        VirtualStack()


def test_refused_namespaces_are_told_in_the_systems_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = ("sh", "-c", "echo unshare failed: Operation not permitted >&2; exit 1")
    monkeypatch.setattr(virtual_stack, "_unshare", lambda: refusal)
    with pytest.raises(AssertionError, match=r"no namespaces for the virtual reader .*Operation not permitted"):
        VirtualStack()
