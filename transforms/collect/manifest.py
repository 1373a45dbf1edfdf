"""X.manifest.json: what the body declares about X; optional, binding where given."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from transforms.errors import DeliveryRefused

SUFFIX: Final = ".manifest.json"
_KNOWN: Final = ("as_of", "period", "rows", "sha256")
_LARGEST: Final = 65_536
_PERIOD: Final = re.compile(r"[\w.:+/-]{1,40}")
# PostgreSQL's bigint, in which counts are kept.
_MOST_ROWS: Final = 2**63
# Before the first electronic registers; and what a clock may be fast by, as of the times in records.
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
_CLOCK_TOLERANCE: Final = timedelta(days=1)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a body declares; None where it says nothing."""

    rows: int | None = None
    sha256: str | None = None
    period: str | None = None
    as_of: datetime | None = None


def manifest_path(path: Path) -> Path:
    """Return where the manifest of a file lies."""
    return path.with_name(path.name + SUFFIX)


def has_manifest(path: Path) -> bool:
    """Say whether something lies there; beside a name as long as names may be, nothing can."""
    return os.path.lexists(manifest_path(path))


def read_manifest(path: Path) -> Manifest:
    """Read the manifest beside a file, if there is one; one that cannot be understood refuses the delivery."""
    if not has_manifest(path):
        return Manifest()
    place = manifest_path(path)
    if not place.is_file():
        raise _unusable("it is no file")
    try:
        with place.open("rb") as file:
            said = json.loads(file.read(_LARGEST))
    except PermissionError as error:
        raise _unusable("it may not be read") from error
    except (ValueError, RecursionError) as error:
        raise _unusable("it is no JSON text") from error
    if not isinstance(said, dict) or set(said) - set(_KNOWN):
        raise _unusable("it says something else")
    return Manifest(_rows(said.get("rows")), _sha256(said.get("sha256")), _period(said), _as_of(said.get("as_of")))


def _rows(value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST_ROWS):
        raise _unusable("`rows` is no count")
    return value


def _sha256(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _SHA256.fullmatch(value.lower()):
        raise _unusable("`sha256` is no SHA-256 in hexadecimal")
    return value.lower()


def _period(said: dict[str, object]) -> str | None:
    value = said.get("period")
    if value is not None and (not isinstance(value, str) or not _PERIOD.fullmatch(value)):
        raise _unusable("`period` is no short name such as 2026-11")
    return value


def _as_of(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _unusable("`as_of` is no time") from error
    if at.tzinfo is None:
        raise _unusable("`as_of` has no time zone")
    if not _EARLIEST <= at <= datetime.now(UTC) + _CLOCK_TOLERANCE:
        raise _unusable("`as_of` is a time to come, or long past")
    return at


def _unusable(why: str) -> DeliveryRefused:
    return DeliveryRefused(
        f"the manifest cannot be used: {why}", "the manifest", f"write a JSON object of {', '.join(_KNOWN)}"
    )
