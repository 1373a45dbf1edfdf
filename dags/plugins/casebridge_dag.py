"""What every DAG of ours has in common: its stack, and what it does about a failure."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from airflow.sdk.exceptions import AirflowException, AirflowFailException

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infra.runs.integrate import Released
    from transforms.connections import Connections
    from transforms.errors import CasebridgeError

log = structlog.get_logger()


def log_failure(context: Mapping[str, Any]) -> None:
    """Log a failed task with its source, and with the batch that is open, if one is."""
    instance = context["ti"]
    log.error(
        "failed",
        dag=instance.dag_id,
        task=instance.task_id,
        run=context["run_id"],
        source=instance.task.op_kwargs.get("source"),
        batch=_open_batch(),
        error=_told(context.get("exception")),
    )


def _told(error: object) -> str:
    from transforms.errors import reason_of

    return reason_of(error) if isinstance(error, BaseException) else str(error)


def _open_batch() -> int | None:
    import psycopg

    from transforms.errors import CasebridgeError
    from transforms.land.plan import LANE
    from transforms.ledger.batches import open_batch

    try:
        with psycopg.connect(stack().dsn("loader")) as ledger:
            return open_batch(ledger, LANE)
    except (CasebridgeError, psycopg.Error):
        return None


@contextmanager
def no_vain_retry() -> Iterator[None]:
    """Turn what trying again cannot change into a failure without retry, and keep what libraries say of values out.

    Airflow writes the error of a task with all that led to it into the log of the task (DOMAIN P26).
    """
    from schemas.contracts import ContractError
    from transforms.errors import CasebridgeError, Terminal

    try:
        yield
    except (Terminal, ContractError) as error:
        raise AirflowFailException(str(error)) from None
    except CasebridgeError as error:
        raise error from None
    except AirflowException:
        raise
    except Exception as error:  # noqa: BLE001  # the run boundary of a task: Airflow would write what a library says
        raise _not_expected(error) from None


def _not_expected(error: Exception) -> CasebridgeError:
    from transforms.errors import CasebridgeError, reason_of, trace_of

    log.error("not expected", trace=trace_of(error))
    return CasebridgeError(f"not expected: {reason_of(error)}", "", "the log of the task tells where it came from")


def fail_if_abandoned(made: Released | None) -> None:
    """Raise GateRefused where a gate abandoned the release; one that changes nothing is abandoned in peace."""
    from transforms.errors import GateRefused
    from transforms.publish.release import UNCHANGED

    if made and made.state == "abandoned" and made.reason != UNCHANGED:
        raise GateRefused(f"release {made.release_id} was abandoned", made.reason or "", "see `casebridge gates`")


def stack() -> Connections:
    """Tell where the services of this stack are."""
    from infra.settings import connections

    return connections()


DEFAULTS: Final = {
    "owner": "casebridge",
    "retries": 3,
    "retry_delay": timedelta(seconds=5),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=5),
    "on_failure_callback": [log_failure],
}
