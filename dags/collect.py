"""Collect what the bodies deliver: one DAG per cadence, one mapped task per due source."""

from __future__ import annotations

from typing import Any, Final

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable, dag, task
from casebridge_dag import DEFAULTS, no_vain_retry, stack
from casebridge_triggers import DeliveryWaiting

# The `frequency` of a contract -> when its sources are asked, Asia/Shanghai.
CADENCES: Final = {"continuous": "*/5 * * * *", "5min": "*/5 * * * *", "hourly": "7 * * * *", "daily": "30 0 * * *"}
WOKEN: Final = "continuous"

DOC: Final = """
**Reads** the sources whose contract says `{cadence}`; `continuous` is woken by files in inboxes and by new rows.

**Writes** the records to `casebridge.raw.<source>`, the bytes to the vault, each attempt to `ops.delivery`.

**If it fails** the source did not answer after three retries, or its contract is broken (no retry): the log of its task
says which, and the remedy. Nothing is lost: the next run asks from the same place. What is refused is no failure.
"""
deliveries = Asset("deliveries", watchers=[AssetWatcher(name="delivery_waiting", trigger=DeliveryWaiting())])


def collect_dag(cadence: str, cron: str) -> DAG:
    """Make the DAG of one cadence."""
    times = CronTriggerTimetable(cron, timezone="Asia/Shanghai")

    @dag(
        f"collect_{cadence}",
        schedule=AssetOrTimeSchedule(timetable=times, assets=deliveries) if cadence == WOKEN else times,
        catchup=False,
        max_active_runs=1,
        doc_md=DOC.format(cadence=cadence),
        tags={"stage/collect", "impact/high", "kind/now"},
        default_args=DEFAULTS,
    )
    def collect() -> None:
        @task
        def due(dag_run: Any = None) -> list[str]:
            from transforms.collect import deliver, waiting

            is_woken = dag_run.run_type == "asset_triggered"
            return waiting.sources_waiting(stack()) if is_woken else deliver.due_sources(stack(), cadence)

        @task(map_index_template="{{ task.op_kwargs['source'] }}")
        def collect_source(source: str) -> None:
            from transforms.collect.deliver import collect_due

            with no_vain_retry():
                collect_due(stack(), source)

        collect_source.expand(source=due())

    return collect()


for _cadence, _cron in CADENCES.items():
    globals()[f"collect_{_cadence}"] = collect_dag(_cadence, _cron)
