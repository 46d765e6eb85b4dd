# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference portal keeps the contract, whatever it is asked: what the client is tried against is what is written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from desk_app.resources import resource
from tests.portal.app import Portal
from tests.portal.rows import Rows, rows_of_csv
from tests.portal.server import serving

NOW = datetime.fromisoformat("2025-06-03T10:00:00+08:00")
TOKEN = "a-token"
CONTRACT = Path(__file__).parents[3] / "resources" / "openapi" / "clearance-portal.yaml"

schema = schemathesis.openapi.from_path(CONTRACT)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    rows = Rows()
    rows.put(rows_of_csv(resource("demo", "items.csv")))
    with serving(Portal(rows, lambda: NOW, TOKEN).app()) as url:
        yield url


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_of_the_contract(case: Case[Any], address: str) -> None:
    # A well-formed cursor that the portal has never given is answered with 410, which the contract wants.
    case.call_and_validate(
        base_url=address, headers={"Authorization": f"Bearer {TOKEN}"}, excluded_checks=[positive_data_acceptance]
    )


def test_the_portal_has_the_paths_of_the_contract_and_no_other() -> None:
    served = {getattr(route, "path", "") for route in Portal(Rows(), lambda: NOW).app().routes}
    assert served == set(schema.raw_schema["paths"])
