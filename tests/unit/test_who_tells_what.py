"""Every kind of body, case, transfer and link is told by a source, as its golden pair shows, or it is said why not."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from schemas.contracts import entities, sources
from transforms.normalise.cleaners.vocabulary import read_vocabulary

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
# What each kind of body owns (DOMAIN 1.1), how cases move (1.10), and where complaints come in (1.4): a source that
# tells it. Several sources may; one is enough.
TOLD: Final[Mapping[str, Mapping[tuple[str, str], str]]] = {
    "case.case_type": {
        ("CNIPA", "PAT_ADJ"): "cnipa_adjudications",
        ("CNIPA", "PAT_DRUG"): "cnipa_adjudications",
        ("PIPA", "PAT_ADJ"): "pipa_js_adjudications",
        ("PIPA", "PAT_MED"): "pipa_js_adjudications",
        ("IPC", "PAT_MED"): "ipc_zj_mediations",
        ("AMR", "TM_PENALTY"): "amr_zj_penalties",
        ("AMR", "TM_BADFAITH"): "amr_gd_penalties",
        ("AMR", "PAT_COUNTERFEIT"): "amr_zj_penalties",
        ("AMR", "GI_PENALTY"): "amr_sd_penalties",
        ("AMR", "TS_PENALTY"): "amr_zj_penalties",
        ("CUS", "CUS_DETENTION"): "customs_sh_detentions",
        ("CUS", "CUS_PENALTY"): "customs_sh_penalties",
        ("CUS", "ADM_REVIEW"): "gacc_reviews",
        ("CPR", "CPR_PENALTY"): "cpr_sc_cases",
        ("CULT", "CPR_PENALTY"): "cult_lz_penalties",
        ("AGRI", "PV_PENALTY"): "agri_ah_penalties",
        ("PSB", "CRIM_INV"): "psb_zj_case_events",
        ("PRO", "CRIM_ARREST"): "pro_js_arrests",
        ("PRO", "CRIM_PROS"): "pro_zj_prosecutions",
        ("COURT", "CIV_TRIAL"): "court_hz_cases",
        ("COURT", "CRIM_TRIAL"): "court_hz_criminal_cases",
        ("COURT", "ADM_TRIAL"): "court_hz_administrative_cases",
        ("COURT", "EXEC"): "court_sz_enforcement",
        ("COURT", "NONLIT_EXEC"): "court_sz_enforcement",
        ("PLAT", "PLAT_NOTICE"): "platform_notices",
        ("HOTLINE", "COMPLAINT"): "hotline_12315_intake",
        ("HOTLINE", "REPORT"): "hotline_12315_intake",
    },
    "transfer.transfer_type": {
        ("AMR", "ADMIN_TO_CRIMINAL"): "amr_zj_transfers",
        ("CPR", "ADMIN_TO_CRIMINAL"): "cpr_sc_cases",
        ("CUS", "ADMIN_TO_CRIMINAL"): "customs_sh_detentions",
        ("AMR", "LEAD_REFERRAL"): "amr_js_transfers",
        ("AMR", "JURISDICTION"): "amr_js_transfers",
        ("AMR", "PSB_TO_ADMIN"): "amr_js_transfers",
        ("PRO", "FILING_SUPERVISION"): "pro_js_arrests",
        ("PRO", "CRIMINAL_TO_ADMIN"): "pro_zj_prosecutions",
        ("COURT", "COURT_ASSIST"): "court_sz_enforcement",
    },
    "case_reference.link_type": {
        ("COURT", "REVIEWS"): "court_hz_administrative_cases",
        ("CUS", "REVIEWS"): "gacc_reviews",
        ("COURT", "APPEALS"): "court_hz_cases",
        ("COURT", "ENFORCES"): "court_sz_enforcement",
        ("COURT", "DERIVED_FROM"): "court_hz_criminal_cases",
        ("HOTLINE", "SAME_MATTER"): "hotline_12315_intake",
        ("PIPA", "MERGED_INTO"): "pipa_js_adjudications",
        ("COURT", "SPLIT_FROM"): "court_hz_criminal_cases",
    },
    "assistance_request.direction": {
        ("FOREIGN", "IN"): "customs_de_requests",
        ("CUS", "OUT"): "gacc_requests",
    },
    "complaint.intake_channel": {
        ("HOTLINE", code): "hotline_12315_intake"
        for code in ("12315", "12330", "12345", "ONLINE", "LETTER", "VISIT", "OTHER")
    },
    "service_institution.institution_type": {("IPC", "PROTECTION_CENTRE"): "ipc_zj_evaluations"},
    "case.jurisdiction_level": {
        ("CNIPA", "NATIONAL"): "cnipa_adjudications",
        ("PIPA", "PROVINCE"): "pipa_js_adjudications",
        ("PIPA", "CITY"): "pipa_js_adjudications",
        ("CPR", "COUNTY"): "cpr_sc_cases",
    },
}
# Codes that no source tells, and why; one that is told after all is taken out here.
UNTOLD: Final[Mapping[tuple[str, str], str]] = {
    (
        "transfer.transfer_type",
        "PSB_RETURN",
    ): "It is the outcome REJECTED of the transfer that is returned (DOMAIN 1.10).",
    ("transfer.transfer_type", "FOREIGN"): "Assistance across borders is a request, an entity of its own (DOMAIN 5).",
}
# Vocabularies of which every code is told or excused; of the others a few stand for all.
WHOLE: Final[Mapping[str, str]] = {
    "case.case_type": "case_type",
    "transfer.transfer_type": "transfer_type",
    "case_reference.link_type": "case_link_type",
    "assistance_request.direction": "assistance_direction",
    "complaint.intake_channel": "intake_channel",
    "case.jurisdiction_level": "jurisdiction_level",
}


def told() -> Mapping[tuple[str, str], set[str]]:
    """Return the sources whose golden pairs tell each code, by attribute and code."""
    found = defaultdict[tuple[str, str], set[str]](set)
    for name in sources():
        for line in (GOLDEN / name / "expected.jsonl").read_text("utf-8").splitlines()[1:]:
            for entity, rows in json.loads(line)["claims"].items():
                for attribute, code in (pair for row in rows for pair in row.items() if isinstance(pair[1], str)):
                    found[f"{entity}.{attribute}", code].add(name)
    return found


FOUND = told()
ROWS = [(attribute, *pair, source) for attribute, pairs in TOLD.items() for pair, source in pairs.items()]


@pytest.mark.parametrize(("attribute", "kind", "code", "source"), ROWS)
def test_a_source_tells_what_its_kind_of_body_owns(attribute: str, kind: str, code: str, source: str) -> None:
    assert sources()[source].body_kind == kind
    assert source in FOUND[attribute, code]


@pytest.mark.parametrize("attribute", WHOLE)
def test_every_code_is_told_or_it_is_said_why_not(attribute: str) -> None:
    codes = {row["code"] for row in read_vocabulary(WHOLE[attribute])}
    excused = {code for of, code in UNTOLD if of == attribute}
    assert {code for _, code in TOLD[attribute]} | excused == codes
    assert {code for code in codes if FOUND[attribute, code]} == codes - excused


def test_every_kind_of_body_sends_something() -> None:
    kinds = {row["code"] for row in read_vocabulary("body_kind")}
    assert {contract.body_kind for contract in sources().values()} == kinds
    assert {kind for _, kind, *_ in ROWS} == kinds


def test_every_kind_of_case_that_a_body_tells_is_in_the_list() -> None:
    names = {name for _, _, _, name in ROWS} | set(sources())
    pairs = {
        (sources()[name].body_kind, code)
        for (attribute, code), tellers in FOUND.items()
        if attribute == "case.case_type"
        for name in tellers & names
    }
    assert pairs - set(TOLD["case.case_type"]) == {("AMR", "CPR_PENALTY")}


@pytest.mark.parametrize(("code", "reason"), UNTOLD.items())
def test_a_reason_is_a_sentence(code: tuple[str, str], reason: str) -> None:
    entity, attribute = code[0].split(".")
    assert attribute in {one.name for one in entities()[entity].attributes}
    assert reason.endswith(".")
