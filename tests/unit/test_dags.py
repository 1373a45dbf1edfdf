"""DAG files say when, and hold to the same rules; none of this opens a database."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from traceback import format_exception
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from schemas.contracts import sources
from schemas.packs import packs
from transforms.errors import CasebridgeError, GateRefused, SourceUnavailable, Terminal

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

ROOT = Path(__file__).resolve().parents[2]
DAGS, PLUGINS = ROOT / "dags", ROOT / "dags/plugins"
FILES = sorted(DAGS.glob("*.py"))
MAX_LINES, MAX_TASKS = 60, 8
STAGES = {"stage/collect", "stage/integrate", "stage/extract"}
IMPACTS = {"impact/critical", "impact/high", "impact/low"}
KINDS = {"kind/now", "kind/interval"}
HEADINGS = ("**Reads**", "**Writes**", "**If it fails**")
LIGHT = {"__future__", "airflow.sdk", "casebridge_dag", "casebridge_triggers", "structlog", "typing"}


@pytest.fixture(scope="module")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    values = {
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PLUGINS),
        # Never opened: reading DAG files needs no database.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:////nonexistent/never-opened.db",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        patch.syspath_prepend(str(PLUGINS))
        yield values


@pytest.fixture(scope="module")
def bag(airflow_home: Mapping[str, str]) -> DagBag:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(DAGS))


@pytest.fixture(scope="module")
def cadences(bag: DagBag) -> list[str]:
    return [name.removeprefix("collect_") for name in bag.dags if name.startswith("collect_")]


def test_every_file_is_read_without_error_and_makes_the_expected_dags(bag: DagBag, cadences: list[str]) -> None:
    assert bag.import_errors == {}
    assert len(cadences) == 4
    assert set(bag.dags) == {f"collect_{cadence}" for cadence in cadences} | {"integrate", "extract"}
    assert {Path(dag.fileloc).name for dag in bag.dags.values()} == {path.name for path in FILES}


def test_every_contract_that_is_not_pushed_has_a_cadence_with_a_dag(cadences: list[str]) -> None:
    wanted = {contract.source: contract.cadence for contract in sources().values() if not contract.is_pushed}
    assert wanted
    assert {source: cadence for source, cadence in wanted.items() if cadence not in cadences} == {}


def test_every_dag_is_tagged_documented_owned_and_small(bag: DagBag) -> None:
    for name, dag in bag.dags.items():
        for allowed in (STAGES, IMPACTS, KINDS):
            assert len(dag.tags & allowed) == 1, f"{name}: one tag of {sorted(allowed)}"
        assert [heading for heading in HEADINGS if heading not in (dag.doc_md or "")] == [], name
        assert dag.owner == "casebridge", name
        assert 0 < len(dag.task_dict) <= MAX_TASKS, name
        assert dag.max_active_runs == 1, name
        assert not dag.catchup, name


def test_every_task_retries_with_growing_pauses_and_logs_its_failure(bag: DagBag) -> None:
    from casebridge_dag import log_failure

    tasks = [task for dag in bag.dags.values() for task in dag.task_dict.values()]
    assert tasks
    for task in tasks:
        assert task.retries == 3, task.task_id
        assert task.retry_exponential_backoff, task.task_id
        assert task.on_failure_callback == [log_failure], task.task_id


def test_every_dag_runs_in_the_time_of_shanghai(bag: DagBag) -> None:
    for name, dag in bag.dags.items():
        timed: Any = getattr(dag.timetable, "timetable", dag.timetable)
        assert str(timed.timezone) == "Asia/Shanghai", name


def test_packs_are_built_at_two_at_night(bag: DagBag) -> None:
    nightly: Any = bag.dags["extract"].timetable
    recipients: Any = bag.dags["extract"].task_dict["recipients"]
    assert nightly.expression == "0 2 * * *"
    assert recipients.python_callable() == sorted(packs())


def test_the_timetable_page_shows_the_dags_as_they_are(bag: DagBag) -> None:
    page = (DAGS / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|(?: `(\w+)`)? *\|", page, re.MULTILINE)
    shown = {name: (cron, woken) for name, cron, woken in rows}
    assert shown == {name: _schedule(dag.timetable) for name, dag in bag.dags.items()}


def _schedule(timetable: Any) -> tuple[str, str]:
    timed = getattr(timetable, "timetable", timetable)
    return timed.expression, "" if timed is timetable else timetable.asset_condition.name


def test_mapped_tasks_are_named_by_what_they_are_mapped_over(bag: DagBag) -> None:
    mapped = {t.task_id: t for dag in bag.dags.values() for t in dag.task_dict.values() if t.is_mapped}
    assert {name: task.map_index_template for name, task in mapped.items()} == {
        "collect_source": "{{ task.op_kwargs['source'] }}",
        "build_packs": "{{ task.op_kwargs['recipient'] }}",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_dag_file_is_short_and_imports_nothing_heavy_at_its_top(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    assert {_module(node) for node in _top_imports(ast.parse(text))} <= LIGHT


def _top_imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))


def _module(node: ast.Import | ast.ImportFrom) -> str:
    return node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name


def test_the_triggerer_can_import_every_trigger_without_the_dags_folder(
    bag: DagBag, airflow_home: Mapping[str, str], tmp_path: Path
) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    paths = {path for dag in bag.dags.values() for path in _trigger_classes(DagSerialization.to_dict(dag))}
    assert paths == {"casebridge_triggers.DeliveryWaiting", "casebridge_triggers.WorkWaiting"}
    program = (
        "import sys; assert not any(p.rstrip('/') == sys.argv[1] for p in sys.path), sys.path\n"
        "from importlib import import_module\n"
        "for path in sys.argv[2:]: getattr(import_module(path.rpartition('.')[0]), path.rpartition('.')[2])()"
    )
    environment = os.environ | dict(airflow_home) | {"PYTHONPATH": str(PLUGINS)}
    command = [sys.executable, "-c", program, str(DAGS), *sorted(paths)]
    subprocess.run(command, env=environment, cwd=tmp_path, check=True)


def _trigger_classes(found: object) -> Iterator[str]:
    if isinstance(found, Mapping):
        if "classpath" in found:
            yield str(found["classpath"])
        for value in found.values():
            yield from _trigger_classes(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _trigger_classes(value)


def test_what_airflow_stores_of_a_trigger_is_its_pace_only(airflow_home: Mapping[str, str]) -> None:
    from casebridge_triggers import DeliveryWaiting, WorkWaiting

    for kind in (DeliveryWaiting, WorkWaiting):
        path, stored = kind(poll_seconds=2).serialize()
        assert path == f"casebridge_triggers.{kind.__name__}"
        assert stored == {"poll_seconds": 2, "again_seconds": 60.0}


def test_a_level_is_announced_once_until_it_was_taken_and_again_when_it_waits_too_long(
    airflow_home: Mapping[str, str],
) -> None:
    from casebridge_triggers import Memory

    memory = Memory(again_seconds=60)
    first, second = frozenset({"a@0"}), frozenset({"a@5"})
    assert memory.news({"line": first}, 0) == ["line"]
    assert memory.news({"line": first}, 1) == []
    assert memory.news({"line": first | {"b@0"}}, 2) == []
    assert memory.news({"line": second}, 3) == ["line"]
    assert memory.news({}, 4) == []
    assert memory.news({"line": second}, 62) == []
    assert memory.news({"line": second}, 63) == ["line"]
    assert memory.news({"line": frozenset()}, 64) == []
    assert memory.news({"line": second}, 65) == ["line"]


def test_one_group_does_not_hide_another(airflow_home: Mapping[str, str]) -> None:
    from casebridge_triggers import Memory

    memory = Memory(again_seconds=60)
    assert memory.news({"court": frozenset({"a"}), "customs": frozenset()}, 0) == ["court"]
    assert memory.news({"court": frozenset({"a"}), "customs": frozenset({"b"})}, 1) == ["customs"]


def test_an_outage_is_logged_once_and_outlived(airflow_home: Mapping[str, str]) -> None:
    from casebridge_triggers import LevelTrigger
    from structlog.testing import capture_logs

    answers: list[Mapping[str, frozenset[str]] | Exception] = [
        SourceUnavailable("Kafka did not answer"),
        SourceUnavailable("Kafka did not answer"),
        OSError("the folder is gone"),
        {"line": frozenset({"a@0"})},
    ]
    opened: list[int] = []

    class Scripted(LevelTrigger):
        @contextmanager
        def watch(self) -> Iterator[Any]:
            opened.append(len(answers))
            yield self.answer

        def answer(self) -> Mapping[str, frozenset[str]]:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

    async def first_event() -> Any:
        trigger = Scripted(poll_seconds=0)
        async for event in trigger.run():
            await trigger.cleanup()
            return event.payload
        raise AssertionError("the trigger ended")

    with capture_logs() as logged:
        assert asyncio.run(first_event()) == {"waiting": ["line"]}
    assert [entry["event"] for entry in logged] == ["cannot look", "looks again"]
    assert opened == [4, 3, 2, 1]


def test_what_a_retry_cannot_mend_is_not_retried(airflow_home: Mapping[str, str]) -> None:
    from airflow.sdk.exceptions import AirflowFailException
    from casebridge_dag import no_vain_retry

    with pytest.raises(AirflowFailException, match="mend the contract"), no_vain_retry():
        raise Terminal("the contract is broken", "amr_zj_penalties", "mend the contract")
    with pytest.raises(SourceUnavailable), no_vain_retry():
        raise SourceUnavailable("the body did not answer", "customs_sh", "wait")


def test_what_a_library_says_of_a_value_reaches_no_log_of_airflow(airflow_home: Mapping[str, str]) -> None:
    from casebridge_dag import no_vain_retry
    from structlog.testing import capture_logs

    named = ValueError('invalid input syntax: "张三"')
    with capture_logs() as logged, pytest.raises(CasebridgeError, match="ValueError") as caught, no_vain_retry():
        raise named
    with pytest.raises(SourceUnavailable) as told, no_vain_retry():
        raise SourceUnavailable("no answer", "customs_sh", "wait") from named
    assert "张三" not in "".join(line for one in (caught, told) for line in format_exception(one.value)) + str(logged)
    assert "test_dags.py" in logged[0]["trace"]


def test_a_release_that_its_gate_abandoned_fails_and_an_unchanged_one_does_not(
    airflow_home: Mapping[str, str],
) -> None:
    from casebridge_dag import fail_if_abandoned

    from infra.runs.integrate import Released
    from transforms.publish.release import UNCHANGED

    for fine in (None, Released(1, "published", 3, None), Released(2, "abandoned", 0, UNCHANGED)):
        fail_if_abandoned(fine)
    with pytest.raises(GateRefused, match="release 3 was abandoned"):
        fail_if_abandoned(Released(3, "abandoned", 0, "fct_case: case_id is not unique"))


def test_a_failure_is_logged_with_its_source(airflow_home: Mapping[str, str]) -> None:
    from casebridge_dag import log_failure
    from structlog.testing import capture_logs

    task = SimpleNamespace(op_kwargs={"source": "customs_sh_detentions"})
    instance = SimpleNamespace(dag_id="collect_5min", task_id="collect_source", task=task)
    with capture_logs() as logged:
        log_failure({"ti": instance, "run_id": "r1", "exception": SourceUnavailable("no answer", "customs", "wait")})
    (entry,) = logged
    assert entry["log_level"] == "error"
    assert (entry["dag"], entry["task"], entry["run"]) == ("collect_5min", "collect_source", "r1")
    assert entry["source"] == "customs_sh_detentions"
    assert entry["error"] == "no answer | customs | wait"
    assert "batch" in entry
