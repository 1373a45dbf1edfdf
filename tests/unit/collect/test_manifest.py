"""What a body declares binds; what cannot be understood refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from transforms.collect.manifest import Manifest, manifest_path, read_manifest
from transforms.errors import DeliveryRefused


def declared(folder: Path, said: object) -> Manifest:
    path = folder / "a.csv"
    manifest_path(path).write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    return read_manifest(path)


def test_a_whole_manifest_is_read(tmp_path: Path) -> None:
    said = {"rows": 3, "sha256": "A" * 64, "period": "2026-11", "as_of": "2026-11-01T00:00:00+00:00"}
    assert declared(tmp_path, said) == Manifest(3, "a" * 64, "2026-11", datetime(2026, 11, 1, tzinfo=UTC))


def test_no_manifest_declares_nothing(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "a.csv") == Manifest()


@pytest.mark.parametrize(
    "said",
    [
        "{",
        "[" * 60_000,
        '{"rows": ' + "1" * 5_000 + "}",
        [],
        {"row": 3},
        {"rows": "3"},
        {"rows": -1},
        {"rows": True},
        {"rows": 2**63},
        {"sha256": "abc"},
        {"period": 202611},
        {"period": "11010519491231002X, 张某"},
        {"as_of": "yesterday"},
        {"as_of": "2026-11-01T00:00:00"},
        # PostgreSQL shows them in years that Python has not: 10000 in Shanghai, and one before Christ.
        {"as_of": "9999-12-31T23:59:59Z"},
        {"as_of": "0001-01-01T00:00:00+14:00"},
        {"as_of": (datetime.now(UTC) + timedelta(days=2)).isoformat()},
        {"as_of": "1926-11-01T00:00:00+08:00"},
    ],
)
def test_a_manifest_that_cannot_be_understood_refuses_the_delivery(tmp_path: Path, said: object) -> None:
    with pytest.raises(DeliveryRefused, match="manifest cannot be used") as refusal:
        declared(tmp_path, said)
    assert "张某" not in str(refusal.value)


def test_a_manifest_that_is_no_file_refuses_the_delivery(tmp_path: Path) -> None:
    manifest_path(tmp_path / "a.csv").mkdir()
    with pytest.raises(DeliveryRefused, match="it is no file"):
        read_manifest(tmp_path / "a.csv")


def test_a_manifest_that_may_not_be_read_refuses_the_delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest_path(tmp_path / "a.csv").touch()
    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(DeliveryRefused, match="it may not be read"):
        read_manifest(tmp_path / "a.csv")


def forbidden(*_: object, **__: object) -> None:
    """Answer as the system does to all but root."""
    raise PermissionError


def test_the_clock_of_a_body_may_be_fast(tmp_path: Path) -> None:
    at = datetime.now(UTC) + timedelta(hours=20)
    assert declared(tmp_path, {"as_of": at.isoformat()}).as_of == at
