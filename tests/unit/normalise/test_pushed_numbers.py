"""The number of a person in a name that a body pushes reaches no claim."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from infra.settings import ROOT
from schemas.contracts import source
from tests.support.normalised import normalise_values

PUBLISHED_ID = "11010519491231002X"


@pytest.mark.parametrize("shape", [str, lambda text: [text]])
@pytest.mark.parametrize(
    "numbers",
    [
        f"{PUBLISHED_ID} 13800138000",
        f"{PUBLISHED_ID[:6]}\u200b{PUBLISHED_ID[6:]} 138&nbsp;0013&#56;000",
        "110105491231002",
    ],
)
def test_an_identity_number_in_a_pushed_name_is_masked(shape: Callable[[str], object], numbers: str) -> None:
    raw = (ROOT / "tests/golden/platform_notices/raw.jsonl").read_text("utf-8").splitlines()
    record = json.loads(next(line for line in raw if line.startswith("{")))
    record |= {label: shape(f"{record[label]} {numbers}") for label in ("title", "holderName", "shopName")}
    staged = normalise_values(source("platform_notices"), [json.dumps(record, ensure_ascii=False)])
    claimed = json.dumps([table.to_pylist() for table in staged.claims.values()], default=str)
    assert "110105********002X" in claimed
    assert not re.search(r"19491231|491231002|138 ?0013", claimed)


def test_nothing_of_an_object_in_the_place_of_a_name_is_claimed() -> None:
    raw = (ROOT / "tests/golden/platform_notices/raw.jsonl").read_text("utf-8").splitlines()
    record = json.loads(next(line for line in raw if line.startswith("{")))
    record |= {label: {"name": {"of": [f"甲 {PUBLISHED_ID}"]}} for label in ("title", "holderName", "shopName")}
    staged = normalise_values(source("platform_notices"), [json.dumps(record, ensure_ascii=False)])
    claimed = json.dumps([table.to_pylist() for table in staged.claims.values()], default=str, ensure_ascii=False)
    assert "110105" not in claimed
    assert "甲 " not in claimed
