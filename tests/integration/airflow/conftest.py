"""A stack with Airflow, which stops when these tests are over: it is never idle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.bench.stack import own_stack
from transforms.connections import Connections


def _keep(_: str) -> None:
    """Say nothing: pytest shows what fails."""


@pytest.fixture(scope="package")
def airflow_stack() -> Iterator[Connections]:
    """Bring up everything, for the tests of this folder."""
    with own_stack(_keep, with_airflow=True) as stack:
        yield stack
