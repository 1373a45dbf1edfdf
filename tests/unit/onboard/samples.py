"""Samples of a province that no contract describes yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.onboard.choices import Choices
from infra.onboard.propose import Said
from infra.runs.onboard import Proposed, begin_source, propose_source, write_source
from schemas.contracts import SourceContract, read_source

HEADER = (
    *(
        "序号",
        "行政相对人名称",
        "行政相对人类别",
        "行政相对人代码_2（统一社会信用代码）",
        "行政相对人代码_1（工商注册号）",
    ),
    *(
        "证件号码",
        "行政处罚决定书文号",
        "处罚依据",
        "处罚类别",
        "罚款金额（万元）",
        "没收金额",
        "处罚决定日期",
        "处罚机关",
    ),
    *("处罚机关代码（统一社会信用代码）", "联系电话", "经办", "网格"),
)
SAID = Choices(
    source="amr_fj_penalties",
    body="amr_fj",
    kind="AMR",
    mode="snapshot",
    cadence="daily",
    key=("case_no", "infringer_name_raw"),
)
"""What a person would answer about the source."""
TOLD = Said(units=("没收金额=元",))
"""What a person would answer about its columns."""


def row(number: int) -> list[str]:
    """Return one made-up record."""
    return [
        *(str(number), f"福州示例{number}有限公司", "法人及非法人组织", "91110000600037341L", "350100000000001"),
        *("11010519491231002X", f"闽示市监处罚〔2026〕{number}号", "《中华人民共和国商标法》第五十七条第三项"),
        *("罚款、没收违法所得", "0.2", "350", f"2026年5月{number % 28 + 1}日", "福州市示例机关", "113301060000020144"),
        *("13800000000", "王示例", f"G{number % 5}"),
    ]


def write_sample(
    folder: Path, rows: Sequence[Sequence[str]] | None = None, *, title: str = "", encoding: str = "gb18030"
) -> Path:
    """Write a delimited sample, with a title row above its header if one is given."""
    lines = [HEADER, *(rows if rows is not None else [row(number) for number in range(1, 31)])]
    path = folder / "sample.csv"
    path.write_text("\n".join([*([title] if title else []), *(",".join(line) for line in lines)]) + "\n", encoding)
    return path


def proposed(folder: Path, choices: Choices = SAID, said: Said | None = None, rows: Any = None) -> Proposed:
    return propose_source(begin_source(write_sample(folder, rows), choices, said or TOLD), 10, None)


def written(folder: Path, choices: Choices = SAID) -> SourceContract:
    write_source(proposed(folder, choices), folder)
    return read_source(folder / f"schemas/sources/{choices.body}/{choices.source}.odcs.yaml")
