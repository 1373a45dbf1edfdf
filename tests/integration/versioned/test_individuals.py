"""The code of an individual business tells of a person: marts show its mask, in every release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.versioned.records import Line, id_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.stack.postgres import Postgres

COMPANY, SHOP, MASK = "91330106MA2AB12C3X", "92330106MA2AB12C3X", "923301********2C3X"
PARTIES = "select uscc, id_mask from {}.dim_party order by uscc nulls last"
NUMBERS = "select norm_value, masked_value from {}.bridge_party_identifier order by norm_value nulls last"
TOLD = [(COMPANY, None), (None, MASK)]


@pytest.fixture(scope="module")
def line(server: Postgres) -> Iterator[Line]:
    """Make a warehouse with one release of a company and an individual business."""
    for line in Line.fresh(server):
        admission = line.admit()
        for code in (COMPANY, SHOP):
            party = id_of(code)
            line.record(admission, code)
            line.say("party", party_id=party, uscc=code, party_type="LEGAL", name_display=code[:2])
            line.say("party_identifier", identifier_id=party, party_id=party, id_type="TAX_NO", norm_value=code)
        line.release()
        yield line


def test_the_code_is_told_by_its_mask(line: Line) -> None:
    assert line.read(PARTIES.format("marts")) == TOLD
    assert line.read(NUMBERS.format("marts")) == TOLD


def test_codes_that_marts_once_showed_are_gone_from_every_release(line: Line) -> None:
    line.admin.execute("update marts_v.dim_party set uscc = %s, id_mask = null where uscc is null", (SHOP,))
    shown = "update marts_v.bridge_party_identifier set norm_value = %s, masked_value = null where norm_value is null"
    line.admin.execute(shown, (SHOP,))
    line.release(full=True)
    assert line.read(PARTIES.format("marts")) == TOLD
    assert line.read(NUMBERS.format("marts")) == TOLD
    for query in (PARTIES, NUMBERS):
        versions = line.admin.execute(query.format("marts_v")).fetchall()
        assert {code for code, _ in versions} == {COMPANY, None}
