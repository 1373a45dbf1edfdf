"""By which version of its contract each archived record is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pyarrow as pa

from schemas.contracts import sources
from schemas.versions import best_fit, in_force, versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.contracts import SourceContract
    from transforms.ledger.batches import DeliveryTime


def by_contract(
    rows: pa.Table, times: Mapping[str, DeliveryTime], only: SourceContract | None = None
) -> Iterator[tuple[SourceContract, pa.Table]]:
    """Yield the rows of one source by the contract that reads them: of a delivery the one it was taken under.

    A pushed record is read by the version that its labels fit; `only` reads all of them.
    """
    kept = (only,) if only else versions(rows["source"][0].as_py())
    if len(kept) == 1:
        yield kept[0], rows
        return
    chosen = _by_labels(rows, kept) if kept[0].is_pushed else _by_delivery(rows, kept, times)
    for place, contract in enumerate(kept):
        wanted = pa.array([at == place for at in chosen], pa.bool_())
        if (part := rows.filter(wanted)).num_rows:
            yield contract, part.combine_chunks()


def promised_elsewhere(contract: SourceContract) -> dict[tuple[str, str], int]:
    """Return the measures of fields that only the newest version has: nothing is missing where nothing was promised."""
    newest = sources().get(contract.source, contract)
    names = newest.field_names - contract.field_names
    return {(name, metric): 0 for name in names for metric in ("nullValues", "invalidValues")}


def _by_delivery(rows: pa.Table, kept: Sequence[SourceContract], times: Mapping[str, DeliveryTime]) -> list[int]:
    places = {name: kept.index(in_force(kept, time.contract_version)) for name, time in times.items()}
    return [places[name] for name in rows["delivery_id"].to_pylist()]


def _by_labels(rows: pa.Table, kept: Sequence[SourceContract]) -> list[int]:
    return [kept.index(best_fit(kept, _labels(text))) for text in rows["value"].to_pylist()]


def _labels(text: str | None) -> frozenset[str]:
    try:
        value = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return frozenset()
    return frozenset(value) if isinstance(value, dict) else frozenset()
