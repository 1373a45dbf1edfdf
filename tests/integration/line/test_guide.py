"""What the guide for data engineers says is typed, word for word; a source is one contract and one golden pair."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.line.checkout import ROOT, Checkout, commands_of, copy_checkout
from tests.integration.line.line import Line, own_stack
from tests.unit.onboard.samples import row, write_sample

GUIDE = ROOT / "schemas/ADDING_A_SOURCE.md"
RECORDS = 40
# A source of a body that is known already.
_SECOND = (
    ".venv/bin/casebridge source new june.csv --source amr_zj_district --body amr_zj --mode incremental "
    "--cadence hourly --source-time receipt --key case_no,agency_key,infringer_name_raw --unit '没收金额=元' "
    "--ignore 网格 --yes"
)
# A source whose parties come as an array of objects.
_THIRD = (
    ".venv/bin/casebridge source new cases.json --source court_hz_party_lists --body court_hz --mode incremental "
    "--cadence daily --source-time receipt --key case_no --map '当事人[].名称=party_name_raw:party_name' "
    "--map '当事人[].类型=party_party_type:code(vocabulary=party_type)' "
    "--map '当事人[].诉讼地位=party_role:code(vocabulary=party_role)' --yes"
)
_PARTIES = """
select c.case_no, b.role, p.name_display, b.case_id, b.party_id from marts.bridge_case_party as b
inner join marts.fct_case as c using (case_id) inner join marts.dim_party as p using (party_id)
where c.body_id = 'court_hz' order by 1, 2, 3
"""
_WAITING = (
    ".venv/bin/python -c 'from infra.settings import connections; from transforms.collect.deliver import due_sources; "
    'print(due_sources(connections(), "hourly"))\''
)
_CASES = "select count(*) as cases, count(*) filter (where is_ip) as ip from marts.fct_case where body_id = '{}'"


@pytest.fixture(scope="module")
def own_line() -> Iterator[Line]:
    """Bring up a stack of its own: its releases are made under other contracts than those of this checkout."""
    with own_stack() as line:
        yield line


@pytest.fixture(scope="module")
def checkout(own_line: Line) -> Iterator[Checkout]:
    """Copy the checkout, and put the files there that the province has sent."""
    folder = Path(tempfile.mkdtemp(prefix="casebridge-checkout-"))
    # Spark and dbt run as this user, PostgreSQL reads nothing here.
    made = copy_checkout(folder / "casebridge", own_line.stack.home)
    rows = [row(number) for number in range(1, RECORDS + 1)]
    for name, title in (("may.csv", "福建省行政处罚公示表"), ("june.csv", "")):
        write_sample(folder, rows, title=title).rename(made.folder / name)
    try:
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def typed(checkout: Checkout, command: str) -> str:
    """Run a command that must succeed, and return what it printed."""
    done = checkout.run(command)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def shown(checkout: Checkout, command: str) -> Any:
    return json.loads(typed(checkout, f"{command} --json"))


def test_the_guide_leads_from_a_file_to_its_first_release(own_line: Line, checkout: Checkout) -> None:
    before = checkout.files()
    for command in commands_of(GUIDE):
        typed(checkout, command)
    assert own_line.read(_CASES.format("amr_fj")) == [{"cases": RECORDS, "ip": RECORDS}]
    (books,) = shown(checkout, ".venv/bin/casebridge account --source amr_fj_penalties --recount")["sources"]
    assert (books["sent"], books["current"]) == (RECORDS, RECORDS)
    after = checkout.files()
    assert {name for name in after if after[name] != before.get(name)} == {
        "schemas/released/amr_fj_penalties.json",
        "schemas/sources/amr_fj/amr_fj_penalties.odcs.yaml",
        "schemas/vocabularies/body.csv",
        "schemas/vocabularies/source_agreement.csv",
        "tests/golden/amr_fj_penalties/expected.jsonl",
        "tests/golden/amr_fj_penalties/raw.csv",
    }


def test_one_contract_and_one_golden_pair_add_a_source_at_run_time(own_line: Line, checkout: Checkout) -> None:
    before, cases = checkout.files(), own_line.read(_CASES.format("amr_zj"))[0]["cases"]
    typed(checkout, _SECOND)
    after = checkout.files()
    assert {name for name in after if after[name] != before.get(name)} == {
        "schemas/sources/amr_zj/amr_zj_district.odcs.yaml",
        "tests/golden/amr_zj_district/expected.jsonl",
        "tests/golden/amr_zj_district/raw.csv",
    }
    inbox = own_line.stack.inbox / "amr_zj_district"
    inbox.mkdir(parents=True)
    shutil.copy(checkout.folder / "june.csv", inbox / "june.csv")
    # The collect DAG of its cadence asks this.
    assert "amr_zj_district" in typed(checkout, _WAITING)
    typed(checkout, ".venv/bin/casebridge deliver june.csv --source amr_zj_district")
    typed(checkout, ".venv/bin/casebridge integrate")
    assert own_line.read(_CASES.format("amr_zj"))[0]["cases"] == cases + RECORDS
    gates = [gate for gate in shown(checkout, ".venv/bin/casebridge gates") if gate["source"] == "amr_zj_district"]
    assert {"quarantined", "findings"} <= {gate["expectation"] for gate in gates}
    assert all(gate["passed"] for gate in gates)
    (receipt, *_) = shown(checkout, ".venv/bin/casebridge deliveries --source amr_zj_district")
    assert receipt["state"] == "closed"


def _case(number: int, *, is_reversed: bool) -> dict[str, Any]:
    parties = [
        {"名称": f"杭州青禾{number}号鞋业有限公司", "类型": "法人", "诉讼地位": "原告"},
        {"名称": f"宁波诺瓦{number}号服饰有限公司", "类型": "法人", "诉讼地位": "被告"},
        {"名称": "义乌百合商贸有限公司", "类型": "法人", "诉讼地位": "被告"},
    ]
    return {
        "案号": f"(2026)浙01民初{number}号",
        "法院": "杭州市中级人民法院",
        "立案日期": "2026-03-02",
        "案由": "侵害商标权纠纷",
        "当事人": parties[::-1] if is_reversed else parties,
    }


def test_parties_that_come_as_an_array_are_the_same_rows_in_any_order(own_line: Line, checkout: Checkout) -> None:
    found = []
    for is_reversed in (False, True):
        cases = [_case(number, is_reversed=is_reversed) for number in range(1, RECORDS + 1)]
        (checkout.folder / "cases.json").write_text(json.dumps(cases, ensure_ascii=False), "utf-8")
        if not is_reversed:
            typed(checkout, _THIRD)
        typed(checkout, ".venv/bin/casebridge deliver cases.json --source court_hz_party_lists")
        typed(checkout, ".venv/bin/casebridge integrate")
        found.append(own_line.read(_PARTIES))
    assert found[0] == found[1]
    assert len({row["case_id"] for row in found[0]}) == RECORDS
    told = [(row["role"], row["name_display"]) for row in found[0] if row["case_no"].endswith("民初7号")]
    assert sorted(told) == [
        ("DEFENDANT", "义乌百合商贸有限公司"),
        ("DEFENDANT", "宁波诺瓦7号服饰有限公司"),
        ("PLAINTIFF", "杭州青禾7号鞋业有限公司"),
    ]
    (books,) = shown(checkout, ".venv/bin/casebridge account --source court_hz_party_lists --recount")["sources"]
    assert (books["sent"], books["current"], books["superseded"]) == (2 * RECORDS, RECORDS, RECORDS)
