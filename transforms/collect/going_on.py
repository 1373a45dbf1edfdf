"""Whether a table goes on in another table or sheet of its file, which has no header of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.collect.header import find_header, label_form, score
from transforms.collect.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.contracts import SourceContract

    # Of each filled column whether digits and whether letters stand in it; None where it may be either.
    Kinds = Mapping[int, tuple[bool, bool] | None]

# Lists of codes, and tables that only lay out a page, have one or two columns.
_LEAST: Final = 3
_SHARE: Final = 1 / 3
_ALIKE: Final = 3 / 4
# Of a long text.
_CHARS: Final = 200


def goes_on(contract: SourceContract, first: Sequence[list[str]], other: Sequence[list[str]]) -> bool:
    """Say whether one of the rows of `other` would be a record under the header among the `first` rows of a table.

    It fills every required label, and a share of what a record there fills, mostly with digits where that has digits.
    """
    found = find_header(contract, first[: LIMITS.header_rows])
    forms = {label_form(field.label) for field in contract.fields if field.required}
    required = {column for column, label in enumerate(found.labels) if label_form(label) in forms}
    if len(required) < len(forms):
        # The table itself is refused, for the labels that it lacks.
        return False
    labelled: Kinds = {column: None for column, label in enumerate(found.labels) if label.strip()}
    below = [kinds for kinds in map(_kinds, first[found.end :]) if kinds]
    records = [kinds for kinds in below if required <= kinds.keys()] or below or [labelled]
    rows = [kinds for kinds in map(_kinds, other) if kinds and required <= kinds.keys()]
    last, least = max(map(max, filter(None, (labelled, *records))), default=-1), min(_LEAST, len(labelled))
    is_like = any(max(row) <= last and _is_like(row, record, least) for row in rows for record in records)
    return is_like and not _has_header(contract, other)


def _has_header(contract: SourceContract, rows: Sequence[list[str]]) -> bool:
    filled = [kinds for kinds in map(_kinds, rows) if kinds]
    first = next((place for place, kinds in enumerate(filled) if len(kinds) >= _LEAST), len(filled))
    is_of_words = all(kind == (False, True) for kinds in filled[first : first + 1] for kind in kinds.values())
    if is_of_words and any(kind and kind[0] for kinds in filled[first + 1 :] for kind in kinds.values()):
        # A row of words above rows with digits is a header, of whatever list.
        return True
    labels = find_header(contract, rows).labels
    # The value of a record may be the words of a label too, such as the name of a penalty.
    return score(contract, [[*labels]]) >= max(2, sum(map(bool, labels)) / 4)


def _kinds(row: Sequence[str]) -> Kinds:
    return {
        column: (any(map(str.isdigit, cell[:_CHARS])), any(map(str.isalpha, cell[:_CHARS])))
        for column, cell in enumerate(row)
        if cell.strip()
    }


def _is_like(row: Kinds, record: Kinds, least: int) -> bool:
    shared = row.keys() & record.keys()
    alike = sum(record[column] in {None, row[column]} for column in shared)
    return len(shared) >= max(least, _SHARE * len(record)) and alike > _ALIKE * len(shared)
