"""Great Expectations on the warehouse: ephemeral, as role `gate`; nothing is printed, nothing sent anywhere."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

from quality.results import ROLE
from transforms.connections import Connections

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.postgres_datasource import PostgresDatasource


def load_great_expectations() -> ModuleType:
    """Import the library, which takes 8 to 11 seconds, with its telemetry off and its 200 INFO lines unsaid."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations

    # This module lowers its own level to INFO, to tell of a folder that it does not make.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    return great_expectations


@contextmanager
def open_warehouse(connections: Connections) -> Iterator[PostgresDatasource]:
    """Give the warehouse as a data source, and close its connections afterwards."""
    gx = load_great_expectations()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    address = connections.dsn(ROLE).replace("postgresql://", "postgresql+psycopg://", 1)
    source: PostgresDatasource = context.data_sources.add_postgres("warehouse", connection_string=address)
    try:
        yield source
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()
