"""Gate candidate: may a release be published? Judges the rows that it adds and removes, never the whole tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from quality.bounds import Measured, judge_measured
from quality.results import ROLE, Result, Subject, Verdict, decide, write_results
from quality.suites import EXPECTATIONS, Rule, Suite, read_suite
from quality.warehouse import load_great_expectations, open_warehouse
from transforms.connections import Connections
from transforms.errors import GateRefused

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.postgres_datasource import PostgresDatasource

_MODELS = """
select c.relname from pg_class as c
where c.relnamespace = to_regnamespace('marts_v') and c.relkind = 'p' order by c.relname
"""


def judge_candidate(connections: Connections, release_id: int, suite: Suite | None = None) -> Verdict:
    """Judge what a release that is being built changes; write the results, return the verdict.

    Raises GateRefused where the release is not being built.
    """
    rules = (suite or read_suite()).rules
    with psycopg.connect(connections.dsn(ROLE), autocommit=True) as connection:
        state = connection.execute("select state from ops.release where release_id = %s", (release_id,)).fetchone()
        if state != ("building",):
            raise GateRefused(
                f"release {release_id} is not being built", "gate candidate", "see `casebridge releases` for its state"
            )
        deltas = [_delta(name, release_id) for name in ("ledger", *(name for (name,) in connection.execute(_MODELS)))]
        counted = [_count(connection, d, rule) for d in deltas for rule in rules if rule.query and d.is_of(rule)]
        assets = {d.model: d.added.as_string(connection) for d in deltas}
    known = {*assets, "every"}
    results = [_unjudged(rule, rule.model, "there is no such model") for rule in rules if rule.model not in known]
    results += [found for found in counted if isinstance(found, Result)]
    results += judge_measured(connections, [found for found in counted if isinstance(found, Measured)])
    with open_warehouse(connections) as warehouse:
        for delta in deltas:
            chosen = [rule for rule in rules if rule.expectation and delta.is_of(rule)]
            results += _validate(warehouse, delta.model, assets[delta.model], chosen)
    write_results(connections, Subject("candidate", release_id=release_id), results)
    return decide(results)


@dataclass(frozen=True, slots=True)
class _Delta:
    """What a release changed in one model: the rows added, and the named queries that a rule may read."""

    model: str
    added: sql.Composable
    context: sql.Composable

    def is_of(self, rule: Rule) -> bool:
        return rule.model == self.model or (rule.model == "every" and self.model != "ledger")


def _delta(model: str, release_id: int) -> _Delta:
    number, name, table = sql.Literal(release_id), sql.Literal(model), sql.Identifier("marts_v", model)
    if model == "ledger":
        added: sql.Composable = sql.SQL("select * from ops.release_model where release_id = {}").format(number)
        removed: sql.Composable = sql.SQL("select * from ops.release_model where false")
    else:
        added = sql.SQL("select * from {} where released_in = {} and retired_in = 2147483647").format(table, number)
        removed = sql.SQL("select * from {} where retired_in = {}").format(table, number)
    context = sql.SQL(
        "with added as not materialized ({added}), removed as not materialized ({removed}), ledger as ("
        "select coalesce(sum(m.added), 0) as added, coalesce(sum(m.removed), 0) as removed "
        "from ops.release_model as m where m.release_id = {number} and m.model = {name})"
    )
    return _Delta(model, added, context.format(added=added, removed=removed, number=number, name=name))


def _count(connection: psycopg.Connection[Any], delta: _Delta, rule: Rule) -> Measured | Result:
    """Count the rows that break a rule; they themselves never leave the warehouse."""
    query = sql.SQL("{} select count(*) from ({}) as broken").format(delta.context, sql.SQL(rule.query))
    try:
        row = connection.execute(query).fetchone()
    except psycopg.Error as error:
        # Of its messages, only those about names quote no value (DOMAIN P26).
        name = type(error).__name__
        return _unjudged(
            rule, delta.model, f"{name}: {error.diag.message_primary}" if name.startswith("Undefined") else name
        )
    return Measured(rule.name, delta.model, float(row[0]) if row else None, 0, 0, rule.severity, rule.reason)


def _expectation(rule: Rule, number: int) -> Any:
    kind = getattr(load_great_expectations().expectations, EXPECTATIONS[rule.expectation])
    return kind(**rule.arguments, meta={"rule": number})


def _validate(warehouse: PostgresDatasource, model: str, added: str, rules: list[Rule]) -> Iterator[Result]:
    if not rules:
        return
    batch = warehouse.add_query_asset(model, query=added).add_batch_definition_whole_table("added").get_batch()
    expectations = [_expectation(rule, number) for number, rule in enumerate(rules)]
    suite = load_great_expectations().ExpectationSuite(name="candidate", expectations=expectations)
    wanted = {"result_format": "BASIC", "partial_unexpected_count": 0}
    for outcome in batch.validate(suite, result_format=wanted).results:
        yield _result(rules[outcome.expectation_config.meta["rule"]], model, outcome)


def _result(rule: Rule, model: str, outcome: Any) -> Result:
    # Its keys are metrics where a metric failed, else it is one report; the message may quote values (DOMAIN P26).
    if "'raised_exception': True" in str(outcome.exception_info):
        return _unjudged(rule, model, "Great Expectations could not compute it; see its log")
    counted = "observed_value" if rule.expectation == "row_count" else "unexpected_count"
    # The count of an empty delta is null: the SQL engine sums over no row.
    value = float(outcome.result[counted] or 0)
    return Result(rule.name, model, rule.severity, rule.reason, value, _bound(rule), outcome.success)


def _bound(rule: Rule) -> str:
    if rule.expectation != "row_count":
        return "exactly 0"
    low, high = rule.arguments.get("min_value"), rule.arguments.get("max_value")
    return ", ".join(f"at {word} {n}" for word, n in (("least", low), ("most", high)) if n is not None)


def _unjudged(rule: Rule, model: str, fault: str) -> Result:
    reason = f"{rule.reason} It could not be judged: {fault}."
    return Result(rule.name, model, "stop", reason, None, _bound(rule), False)
