"""No file of the repository holds an identity number that could be somebody's (DOMAIN P27)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.support.files import write_xls, write_zip
from tests.support.generate import SOURCES, generate
from tests.support.parties import identity_number, persons
from transforms.normalise.cleaners.identifier import resident_check

ROOT = Path(__file__).resolve().parents[2]
_SKIPPED = {"__pycache__", "node_modules", "target", "logs"}
_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{6})(\d{8})(\d{3})([\dXx])(?![0-9A-Za-z])")
# Published examples of GB 11643.
_PUBLISHED = {"11010519491231002X", "440524188001010014"}
_BINARY = {".parquet", ".png", ".jar", ".gz", ".ico", ".woff2"}


def personal_numbers(text: str) -> Iterator[str]:
    """Yield the checksum-valid identity numbers that are outside the reserved patterns."""
    for match in _NUMBER.finditer(text):
        number = match.group().upper()
        born, sequence = match[2], match[3]
        if number in _PUBLISHED or sequence == "000" or born[:4] < "1900":
            continue
        if resident_check(number[:17]) == number[17] and _is_day(born):
            yield number


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) <= date(2100, 1, 1)
    except ValueError:
        return False


def files() -> list[Path]:
    """Return every file of the project: what starts with a dot is no part of it, except CI and git settings."""
    found = []
    for folder in sorted(ROOT.iterdir()):
        if folder.is_file():
            found.append(folder)
        elif not folder.name.startswith(".") and folder.name not in _SKIPPED:
            found += [p for p in folder.rglob("*") if p.is_file() and not _SKIPPED & set(p.parts)]
    return [path for path in found if path.suffix not in _BINARY]


def texts(path: Path) -> Iterator[str]:
    """Yield what a file may say: in each encoding, two bytes a character from any place, and what is packed in it."""
    for raw in contents(path):
        for encoding in ("utf-8", "gb18030"):
            yield raw.decode(encoding, errors="ignore")
        for start in (0, 1):
            yield raw[start:].decode("utf-16-le", errors="ignore")


def contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from map(archive.read, archive.namelist())


def test_no_file_holds_a_number_that_could_be_somebodys() -> None:
    paths = files()
    assert len(paths) > 50
    assert ROOT / "tests" / "golden" / "amr_zj_penalties" / "raw.csv" in paths
    found = {str(path.relative_to(ROOT)) for path in paths for text in texts(path) if any(personal_numbers(text))}
    assert not found, f"made-up numbers have sequence 000 or a birth year before 1900: mend {sorted(found)}"


@pytest.mark.parametrize("name", SOURCES)
def test_no_delivery_of_the_generator_holds_one(name: str, tmp_path: Path) -> None:
    path = generate(name, 1000, 7, tmp_path).paths[0]
    assert not any(any(personal_numbers(text)) for text in texts(path))


def test_made_up_persons_have_numbers_of_the_reserved_pattern() -> None:
    for party in persons(200, "any"):
        assert party.id_no[14:17] == "000"
        assert resident_check(party.id_no[:17]) == party.id_no[17]


def test_the_scan_would_find_one() -> None:
    head = identity_number("330106", date(1980, 2, 29))[:14]
    number = next(f"{head}{n:03d}" + resident_check(f"{head}{n:03d}") for n in range(1, 2))
    assert list(personal_numbers(f"编号:{number};")) == [number]


@pytest.mark.parametrize("shape", ["txt", "xls", "zip"])
def test_the_scan_reads_files_of_two_bytes_a_character_and_packed_ones(shape: str, tmp_path: Path) -> None:
    head = identity_number("330106", date(1980, 2, 29))[:14]
    number = f"{head}001" + resident_check(f"{head}001")
    path = tmp_path / f"made.{shape}"
    if shape == "txt":
        path.write_text(f"编号\t{number}\r\n", "utf-16")
    elif shape == "xls":
        write_xls(path, "表", ["证件号码"], [{"证件号码": f"号{number}"}], "制表人")
    else:
        write_zip(path, "made.csv", ["证件号码"], [{"证件号码": number}], "gb18030")
    assert any(any(personal_numbers(text)) for text in texts(path))
