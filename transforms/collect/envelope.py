"""The envelope: one record as a CloudEvents 1.0 message in Kafka's binary mode."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from transforms.collect.header import read_labels

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from schemas.contracts import SourceContract
    from transforms.collect.protect import Protector

EVENT_TYPE: Final = "casebridge.record.v1"
_STABLE: Final = ("token", "mask", "check")
Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class _Protected:
    place: int
    label: str
    cleaner: str


class Envelopes:
    """Make the envelopes of one delivery."""

    def __init__(self, contract: SourceContract, delivery_id: str, as_of: datetime, protector: Protector) -> None:
        """Work out once what is the same for every record."""
        self._labels = read_labels(contract)
        self._delivery = delivery_id
        self._protector = protector
        sensitive = {f.label: f.cleaner for f in contract.fields if f.classification == "PI_SENSITIVE"}
        places = {label: place for place, label in enumerate(self._labels)}
        self._sensitive = [_Protected(places[label], label, cleaner) for label, cleaner in sensitive.items()]
        self._constant: Headers = [
            ("ce_specversion", b"1.0"),
            ("ce_source", f"/bodies/{contract.body_id}/{contract.source}".encode()),
            ("ce_type", EVENT_TYPE.encode()),
            ("ce_time", as_of.isoformat(timespec="milliseconds").encode()),
            ("content-type", b"application/json"),
            ("ce_delivery", delivery_id.encode()),
        ]

    def message(self, number: int, values: Sequence[str | None]) -> tuple[bytes, Headers]:
        """Return value and headers of one record; its raw hash does not depend on ciphertext, so it is stable."""
        record: dict[str, Any] = dict(zip(self._labels, values, strict=True))
        is_sealed = self._protect(record)
        value = orjson.dumps(record)
        raw = orjson.dumps(self._stable(record)) if is_sealed else value
        return value, [
            *self._constant,
            ("ce_id", f"{self._delivery}/{number}".encode()),
            ("ce_rownumber", str(number).encode()),
            ("ce_rawhash", hashlib.sha256(raw).hexdigest().encode()),
        ]

    def _protect(self, record: dict[str, Any]) -> bool:
        is_sealed = False
        for field in self._sensitive:
            protected = self._protector.protect(field.label, field.cleaner, record[field.label])
            record[field.label] = protected
            is_sealed = is_sealed or protected is not None
        return is_sealed

    def _stable(self, record: dict[str, Any]) -> dict[str, Any]:
        stable = dict(record)
        for field in self._sensitive:
            protected = stable[field.label]
            stable[field.label] = None if protected is None else {name: protected[name] for name in _STABLE}
        return stable
