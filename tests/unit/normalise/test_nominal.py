"""A seizure message tells of goods and of nobody: what looks like a name, a number or a place keeps it out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.contracts import entities, source
from tests.support.files import write_xlsx
from tests.support.normalised import normalise_values, read_values
from tests.support.parties import credit_code, identity_number
from tests.support.seizures import LABELS, TITLE, seizures
from transforms.collect.delivered import read_delivered
from transforms.collect.vault import Loose
from transforms.normalise.nominal import guarded_fields
from transforms.normalise.record import Staged

CONTRACT = source("customs_nl_seizures")
SOUND = json.loads(next(iter(seizures(1, 7).lines())))
NARRATIVE = "Narrative (non-nominal)"
PERSON = identity_number("330106", date(1980, 2, 29))
COMPANY = credit_code("91", "330782", 414)
# By the codes that no pattern can look into: those of vocabularies and of standards.
CODED = ("Code of vocabulary", "ISO 3166", "Six digits")


def message(**cells: object) -> Staged:
    return normalise_values(CONTRACT, [json.dumps(SOUND | cells, ensure_ascii=False)])


def rules(staged: Staged) -> list[tuple[str, str]]:
    return [(rule["field"], rule["rule"]) for rule in staged.rules.to_pylist()]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"Papers of {PERSON} were found.", "holds_id_number"),
        (f"证件号码{PERSON}", "holds_id_number"),
        (f"{PERSON[:6]} {PERSON[6:14]} {PERSON[14:]}", "holds_id_number"),
        ("１１０１０５１９４９１２３１００２Ｘ", "holds_id_number"),
        ("110105491231002", "holds_id_number"),
        ("330106********1234", "holds_id_number"),
        ("Passport No. NW0000000", "holds_id_number"),
        ("护照号码:E00000000", "holds_id_number"),
        (f"code {COMPANY}", "holds_credit_code"),
        (f"代码{COMPANY.lower()}。", "holds_credit_code"),
        ("declaration 224420260000000001", "holds_declaration_no"),
        ("报关单22442026E000000001", "holds_declaration_no"),
        ("MRN 26NL000510000001A2", "holds_declaration_no"),
        ("call 13800000000", "holds_phone"),
        ("138 0000 0000", "holds_phone"),
        ("+86 138-0000-0000", "holds_phone"),
        ("0571-88880000", "holds_phone"),
        ("+31 (0)20 000 0000", "holds_phone"),
        ("tel: 020 000 00 00", "holds_phone"),
        ("货车沪A12345", "holds_plate"),
        ("粤B·D12345", "holds_plate"),
        ("number plate: 12-ZZ-345", "holds_plate"),
        ("vehicle registration number ZZ 345 X", "holds_plate"),
        ("车牌号 12-ZZ-345", "holds_plate"),
        ("青禾路5号", "holds_address"),
        ("青禾路5号B座", "holds_address"),
        ("3号楼201室", "holds_address"),
        ("12 Long Harbour Street", "holds_address"),
        ("Musterstraat 12", "holds_address"),
        ("someone@sample.example", "holds_address"),
        ("义乌青禾贸易有限公司", "holds_name"),
        ("Shoes of Muster Footwear Ltd.", "holds_name"),
        ("Muster GmbH", "holds_name"),
        ("Mr. Muster came", "holds_name"),
        ("driver: Muster", "holds_name"),
        ("收货人：某甲", "holds_name"),
    ],
)
@pytest.mark.parametrize("label", [NARRATIVE, "Product", "Conveyance", "Brand"])
def test_a_message_that_tells_of_somebody_is_not_let_in(text: str, rule: str, label: str) -> None:
    staged = message(**{label: text})
    field = next(item.name for item in CONTRACT.fields if item.label == label)
    assert rules(staged) == [(field, rule)]
    assert staged.claims["seizure_message"].num_rows == 0
    assert not any(text in str(value) for row in staged.rules.to_pylist() for value in row.values())


@pytest.mark.parametrize(
    "text",
    [
        "Found in the second row of the container behind declared household goods.",
        "1,200 pairs in 40 cartons of 30, HS 6404.11, 2026-02-27 09:30",
        "Seized between 2026-02-27 and 2026-03-01, 12 500 pieces, 45 600.00 EUR",
        "Container MSCU 123456 7, seals intact, 20 ft",
        "USB-C 20 W chargers, 5000 mAh, EAN 4006381333931",
        "Number plates were taken off; the driver said nothing",
        "Limited edition trainers incl. boxes, 20 kg inc. packaging",
        "运动女士鞋，共1200双，藏于第3排第5箱",
        "新款耳机，上海港查获",
        "hotel textiles, mobile phones 1200 pieces",
    ],
)
def test_what_tells_of_goods_alone_is_let_in(text: str) -> None:
    staged = message(**{NARRATIVE: text})
    assert rules(staged) == []
    assert staged.claims["seizure_message"]["narrative_non_nominal"].to_pylist() == [text]


def test_a_brand_in_capitals_is_no_person() -> None:
    assert rules(message(Brand="Mr. Muster")) == [("brand", "holds_name")]
    assert rules(message(Brand="MR. MUSTER")) == []


def test_a_number_of_a_message_is_no_number_of_a_declaration() -> None:
    assert rules(message(**{"Message ID*": "26NL000510000001A2"})) == [("message_no", "holds_declaration_no")]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_regex(r"[1-9][0-9]{5}19[0-9]{2}0[1-9][0-2][1-9][0-9]{3}[0-9X]", fullmatch=True), st.data())
def test_a_number_is_found_wherever_it_stands(number: str, data: st.DataObject) -> None:
    words = st.text(alphabet="货物 ,。()", max_size=12)
    assert rules(message(**{NARRATIVE: data.draw(words) + number + data.draw(words)})) == [
        ("narrative_non_nominal", "holds_id_number")
    ]


def test_every_text_that_a_sender_words_is_guarded() -> None:
    entity = entities()["seizure_message"]
    worded = {a.name for a in entity.attributes if a.sql_type == "text" and not a.description.startswith(CODED)}
    assert worded == set(entity.non_nominal)
    assert set(guarded_fields(CONTRACT)) == set(entity.non_nominal)


def test_a_record_of_other_entities_may_name_whom_it_is_about() -> None:
    assert guarded_fields(source("amr_zj_penalties")) == ()


def test_several_texts_of_one_attribute_are_looked_at_one_by_one() -> None:
    fields = tuple(replace(item, cleaner="list") if item.name == "conveyance" else item for item in CONTRACT.fields)
    record = json.dumps(SOUND | {"Conveyance": "lorry; 沪A12345; trailer"}, ensure_ascii=False)
    assert rules(normalise_values(replace(CONTRACT, fields=fields), [record])) == [("conveyance", "holds_plate")]


def write(path: Path, labels: Iterable[str], cells: Iterable[object]) -> Path:
    write_xlsx(path, [[TITLE], [*labels]], (), [[*cells]], [])
    return path


def test_columns_that_may_not_be_sent_are_told_and_not_read(tmp_path: Path) -> None:
    added = {"Importer": "Muster B.V.", "ID number": PERSON, "Declaration number": "224420260000000001"}
    path = write(tmp_path / "more.xlsx", [*LABELS, *added], [*(SOUND[label] for label in LABELS), *added.values()])
    rows, _ = read_delivered(CONTRACT, Loose(path))
    told = [(one.kind, set(one.labels)) for one in rows.check(lambda _: None).findings]
    assert told == [("unknown_column", set(added))]
    (value,) = read_values(CONTRACT, path)
    assert not any(cell in value for cell in added.values())
    assert rules(normalise_values(CONTRACT, [value])) == []


def test_versions_of_a_message_are_records_of_their_own_and_one_message() -> None:
    first, second = message(), message(**{"Version*": 2})
    keys = [staged.records["record_key"].to_pylist() for staged in (first, second)]
    ids = [staged.claims["seizure_message"]["message_id"].to_pylist() for staged in (first, second)]
    assert keys[0] != keys[1]
    assert ids[0] == ids[1]
