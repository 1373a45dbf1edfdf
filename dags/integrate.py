"""Take what waits in Kafka into a published release: woken by the level of work, swept every five minutes."""

from __future__ import annotations

from typing import Final

import structlog
from airflow.sdk import Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable, dag, task
from casebridge_dag import DEFAULTS, fail_if_abandoned, no_vain_retry, stack
from casebridge_triggers import WorkWaiting

DOC: Final = """
**Reads** the offsets that no batch has taken: closed deliveries, and what bodies pushed (`casebridge.raw.*`).

**Writes** the archive, `staged`, `canonical`, the ledger, and one release of `marts` where something changed.

**If it fails** at `take_batches`: it is tried again with the same offsets; after the second failure of a batch its
slices are held (`casebridge slice list`). At `release`: its gate abandoned it, readers still see the one before;
`casebridge gates` shows why, `casebridge release retry` builds again. A held slice is no failure.
"""
log = structlog.get_logger()
work = Asset("work", watchers=[AssetWatcher(name="work_waiting", trigger=WorkWaiting())])
sweep = CronTriggerTimetable("*/5 * * * *", timezone="Asia/Shanghai")


@dag(
    schedule=AssetOrTimeSchedule(timetable=sweep, assets=work),
    catchup=False,
    max_active_runs=1,
    doc_md=DOC,
    tags={"stage/integrate", "impact/critical", "kind/now"},
    default_args=DEFAULTS,
)
def integrate() -> None:
    """Land, normalise, gate and admit all that waits, then build and publish one release."""

    @task
    def take_batches() -> None:
        from infra.runs.integrate import take_next_batch

        with no_vain_retry():
            while admitted := take_next_batch(stack()):
                for slice_id, reason in admitted.held.items():
                    log.warning("held", batch=admitted.batch_id, slice=slice_id, reason=reason)

    @task
    def release() -> None:
        from infra.runs.integrate import release as build_and_publish

        with no_vain_retry():
            fail_if_abandoned(build_and_publish(stack()))

    take_batches() >> release()


integrate()
