"""What a contract makes of records, without Kafka, Spark, keys and warehouse."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from infra.onboard.personal import harmless
from quality.suites import read_common_bounds
from transforms.collect.envelope import Envelopes
from transforms.collect.header import read_labels
from transforms.collect.protect import check_number, mask
from transforms.ledger.batches import DeliveryTime
from transforms.normalise.cleaners.characters import compact
from transforms.normalise.cleaners.dates import LOCAL_ZONE
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.record import Staged, normalise

if TYPE_CHECKING:
    from schemas.contracts import SourceContract

RECEIVED: Final = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""When made-up records are received: a golden pair says the same on any day."""
DELIVERY: Final = "made-up"
_TOLD: Final = {
    "case_type": ("case", "case_type"),
    "decided_on": ("decision", "decided_on"),
    "a party": ("case_party", "party_id"),
}
_HERE: Final = ZoneInfo(LOCAL_ZONE)
_SHOWN: Final = 5
_PERCENT: Final = 100

Json = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """What became of the records: counts, and which rules, findings and unmapped terms stand behind them."""

    records: int
    accepted: int
    quarantined: int
    doubtful: int
    withdrawals: int
    rules: Mapping[str, int]
    findings: Mapping[str, int]
    unmapped_terms: Mapping[str, Mapping[str, int]]
    unknown_states: Mapping[str, int]
    would_hold: tuple[str, ...]
    untold: tuple[str, ...]
    """What no record says anything of, though most sources do: type of case, day of the decision, a party."""
    to_come: int
    """Of how many records the day of the decision has not come yet."""

    def to_dict(self) -> Json:
        """Return the trial as plain JSON values."""
        return asdict(self)


class _Keyless:
    """Protect without keys: a token is a plain hash, and no ciphertext is kept."""

    def __init__(self, received: datetime) -> None:
        self.received = received.date()

    def protect(self, _label: str, logic: str, raw: str | None, id_type: str | None = None) -> dict[str, Any] | None:
        """Return what normalise reads of a protected value; of which label it is makes no difference."""
        if raw is None or not raw.strip():
            return None
        outcome = check_number(logic, raw, id_type, self.received)
        value = None if outcome.value is None else str(outcome.value)
        token = sha256(value.encode()).hexdigest()[:16] if value else None
        masked = {"masked": sha256(compact(raw).encode()).hexdigest()[:16]} if outcome.reason == "masked" else {}
        return {"token": token, "mask": mask(value or compact(raw)), "check": outcome.reason, **masked}


def envelope_value(contract: SourceContract, record: Mapping[str, Any], received: datetime = RECEIVED) -> str:
    """Return what would be sent of a record, without a key."""
    envelopes = Envelopes(contract, DELIVERY, received, _Keyless(received))
    sent, _ = envelopes.record([*map(record.get, read_labels(contract))])
    return json.dumps(sent, ensure_ascii=False)


def normalise_values(contract: SourceContract, values: Iterable[str], received: datetime = RECEIVED) -> Staged:
    """Normalise envelope values as one delivery."""
    texts = list(values)
    size = len(texts)
    rows = pa.table(
        {
            "delivery_id": pa.repeat(DELIVERY, size),
            "row_number": pa.array(range(1, size + 1), pa.int64()),
            "kafka_offset": pa.array(range(size), pa.int64()),
            "record_id": pa.array(range(1, size + 1), pa.int64()),
            "received_at": pa.repeat(pa.scalar(received, pa.timestamp("us", "UTC")), size),
            "raw_hash": pa.array([sha256(text.encode()).hexdigest() for text in texts], pa.string()),
            "value": pa.array(texts, pa.string()),
        }
    )
    return normalise(contract, rows, {DELIVERY: DeliveryTime(1, received)})


def outcomes(staged: Staged) -> Iterator[Json]:
    """Yield what became of each record: its key and status, its rules and findings, and its claims by entity."""
    rules, findings = _by_row(staged.rules, "rule"), _by_row(staged.findings, "reason")
    claims = {entity: table.to_pylist() for entity, table in staged.claims.items()}
    for record in staged.records.to_pylist():
        number = record["row_number"]
        yield {
            "row": number,
            "record_key": record["record_key"],
            "source_time": _plain(record["source_time"]),
            "status": _status(record),
            "rules": sorted(rules.get(number, ())),
            "findings": sorted(findings.get(number, ())),
            "claims": _claims(claims, record["record_id"]),
        }


def _by_row(table: pa.Table, what: str) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for row in table.to_pylist():
        found.setdefault(row["row_number"], set()).add(f"{row['field']}:{row[what]}")
    return found


def _status(record: Mapping[str, Any]) -> str:
    if record["is_quarantined"]:
        return "quarantined"
    return "withdrawal" if record["is_withdrawal"] else "ok"


def _claims(claims: Mapping[str, list[Json]], record_id: int) -> dict[str, list[Json]]:
    found = {
        entity: [
            {name: _plain(value) for name, value in row.items() if value is not None and name != "record_id"}
            for row in rows
            if row["record_id"] == record_id
        ]
        for entity, rows in claims.items()
    }
    return {entity: rows for entity, rows in found.items() if rows}


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def try_out(contract: SourceContract, records: Sequence[Mapping[str, Any]], received: datetime) -> Trial:
    """Normalise the records of a sample, and say what would be accepted, quarantined and unmapped."""
    staged = normalise_values(contract, (envelope_value(contract, record, received) for record in records), received)
    rules = Counter(f"{row['field']}:{row['rule']}" for row in staged.rules.to_pylist())
    # Of an array the elements together.
    findings = Counter(f"{row['field'].partition('[')[0]}:{row['reason']}" for row in staged.findings.to_pylist())
    quarantined, doubtful = staged.counts["", "quarantined"], staged.counts["", "findings"]
    if contradicting := _contradicting(contract, staged):
        rules[":conflicting_in_snapshot" if contract.mode == "snapshot" else ":conflicting_in_delivery"] = contradicting
        quarantined += contradicting
    return Trial(
        records=len(records),
        accepted=len(records) - quarantined,
        quarantined=quarantined,
        doubtful=doubtful,
        withdrawals=sum(r["is_withdrawal"] and not r["is_quarantined"] for r in staged.records.to_pylist()),
        rules=dict(rules.most_common()),
        findings=dict(findings.most_common()),
        unmapped_terms=_unmapped(contract, records),
        unknown_states=_unknown_states(contract, records),
        would_hold=tuple(_held(contract, len(records), {"quarantined": quarantined, "findings": doubtful})),
        untold=tuple(name for name, (entity, of) in _TOLD.items() if not any(_told(staged, entity, of))),
        to_come=sum(day > received.astimezone(_HERE).date() for day in _told(staged, "decision", "decided_on")),
    )


def _told(staged: Staged, entity: str, attribute: str) -> list[Any]:
    claims = staged.claims.get(entity)
    return [] if claims is None else claims[attribute].drop_null().to_pylist()


def _contradicting(contract: SourceContract, staged: Staged) -> int:
    """Return how many usable records contradict each other, which `transforms.normalise.conflicts` quarantines."""
    if contract.mode == "event":
        return 0
    said: dict[tuple[Any, ...], list[str]] = {}
    for record in staged.records.to_pylist():
        if not (record["is_quarantined"] or record["is_withdrawal"]):
            at = None if contract.mode == "snapshot" else record["source_time"]
            said.setdefault((record["record_key"], at), []).append(record["image"])
    return sum(len(images) for images in said.values() if len(set(images)) > 1)


def _held(contract: SourceContract, records: int, counts: Mapping[str, int]) -> Iterator[str]:
    tolerated = read_common_bounds().tolerated_records
    for bound in contract.bounds:
        count = counts.get(bound.metric, 0)
        share = _PERCENT * count / (records or 1)
        is_judged = not bound.field and bound.severity == "stop" and count > tolerated
        if is_judged and bound.at_most is not None and share > bound.at_most:
            yield f"{bound.metric} {share:.0f} % > {bound.at_most:g} %: {bound.reason}"


def _unmapped(contract: SourceContract, records: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Return the commonest terms of each column that no vocabulary knows."""
    found: dict[str, Counter[str]] = {}
    for item in contract.fields:
        if not item.cleaner.startswith(("code(", "list(", "stage(")):
            continue
        plain = cleaner(item.cleaner).plain
        found_in = (record.get(item.label) for record in records)
        several = (value if isinstance(value, list) else [value] for value in found_in)
        for value in filter(None, chain.from_iterable(several)):
            if (plain(value).reason or "").endswith("unmapped"):
                found.setdefault(item.label, Counter())[harmless(value)] += 1
    return {label: dict(terms.most_common(_SHOWN)) for label, terms in found.items()}


def _unknown_states(contract: SourceContract, records: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the words of the status column that neither withdraw a record nor let it stand."""
    if contract.withdrawal is None:
        return {}
    name, word = contract.withdrawal
    field = contract.field_named(name)
    read = (cleaner(field.cleaner).plain(record.get(field.label)).value for record in records)
    said = Counter(str(value) for value in read if value is not None)
    known = set(map(_folded, (word, *contract.standing)))
    return {state: count for state, count in said.items() if _folded(state) not in known}


def _folded(word: str) -> str:
    """Return a word in the form in which `transforms.normalise.withdrawals` compares it."""
    return unicodedata.normalize("NFKC", word).strip().lower()
