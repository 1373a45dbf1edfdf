"""One pack after another for a recipient: read at a release, written aside, judged, signed, put into the outbox."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from schemas.packs import PackContract, packs
from transforms.connections import Connections
from transforms.errors import CasebridgeError, GateRefused
from transforms.extract.build import Built, Written, build_pack, plan_pack
from transforms.extract.package import PackName

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
log = structlog.get_logger()


def extract(
    connections: Connections, recipient: str, release: int | None = None, as_of: date | None = None
) -> list[Built]:
    """Build every pack of a recipient; of the newest release and of today in Shanghai unless told otherwise."""
    day = as_of or today()
    return [_extract_one(connections, contract, release, day) for contract in contracts_of(recipient)]


def plan(
    connections: Connections, recipient: str, release: int | None = None, as_of: date | None = None
) -> list[Built]:
    """Tell what `extract` would make, and write nothing."""
    day = as_of or today()
    return [plan_pack(connections, contract, release, day) for contract in contracts_of(recipient)]


def recipients() -> list[str]:
    """Name every recipient that has a pack contract."""
    return sorted(packs())


def contracts_of(recipient: str) -> tuple[PackContract, ...]:
    """Return the pack contracts of a recipient."""
    known = packs()
    if recipient not in known:
        near = difflib.get_close_matches(recipient, known, n=1) or sorted(known)
        raise CasebridgeError(
            f"no pack contract is for {recipient!r}", "schemas/packs", f"did you mean {', '.join(near)}?"
        )
    return known[recipient]


def today() -> date:
    """Return the date in Shanghai, which the law of publication periods goes by."""
    return datetime.now(SHANGHAI).date()


def _extract_one(connections: Connections, contract: PackContract, release: int | None, as_of: date) -> Built:
    built = build_pack(connections, contract, release, as_of, lambda files, name: judge(connections, files, name))
    told = {"rows": built.rows, "since": built.since, "changes": built.changes}
    log.info(built.state, step="extract", pack=built.name.pack_id, release=built.name.release, **told)
    return built


def judge(connections: Connections, files: Sequence[Written], name: PackName) -> None:
    """Let gate pack judge the written files; raises GateRefused where one expectation of severity stop failed."""
    from quality.pack import PackFile, judge_pack

    told = [PackFile(file.path, name.pack, file.table, file.rows, file.growth) for file in files]
    verdict = judge_pack(connections, told, name.pack_id, name.release, name.recipient)
    if not verdict.passed:
        log.error("refused", step="extract", pack=name.pack_id, release=name.release, failures=list(verdict.failures))
        raise GateRefused(
            f"gate pack refused {name.pack_id}: {'; '.join(verdict.failures)}",
            "ops.gate_result",
            "nothing was signed; mend the cause and build the pack again",
        )
