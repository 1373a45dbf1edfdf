"""A database with the ledger and marts of the shape that packs read, with few rows and known answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import psycopg
from psycopg import sql

from infra.runs.extract import extract
from schemas.contracts import entities
from tests.support import warehouses
from transforms.connections import Connections
from transforms.extract.build import Built

MODELS = {
    "fct_case": "case",
    "fct_decision": "decision",
    "fct_sanction": "sanction",
    "dim_party": "party",
    "bridge_case_party": "case_party",
}
KEYS = {
    "fct_case": ("case_id",),
    "fct_decision": ("decision_id",),
    "fct_sanction": ("sanction_id",),
    "dim_party": ("party_id",),
    "bridge_case_party": ("case_id", "party_id", "role"),
}
EXTRA = {
    "fct_case": ", is_ip boolean, has_disagreement boolean",
    "fct_decision": ", is_withdrawn boolean, public_until_on date",
    "fct_sanction": ", is_withdrawn boolean",
}
END = 2147483647
AS_OF = date(2026, 1, 31)
# Marts tell of the code of an individual business its mask alone.
COMPANY, SOLE_MASK = "91110105MA00000000", "921101********0000"
# 9, a province and a country: the identity card of a foreigner who lives here.
CARD_MASK = "921156********0016"


def make_warehouse(stack: Connections, folder: Path) -> Connections:
    """Make an empty warehouse in a database of its own, with an outbox and secrets of its own."""
    name = "pack_" + re.sub("[^a-z0-9]", "_", folder.name.lower())
    there = warehouses.make_warehouse(stack, name)
    connections = replace(there, outbox=folder / "outbox", secrets=folder / "secrets")
    copytree(stack.secrets, connections.secrets)
    for left in connections.secrets.glob("pack_*"):
        left.unlink()
    with psycopg.connect(connections.dsn("owner")) as owner:
        owner.execute("create schema if not exists marts_v")
        owner.execute("create schema if not exists marts")
        owner.execute("grant usage on schema marts to analyst")
        for model, entity in MODELS.items():
            _make_model(owner, model, entity)
    return connections


def build(connections: Connections, release: int | None = None, as_of: date = AS_OF) -> Built:
    """Build the pack of recipient cnipa."""
    (built,) = extract(connections, "cnipa", release, as_of)
    return built


def _make_model(owner: psycopg.Connection, model: str, entity: str) -> None:
    columns = ", ".join(f"{a.name} {a.sql_type}" for a in entities()[entity].attributes)
    columns = f"released_in int, retired_in int, {columns}, source text, body_id text{EXTRA.get(model, '')}"
    visible = "released_in <= (select ops.visible_release()) and retired_in > (select ops.visible_release())"
    statements = (
        f"create table marts_v.{model} ({columns})",
        f"create view marts.{model} as select * from marts_v.{model} where {visible}",  # noqa: S608  # contract names
        f"grant select on marts.{model} to analyst, gate",
        f"grant select on marts_v.{model} to gate",
    )
    for statement in statements:
        owner.execute(sql.SQL(statement))


def add(connections: Connections, model: str, rows: Sequence[dict[str, object]], released: int = 1) -> None:
    """Add rows to a model in a release."""
    with psycopg.connect(connections.dsn("owner")) as owner:
        for row in rows:
            full = {
                "released_in": released,
                "retired_in": END,
                "body_id": "amr_zj",
                "source": "amr_zj_penalties",
                **row,
            }
            statement = sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier("marts_v", model),
                sql.SQL(", ").join(map(sql.Identifier, full)),
                sql.SQL(", ").join(sql.Placeholder() * len(full)),
            )
            owner.execute(statement, list(full.values()))


def publish(connections: Connections, release: int, state: str = "published", cause: str = "admission") -> None:
    """Write a release into the ledger."""
    with psycopg.connect(connections.dsn("loader")) as loader:
        query = "insert into ops.release (release_id, state, cause) values (%s, %s, %s)"
        loader.execute(query, (release, state, cause))


def uid(number: int) -> str:
    """Make an id."""
    return f"00000000-0000-0000-0000-{number:012}"


def case(number: int, **other: object) -> dict[str, object]:
    """Describe an IP penalty."""
    row = {"case_id": uid(number), "proceeding": "PENALTY", "case_no": f"浙市监罚〔2025〕{number}号", "is_ip": True}
    return {**row, "has_disagreement": False, "disposition": "PUNISHED", **other}


def decision(number: int, of: int, public_until_on: str | None = None) -> dict[str, object]:
    """Describe a decision of a case."""
    doc_no = f"浙市监罚〔2025〕{number}号"
    row = {"decision_id": uid(number), "case_id": uid(of), "doc_type": "PENALTY", "doc_no": doc_no}
    return {**row, "public_until_on": public_until_on, "is_withdrawn": False}


def sanction(number: int, decided: int, of: int) -> dict[str, object]:
    """Describe a fine."""
    row = {"sanction_id": uid(number), "decision_id": uid(decided), "case_id": uid(of), "sanction_type": "FINE"}
    return {**row, "amount_cny": "1250.50", "is_withdrawn": False}


def fill(connections: Connections) -> None:
    """Fill release 1: five cases that belong into a pack as of 2026-01-31, four that do not; and publish it."""
    add(connections, "fct_case", [case(1), case(2, goods="=1+1"), case(3), case(4), case(5, is_ip=False)])
    add(connections, "fct_case", [case(6, proceeding="TRIAL"), case(9)])
    detention = {"proceeding": "DETENTION", "disposition": None, "body_id": "customs_sh"}
    add(connections, "fct_case", [case(7, **detention), case(8, is_ip=None)])
    ended, lasting = "2026-01-30", "2026-01-31"
    decisions = [decision(11, 1), decision(12, 2, lasting), decision(13, 3, ended), decision(14, 4, ended)]
    add(connections, "fct_decision", [*decisions, decision(15, 4), decision(16, 5), decision(17, 6)])
    add(
        connections,
        "fct_sanction",
        [sanction(21, 11, 1), sanction(22, 13, 3), sanction(23, 14, 4), sanction(24, 15, 4)],
    )
    add(connections, "dim_party", [
        {"party_id": uid(31), "party_type": "LEGAL", "name_display": "杭州某贸易有限公司", "uscc": COMPANY},
        {"party_id": uid(32), "party_type": "PERSON", "name_display": "张某"},
        {"party_id": uid(33), "party_type": "PERSON", "name_display": "张某某"},
        {"party_id": uid(34), "party_type": "SOLE", "name_display": "某店（李某）", "id_mask": SOLE_MASK},
        {"party_id": uid(35), "party_type": "PERSON", "name_raw": "王五", "name_display": "王五", "id_mask": CARD_MASK},
        {"party_id": uid(36), "party_type": "FOREIGN_LEGAL", "name_display": "Acme Inc"},
    ])  # fmt: skip
    roles = [(1, 31), (2, 32), (2, 33), (3, 35), (4, 34), (9, 35), (7, 31)]
    add(
        connections,
        "bridge_case_party",
        [{"case_id": uid(c), "party_id": uid(p), "role": "INFRINGER"} for c, p in roles],
    )
    add(connections, "bridge_case_party", [{"case_id": uid(7), "party_id": uid(36), "role": "RIGHT_HOLDER"}])
    publish(connections, 1)
