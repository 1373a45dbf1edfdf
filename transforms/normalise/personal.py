"""Numbers of persons in what a body pushes itself, which collect never sees (DOMAIN P04, P06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transforms.collect.personal import SHORTEST, hide_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from schemas.contracts import SourceContract

Json = dict[str, Any]


def without_numbers(contract: SourceContract, documents: Sequence[Json], received: datetime | None) -> Sequence[Json]:
    """Return pushed documents with the identity and mobile numbers masked in columns about persons."""
    labels = {field.label for field in contract.fields if field.classification == "PI_BASIC"}
    if not contract.is_pushed or not labels or received is None:
        return documents
    return [{k: _hidden(v, received.date()) if k in labels else v for k, v in one.items()} for one in documents]


def _hidden(value: Any, received: date) -> Any:
    if isinstance(value, str):
        return hide_numbers(value, received) if len(value) >= SHORTEST else value
    if isinstance(value, list):
        return [_hidden(one, received) for one in value]
    if isinstance(value, dict):
        return {key: _hidden(one, received) for key, one in value.items()}
    return value
