"""A delivery that is followed tells how many of its records are quarantined, for the first time or again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from infra.runs.deliver import FOLLOW, judge
from tests.support.books import Delivery, Sent, contract_of, stage_deliveries
from tests.support.histories import SNAPSHOT, as_penalty
from tests.support.warehouses import warehouse_beside
from transforms.admit.admit import admit

if TYPE_CHECKING:
    from transforms.connections import Connections

SOUND, CORRECTED, BROKEN = Sent("1", "a", 0), Sent("1", "b", 0), Sent("2", "a", 0, usable=False)


def followed(there: Connections, day: int, *records: Sent) -> str:
    batch = stage_deliveries(there, contract_of(SNAPSHOT), [Delivery(day, records)], as_penalty)
    admit(there, batch, {})
    with psycopg.connect(there.dsn("owner")) as connection:
        connection.execute("insert into ops.release (state, cause) values ('published', 'batch')")
        connection.execute("update ops.admission set release_id = (select max(release_id) from ops.release)")
        row = connection.execute(FOLLOW, {"delivery": batch.slices[0].deliveries[0]}).fetchone()
    outcome, _ = judge({}, row)
    assert outcome is not None
    return outcome.became


def test_an_item_that_is_said_again_is_no_known_record(stack: Connections) -> None:
    with warehouse_beside(stack, "followed") as there:
        told = [followed(there, 1, SOUND, BROKEN), followed(there, 2, SOUND, BROKEN), followed(there, 3, BROKEN)]
        told += [followed(there, 4, CORRECTED, BROKEN), followed(there, 5, CORRECTED)]
    part = "1 of 2 records are quarantined, see `casebridge quarantine`; the others"
    assert told == [
        f"{part} are in marts since release 1",
        f"{part} were known",
        "all 1 records are quarantined; see `casebridge quarantine`",
        f"{part} are in marts since release 4",
        "all records were known",
    ]
