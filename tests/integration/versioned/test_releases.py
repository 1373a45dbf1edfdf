"""A release that is built shows what a plain rebuild would show."""

from __future__ import annotations

from tests.integration.versioned.warehouse import Warehouse


def test_a_first_release_shows_what_a_plain_rebuild_shows(warehouse: Warehouse) -> None:
    admission = warehouse.admit()
    warehouse.record(admission, "r1", "i1", "1.00")
    warehouse.record(admission, "r2", "i2", "2.50", tier=2)
    warehouse.release()
    warehouse.check()
    warehouse.record(warehouse.admit(), "r1", "i1", "3.00")
    built = warehouse.release()
    assert not built.whole
    warehouse.check()
