"""The whole line on sample deliveries: made-up bodies deliver, Airflow does the rest, and the ledger tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import dict_row

from infra.stack.process import MARK
from infra.stack.stack import up
from schemas.contracts import sources
from transforms.errors import CasebridgeError
from transforms.ledger.books import account

if TYPE_CHECKING:
    from infra.settings import Settings
    from schemas.contracts import SourceContract
    from transforms.connections import Connections

ROOT: Final = Path(__file__).resolve().parents[2]
# Their files are public and not ours to make up.
PUBLIC: Final = frozenset({"github_dmca_notices", "shenzhen_amr_penalties"})
RECIPIENT: Final = "cnipa"
ROWS, SEED = 1000, 7
_POLL_SECONDS = 1.0

Say = Callable[[str], None]

_WRITTEN = """
select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint as rows from pg_stat_user_tables
where schemaname in ('canonical', 'marts_v')
"""
_PROGRESS = """
select
    (select count(distinct source) from ops.slice where source = any(%(sources)s) and state in ('admitted', 'held'))
        as arrived,
    exists (select from ops.batch where state = 'planned') as is_batch_open,
    exists (select from ops.admission where release_id is null and changes > 0) as is_admission_waiting,
    (select release_id from ops.release where state = 'building') as building,
    (select max(release_id) from ops.release where state = 'published') as published,
    (select max(reason) from ops.release where state = 'abandoned' and release_id = (select max(release_id)
        from ops.release)) as abandoned
"""
_PUBLISHED_ON = """
select (max(published_at) at time zone 'Asia/Shanghai')::date as day from ops.release where state = 'published'
"""
QUESTIONS: Final = {
    "How many cases does each body have, and how many are about intellectual property?": """
select b.name_zh as body, count(*) as cases, count(*) filter (where c.is_ip) as ip_cases
from marts.fct_case c join marts.dim_body b using (body_id)
group by b.name_zh order by cases desc""",
    "What were infringers of intellectual property fined, by type of case?": """
select c.case_type, count(*) as fines, sum(s.amount_cny) as fines_cny, percentile_cont(0.5) within group
    (order by s.amount_cny)::numeric(18, 2) as median_cny
from marts.fct_sanction s join marts.fct_case c using (case_id)
where s.sanction_type = 'FINE' and c.is_ip group by c.case_type order by fines_cny desc nulls last""",
    "What did customs detain, by chapter of the Harmonised System?": """
select left(hs_code, 2) as chapter, count(*) as detentions, sum(goods_value_cny) as value_cny
from marts.fct_case where proceeding = 'DETENTION' and hs_code is not null
group by chapter order by value_cny desc nulls last limit 5""",
}


@dataclass(frozen=True)
class Demo:
    """What a run of the demo shows."""

    books: dict[str, Any]
    release: int
    is_new_release: bool
    gates: list[dict[str, Any]]
    pack: str
    is_new_pack: bool
    answers: dict[str, list[dict[str, Any]]]
    rows_written: int
    seconds: float


def run_demo(settings: Settings, say: Say, timeout: int = 600) -> Demo:
    """Start the stack, let the bodies deliver, and wait until release and pack are there.

    Gives up once nothing new has happened for `timeout` seconds: a slow machine is waited for.
    """
    begin = time.monotonic()
    stack = up(settings, say, with_airflow=False)
    before, written = _progress(stack), _written(stack)
    _let_bodies_deliver(stack, say)
    up(settings, say, with_airflow=True)
    _wait(stack, say, timeout)
    pack, is_new_pack = _pack(stack, say)
    release = int(_progress(stack)["published"])
    return Demo(
        books=account(stack),
        release=release,
        is_new_release=release != before["published"],
        gates=_gates(stack, release),
        pack=pack,
        is_new_pack=is_new_pack,
        answers={question: _query(stack, "analyst", query) for question, query in QUESTIONS.items()},
        rows_written=_written(stack) - written,
        seconds=time.monotonic() - begin,
    )


def made_up() -> dict[str, SourceContract]:
    """Return the contracts of the bodies that deliver in the demo."""
    return {name: contract for name, contract in sources().items() if name not in PUBLIC}


def _let_bodies_deliver(stack: Connections, say: Say) -> None:
    demo = stack.home / "demo"
    demo.mkdir(exist_ok=True)
    _tool("bodies", "files", "--inbox", str(stack.inbox), "--made", str(demo), *_size())
    _connect(stack, "customs_sh", {"url": _customs_address(stack, demo)})
    _fill_court(stack, demo)
    _push(stack, demo)
    say(f"the bodies of {len(made_up())} sources have {ROWS:,} made-up records each: {', '.join(made_up())}")


def _customs_address(stack: Connections, demo: Path) -> str:
    """Start the customs API, unless the one of an earlier run still answers."""
    noted, log = demo / "customs.address", demo / "customs.log"
    if noted.exists() and _answers(noted.read_text("ascii")):
        return noted.read_text("ascii")
    port = noted.read_text("ascii").rsplit(":", 1)[1].strip("/") if noted.exists() else "0"
    command = ["customs", "--port", port, "--token-file", str(stack.secrets / "customs_sh_token")]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            _command("bodies", *command, *_size()),
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            start_new_session=True,
            env=_environment(stack),
        )
    line = process.stdout.readline().decode().strip() if process.stdout else ""
    if not line:
        raise CasebridgeError("the made-up customs API did not start", str(log), "read the log and run the demo again")
    noted.write_text(line, "ascii")
    return line


def _answers(address: str) -> bool:
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(address)
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((parts.hostname or "127.0.0.1", parts.port or 0)) == 0


def _fill_court(stack: Connections, demo: Path) -> None:
    login = demo / "court_admin.dsn"
    _write_secret(login, stack.dsn("postgres", "postgres"))
    password = stack.secrets / "court_hz_password"
    _tool("bodies", "court", "--dsn-file", str(login), "--password-file", str(password), *_size())
    login.unlink()
    dsn = f"postgresql://court_hz_reader@{stack.pg_host}:{stack.pg_port}/court_hz"
    _connect(stack, "court_hz", {"dsn": dsn})


def _push(stack: Connections, demo: Path) -> None:
    """Push once: bodies do not repeat their messages."""
    for body in ("platform", "police"):
        pushed = demo / f"{body}.pushed"
        if not pushed.exists():
            _tool("bodies", body, "--bootstrap", stack.kafka, *_size())
            pushed.write_text(f"{ROWS}\n", "ascii")


def _connect(stack: Connections, connection: str, access: dict[str, str]) -> None:
    folder = stack.home / "sources"
    folder.mkdir(exist_ok=True)
    _write_secret(folder / f"{connection}.json", json.dumps(access))


def _write_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


def _size() -> list[str]:
    return ["--rows", str(ROWS), "--seed", str(SEED)]


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"tests.support.{module}", *arguments]


def _environment(stack: Connections) -> dict[str, str]:
    return {**os.environ, MARK: str(stack.home)}


def _tool(module: str, *arguments: str) -> str:
    done = subprocess.run(_command(module, *arguments), capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise CasebridgeError(f"a made-up body failed: {last}", f"tests.support.{module}", "run the demo again")
    return done.stdout


def _wait(stack: Connections, say: Say, timeout: int) -> None:
    told, since = "", time.monotonic()
    while time.monotonic() < since + timeout:
        state = _progress(stack)
        waiting = _where(stack, state)
        if state["abandoned"]:
            raise CasebridgeError(
                f"the release was abandoned: {state['abandoned']}", "ops.release", "`casebridge gates`"
            )
        if not waiting:
            return
        if waiting != told:
            say(waiting)
            told, since = waiting, time.monotonic()
        time.sleep(_POLL_SECONDS)
    what = f"nothing new for {timeout} s; last seen: {told}"
    raise CasebridgeError(what, str(stack.home / "logs"), "`casebridge doctor`; `make demo` again goes on from here")


def _where(stack: Connections, state: dict[str, Any]) -> str:
    """Say what is still waited for; nothing where all of it is published."""
    from transforms.collect.inbox import complete_files
    from transforms.land.plan import is_work_waiting

    local = [contract for contract in made_up().values() if contract.fetch.kind == "local"]
    lying = [path.name for contract in local for path in complete_files(stack.inbox / contract.fetch.location)]
    if lying:
        return f"collect: {len(lying)} files lie in inboxes, the first is {lying[0]}"
    if state["is_batch_open"]:
        return "integrate: a batch is being landed, normalised, gated and admitted"
    if state["arrived"] < len(made_up()):
        return f"integrate: {state['arrived']} of {len(made_up())} sources have been admitted"
    if state["is_admission_waiting"] or state["building"]:
        return f"model: release {state['building'] or 'next'} is being built and judged"
    return "integrate: a new batch is about to begin" if is_work_waiting(stack) else ""


def _pack(stack: Connections, say: Say) -> tuple[str, bool]:
    from infra.runs.extract import extract

    say(f"extract: the pack of {RECIPIENT}")
    # As of the day of the release, so that a later day makes no new pack of the same content.
    (row,) = _query(stack, "loader", _PUBLISHED_ON)
    (built,) = extract(stack, RECIPIENT, as_of=row["day"])
    return str(built.path), built.state != "known"


def _progress(stack: Connections) -> dict[str, Any]:
    (row,) = _query(stack, "loader", _PROGRESS, {"sources": list(made_up())})
    return row


def _written(stack: Connections) -> int:
    return int(_query(stack, "owner", _WRITTEN)[0]["rows"])


def _gates(stack: Connections, release: int) -> list[dict[str, Any]]:
    query = """
select gate, count(*) as expectations, count(*) filter (where passed) as passed,
    count(*) filter (where not passed and severity = 'warn') as warnings,
    count(*) filter (where not passed and severity = 'stop') as stops
from ops.gate_result g left join ops.slice s using (slice_id) left join ops.admission a using (admission_id)
where coalesce(g.release_id, a.release_id) = %(release)s
group by gate order by min(gate_result_id)"""
    return _query(stack, "loader", query, {"release": release})


def _query(stack: Connections, role: str, query: Any, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    with psycopg.connect(stack.dsn(role), row_factory=dict_row) as connection:
        return connection.execute(query, values).fetchall()
