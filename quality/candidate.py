"""Gate candidate: may a release be published? Judges the rows that it adds and removes, never the whole tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from quality.results import ROLE, Result, Subject, Verdict, decide, write_results
from quality.suites import EXPECTATIONS, Rule, Suite, read_suite
from quality.warehouse import load_great_expectations, open_warehouse
from transforms.connections import Connections
from transforms.errors import GateRefused

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.datasource.fluent.postgres_datasource import PostgresDatasource

_MODELS = """
select c.relname from pg_class as c
where c.relnamespace = to_regnamespace('marts_v') and c.relkind = 'p' order by c.relname
"""
_COUNTED = "coalesce(sum(m.added), 0) as added, coalesce(sum(m.removed), 0) as removed from ops.release_model as m"
_FAULT = re.compile(r"psycopg\.errors\.(\w+)\) ?([^\n]*)")


def judge_candidate(connections: Connections, release_id: int, suite: Suite | None = None) -> Verdict:
    """Judge what a release that is being built changes; write the results, return the verdict.

    Raises GateRefused where the release is not being built.
    """
    rules = (suite or read_suite()).rules
    with psycopg.connect(connections.dsn(ROLE)) as connection:
        state = connection.execute("select state from ops.release where release_id = %s", (release_id,)).fetchone()
        if state != ("building",):
            raise GateRefused(
                f"release {release_id} is not being built", "gate candidate", "see `casebridge releases` for its state"
            )
        models = [name for (name,) in connection.execute(_MODELS)]
        queries = {name: _queries(connection, name, release_id) for name in ("ledger", *models)}
    results = [_absent(rule) for rule in rules if rule.model not in (*queries, "every")]
    with open_warehouse(connections) as warehouse:
        for name, (added, context) in queries.items():
            chosen = [rule for rule in rules if rule.model == name or (rule.model == "every" and name != "ledger")]
            results += _judge(warehouse, name, added, context, chosen)
    write_results(connections, Subject("candidate", release_id=release_id), results)
    return decide(results)


def _queries(connection: psycopg.Connection[Any], model: str, release_id: int) -> tuple[str, str]:
    """Write the query of the rows that a release added, and the tables that a rule may read beside them."""
    number, name = sql.Literal(release_id), sql.Literal(model)
    if model == "ledger":
        added = sql.SQL("select * from ops.release_model where release_id = {}").format(number)
        removed: sql.Composable = sql.SQL("select * from ops.release_model where false")
        counts = sql.SQL("select " + _COUNTED + " where m.release_id = {}").format(number)
    else:
        table = sql.Identifier("marts_v", model)
        added = sql.SQL("select * from {} where released_in = {} and retired_in = 2147483647").format(table, number)
        removed = sql.SQL("select * from {} where retired_in = {}").format(table, number)
        counts = sql.SQL("select " + _COUNTED + " where m.release_id = {} and m.model = {}").format(number, name)
    # Great Expectations gives the batch an alias only in queries without a join, and PostgreSQL 15 demands one: so this
    # part always has a join, and an alias.
    context = sql.SQL(
        "with added as not materialized (select b.* from {{batch}} as b inner join (values (1)) as one (n) on true), "
        "removed as not materialized ({removed}), ledger as ({counts})"
    ).format(removed=removed, counts=counts)
    return added.as_string(connection), context.as_string(connection)


def _judge(warehouse: PostgresDatasource, model: str, added: str, context: str, rules: list[Rule]) -> Iterator[Result]:
    batch = warehouse.add_query_asset(model, query=added).add_batch_definition_whole_table("added").get_batch()
    by_column = [rule for rule in rules if rule.expectation]
    by_query = [rule for rule in rules if rule.query]
    yield from _validate(batch, model, by_column, [_expectation(rule, n) for n, rule in enumerate(by_column)], "BASIC")
    # Only COMPLETE tells the row that a query yields: here the one with the count.
    yield from _validate(
        batch, model, by_query, [_query(rule, n, context) for n, rule in enumerate(by_query)], "COMPLETE"
    )


def _expectation(rule: Rule, number: int) -> Any:
    kind = getattr(load_great_expectations().expectations, EXPECTATIONS[rule.expectation])
    return kind(**rule.arguments, meta={"rule": number})


def _query(rule: Rule, number: int, context: str) -> Any:
    counted = f"{context} select count(*) as broken from ({rule.query.strip()}) as rule having count(*) > 0"  # noqa: S608  # our own yaml
    return load_great_expectations().expectations.UnexpectedRowsExpectation(
        unexpected_rows_query=counted, meta={"rule": number}
    )


def _validate(batch: Batch, model: str, rules: list[Rule], expectations: list[Any], detail: str) -> Iterator[Result]:
    if not rules:
        return
    suite = load_great_expectations().ExpectationSuite(name="candidate", expectations=expectations)
    wanted = {"result_format": detail, "partial_unexpected_count": 0}
    for outcome in batch.validate(suite, result_format=wanted).results:
        yield _result(rules[outcome.expectation_config.meta["rule"]], model, outcome)


def _result(rule: Rule, model: str, outcome: Any) -> Result:
    fault = _fault(outcome.exception_info)
    if fault:
        reason = f"{rule.reason} It could not be judged: {fault}"
        return Result(rule.name, model, "stop", reason, None, _bound(rule), False)
    value = _value(rule, outcome)
    return Result(rule.name, model, rule.severity, rule.reason, value, _bound(rule), outcome.success)


def _value(rule: Rule, outcome: Any) -> float:
    if rule.query:
        rows = outcome.result["details"]["unexpected_rows"]
        return float(rows[0]["broken"]) if rows else 0.0
    counted = "observed_value" if rule.expectation == "row_count" else "unexpected_count"
    # The count of an empty delta is null: the SQL engine sums over no row.
    return float(outcome.result[counted] or 0)


def _bound(rule: Rule) -> str:
    if rule.expectation != "row_count":
        return "exactly 0"
    low, high = rule.arguments.get("min_value"), rule.arguments.get("max_value")
    return ", ".join(f"at {word} {n}" for word, n in (("least", low), ("most", high)) if n is not None)


def _fault(info: Any) -> str:
    """Return the database's word for what went wrong, without the values that its messages may quote (DOMAIN P26)."""
    text = str(info)
    if "'raised_exception': True" not in text:
        return ""
    found = _FAULT.search(str(info).replace("\\n", "\n"))
    if found is None:
        return "an unknown error"
    return f"{found[1]}: {found[2]}" if found[1].startswith("Undefined") else found[1]


def _absent(rule: Rule) -> Result:
    reason = f"{rule.reason} It could not be judged: there is no model marts_v.{rule.model}."
    return Result(rule.name, rule.model, "stop", reason, None, _bound(rule), False)
