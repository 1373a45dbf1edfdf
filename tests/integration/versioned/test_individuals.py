"""The code of an individual business tells of a person: marts show its mask, in every release."""

from __future__ import annotations

import pytest

from tests.integration.versioned.records import Line, id_of

COMPANY, SHOP, MASK = "91330106MA2AB12C3X", "92330106MA2AB12C3X", "923301********2C3X"
PARTIES = "select uscc, id_mask from {}.dim_party where party_type = 'LEGAL' order by uscc nulls last"
NUMBERS = """
select norm_value, masked_value from {}.bridge_party_identifier where id_type = 'TAX_NO' order by norm_value nulls last
"""
TOLD = [(COMPANY, None), (None, MASK)]
# Parts of the code of another one, which give it away together, and a code as registers write it.
PARTS = {"ORG_CODE": "MA2AB12C4", "REG_NO": "330106600123456"}
WRITTEN = {"92330106-MA2AB12C5X": "923301********2C5X", "注册号92330106MA2AB12C6X": "注册号923********2C6X"}
NUMBERS_OF = (
    "select id_type, norm_value, masked_value from {}.bridge_party_identifier where party_id = '{}' order by 1, 3"
)


@pytest.fixture(scope="module")
def line(empty: Line) -> Line:
    """Make a warehouse with one release of a company and an individual business."""
    admission = empty.admit()
    for code in (COMPANY, SHOP):
        party = id_of(code)
        empty.record(admission, code)
        empty.say("party", party_id=party, uscc=code, party_type="LEGAL", name_display=code[:2])
        empty.say("party_identifier", identifier_id=party, party_id=party, id_type="TAX_NO", norm_value=code)
    shop = id_of("shop")
    empty.record(admission, "shop")
    empty.say("party", party_id=shop, party_type="SOLE", name_display="某店")
    for kind, number in PARTS.items():
        empty.say("party_identifier", identifier_id=id_of(number), party_id=shop, id_type=kind, norm_value=number)
    other = id_of("of no kind")
    empty.record(admission, "of no kind")
    empty.say("party", party_id=other, name_display="某店")
    for code in WRITTEN:
        empty.say("party_identifier", identifier_id=id_of(code), party_id=other, id_type="REG_NO", norm_value=code)
    empty.release()
    return empty


def test_the_code_is_told_by_its_mask(line: Line) -> None:
    assert line.read(PARTIES.format("marts")) == TOLD
    assert line.read(NUMBERS.format("marts")) == TOLD


def test_other_numbers_of_the_business_do_not_tell_what_the_mask_hides(line: Line) -> None:
    assert line.read(NUMBERS_OF.format("marts", id_of("shop"))) == [(kind, None, None) for kind in PARTS]


def test_the_code_is_known_however_it_is_written(line: Line) -> None:
    found = line.read(NUMBERS_OF.format("marts", id_of("of no kind")))
    assert found == [("REG_NO", None, mask) for mask in WRITTEN.values()]


def test_codes_that_marts_once_showed_are_gone_from_every_release(line: Line) -> None:
    line.admin.execute("update marts_v.dim_party set uscc = %s, id_mask = null where uscc is null", (SHOP,))
    shown = "update marts_v.bridge_party_identifier set norm_value = %s, masked_value = null where norm_value is null"
    line.admin.execute(shown + " and id_type = 'TAX_NO'", (SHOP,))
    line.admin.execute(shown + " and id_type = 'ORG_CODE'", (PARTS["ORG_CODE"],))
    line.release(full=True)
    assert line.read(PARTIES.format("marts")) == TOLD
    assert line.read(NUMBERS.format("marts")) == TOLD
    for query in (PARTIES, NUMBERS):
        versions = line.admin.execute(query.format("marts_v")).fetchall()
        assert {code for code, _ in versions} == {COMPANY, None}
    parts = line.admin.execute(NUMBERS_OF.format("marts_v", id_of("shop")).encode()).fetchall()
    assert {number for _, number, _ in parts} == {None}
