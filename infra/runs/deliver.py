"""Hand a delivery over and follow it to where its records end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg

from infra.settings import connections as this_stack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from transforms.connections import Connections

DONE, REFUSED, UNKNOWN = 0, 1, 2
POLL_SECONDS = 0.5

FOLLOW: Final = """
select s.state, s.held_reason, a.changes, a.release_id, r.state as release_state,
    (select count(*) from ops.quarantine q
        where q.source = s.source and q.delivery_id = %(delivery)s and q.reread_in is null)
        + case when cardinality(s.deliveries) = 1
            then coalesce((s.duplicate_kinds ->> 'quarantined_again')::int, 0) else 0 end as quarantined,
    d.sent_count,
    (select max(n.release_id) from ops.release n where n.state = 'abandoned' and n.started_at > a.admitted_at) as lost
from ops.delivery d
left join ops.slice s on s.deliveries @> array[d.delivery_id] and s.state <> 'planned'
left join ops.admission a using (admission_id)
left join ops.release r on r.release_id = a.release_id
where d.delivery_id = %(delivery)s
order by s.slice_id desc nulls last limit 1
"""


@dataclass(frozen=True)
class Outcome:
    """Where a delivery ended: its receipt, what became of its records, the release, and the exit code."""

    receipt: dict[str, Any]
    became: str
    release: int | None
    exit_code: int


def check(path: Path, source: str) -> dict[str, Any]:
    """Read a file as its contract says and tell what would be sent, without sending anything."""
    from transforms.collect.deliver import check_file

    return check_file(source, path)


def deliver_and_follow(
    path: Path, source: str, period: str | None, timeout: int | None, say: Callable[[str], None]
) -> Outcome:
    """Deliver a file; with a `timeout` in seconds, wait until its records are in marts or cannot be."""
    from transforms.collect.deliver import deliver_file

    stack = this_stack()
    receipt = deliver_file(stack, source, path, period=period)
    told = receipt.to_dict()
    if receipt.state == "refused":
        return Outcome(told, f"refused: {receipt.reason}", None, REFUSED)
    say(f"{receipt.state}: {receipt.sent_count or 0} records sent to casebridge.raw.{source}")
    if timeout is None:
        return Outcome(told, receipt.state, None, DONE)
    return _follow(stack, told, receipt.redelivery_of or receipt.delivery_id, timeout, say)


def _follow(
    stack: Connections, receipt: dict[str, Any], delivery: str, timeout: int, say: Callable[[str], None]
) -> Outcome:
    end, told = time.monotonic() + timeout, ""
    with psycopg.connect(stack.dsn("loader"), autocommit=True) as connection:
        while time.monotonic() < end:
            row = connection.execute(FOLLOW, {"delivery": delivery}).fetchone()
            outcome, where = judge(receipt, row)
            if outcome:
                return outcome
            if where != told:
                say(where)
                told = where
            time.sleep(POLL_SECONDS)
    return Outcome(
        receipt, f"not in marts after {timeout} s: {told}; is Airflow running? see `casebridge status`", None, UNKNOWN
    )


def judge(receipt: dict[str, Any], row: tuple[Any, ...] | None) -> tuple[Outcome | None, str]:
    """Return the outcome where there is one, else what is waited for."""
    if row is None or row[0] is None:
        return None, "waiting for a batch to take it"
    state, held, changes, release, release_state, quarantined, sent, lost = row
    became, exit_code = "", DONE
    told = f"{quarantined} of {sent} records are quarantined, see `casebridge quarantine`; the others"
    if state in ("held", "discarded"):
        became, exit_code = f"{state}: {held or 'by a person'}", REFUSED
    elif sent and quarantined == sent:
        became, exit_code = f"all {sent} records are quarantined; see `casebridge quarantine`", REFUSED
    elif not changes:
        became = f"{told} were known" if quarantined else "all records were known"
    elif release_state == "published":
        became = f"in marts since release {release}"
        became = f"{told} are {became}" if quarantined else became
    elif release is None and lost:
        became, exit_code = f"release {lost} was abandoned; see `casebridge releases`", REFUSED
    if became:
        return Outcome(receipt, became, release or lost, exit_code), ""
    return None, "admitted, waiting for its release" if release is None else f"release {release} is being built"
