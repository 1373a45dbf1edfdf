"""The versioned models of a warehouse, small, as the build leaves them for the gate."""

from __future__ import annotations

import json
from typing import Any, LiteralString

import psycopg
from psycopg import sql

MODELS: dict[str, LiteralString] = {
    "fct_case": "case_id int, case_type text, ip_right_type text, is_ip boolean, filed_on date, closed_on date, "
    "agency_uscc text, goods_value_cny numeric, illegal_turnover_cny numeric, has_illegal_transition boolean, "
    "suspended_days int, region_code text, violation_on date, decided_on date",
    "fct_decision": "decision_id int, case_id int, decided_on date, served_on date, published_on date, outcome text, "
    "doc_type text, publicity_end_on date",
    "fct_sanction": "sanction_id int, decision_id int, case_id int, sanction_type text, amount_cny numeric, "
    "duration_months int",
    "bridge_case_right": "case_id int, right_id int",
    "dim_ip_right": "right_id int, granted_on date, expires_on date",
    "fct_case_event": "event_id int, case_id int, event_on date, event_at timestamptz, event_precision text",
    "dim_date": "date_on date, is_working_day boolean",
    "dim_party": "party_id int",
    "bridge_case_party": "case_id int, party_id int, role text",
    "fct_goods_item": "item_id int, case_id int, quantity numeric, value_cny numeric",
    "fct_judicial_outcome": "outcome_id int, case_id int, fine_cny numeric, damages_cny numeric, "
    "reasonable_cost_cny numeric, term_months int",
    "bridge_case_reference": "reference_id int, case_id int, other_case_id int",
    "fct_transfer": "transfer_id int, to_case_id int, transfer_type text, transfer_outcome text, sent_on date",
}
CASE: dict[str, Any] = {
    "case_id": 1,
    "case_type": "CUS_PENALTY",
    "ip_right_type": "TM",
    "is_ip": True,
    "filed_on": "2024-01-02",
}
CASE |= {"agency_uscc": "11110000123456788X", "goods_value_cny": 1000, "closed_on": None, "illegal_turnover_cny": None}
DECISION: dict[str, Any] = {"decision_id": 1, "case_id": 1, "decided_on": "2024-02-03", "outcome": "PUNISHED"}
DECISION |= {"doc_type": "PENALTY"}
TRADEMARK = CASE | {"case_type": "TM_PENALTY", "violation_on": "2024-01-01"}
SANCTION = {"sanction_id": 1, "decision_id": 1, "case_id": 1, "sanction_type": "FINE", "amount_cny": 300}
RELEASE = 2
NEVER = 2147483647


_CREATE = sql.SQL("""
create table {table} (released_in int, retired_in int, {columns}) partition by range (retired_in);
create table {current} partition of {table} for values from (2147483647) to (maxvalue);
create table {retired} partition of {table} for values from (0) to (256);
grant select on {table} to gate
""")
_ADD = sql.SQL("insert into {table} select * from jsonb_populate_record(null::{table}, {row})")
_NOTE = sql.SQL("""
insert into ops.release_model
select r, {model}, count(*) filter (where released_in = r), count(*) filter (where retired_in = r)
from {table}, generate_series(1, 2) as r group by r
""")


def table(model: str) -> sql.Identifier:
    """Name the versions of a model."""
    return sql.Identifier("marts_v", model)


class Marts:
    """The versioned models; release 2 is being built."""

    def __init__(self, ledger: psycopg.Connection[Any]) -> None:
        self.ledger = ledger
        ledger.execute(
            "insert into ops.release (release_id, state, cause, published_at) "
            "values (1, 'published', 't', current_date - 2), (2, 'building', 't', null)"
        )
        ledger.execute("create schema if not exists marts_v; grant usage on schema marts_v to gate")
        for model, columns in MODELS.items():
            parts = {"current": table(f"{model}__current"), "retired": table(f"{model}__retired_0")}
            ledger.execute(_CREATE.format(table=table(model), columns=sql.SQL(columns), **parts))

    def add(self, model: str, row: dict[str, Any], *, released: int = RELEASE, retired: int = NEVER) -> Marts:
        """Add a row to the versions of a model."""
        stamped = json.dumps({**row, "released_in": released, "retired_in": retired})
        self.ledger.execute(_ADD.format(table=table(model), row=stamped))
        return self

    def note(self) -> Marts:
        """Count what each release changed, as the build does."""
        for model in MODELS:
            self.ledger.execute(_NOTE.format(model=model, table=table(model)))
        return self
