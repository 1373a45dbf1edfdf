"""What is wrong with this machine or stack, why, and what to do: every check answers within two seconds."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, LiteralString
from zoneinfo import ZoneInfo

import psycopg

from infra.settings import Settings, connections
from infra.setup.java import find_java, read_java_major
from infra.stack.airflow import AirflowPart
from infra.stack.kafka import Kafka
from infra.stack.postgres import Postgres, find_bins
from infra.stack.service import Service, read_state
from infra.stack.stack import Stack
from schemas.contracts import sources
from schemas.versions import other_keys, versions
from transforms.connections import ROLES
from transforms.errors import CasebridgeError
from transforms.land.left import REMEDY, left_waiting
from transforms.normalise.cleaners.dates import LOCAL_ZONE
from transforms.normalise.cleaners.vocabulary import read_vocabulary
from transforms.publish.release import UNCHANGED


@dataclass(frozen=True, slots=True)
class Checked:
    """Tell the outcome of one check."""

    subject: str
    state: Literal["ok", "bad"]
    found: str
    reason: str = ""
    remedy: str = ""


def _bad(subject: str, error: CasebridgeError) -> Checked:
    return Checked(subject, "bad", error.where, error.what, error.remedy)


def _guard(subject: str, look: Callable[[], Checked]) -> Checked:
    try:
        return look()
    except CasebridgeError as error:
        return _bad(subject, error)


def _java(chosen: Settings) -> Checked:
    home = find_java(chosen.java_home)
    return Checked("java", "ok", f"{read_java_major(home)} at {home}")


def _programs(chosen: Settings) -> Checked:
    major, folder = next(iter(find_bins(chosen.pg_bin).items()))
    return Checked("postgres programs", "ok", f"{major} at {folder}")


def _jars(chosen: Settings) -> Checked:
    missing = [name for name in ("kafka", "spark") if not any((chosen.jars / name).glob("*.jar"))]
    if missing:
        return Checked("jars", "bad", str(chosen.jars), f"no jars for {' and '.join(missing)}", "run `make setup`")
    return Checked("jars", "ok", str(chosen.jars))


def _disk(chosen: Settings) -> Checked:
    folder = next(path for path in (chosen.home, *chosen.home.parents) if path.is_dir())
    free = shutil.disk_usage(folder).free // 2**20
    if free < chosen.min_free_mb:
        remedy = "free some space, or move CASEBRIDGE_HOME to another disk"
        return Checked("disk", "bad", f"{free} MB free", f"a stack needs {chosen.min_free_mb} MB", remedy)
    return Checked("disk", "ok", f"{free // 1024} GB free at {folder}")


def _version(service: Service) -> str:
    if isinstance(service, Kafka):
        return service.version()
    if isinstance(service, AirflowPart):
        return importlib.metadata.version("apache-airflow")
    if isinstance(service, Postgres):
        return service.version()
    return ""


def _service(service: Service) -> Checked:
    state = read_state(service)
    if state.state == "running":
        return Checked(service.name, "ok", f"{_version(service)} {state.address}".strip())
    return Checked(service.name, "bad", f"{state.state} {state.address}".strip(), state.reason, state.remedy)


def _log_in(chosen: Settings, role: str) -> str:
    """Return why a role cannot log in, or an empty string."""
    try:
        with psycopg.connect(connections(chosen).dsn(role), connect_timeout=2):
            return ""
    except psycopg.OperationalError as error:
        return str(error).strip().splitlines()[0]


def _passwords(chosen: Settings) -> Checked:
    for role in ROLES:
        if reason := _log_in(chosen, role):
            remedy = "run `casebridge up`: it sets every password from its file"
            return Checked("passwords", "bad", str(chosen.layout.secrets / f"pg_{role}"), reason, remedy)
    return Checked("passwords", "ok", ", ".join(ROLES))


LAST_RELEASE: Final = """
select release_id, state, coalesce(published_at, abandoned_at, started_at), reason
from ops.release order by 1 desc limit 1
"""


HELD: Final = "select count(*), min(source) from ops.slice where state = 'held'"

# A correction under one key does not reach the record under the other.
TWO_KEYS: Final = """
with k as (
    select * from jsonb_to_recordset(%(keys)s::jsonb) as k (source text, major text, others text[])
), taken as materialized (
    select source, split_part(contract_version, '.', 1) as major, array_agg(delivery_id) as deliveries
    from ops.delivery where source in (select source from k) and sent_count > 0 group by 1, 2
), pair as materialized (
    select one.source, one.deliveries, other.deliveries as others
    from k join taken one using (source, major)
    join taken other on other.source = one.source and other.major = any(k.others)
)
select string_agg(distinct source, ', ') from pair p
where exists (
    select from ops.slice s where s.source = p.source and s.state = 'admitted' and s.deliveries && p.deliveries)
and exists (
    select from ops.slice s where s.source = p.source and s.state = 'admitted' and s.deliveries && p.others)
"""


def _ask(chosen: Settings, query: LiteralString, values: Mapping[str, Any] | None = None) -> tuple[Any, ...] | None:
    try:
        with psycopg.connect(connections(chosen).dsn("owner"), connect_timeout=2) as connection:
            return connection.execute(query, values).fetchone()
    except psycopg.errors.UndefinedTable as error:
        raise CasebridgeError("the ledger has no tables", "", "run `casebridge up`, which migrates it") from error
    except psycopg.OperationalError as error:
        raise CasebridgeError(str(error).strip().splitlines()[0], "", "run `casebridge up`") from error


def _release(chosen: Settings) -> Checked:
    found = _ask(chosen, LAST_RELEASE)
    if found is None:
        return Checked("last release", "ok", "none yet")
    number, state, when, reason = found
    if state == "abandoned" and reason != UNCHANGED:
        remedy = f"see `casebridge gates {number}`, then `casebridge release retry`"
        return Checked("last release", "bad", f"{number}, {when:%Y-%m-%d %H:%M}", "it was abandoned", remedy)
    told = f"{number} {state}, {when:%Y-%m-%d %H:%M}"
    return Checked("last release", "ok", f"{told}: {reason}" if reason == UNCHANGED else told)


def _held(chosen: Settings) -> Checked:
    count, first = _ask(chosen, HELD) or (0, None)
    if not count:
        return Checked("held slices", "ok", "none")
    remedy = "see `casebridge slice list`, then admit or discard each"
    return Checked("held slices", "bad", f"{count:,}, the first of {first}", "a gate stopped them", remedy)


# A replay that runs holds the lock.
REPLAY_LEFT: Final = """
select batch_id from ops.batch
where lane = 'replay' and state = 'planned' and pg_try_advisory_xact_lock(hashtext('casebridge staged'))
"""


def _replays(chosen: Settings) -> Checked:
    found = _ask(chosen, REPLAY_LEFT)
    if found is None:
        return Checked("replays", "ok", "none was left half-way")
    remedy = "run `casebridge replay` again, which begins anew"
    return Checked("replays", "bad", f"batch {found[0]}", "it was interrupted before anything was written", remedy)


def _keys(chosen: Settings) -> Checked:
    keys = [
        {"source": name, "major": major, "others": others}
        for name in sources()
        for major, others in other_keys(versions(name)).items()
    ]
    (found,) = _ask(chosen, TWO_KEYS, {"keys": json.dumps(keys)}) or (None,)
    if not found:
        return Checked("record keys", "ok", "one of each source")
    remedy = "replay each by its newest version, from its first day to today: `casebridge replay --contract`"
    return Checked("record keys", "bad", found, "records stand under the keys of two versions", remedy)


def _contracts(chosen: Settings) -> Checked:
    left = left_waiting(connections(chosen))
    if not left:
        return Checked("contracts", "ok", "one of each source of which something waits")
    found = ", ".join(f"{count:,} records of {source}" for source, count in left.items())
    return Checked("contracts", "bad", found, "they wait, and their source has no contract any more", REMEDY)


def _calendar(_: Settings) -> Checked:
    # The seed holds the days of a year that are not as their weekday says.
    last = max(row["day"][:4] for row in read_vocabulary("working_day"))
    if datetime.now(ZoneInfo(LOCAL_ZONE)).year > int(last):
        remedy = "add the year to schemas/vocabularies/working_day.csv when its holidays are published"
        return Checked(
            "working days", "bad", f"known to the end of {last}", "limits of this year cannot be counted", remedy
        )
    return Checked("working days", "ok", f"known to the end of {last}")


def examine(chosen: Settings) -> list[Checked]:
    """Look at everything side by side."""
    services = Stack(chosen, chosen.layout.read_services()).services
    machine: dict[str, Callable[[Settings], Checked]] = {
        "java": _java,
        "postgres programs": _programs,
        "jars": _jars,
        "disk": _disk,
        "working days": _calendar,
    }
    ledger: dict[str, Callable[[Settings], Checked]] = {
        "passwords": _passwords,
        "held slices": _held,
        "replays": _replays,
        "record keys": _keys,
        "contracts": _contracts,
        "last release": _release,
    }
    looks = [
        *((subject, partial(look, chosen)) for subject, look in machine.items()),
        *((service.name, partial(_service, service)) for service in services),
        *((subject, partial(look, chosen)) for subject, look in ledger.items()),
    ]
    python = Checked(
        "python", "ok", f"{platform.python_version()}, casebridge {importlib.metadata.version('casebridge')}"
    )
    with ThreadPoolExecutor(len(looks)) as pool:
        return [python, *pool.map(lambda look: _guard(*look), looks)]
