"""A delta is proved against both packs: what it says must lead from the one to the other, row for row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.extract.pack_folder import COPIED, NAME, Delta, make_pack
from transforms.errors import CasebridgeError
from transforms.extract.apply import verify_delta
from transforms.extract.package import DESCRIPTOR, PackName, Since, hash_file
from transforms.extract.verify import PackBroken

NEW = PackName("office", "things", 8, date(2026, 2, 1))
# Of COPIED: thing 1 is gone, thing 2 says otherwise, thing 4 is new.
NOW = b'2,"=other",,,f\n3,"",-3.00,1899-12-31,\n4,"",1.50,,t\n'
GONE = ("removed", "withdrawal", 1, None, None, None, None)
OTHER = ("changed", "correction", 2, "=other", None, None, False)
CAME = ("added", "arrival", 4, "", Decimal("1.50"), None, True)


def two_packs(home: Path, *rows: tuple[object, ...]) -> tuple[Path, Path, Path]:
    last, public_key = make_pack(home)
    since = Since(NAME, hash_file(last / DESCRIPTOR), {"things": 3})
    return make_pack(home, NOW, NEW, Delta(since, rows))[0], last, public_key


def test_a_delta_that_leads_from_the_last_pack_to_the_new_one_is_proved(tmp_path: Path) -> None:
    assert verify_delta(*two_packs(tmp_path, CAME, OTHER, GONE)) == NAME.pack_id


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ((OTHER, GONE), "makes 2 rows"),
        ((CAME, OTHER), "makes 4 rows"),
        ((CAME, GONE), "makes 3 rows of the last pack, which are not the 3"),
        ((CAME, GONE, (*OTHER[:3], "=another", *OTHER[4:])), "which are not"),
        ((CAME, OTHER, GONE, ("removed", "expiry", 9, None, None, None, None)), "had not"),
        ((CAME, GONE, ("added", *OTHER[1:])), "that the last pack had"),
        ((CAME, OTHER, GONE, CAME), "twice"),
    ],
)
def test_a_delta_that_leads_elsewhere_is_found(
    tmp_path: Path, rows: tuple[tuple[object, ...], ...], complaint: str
) -> None:
    with pytest.raises(PackBroken, match=complaint):
        verify_delta(*two_packs(tmp_path, *rows))


def test_another_pack_than_the_last_one_is_refused(tmp_path: Path) -> None:
    new, last, public_key = two_packs(tmp_path, CAME, OTHER, GONE)
    with pytest.raises(CasebridgeError, match=f"begins at {NAME.pack_id}"):
        verify_delta(new, new, public_key)
    with pytest.raises(CasebridgeError, match="no delta"):
        verify_delta(last, last, public_key)


def test_a_last_pack_that_was_changed_proves_nothing(tmp_path: Path) -> None:
    new, last, public_key = two_packs(tmp_path, CAME, OTHER, GONE)
    (last / "things.csv").write_bytes(b"\xef\xbb\xbf" + COPIED)
    with pytest.raises(PackBroken, match=r"things\.csv"):
        verify_delta(new, last, public_key)
