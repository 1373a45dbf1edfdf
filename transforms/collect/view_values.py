"""What a database view holds, as texts; times that Python has no value for stay as PostgreSQL writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.types.datetime import (
    DateLoader,
    IntervalLoader,
    TimeLoader,
    TimestampLoader,
    TimestamptzLoader,
    TimetzLoader,
)
from psycopg.types.json import set_json_loads

from transforms.collect.objects import DECODER, text_of
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from psycopg.abc import Buffer


def connect(conninfo: str) -> psycopg.Connection[Any]:
    """Connect so that no value of a row breaks its reading: infinity, years before 1 and after 9999, 24:00."""
    connection = psycopg.connect(conninfo)
    for name, loader in _LOADERS.items():
        connection.adapters.register_loader(name, loader)
    set_json_loads(json_of, connection)
    return connection


def json_of(said: str | bytes) -> Any:
    """Return what a document says; its text where that names a label twice, holds half a character or is too deep."""
    text = said if isinstance(said, str) else said.decode()
    try:
        found = DECODER.decode(text)
        (value_text(found) or "").encode()
    except (DeliveryRefused, ValueError, RecursionError):
        return text
    return found


def moment_of(value: object) -> datetime | None:
    """Return a time of change, of a day its beginning; what is no time of Python tells none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value if isinstance(value, datetime) else None


def value_text(value: object) -> str | None:
    """Return a value as text: an array one element a line, an object as JSON, an instant in UTC."""
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return "\n".join(value_text(item) or "" for item in value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return _in_utc(value).isoformat()
    return value.isoformat() if isinstance(value, date) else text_of(value)


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        # The first day that there is, which systems write for none, begins in the East a day before it.
        return at


class _Lenient:
    """A loader that gives the text of what it has no value for."""

    def load(self, data: Buffer) -> Any:
        try:
            return super().load(data)  # type: ignore[misc]  # of the loader that it is mixed with
        except psycopg.DataError:
            return bytes(data).decode()


class _Date(_Lenient, DateLoader): ...


class _Time(_Lenient, TimeLoader): ...


class _Timetz(_Lenient, TimetzLoader): ...


class _Timestamp(_Lenient, TimestampLoader): ...


class _Timestamptz(_Lenient, TimestamptzLoader): ...


class _Interval(_Lenient, IntervalLoader): ...


_LOADERS: Final[dict[str, Any]] = {
    "date": _Date,
    "time": _Time,
    "timetz": _Timetz,
    "timestamp": _Timestamp,
    "timestamptz": _Timestamptz,
    "interval": _Interval,
}
