"""What a person decides about a held slice, and what follows for the slices that waited behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import dict_row

from infra.runs.integrate import gate_and_admit, only_one_at_a_time
from transforms.admit import statements as st
from transforms.admit.admit import admit
from transforms.errors import GateRefused, Terminal
from transforms.land.left import require_contract
from transforms.ledger.batches import Batch, read_batch

if TYPE_CHECKING:
    from transforms.connections import Connections

# While the records of before stand under other keys, nothing else that the gate measured of a slice says anything.
_OTHER_KEYS: Final = "otherKeys"
# What was received before a replay with a newer contract is read by that one too: a replay reads admitted slices only.
READ_BY_WHAT_STANDS: Final = """
update ops.delivery d set contract_version = n.contract_version
from (
    select o.contract_version from ops.delivery o
    where o.source = %(source)s and o.sent_count > 0 and exists (
        select from ops.slice a where a.deliveries @> array[o.delivery_id] and a.state = 'admitted')
    order by o.seq desc limit 1) n
where d.delivery_id in (select unnest(deliveries) from ops.slice where slice_id = %(slice)s)
    and split_part(d.contract_version, '.', 1)::int < split_part(n.contract_version, '.', 1)::int
"""


@dataclass(frozen=True)
class Decided:
    """What became of the slice and of those that waited behind it, by slice number."""

    slice_id: int
    decision: str
    admitted: tuple[int, ...]
    still_held: dict[int, str]


def decide(connections: Connections, slice_id: int, decision: str, reason: str, who: str) -> Decided:
    """Admit or discard a held slice, then take its waiting successors through their gate, in order.

    Raises Terminal where the slice is not held, or an older slice of its source is. One that was held for other keys is
    judged anew before it is admitted: raises GateRefused where the gate holds it again, and nothing is decided.
    """
    with only_one_at_a_time(connections):
        first = _held(connections, slice_id)
        _decide_one(connections, first, decision, reason)
        _sign(connections, slice_id, decision, reason, who)
        admitted, still_held = [slice_id], dict[int, str]()
        for follower in _successors(connections, first["source"]):
            batch = _staged_again(connections, follower)
            result = gate_and_admit(connections, batch, "held")
            admitted += result.slices
            still_held |= result.held
    return Decided(slice_id, decision, tuple(admitted), still_held)


def check_held(connections: Connections, slice_id: int) -> dict[str, Any]:
    """Return the slice with its source and count; raises Terminal where it cannot be decided on now."""
    return _held(connections, slice_id)


def _held(connections: Connections, slice_id: int) -> dict[str, Any]:
    with psycopg.connect(connections.dsn("loader"), row_factory=dict_row) as connection:
        row = connection.execute(
            "select s.slice_id, s.batch_id, s.source, s.state, s.sent, s.held_reason, (select min(h.slice_id) "
            "from ops.slice h where h.source = s.source and h.state = 'held') as oldest "
            "from ops.slice s where slice_id = %s",
            (slice_id,),
        ).fetchone()
    if row is None or row["state"] != "held":
        state = row["state"] if row else "unknown"
        raise Terminal(
            f"slice {slice_id} is {state}, not held", "ops.slice", "`casebridge slice list` shows the held ones"
        )
    if row["oldest"] != slice_id:
        raise Terminal(
            f"slice {slice_id} waits for slice {row['oldest']} of the same source",
            f"source {row['source']}",
            f"decide on slice {row['oldest']} first: slices of one source are admitted in order",
        )
    require_contract(row["source"])
    return row


def _decide_one(connections: Connections, row: dict[str, Any], decision: str, reason: str) -> None:
    is_rekeyed = decision == "admit" and _OTHER_KEYS in row["held_reason"]
    if is_rekeyed:
        _read_by_what_stands(connections, row)
    batch = _staged_again(connections, row)
    if decision == "discard":
        with psycopg.connect(connections.dsn("loader")) as connection:
            connection.execute(st.DISCARD, {"fence": batch.fence, "slice": row["slice_id"], "reason": reason})
        admit(connections, batch, {}, "discard")
    elif is_rekeyed:
        held = gate_and_admit(connections, batch, "held").held
        if held:
            raise GateRefused(
                f"slice {row['slice_id']} is held again: {held[row['slice_id']]}",
                f"source {row['source']}",
                f"where it still says {_OTHER_KEYS}, replay the source first; else admit it all the same or discard it",
            )
    else:
        admit(connections, batch, {}, "held")


def _read_by_what_stands(connections: Connections, row: dict[str, Any]) -> None:
    with psycopg.connect(connections.dsn("loader")) as connection:
        connection.execute(READ_BY_WHAT_STANDS, {"source": row["source"], "slice": row["slice_id"]})


def _staged_again(connections: Connections, row: dict[str, Any]) -> Batch:
    """Normalise one slice again, from the archive, under a new fencing number of its batch."""
    from transforms.land.archive import is_archived, land
    from transforms.normalise.job import normalise_batch
    from transforms.spark import spark_session

    with psycopg.connect(connections.dsn("loader")) as connection:
        found = connection.execute(
            "update ops.batch set fence = fence + 1 where batch_id = %s returning fence", (row["batch_id"],)
        ).fetchone()
        connection.commit()
        if found is None:
            raise LookupError(f"batch {row['batch_id']} of slice {row['slice_id']}")
        batch = read_batch(connection, row["batch_id"], fence=found[0], slices=(row["slice_id"],))
    with spark_session(connections, batch.slices[0].expected) as session:
        if not is_archived(session, batch):
            land(session, connections, batch)
        normalise_batch(session, connections, batch)
    return batch


def _successors(connections: Connections, source: str) -> list[dict[str, Any]]:
    with psycopg.connect(connections.dsn("loader"), row_factory=dict_row) as connection:
        return connection.execute(
            "select slice_id, batch_id, source from ops.slice where source = %s and state = 'held' "
            "and held_reason like 'waits for %%' order by slice_id",
            (source,),
        ).fetchall()


def _sign(connections: Connections, slice_id: int, decision: str, reason: str, who: str) -> None:
    state = "admitted" if decision == "admit" else "discarded"
    with psycopg.connect(connections.dsn("loader")) as connection:
        connection.execute(
            "update ops.slice set state = %s, decided_by = %s, decided_reason = %s, decided_at = now() "
            "where slice_id = %s",
            (state, who, reason, slice_id),
        )
