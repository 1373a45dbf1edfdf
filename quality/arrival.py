"""Gate arrival: may the slices of a batch be admitted? All slices are judged at once, each for itself."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row, tuple_row

from quality.bounds import Measured, judge_measured
from quality.results import ROLE, Result, SliceVerdict, Subject, decide, write_results
from quality.suites import CommonBounds, read_common_bounds
from schemas.contracts import Bound, SourceContract, sources
from schemas.versions import other_keys, versions
from transforms.connections import Connections
from transforms.errors import GateRefused

# A held slice is judged again only where it was staged again by this attempt: its batch may have others.
_SLICES = """
select slice_id, source, body_id from ops.slice s
where batch_id = %(batch)s and (state = 'planned' or state = 'held' and exists (
    select from staged.measure m
    where m.slice_id = s.slice_id and m.fence = %(fence)s and m.field = '' and m.metric = 'rowCount'))
order by slice_id
"""

# One row per slice and bound. `lostRecords` and the like are derived here, so that the ledger is the other witness.
# By which key the records of a source stand, the delivery tells that was admitted last.
_MEASURED = """
with slices as (
    select slice_id, source, body_id, expected, deliveries, to_offset - from_offset as offsets
    from ops.slice where slice_id = any(%(slices)s)
), staged as (
    select slice_id, count(*) as records
    from staged.record where fence = %(fence)s and slice_id = any(%(slices)s) group by slice_id
), profile as (
    select slice_id, field, metric, case when count(*) = 1 then max(value) end as value
    from staged.measure where fence = %(fence)s and slice_id = any(%(slices)s) group by slice_id, field, metric
), counted as (
    select s.*, coalesce(t.records, 0) as records,
        rows.value as profiled, absent.value as absent, keys.value as keyless,
        (select count(*) from ops.delivery d
         join jsonb_to_recordset(%(keys)s::jsonb) as k (source text, major text, others text[])
            on k.source = s.source and k.major = split_part(d.contract_version, '.', 1)
         where d.delivery_id = any(s.deliveries) and coalesce((
            select split_part(o.contract_version, '.', 1) from ops.delivery o
            where o.source = s.source and o.sent_count > 0 and exists (
                select from ops.slice a where a.deliveries @> array[o.delivery_id] and a.state = 'admitted')
            order by o.seq desc limit 1), (
            select split_part(o.contract_version, '.', 1) from ops.delivery o
            where o.delivery_id = any(s.deliveries) order by o.seq limit 1)) = any(k.others)) as other_keys,
        (select sum(abs(d.declared_count - coalesce(d.sent_count, 0))) from ops.delivery d
         where d.delivery_id = any(s.deliveries) and d.declared_count is not null) as undeclared
    from slices s
    left join staged t using (slice_id)
    left join profile rows on rows.slice_id = s.slice_id and rows.field = '' and rows.metric = 'rowCount'
    left join profile absent on absent.slice_id = s.slice_id and absent.field = '' and absent.metric = 'absent'
    left join profile keys on keys.slice_id = s.slice_id and keys.field = '' and keys.metric = 'unreadableKeys'
), derived as (
    select c.slice_id, '' as field, d.metric, d.value
    from counted c
    cross join lateral (values
        ('lostRecords', (c.expected - c.records)::double precision),
        ('unprofiledRecords', c.records - c.profiled),
        ('missingOffsets', greatest(c.expected - c.offsets, 0)::double precision),
        ('undeclaredRecords', coalesce(c.undeclared, 0)::double precision),
        ('otherKeys', c.other_keys::double precision),
        ('doubtfulAbsences', case when c.keyless = 0 then 0 when c.keyless > 0 then c.absent end)
    ) as d (metric, value)
), known as (
    select slice_id, field, metric, value from profile
    union all
    select slice_id, field, metric, value from derived
)
select b.metric as expectation, b.field, b.low,
    case when b.is_share and c.profiled = 0 then 0 else k.value end as value,
    case when b.is_share and c.profiled > 0 then greatest(b.high, 100.0 * %(tolerated)s / c.profiled) else b.high end
        as high,
    b.severity, b.reason, c.slice_id, c.source, c.body_id
from counted c
join jsonb_to_recordset(%(bounds)s::jsonb) as b (
    source text, field text, metric text, low double precision, high double precision, is_share boolean,
    severity text, reason text
) using (source)
left join known k on k.slice_id = c.slice_id and k.field = b.field and k.metric = b.metric
order by c.slice_id, b.field, b.metric
"""

# What is held is in no quarantine, where rows are told; whoever decides on it has to find them in the file.
_KEYLESS = """
select slice_id, string_agg(told, ', ' order by place) filter (where place <= %(shown)s) ||
    case when max(place) > %(shown)s then ' and ' || max(place) - %(shown)s || ' more' else '' end
from (
    select r.slice_id, row_number() over (partition by r.slice_id order by r.delivery_seq, r.row_number) as place,
        'row ' || r.row_number || coalesce(' (' || string_agg(
            nullif(concat_ws(': ', nullif(u.field, ''), u.rule), ''), ', ' order by u.field, u.rule) || ')', '')
            || ' of delivery ' || r.delivery_id as told
    from staged.record r
    left join staged.quarantine_rule u using (slice_id, fence, delivery_id, row_number)
    where r.fence = %(fence)s and r.slice_id = any(%(slices)s) and r.record_key is null
    group by r.slice_id, r.delivery_seq, r.delivery_id, r.row_number
) one
group by slice_id
"""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Slice:
    slice_id: int
    source: str
    body_id: str


def judge_arrival(connections: Connections, batch_id: int, fence: int) -> list[SliceVerdict]:
    """Judge the slices of a batch that attempt `fence` staged; write the results, return the verdicts.

    Raises GateRefused where there is no slice to judge.
    """
    contracts, common = sources(), read_common_bounds()
    with psycopg.connect(connections.dsn(ROLE), row_factory=class_row(_Slice)) as connection:
        slices = connection.execute(_SLICES, {"batch": batch_id, "fence": fence}).fetchall()
        if not slices:
            raise GateRefused(
                f"batch {batch_id} has no slice to judge",
                "gate arrival",
                "a gate does not pass on nothing: look at `casebridge status`",
            )
        measured = _measure(connection, slices, fence, contracts, common)
        keyless = _keyless(connection, measured, fence)
    results = judge_measured(connections, measured)
    results += [_without_contract(s) for s in slices if s.source not in contracts]
    write_results(connections, Subject("arrival", batch_id=batch_id), results)
    by_slice = defaultdict[int | None, list[Result]](list)
    for result in results:
        by_slice[result.slice_id].append(result)
    return [_verdict(s, by_slice[s.slice_id], keyless.get(s.slice_id, ())) for s in slices]


def bounds_of(contract: SourceContract, common: CommonBounds) -> Iterator[Bound]:
    """Give the bounds of one source: what all sources promise, then what its contract does."""
    for bound in common.bounds:
        if contract.mode not in bound.modes:
            continue
        high = bound.at_most
        if high == "absenceBrake":
            if contract.absence_brake is None:
                continue
            high = contract.absence_brake * 100
        yield Bound("", bound.metric, bound.at_least, high, bound.severity, bound.reason)
    yield from contract.bounds


def _measure(
    connection: psycopg.Connection[Any],
    slices: list[_Slice],
    fence: int,
    contracts: Mapping[str, SourceContract],
    common: CommonBounds,
) -> list[Measured]:
    present = sorted({s.source for s in slices} & contracts.keys())
    bounds = [_row(source, b, common) for source in present for b in bounds_of(contracts[source], common)]
    values = {
        "slices": [s.slice_id for s in slices],
        "fence": fence,
        "bounds": json.dumps(bounds),
        "keys": json.dumps([row for source in present for row in _other_keys(source)]),
        "tolerated": common.tolerated_records,
    }
    with connection.cursor(row_factory=class_row(Measured)) as cursor:
        return cursor.execute(_MEASURED, values).fetchall()


def _other_keys(source: str) -> Iterator[dict[str, object]]:
    for major, others in other_keys(versions(source)).items():
        yield {"source": source, "major": major, "others": others}


def _row(source: str, bound: Bound, common: CommonBounds) -> dict[str, object]:
    return {
        "source": source,
        "field": bound.field,
        "metric": bound.metric,
        "low": bound.at_least,
        "high": bound.at_most,
        "is_share": bound.metric in common.shares,
        "severity": bound.severity,
        "reason": bound.reason,
    }


def _without_contract(s: _Slice) -> Result:
    reason = "Nothing is promised of a source without a contract."
    return Result("contract", "", "stop", reason, 0, "at least 1", False, s.slice_id, s.source, s.body_id)


def _keyless(connection: psycopg.Connection[Any], measured: list[Measured], fence: int) -> dict[int, tuple[str, ...]]:
    """Return the rows without a key of the slices in which something is absent, told in words, by slice."""
    slices = [m.slice_id for m in measured if m.expectation == "doubtfulAbsences" and m.value]
    values = {"fence": fence, "slices": slices, "shown": _SHOWN}
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_KEYLESS, values).fetchall() if slices else []
    return {number: (f"without a readable key: {told}",) for number, told in found}


def _verdict(s: _Slice, results: list[Result], keyless: tuple[str, ...]) -> SliceVerdict:
    verdict = decide(results)
    failures = verdict.failures if verdict.passed else (*verdict.failures, *keyless)
    return SliceVerdict(s.slice_id, s.source, verdict.passed, failures)
