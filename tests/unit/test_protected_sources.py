"""Nothing that tells who is investigated is read from a delivery (DOMAIN P11)."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.contracts import SourceContract, sources
from tests.support.generate import generate
from tests.support.normalised import read_values

SECRET = [c for c in sources().values() if any(x.constants.get("security_class") == "CASE_SECRET" for x in c.claims)]
_TELLS = {"title", "facts", "goods", "violation_on", "right_no", "content", "name_raw", "uscc", "id_token"}


def test_police_and_procuratorate_are_secret() -> None:
    assert {c.body_kind for c in sources().values() if c.body_kind in {"PSB", "PRO"}} == {c.body_kind for c in SECRET}


@pytest.mark.parametrize("contract", SECRET, ids=lambda contract: contract.source)
def test_a_secret_case_has_no_party_and_nothing_that_tells_who(contract: SourceContract) -> None:
    entities = {claim.entity for claim in contract.claims}
    assert not entities & {"party", "case_party", "party_identifier", "goods_item", "ip_right", "case_right"}
    assert not {f.name for f in contract.fields} & _TELLS


@pytest.mark.parametrize("contract", SECRET, ids=lambda contract: contract.source)
def test_no_name_of_a_suspect_passes_collect(contract: SourceContract, tmp_path: Path) -> None:
    delivered = generate(contract.source, 200, 7, tmp_path)
    values = "".join(read_values(contract, delivered.paths[0]))
    assert values
    assert "犯罪嫌疑人" not in values
