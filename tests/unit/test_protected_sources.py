"""Nothing that tells who is investigated is read from a delivery (DOMAIN P11)."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from schemas.contracts import SourceContract, sources
from tests.support.generate import generate
from tests.support.normalised import read_values
from transforms.model.apart import secret_sources
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.statuses import SECRECY, clean_security_class
from transforms.normalise.cleaners.vocabulary import read_vocabulary

SECRET = [sources()[name] for name in secret_sources()]
_TELLS = {"title", "facts", "goods", "violation_on", "right_no", "content", "name_raw", "uscc", "id_token"}


def test_police_and_procuratorate_are_secret() -> None:
    assert [c for c in sources().values() if c.body_kind in {"PSB", "PRO"}] == SECRET


def test_police_cases_stay_secret_and_others_by_their_status_alone() -> None:
    for contract in SECRET:
        (case,) = (claim for claim in contract.claims if claim.entity == "case")
        stays = case.constants.get("security_class") == "CASE_SECRET"
        assert stays == (contract.body_kind == "PSB")
        assert stays or contract.field_named("security_class").label == contract.field_named("native_status").label


@pytest.mark.parametrize("status", ["起诉", "提起公诉", "不起诉"])
def test_what_was_indicted_or_not_prosecuted_is_no_secret_of_an_investigation(status: str) -> None:
    assert clean_security_class(status, body_kind="PRO") == ("GENERAL", None)


@pytest.mark.parametrize("status", ["受理", "审查中", "退补", "批捕", "不捕", "线索登记", "待分案", "", None])
def test_anything_else_is_secret(status: str | None) -> None:
    assert clean_security_class(status, body_kind="PRO") == (SECRECY, None)
    values, _ = cleaner("security_class(body_kind=PRO)").column(pa.array([status], pa.string()))
    assert values.to_pylist() == [SECRECY]


def test_no_status_of_the_police_ends_the_secret() -> None:
    police = [row for row in read_vocabulary("status_stage") if row["scope"] in {"PSB", "*"}]
    assert police
    assert {clean_security_class(row["native_status"], body_kind="PSB").value for row in police} == {SECRECY}


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
