"""A body that gives a number to another case, and the person who decides about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import psycopg

from schemas.contracts import SourceContract
from tests.support.books import Archived, Delivery, Sent, contract_of, normalise_archived, stage_deliveries
from tests.support.histories import INCREMENTAL, as_detention, as_penalty, empty
from transforms.admit.admit import admit
from transforms.connections import Connections
from transforms.ledger.books import QUARANTINE, STATES, account, listing
from transforms.ledger.fate import fate
from transforms.replay.admit import Readmitted, decide, let_in
from transforms.replay.plan import Asked, plan_replay
from transforms.replay.reused import ended, find_item

PENALTIES: Final = "amr_sd_penalties"
# Snapshots: the party is part of the key, and is not.
KEYED, PLAIN = "amr_zj_penalties", "cult_lz_penalties"
# Revokes, and cannot withdraw.
REVOKING: Final = "amr_js_penalties"
MARKS: Final = "cnipa_trademarks"

_PARTIES = {
    "a": ("甲贸易有限公司", "2026-01-05"),
    "b": ("乙商贸有限公司", "2026-03-09"),
    # Another party of the case of the second.
    "c": ("丙鞋业有限公司", "2026-03-09"),
    # Another party of the case of the first, and one of whose case no day is told.
    "d": ("丁服饰有限公司", "2026-01-05"),
    "e": ("戊电子有限公司", None),
    # The second, corrected.
    "f": ("乙商贸有限公司", "2026-03-10"),
    # A third case.
    "g": ("己食品有限公司", "2026-04-20"),
}


def detention(record: Sent, party: str, day: str | None) -> dict[str, Any]:
    """Return a detention of the goods of a party; one right holder has many cases."""
    return {**as_detention(record), "consignor.name": party, "detainedOn": day, "right.holder.name": "丙控股有限公司"}


def penalty(record: Sent, party: str, day: str | None) -> dict[str, Any]:
    """Return a penalty of a party, all of one number."""
    return {
        "CF_WSH": "市监处罚〔2026〕1号",
        "CF_CFLB1": "罚款",
        "CF_YJ": "《商标法》第六十条",
        "CF_XDR_MC": party,
        "CF_JDRQ": day,
        "CF_XZJG": "青岛市市南区市场监督管理局",
        "CF_ZT": "1" if record.withdrawal else "0",
        "SJC": f"2026-05-{record.day + 1:02} 09:30:00",
    }


def _detention_of(record: Sent) -> dict[str, Any]:
    return detention(record, *_PARTIES[record.image])


def _penalty_of(record: Sent) -> dict[str, Any]:
    return penalty(record, *_PARTIES[record.image])


def _listed_of(record: Sent) -> dict[str, Any]:
    party, day = _PARTIES[record.image]
    return {**as_penalty(record), "行政相对人名称": party, "处罚决定日期": day, "违法行为类型": "类型"}


def _culture_of(record: Sent) -> dict[str, Any]:
    party, day = _PARTIES[record.image]
    return {
        "行政处罚决定书文号": "(洛)文综罚字〔2026〕1号",
        "当事人": party,
        "处罚依据": "《中华人民共和国著作权法》第五十三条",
        "处罚种类": "罚款",
        "处罚决定日期": day,
        "执法机构": "洛阳市文化市场综合行政执法支队",
    }


def _mark_of(record: Sent) -> dict[str, Any]:
    party, _ = _PARTIES[record.image]
    classes = {"a": "25", "b": "9"}[record.image]
    named = {"注册号": "12345678", "商标名称": "青禾", "国际分类": classes, "注册人名称": party}
    return {**named, "更新日期": f"2026-05-{record.day + 1:02}"}


def _jiangsu_of(record: Sent) -> dict[str, Any]:
    party, day = _PARTIES[record.image.lower()]
    return {
        "penDecNo": "宁秦市监处罚〔2026〕11号",
        "penType_CN": "罚款",
        "penContent": "依据《商标法》第六十条，罚款10000元",
        "penAuth_CN": "南京市秦淮区市场监督管理局",
        "entName": party,
        "penDecIssDate": day,
        "publicDate": f"2026-05-{record.day + 1:02}",
        "revDecDate": "2026-05-04" if record.image.isupper() else None,
    }


_MAKERS = {
    REVOKING: _jiangsu_of,
    INCREMENTAL: _detention_of,
    PENALTIES: _penalty_of,
    KEYED: _listed_of,
    PLAIN: _culture_of,
    MARKS: _mark_of,
}


def without_title(contract: SourceContract) -> SourceContract:
    """Return a contract that reads one value less, and so makes other images of all records."""
    names = {"title", "doc_no_raw"}
    fields = tuple(replace(f, cleaner="date") if f.name in names else f for f in contract.fields)
    return replace(contract, version="9.0.0", fields=fields)


def with_day_in_key(contract: SourceContract) -> SourceContract:
    """Return a contract that makes other keys of all records: the day is part of them."""
    fields = tuple(replace(f, key_position=9) if f.name in {"decided_on", "filed_on"} else f for f in contract.fields)
    return replace(contract, version="9.0.0", fields=fields)


class Body:
    """A body that sends records of one number, and the person who decides about it."""

    def __init__(self, books: Connections, source: str) -> None:
        empty(books)
        self.books, self.contract = books, contract_of(source)
        self.archive: list[Archived] = []
        self.deliveries: list[str] = []
        self.read_by: SourceContract | None = None

    def send(self, day: int, *images: str, withdrawal: bool = False) -> dict[str, int]:
        """Send a record each and return the books."""
        records = tuple(Sent("1", image, day, withdrawal=withdrawal) for image in images)
        maker = _MAKERS[self.contract.source]
        batch = stage_deliveries(self.books, self.contract, [Delivery(day, records)], maker, self.archive)
        self.deliveries += batch.slices[0].deliveries
        admit(self.books, batch, {})
        return self.states()

    def states(self) -> dict[str, int]:
        """Return the states that have records; the books balance, also when rows are counted."""
        found = account(self.books, recount=True)
        assert found["balanced"], found
        return {state: found["sources"][0][state] for state in STATES if found["sources"][0][state]}

    def items(self) -> list[int]:
        """Return the open items, oldest first."""
        return [row["item"] for row in reversed(listing(self.books, QUARANTINE, source=None, limit=9))]

    def admit(self, item: int) -> list[str]:
        """Admit an item as a person does; return what becomes of the records that it ends, by key."""
        with psycopg.connect(self.books.dsn("loader")) as connection:
            found = find_item(connection, item)
            asked = Asked(self.contract, None, None, None, "li", found, "checked by phone")
            planned = plan_replay(connection, asked)
            connection.commit()
            place = (found.delivery_id, found.row_number)
            own = [row for row in self.archive if (row[2], row[3]) == place]
            normalise_archived(self.books, planned.batch, own, self.read_by)
            decide(connection, planned)
            let_in(connection, planned)
            return [row["becomes"] for row in ended(connection)]

    def replay(self, contract: SourceContract | None = None) -> Readmitted:
        """Read all that was received again; by a contract that reads it from now on, or as before."""
        self.read_by = contract or self.read_by
        with psycopg.connect(self.books.dsn("loader")) as connection:
            planned = plan_replay(connection, Asked(self.contract, None, None, contract, "tester"))
            connection.commit()
            normalise_archived(self.books, planned.batch, self.archive, self.read_by)
            decide(connection, planned)
            return let_in(connection, planned)

    def current(self) -> list[str]:
        """Return the parties of the current records."""
        query = (
            "select p.name_raw from canonical.party p join canonical.record c using (record_id) "
            "join canonical.case_party r using (record_id, party_id) where r.role in ('INFRINGER', 'CONSIGNOR') "
            "and c.superseded_in is null and c.withdrawn_in is null and not c.is_withdrawal order by 1"
        )
        return [name for (name,) in self.rows(query)]

    def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """Return what a query of the ledger finds."""
        with psycopg.connect(self.books.dsn("loader")) as connection:
            return connection.execute(query.encode()).fetchall()

    def told(self, number: int) -> list[tuple[str, str | None]]:
        """Return what the receipt of a delivery says now."""
        return [(row["state"], row["why"]) for row in fate(self.books, self.deliveries[number], 9)["states"]]
