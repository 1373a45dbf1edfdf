"""Every cell that a test of this folder gives to a cleaner, and cells made at random from them."""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from hypothesis import strategies as st

from transforms.normalise.cleaners.column import DAYS as ASKED
from transforms.normalise.cleaners.registry import CLEANERS

# It takes its cells from here.
_READER = "test_properties"


def _tables(package: str = "tests.unit.cleaners") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield, of each test with a table, its module and the rows by the names of their parameters."""
    for module in sorted(one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)])):
        if not module.startswith("test_") or module == _READER:
            continue
        for test in vars(importlib.import_module(f"{package}.{module}")).values():
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "parametrize":
                    yield from ((module, row) for row in _rows(*mark.args))


def _rows(names: str | Sequence[str], rows: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    columns = names.split(",") if isinstance(names, str) else names
    for row in rows:
        # pytest.param() with an id keeps its values in an attribute.
        values = row.values if hasattr(row, "marks") else (row,) if len(columns) == 1 else row
        yield dict(zip(columns, values, strict=True))


_ROWS = [(module, row) for module, row in _tables() if "raw" in row]
MODULES = frozenset(module for module, _ in _ROWS)
"""The modules that gave a cell: those whose tests name a parameter `raw`."""
# Cells of tests without a table.
_ALONE = (
    *("罚款；没收违法所得", "罚款;没收违法所得、没收非法财物", "罚款；飞升", "罚款；飞升；警告", "罚款；；警告；"),
    *("T2020-99731、T2020-9**1、T20-1", "T2020-99731、无、T2020-9**1", "无、T2020-9**1、T20-1", "不予处罚、责令改正"),
    *("；", "罚款，火星", "(2015)闽民终字第1426号、(2023)京73行初1号", "91110105123456780A", "A00", "110228"),
    *("44041", "1767229323456", "《商标法》第七十二条第三项、第七十四条第二款"),
    *("《商标法》（2019修正）第五十七条", "《商标法》第五十四条"),
)
VECTORS: list[str | None] = list(dict.fromkeys([*(row["raw"] for _, row in _ROWS), *_ALONE]))
REGISTERS: list[str | None] = list(dict.fromkeys(row["register"] for _, row in _ROWS if "register" in row))
ID_TYPES: list[str | None] = list(dict.fromkeys(row["id_type"] for _, row in _ROWS if "id_type" in row))
BESIDE: Mapping[str, Sequence[date | str | None]] = {
    **{
        name: list(
            dict.fromkeys(
                [
                    *(row[name] for _, row in _ROWS if name in row),
                    *(None, date(2026, 12, 31), date(2027, 1, 1), date.min, date.max),
                ]
            )
        )
        for name in ASKED
    },
    "register": REGISTERS,
    "id_type": ID_TYPES,
}
"""What goes with a cell, by the name under which a cleaner asks for it: days in and around the tests, codes."""

PLAIN = [
    *(name for name, known in CLEANERS.items() if not known.required and not known.changes),
    *("amount(unit=万元)", "amount(unit=亿元)", "date(base=1904)", "timestamp(zone=UTC)"),
    "said_amount(sanction=FINE)",
    *("date(epoch=ms)", "date(epoch=s, zone=UTC)", "timestamp(epoch=ms)", "timestamp(epoch=s, zone=UTC)"),
    *("code(vocabulary=party_type)", "code(vocabulary=sanction_type)"),
    *("list(of=code(vocabulary=sanction_type))", "list(of=uscc)", "parts(of=uscc)"),
    *("list(of=party_name)", "parts(of=party_name)", "list(of=customs_recordal_no)", "list(of=date)"),
]
"""Cleaners that ask for no day, as contracts name them."""
DATED = [
    *("region", "region_code", "legal_basis", "ip_right_type", "ip_case_type(body_kind=AMR)"),
    *("stage(body_kind=AMR)", "disposition(body_kind=AMR)", "security_class(body_kind=PRO)"),
]
"""Cleaners that ask for a day."""
LOGICS = [*PLAIN, *DATED]

ALPHABET = (
    "0123456789-/.,:+ＺＬ０２年月日〇○二十万亿元角分零号第字之〔〕﹝﹞【】[]（）()京73知民初监罚號公司店等人、；;"
    "\n\t 'ZXGETPC*×&<>br_x000D\u200b\ufeff\ue000"
)
JUNK = st.text(st.sampled_from(ALPHABET), max_size=24) | st.text(max_size=12)
WELL_FORMED = st.one_of(
    st.dates().map(str),
    st.integers(-(10**10), 10**10).map(str),
    st.integers(-(10**13), 10**13).map(str),
    st.integers(10**12, 2 * 10**12).map(str),
    st.integers(10**9, 2 * 10**9).map(str),
    st.decimals(min_value=0, max_value=10**10, places=3).map(str),
    st.dates().map(lambda day: day.strftime("%Y%m%d")),
    st.datetimes().map(str),
    st.datetimes().map(lambda moment: moment.isoformat() + "+08:00"),
    st.decimals(min_value=-1, max_value=10**17, places=2).map(str),
    st.decimals(min_value=0, max_value=10**12, places=6).map(str),
    st.from_regex(r"[浙杭號監]{2,4}市监处罚[〔\[（﹝]20[0-9]{2}[〕\]）﹞]0{0,7}[0-9]{1,12}号", fullmatch=True),
    st.from_regex(r"[(（]20[0-9]{2}[)）][京粤浙](01|73|0305)?知?(民初|刑终|行审|执)[0-9]{1,9}号", fullmatch=True),
    st.from_regex(r"[A-Z]{0,8}[0-9]{0,6}(-[0-9]{1,3}){0,2}", fullmatch=True),
    st.from_regex(r"9[123][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", fullmatch=True),
    st.from_regex(r"([1一①][、.)]?)?[一-龥]{3,6}(公司|商行)[，及和2二]、?[一-龥]{3,6}(厂|公司)", fullmatch=True),
    st.from_regex(r"[一-龥A-Z]{0,8}(有限公司|有限责任公司|有限公可|商行|店|店（某）|等三人)", fullmatch=True),
)
CELLS = st.sampled_from(VECTORS) | st.none() | JUNK | WELL_FORMED
ON = st.none() | st.dates() | st.sampled_from([date(2015, 6, 1), date(2029, 12, 31), date(2030, 1, 1)])
ON |= st.sampled_from([day for name in ASKED for day in BESIDE[name] if isinstance(day, date)])
BASES = st.builds(
    "《{}》第{}条第{}项".format, st.sampled_from(["商标法", "专利法", "某法"]), st.integers(1, 99), st.integers(1, 9)
)
_TEXTS = [cell for cell in VECTORS if cell]


class Case(NamedTuple):
    """A cell, the cleaner that is asked, and what goes with it in the order of `asked`."""

    logic: str
    raw: str | None
    beside: tuple[date | str | None, ...] = ()


@cache
def asked(logic: str) -> Mapping[str, pa.DataType]:
    """Return what a cleaner asks for besides the cell, by name: days, a code or nothing."""
    params = CLEANERS[logic.partition("(")[0]].params
    return {name: pa.date32() if name in ASKED else pa.string() for name in BESIDE if name in params}


@cache
def beside(logic: str) -> Sequence[tuple[date | str | None, ...]]:
    """Return all that a cleaner is asked with: each day of the act with each of the decision, each code."""
    return list(product(*(BESIDE[name] for name in asked(logic))))


def every_case() -> list[Case]:
    """Return every cell with every cleaner, on every day and with every code."""
    return [Case(logic, raw, those) for logic in LOGICS for those in beside(logic) for raw in VECTORS]


def random_case(seed: int) -> Case:
    """Return a case that the seed tells: a text without sense, or a cell of a test that was damaged."""
    chance = random.Random(seed)
    logic = chance.choice(LOGICS)
    return Case(logic, _random_cell(chance), chance.choice(beside(logic)))


def _random_cell(chance: random.Random) -> str:
    if chance.random() < 0.2:
        return "".join(chance.choices(ALPHABET, k=chance.randint(0, 24)))
    cell = chance.choice(_TEXTS)
    for _ in range(chance.randint(1, 3)):
        place, piece = chance.randint(0, len(cell)), chance.choice([*chance.choices(ALPHABET, k=4), "", ""])
        cell = cell[:place] + piece + cell[place + chance.randint(0, 1) :]
    return cell if chance.random() < 0.9 else cell + chance.choice("、；\n") + chance.choice(_TEXTS)
