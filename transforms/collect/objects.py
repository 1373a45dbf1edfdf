"""Records that name their labels, as JSON, XML, an API or a database view hands them over."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from transforms.collect.arrays import Arrays
from transforms.collect.classified import Levels
from transforms.collect.finding import about, told
from transforms.collect.header import label_form, missing_required, read_labels
from transforms.collect.limits import LIMITS
from transforms.collect.rows import LARGE_CHARS, STEP, Checked, refuse_large
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from schemas.contracts import SourceContract
    from transforms.collect.readers.content import Records
    from transforms.collect.rows import Value


class Once(dict[str, Any]):
    """An object as it is read, label by label: what is named twice is noted, since one of the values is lost.

    ijson's C backend goes on where an item cannot be set, so that nothing is raised here.
    """

    __slots__ = ("_twice",)

    def __init__(self, twice: list[str]) -> None:
        """Begin empty; labels that come twice are added to `twice`."""
        super().__init__()
        self._twice = twice

    def __setitem__(self, label: str, value: Any) -> None:
        """Take one value."""
        if label in self:
            self._twice.append(label)
        super().__setitem__(label, value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        labels = [label for label, _ in pairs]
        raise named_twice(next(label for label in labels if labels.count(label) > 1))
    return found


def named_twice(label: str) -> DeliveryRefused:
    """Return the refusal of a record that names a label twice."""
    return DeliveryRefused(f"a record names {told(label)} twice", told(label), "name each column once")


# Numbers stay as they were written: 0.10 is not 0.1, and 18 digits do not fit into a float.
DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str, object_pairs_hook=_object)


class ObjectRows:
    """Read the records of one delivery as the rows of a contract."""

    def __init__(self, contract: SourceContract, records: Records) -> None:
        """Remember what is read; nothing is opened yet."""
        self._contract = contract
        self._records = records
        self._labels = read_labels(contract)
        places = {label: place for place, label in enumerate(self._labels)} | dict.fromkeys(contract.ignored)
        # Labels mostly come as the contract writes them, and need no form then.
        self._places: dict[str, int | None] = {label_form(label): place for label, place in places.items()} | places
        self._arrays = Arrays(self._labels, DECODER.decode, flat)

    def check(self, progress: Callable[[int], None]) -> Checked:
        """Read all records; raises DeliveryRefused and says which one is broken, never what stands in it."""
        seen, levels = set[str](), Levels()
        count = 0
        for count, record in enumerate(self._opened(), start=1):
            levels.learn(record.keys() - seen)
            levels.refuse(record, count)
            seen.update(record)
            if len(seen) > LIMITS.columns:
                what = f"the records name more than {LIMITS.columns:,} columns"
                raise DeliveryRefused(what, f"record {count:,}", "send one kind of record")
            values = self._placed(record, count)
            if self._arrays or sum(map(len, filter(None, values))) > LARGE_CHARS:
                refuse_large(values, count)
            if not count % STEP:
                progress(count)
        forms = {label_form(label) for label in seen}
        missing = missing_required(self._contract, forms) if count else ()
        if missing:
            remedy = f"send the columns that contract {self._contract.source} {self._contract.version} names"
            raise DeliveryRefused(f"no record has {', '.join(missing)}", "the records", remedy)
        unknown = sorted(label for label in seen if label_form(label) not in self._places)
        absent = [label for label in self._labels if count and label_form(label) not in forms]
        return Checked(count, about("unknown_column", unknown) + about("missing_column", absent))

    def values(self) -> Iterator[Sequence[Value]]:
        """Yield the values of each record, in the order of the contract's sorted labels."""
        for number, record in enumerate(self._opened(), start=1):
            yield self._placed(record, number)

    def _opened(self) -> Iterator[Mapping[str, Value]]:
        if not self._arrays:
            return self._records.rows()
        return (self._arrays.opened(record, number) for number, record in enumerate(self._records.rows(), start=1))

    def _placed(self, record: Mapping[str, Value], number: int) -> list[Value]:
        values: list[Value] = [None] * len(self._labels)
        filled: set[int] = set()
        for label, value in record.items():
            place = self._places.get(label) if label in self._places else self._places.get(label_form(label))
            if place is None:
                continue
            if place in filled:
                what = f"record {number:,} names {self._labels[place]} twice"
                raise DeliveryRefused(what, f"record {number:,}", "name each column once")
            filled.add(place)
            values[place] = value
        return values


def refuse_deep(record: dict[str, Any], number: int) -> None:
    """Refuse a record of more values inside one another than are read."""
    if is_deep(record):
        what = f"record {number:,} holds more than {LIMITS.depth} values inside one another"
        raise DeliveryRefused(what, f"record {number:,}", "send records apart")


def is_deep(record: dict[str, Any]) -> bool:
    """Say whether a record has more values inside one another than are read."""
    depth, inside = 0, list[Any]([record])
    while inside and depth <= LIMITS.depth:
        depth += 1
        held = chain.from_iterable(one.values() if isinstance(one, dict) else one for one in inside)
        inside = [value for value in held if isinstance(value, dict | list)]
    return depth > LIMITS.depth


def flat(record: dict[str, Any], prefix: str = "") -> dict[str, str | None]:
    """Return a record as texts by label: nested objects by dotted label, lists of scalars one a line."""
    texts: dict[str, str | None] = {}
    for label, value in record.items():
        if isinstance(value, dict):
            inner = flat(value, f"{prefix}{label}.")
            if inner.keys() & texts.keys():
                raise named_twice(next(iter(inner.keys() & texts.keys())))
            texts.update(inner)
        elif prefix + label in texts:
            raise named_twice(prefix + label)
        else:
            texts[prefix + label] = text_of(value)
    return texts


def text_of(value: object) -> str | None:
    """Return a value as text: scalars of a list one a line, what holds others as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict | list) for item in value)):
        # A fraction of a document is a Decimal.
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    if isinstance(value, list):
        return "\n".join(text_of(item) or "" for item in value)
    return str(value)
