"""A decision that comes again with its authority written otherwise is told once, as the newer record tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.integration.versioned.records import Line, id_of
from transforms.model.build import build
from transforms.model.retold import find_retold
from transforms.publish.release import abandon_release

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORT, LONG = "市南区市场监督管理局", "青岛市市南区市场监督管理局"
PENALTIES: Final = "amr_js_penalties"
CODE, OTHER_CODE = "91320104MA1XYZAB0C", "91320104MA1XYZAB1D"
Party = dict[str, str]
# Fines, whether each is withdrawn, parties, and goods and measures of a case.
Told = tuple[list[int], list[bool], int, int]


@dataclass(frozen=True)
class Row:
    """A record of a decision; `party` is all that it says of the party, and `more` tells what else is in its key."""

    agency: str
    at: str
    fine: int
    party: Party = field(default_factory=lambda: {"name_raw": "甲公司", "name_norm": "甲公司"})
    source: str = PENALTIES
    more: str = "|甲"
    kinds: tuple[str, ...] = ("FINE",)
    has_goods: bool = False
    revoked: str | None = None
    withdrawn: bool = False


OLD, NEW = Row(SHORT, "2026-04-01", 50), Row(LONG, "2026-05-05", 60)


def row(of: Row, **other: Any) -> Row:
    """Return a record that differs in this."""
    return Row(**{**vars(of), **other})


def let_in(line: Line, admission: int, case: str, told: Row) -> None:
    """Let a record of the case in, or take it back."""
    key = f"{case}|{told.agency}{told.more}"
    body = told.source.rpartition("_")[0]
    line.record(admission, key, source=told.source, body=body, at=told.at, withdrawn=told.withdrawn)
    if told.withdrawn:
        return
    own, record = {"case_id": id_of(case)}, f"{told.source} {key}"
    # As normalise makes it: of a code, else of the record.
    party = {"party_id": id_of(told.party.get("uscc") or record)}
    decision = own | {"decision_id": id_of(f"decision of {case}")}
    line.say("case", proceeding="PENALTY", case_type="TM_PENALTY", stage="DECIDED", **own)
    line.say("party", party_type="LEGAL", **party, **told.party)
    line.say("case_party", role="INFRINGER", **own, **party)
    line.say("decision", doc_type="PENALTY", withdrawn_on=told.revoked, **decision)
    for kind in told.kinds:
        sanction = {"sanction_id": id_of(f"{kind} {record}"), "sanction_type": kind, "amount_cny": told.fine}
        line.say("sanction", **decision, **party, **sanction)
    if told.has_goods:
        line.say("goods_item", item_id=id_of(record), description="鞋", **own)
        line.say("case_measure", measure_id=id_of(record), measure_type="SEIZE", **own)


def told(line: Line, case: str, release: int | None = None) -> Told:
    """Return what marts say of a case."""
    of = f"where case_id = '{id_of(case)}'"
    ((found),) = line.read(
        f"""
        select array(select amount_cny::int from marts.fct_sanction {of} order by 1),
            array(select is_withdrawn from marts.fct_sanction {of} order by 1),
            (select count(*)::int from marts.bridge_case_party join marts.dim_party using (party_id) {of}),
            (select count(*)::int from (
                select item_id from marts.fct_goods_item {of}
                union all select measure_id from marts.fct_case_measure {of}
            ) as n)
        """,  # noqa: S608  # made-up ids
        release,
    )
    return found


def begin(line: Line) -> int:
    """Begin a release, which takes what no published one has taken."""
    line.releases += 1
    line.admin.execute(
        "insert into ops.release (release_id, state, cause) values (%s, 'building', 'admission')", (line.releases,)
    )
    line.admin.execute("update ops.admission set release_id = %s where release_id is null", (line.releases,))
    return line.releases


# What is let in before the first release, before the second and before the third, and what each tells.
HISTORIES: Final[Mapping[str, tuple[tuple[list[Row], Told], ...]]] = {
    "the newer is taken back": (
        ([row(OLD, has_goods=True)], ([50], [False], 1, 2)),
        ([NEW], ([60], [False], 1, 0)),
        ([row(NEW, withdrawn=True)], ([50], [False], 1, 2)),
    ),
    "the older is taken back": (
        ([OLD], ([50], [False], 1, 0)),
        ([NEW], ([60], [False], 1, 0)),
        ([row(OLD, withdrawn=True)], ([60], [False], 1, 0)),
    ),
    "the older comes late": (
        ([NEW], ([60], [False], 1, 0)),
        ([OLD], ([60], [False], 1, 0)),
        ([row(OLD, withdrawn=True)], ([60], [False], 1, 0)),
    ),
    "both at once, then the older anew": (
        ([OLD, NEW], ([60], [False], 1, 0)),
        ([row(OLD, fine=70, at="2026-06-01")], ([70], [False], 1, 0)),
        ([row(NEW, fine=80, at="2026-07-01")], ([80], [False], 1, 0)),
    ),
    "of a code": (
        ([row(OLD, party={"uscc": CODE, "name_norm": "甲公司"})], ([50], [False], 1, 0)),
        ([row(NEW, party={"uscc": CODE, "name_norm": "甲集团公司"})], ([60], [False], 1, 0)),
        ([row(NEW, withdrawn=True)], ([50], [False], 1, 0)),
    ),
    "revoked by the newer, which is taken back": (
        ([OLD], ([50], [False], 1, 0)),
        ([row(NEW, revoked="2026-05-04")], ([60], [True], 1, 0)),
        ([row(NEW, withdrawn=True)], ([50], [False], 1, 0)),
    ),
    "of one time, and the first is revoked": (
        ([row(OLD, at=NEW.at, revoked="2026-05-04"), NEW], ([50], [True], 1, 0)),
        ([row(NEW, fine=70)], ([50], [True], 1, 0)),
        ([row(NEW, at="2026-06-01")], ([60], [False], 1, 0)),
    ),
    "several sanctions": (
        ([row(OLD, kinds=("FINE", "CONF_GAIN"))], ([50, 50], [False, False], 1, 0)),
        ([row(NEW, kinds=("FINE", "CONF_GAIN"))], ([60, 60], [False, False], 1, 0)),
        ([row(NEW, withdrawn=True)], ([50, 50], [False, False], 1, 0)),
    ),
    "masked, of one masked number": (
        ([row(OLD, party={"name_raw": "张*", "id_mask": "370202********1234"})], ([50], [False], 1, 0)),
        ([row(NEW, party={"name_raw": "张*", "id_mask": "370202********1234"})], ([60], [False], 1, 0)),
        ([], ([60], [False], 1, 0)),
    ),
    "a third way to write it": (
        ([OLD, NEW], ([60], [False], 1, 0)),
        ([row(NEW, agency="市南分局", fine=70, at="2026-06-01")], ([70], [False], 1, 0)),
        ([row(NEW, agency="市南分局", withdrawn=True), row(NEW, withdrawn=True)], ([50], [False], 1, 0)),
    ),
    "no party in the key": (
        ([row(OLD, source="agri_ah_penalties", more="")], ([50], [False], 1, 0)),
        ([row(NEW, source="agri_ah_penalties", more="")], ([60], [False], 1, 0)),
        ([], ([60], [False], 1, 0)),
    ),
}
TAKEN_BACK: Final = "taken back before it was published"
TWO: Final = ([50, 60], [False, False], 2, 0)
# Two records that are two, whatever order they come in.
APART: Final[Mapping[str, tuple[Row, Row, Told]]] = {
    "another name": (OLD, row(NEW, party={"name_raw": "乙公司", "name_norm": "乙公司"}), TWO),
    "another number": (
        row(OLD, party={"uscc": CODE, "name_norm": "甲公司"}),
        row(NEW, party={"uscc": OTHER_CODE, "name_norm": "甲公司"}),
        TWO,
    ),
    "masked, of no number": (row(OLD, party={"name_raw": "张*"}), row(NEW, party={"name_raw": "张*"}), TWO),
    "masked, of another number": (
        row(OLD, party={"name_raw": "张*", "id_mask": "370202********1234"}),
        row(NEW, party={"name_raw": "张*", "id_mask": "370202********5678"}),
        TWO,
    ),
    "another part of the key too": (OLD, row(NEW, more="|乙"), TWO),
    "a key of more parts": (row(OLD, more="|甲|1"), row(NEW, more="|甲|1"), TWO),
    "a source whose keys have no authority": (
        row(OLD, source="customs_sh_penalties"),
        row(NEW, source="customs_sh_penalties"),
        TWO,
    ),
    "two sources": (OLD, row(NEW, source="amr_gd_penalties"), ([60], [False], 2, 0)),
}


def test_what_is_told_again_is_told_once_and_comes_back_with_the_older_record(line: Line) -> None:
    for place in range(3):
        admission = line.admit()
        for case, steps in HISTORIES.items():
            for record in steps[place][0]:
                let_in(line, admission, case, record)
        if place == 0:
            for case, (old, new, _) in APART.items():
                let_in(line, admission, case, old)
                let_in(line, admission, case, new)
        let_in(line, admission, TAKEN_BACK, OLD if place == 0 else NEW)
        if place == 1:
            build(line.connections, begin(line))
            abandon_release(line.connections, line.releases, "a test")
            let_in(line, line.admit(), TAKEN_BACK, row(NEW, withdrawn=True))
        line.release()
        expected = {case: steps[place][1] for case, steps in HISTORIES.items()}
        assert {case: told(line, case) for case in HISTORIES} == expected, place
        assert told(line, TAKEN_BACK) == (([50], [False], 1, 0) if place < 2 else ([60], [False], 1, 0))
        assert {case: told(line, case) for case in APART} == {case: of for case, (*_, of) in APART.items()}
    assert {model: made for model, made in line.release(full=True).items() if made != (0, 0)} == {}
    # As it was told at the first of them; the one before the second was abandoned.
    assert told(line, "the newer is taken back", line.releases - 4) == ([50], [False], 1, 2)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_release_by_release_is_what_is_found_at_once(line: Line, seed: int) -> None:
    random, dsn = Random(seed), line.connections.dsn("modeller")
    before = retold(line)
    for _ in range(25):
        for _ in range(random.randint(1, 3)):
            let_in(line, line.admit(), f"{random.choice('abc')} of {seed}", any_row(random))
        number = begin(line)
        is_abandoned = random.random() < 0.2
        find_retold(dsn, number, whole=is_abandoned and random.random() < 0.5)
        if is_abandoned:
            abandon_release(line.connections, number, "a test")
            continue
        found = retold(line)
        assert {record for record in before ^ found if is_current(line, record)} <= stamped(line, number)
        line.admin.execute("create table kept as table staging.retold")
        find_retold(dsn, number, whole=True)
        assert found == retold(line)
        line.admin.execute("delete from staging.retold; insert into staging.retold table kept; drop table kept")
        line.admin.execute("update ops.release set state = 'published' where release_id = %s", (number,))
        before = found


def any_row(random: Random) -> Row:
    """Make up a record of one of few authorities, days and parties, or that it is taken back."""
    parties: tuple[Party, ...] = (OLD.party, {"uscc": CODE, **OLD.party}, {"uscc": OTHER_CODE, "name_norm": "乙公司"})
    return row(
        OLD,
        agency=random.choice((SHORT, LONG, "市南分局")),
        at=f"2026-0{random.randint(1, 3)}-01",
        party=random.choice(parties),
        revoked=random.choice((None, None, "2026-05-04")),
        withdrawn=random.random() < 0.3,
    )


def retold(line: Line) -> set[int]:
    """Return the current records that are told again."""
    query = "select record_id from staging.retold where retold_by is not null"
    return {record for (record,) in line.admin.execute(query) if is_current(line, record)}


def stamped(line: Line, release: int) -> set[int]:
    """Return the records whose claims a release touches."""
    query = "select record_id from staging.retold where release_id = %s"
    return {record for (record,) in line.admin.execute(query, (release,))}


def is_current(line: Line, record: int) -> bool:
    """Say whether no later version of its key was let in."""
    query = "select from canonical.record where record_id = %s and superseded_in is null and not is_withdrawal"
    return line.admin.execute(query, (record,)).fetchone() is not None
