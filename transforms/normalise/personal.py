"""Numbers of persons in what a body pushes itself, which collect never sees (DOMAIN P04, P06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transforms.collect.personal import SHORTEST, columns_about_persons, hide_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from schemas.contracts import SourceContract

Json = dict[str, Any]


def without_numbers(contract: SourceContract, documents: Sequence[Json], received: datetime | None) -> Sequence[Json]:
    """Return pushed documents with the identity and mobile numbers masked in columns about persons."""
    if not contract.is_pushed or received is None:
        return documents
    words, day = columns_about_persons(contract), received.date()
    return [{k: _hidden(v, day, is_words=words[k]) if k in words else v for k, v in one.items()} for one in documents]


def _hidden(value: Any, received: date, *, is_words: bool) -> Any:
    if isinstance(value, str):
        return hide_numbers(value, received, is_words=is_words) if len(value) >= SHORTEST else value
    if isinstance(value, list):
        return [_hidden(one, received, is_words=is_words) for one in value]
    if isinstance(value, dict):
        return {key: _hidden(one, received, is_words=is_words) for key, one in value.items()}
    return value
