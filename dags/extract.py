"""Build every recipient's packs of the newest release, each night."""

from __future__ import annotations

from typing import Final

from airflow.sdk import CronTriggerTimetable, dag, task
from casebridge_dag import DEFAULTS, no_vain_retry, stack

DOC: Final = """
**Reads** `marts` at the newest published release; the as-of date is today in Shanghai.

**Writes** one signed pack per pack contract into the outbox, and `ops.pack`. A pack that is there is left alone.

**If it fails** gate *pack* refused the files (no retry): nothing was signed, `casebridge gates` shows why. Mend the
cause, then clear the task: the packs of other recipients are not touched.
"""


@dag(
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    doc_md=DOC,
    tags={"stage/extract", "impact/high", "kind/now"},
    default_args=DEFAULTS,
)
def extract() -> None:
    """Build the packs of each recipient, one mapped task a recipient."""

    @task
    def recipients() -> list[str]:
        from infra.runs.extract import recipients as named_in_contracts

        return named_in_contracts()

    @task(map_index_template="{{ task.op_kwargs['recipient'] }}")
    def build_packs(recipient: str) -> None:
        from infra.runs.extract import extract as build

        with no_vain_retry():
            build(stack(), recipient)

    build_packs.expand(recipient=recipients())


extract()
