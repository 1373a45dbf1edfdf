"""A withdrawal counts where it says which record goes and when: what else it lacks keeps nothing published."""

from __future__ import annotations

from infra.onboard.trial import envelope_value
from schemas.contracts import source
from tests.support.normalised import normalise_values
from tests.unit.normalise.sent_rows import SHANDONG
from transforms.normalise.record import Staged

VOID = {
    "amr_sd_penalties": {name: SHANDONG[name] for name in ("CF_WSH", "CF_XDR_MC", "CF_XZJG", "SJC")} | {"CF_ZT": "1"},
    "customs_sh_penalties": {"id": "SHP2026", "updatedAt": "2026-04-28T10:01:00+08:00", "recordState": "void"},
    "pipa_js_adjudications": {"@id": "JS2026", "@updatedAt": "2026-05-12T09:30:00+08:00", "@state": "void"},
    "psb_zj_case_events": {
        "caseRef": "P1",
        "eventType": "case.accepted",
        "sequence": "1",
        "occurredAt": "2026-05-12T09:30:00+08:00",
        "recordState": "void",
    },
}


def staged(name: str, *rows: dict[str, str]) -> Staged:
    contract = source(name)
    return normalise_values(contract, [envelope_value(contract, row) for row in rows])


def test_a_withdrawal_needs_its_key_and_its_time_only() -> None:
    for name, row in VOID.items():
        made = staged(name, row)
        assert made.rules.to_pylist() == []
        assert made.records["is_withdrawal"].to_pylist() == [True]
    bare = VOID["amr_sd_penalties"]
    whole = staged("amr_sd_penalties", SHANDONG, bare).records["record_key"].to_pylist()
    assert whole[0] == whole[1]


def test_a_withdrawal_without_key_or_time_and_a_record_that_lacks_something_are_set_aside() -> None:
    bare = VOID["customs_sh_penalties"]
    made = staged("customs_sh_penalties", bare | {"id": ""}, bare | {"updatedAt": ""}, bare | {"recordState": "valid"})
    lacking = [(rule["row_number"], rule["field"]) for rule in made.rules.to_pylist()]
    assert lacking[:2] == [(1, "penalty_id"), (2, "updated_at")]
    assert {field for row, field in lacking if row == 3} == {"agency_name", "sanction_types", "infringer_name_raw"}
