"""What says of itself that it is a state or work secret (密级) is out of scope: it is refused whole (DOMAIN P14)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from transforms.collect.header import label_form
from transforms.errors import DeliveryRefused
from transforms.secrecy import KINDS, LABELS, LEVELS, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from transforms.collect.rows import Value

_LABEL: Final = f"(?:{'|'.join(LABELS)})"
_LEVEL: Final = f"(?:{'|'.join(LEVELS)})"
# A trade secret (商业秘密) is a matter of law, and no level.
_ENDS: Final = "(?![\u4e00-\u9fff])"
# Where levels are listed, none is meant.
_ALONE: Final = f"(?!\\W?(?:{_LEVEL}|公开))"
_IS_LABEL: Final = re.compile(f"(?:{'|'.join(PREFIXES)})?{_LABEL}")
_IS_LEVEL: Final = re.compile(f"{_LEVEL}(?:{'|'.join(KINDS)})?{_ENDS}")
# GB/T 9704, 7.2.2: the level, a star, how long it lasts.
_MARK: Final = re.compile(
    rf"{_LABEL}\W*{_LEVEL}(?:级|件)?{_ENDS}{_ALONE}|(?<![\u4e00-\u9fff]){_LEVEL}[★☆]|^(?:绝密|机密|秘密)级?$",
    re.MULTILINE,
)
_LONGEST_LEVEL: Final = 40
_LONGEST_TITLE: Final = 1_000


class Classified(DeliveryRefused):
    """Say that a delivery was refused because it says that it is secret: nothing of it is kept."""


def refuse_marked(titles: Iterable[Sequence[str]]) -> None:
    """Refuse a table over which a level stands."""
    for number, row in enumerate(titles, start=1):
        if is_marked(cell[:_LONGEST_TITLE] for cell in row):
            raise _classified(f"row {number:,}, above the header")


def is_marked(cells: Iterable[str]) -> bool:
    """Say whether the cells of a title, or the words of a heading, name a level."""
    return bool(_MARK.search("\n".join(map(label_form, cells))))


def refuse_heading(text: str) -> None:
    """Refuse a document before whose records a level stands."""
    if is_marked([text]):
        raise _classified("what stands before the records")


def level_columns(labels: Sequence[str]) -> list[int]:
    """Return which columns hold the level of each row."""
    return [place for place, label in enumerate(labels) if _names_level(label)]


def screened(rows: Iterable[list[str]], columns: Collection[int]) -> Iterator[list[str]]:
    """Pass rows on; raises Classified where one names a level in its column."""
    for number, row in enumerate(rows, start=1):
        if any(place < len(row) and _is_level(row[place]) for place in columns):
            raise _classified(f"row {number:,}")
        yield row


class Levels:
    """The labels of records that hold a level, found as they come."""

    def __init__(self) -> None:
        """Know none yet."""
        self._labels: set[str] = set()

    def learn(self, labels: Iterable[str]) -> None:
        """Look at labels that were not seen before; of a nested one the last part, of an attribute its name counts."""
        self._labels.update(label for label in labels if _names_level(label.rpartition(".")[2].lstrip("@")))

    def refuse(self, record: Mapping[str, Value], number: int) -> None:
        """Refuse a record that names a level."""
        for label in self._labels:
            value = record.get(label)
            if any(map(_is_level, value if isinstance(value, list) else [value])):
                raise _classified(f"record {number:,}")


def _names_level(label: str) -> bool:
    return len(label) <= _LONGEST_LEVEL and _IS_LABEL.fullmatch(label_form(label)) is not None


def _is_level(value: str | None) -> bool:
    if not value or len(value) > _LONGEST_LEVEL:
        return False
    return _IS_LEVEL.match(label_form(value)) is not None


def _classified(where: str) -> Classified:
    what = "the delivery says of itself that it is classified (密级): it was not taken, and nothing of it was kept"
    remedy = "send only what may be shared between departments, without a level; an API or a view is refused until then"
    return Classified(what, where, remedy)
