"""The envelope: one record as a CloudEvents 1.0 message in Kafka's binary mode."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import orjson

from transforms.collect.header import read_labels
from transforms.collect.personal import SHORTEST, columns_about_persons, hide_numbers
from transforms.errors import ContractBroken
from transforms.normalise.cleaners.registry import cleaner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from schemas.contracts import Field, SourceContract
    from transforms.collect.record_batch import Headers
    from transforms.collect.rows import Value

EVENT_TYPE: Final = "casebridge.record.v1"
_STABLE: Final = ("token", "mask", "check", "masked")


class Message(NamedTuple):
    """Value of one message, and the values of its own headers."""

    value: bytes
    headers: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Protected:
    label: str
    cleaner: str
    kind: Field | None
    """What tells the kind of its document."""


class Protects(Protocol):
    """What makes of a sensitive value that which may leave; `received` is the day of the delivery."""

    received: date

    def protect(
        self, label: str, cleaner: str, raw: str | None, id_type: str | None = None, /
    ) -> dict[str, Any] | None:
        """Return token, mask and check of a value; None of an empty one."""


class Envelopes:
    """Make the envelopes of one delivery: `constant` headers, and per message the values of the `named` ones."""

    named: Final = ("ce_id", "ce_rownumber", "ce_rawhash")

    def __init__(self, contract: SourceContract, delivery_id: str, as_of: datetime, protector: Protects) -> None:
        """Work out once what is the same for every record."""
        self._labels = read_labels(contract)
        self._id = f"{delivery_id}/".encode()
        self._protector = protector
        sensitive = {f.label: f for f in contract.fields if f.classification == "PI_SENSITIVE"}
        places = {label: place for place, label in enumerate(self._labels)}
        self._named = sorted((places[label], words) for label, words in columns_about_persons(contract).items())
        self._sensitive = [_Protected(f.label, f.cleaner, _kind(contract, f)) for f in sensitive.values()]
        self.constant: Headers = (
            ("ce_specversion", b"1.0"),
            ("ce_source", f"/bodies/{contract.body_id}/{contract.source}".encode()),
            ("ce_type", EVENT_TYPE.encode()),
            ("ce_time", as_of.isoformat(timespec="milliseconds").encode()),
            ("content-type", b"application/json"),
            ("ce_delivery", delivery_id.encode()),
        )

    def message(self, number: int, values: Sequence[Value]) -> Message:
        """Return the envelope of one record; its raw hash does not depend on ciphertext, so it is stable."""
        record, is_sealed = self.record(values)
        value = orjson.dumps(record)
        raw = orjson.dumps(self._stable(record)) if is_sealed else value
        row = str(number).encode()
        return Message(value, (self._id + row, row, hashlib.sha256(raw).hexdigest().encode()))

    def record(self, values: Sequence[Value]) -> tuple[dict[str, Any], bool]:
        """Return what leaves of one record, by label, and whether something in it was protected."""
        record: dict[str, Any] = dict(zip(self._labels, self._without_numbers(values), strict=True))
        return record, self._protect(record)

    def _without_numbers(self, values: Sequence[Value]) -> Sequence[Value]:
        """Mask identity and mobile numbers in columns about persons that are not for them: a name, the facts."""
        clear = list(values)
        received = self._protector.received
        for place, is_words in self._named:
            value = clear[place]
            if isinstance(value, list):
                clear[place] = [one and hide_numbers(one, received, is_words=is_words) for one in value]
            elif isinstance(value, str) and len(value) >= SHORTEST:
                clear[place] = hide_numbers(value, received, is_words=is_words)
        return clear

    def _protect(self, record: dict[str, Any]) -> bool:
        is_sealed = False
        for field in self._sensitive:
            raw = record[field.label]
            kinds = _codes(record[field.kind.label], field.kind.cleaner) if field.kind else None
            if isinstance(raw, list):
                each = kinds if isinstance(kinds, list) else [kinds] * len(raw)
                pairs = zip_longest(raw, each[: len(raw)])
                record[field.label] = [self._protector.protect(field.label, field.cleaner, *one) for one in pairs]
            else:
                record[field.label] = self._protector.protect(field.label, field.cleaner, raw, kinds)
            is_sealed = is_sealed or record[field.label] is not None
        return is_sealed

    def _stable(self, record: dict[str, Any]) -> dict[str, Any]:
        stable = dict(record)
        for field in self._sensitive:
            found = stable[field.label]
            stable[field.label] = [*map(_stable, found)] if isinstance(found, list) else _stable(found)
        return stable


def _kind(contract: SourceContract, sensitive: Field) -> Field | None:
    told = cleaner(sensitive.cleaner).beside.get("id_type")
    if told is None:
        return None
    if told not in contract.field_names:
        where = f"{contract.path.name}: {sensitive.name}.transformLogic {sensitive.cleaner!r}"
        raise ContractBroken(f"{told!r} is no field of this contract", where, "name a field of cleaner code")
    return contract.field_named(told)


def _codes(raw: Value, logic: str) -> Any:
    """Return the code of each text, None for what is no term of the list."""
    plain = cleaner(logic).plain
    return [plain(one).value for one in raw] if isinstance(raw, list) else plain(raw).value


def _stable(protected: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if protected is None else {name: protected[name] for name in _STABLE if name in protected}
