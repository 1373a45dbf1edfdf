"""Random histories of a snapshot source and of an incremental one, words of a pushed one, and a ledger emptied."""

from __future__ import annotations

from dataclasses import replace

import psycopg
from hypothesis import strategies as st

from tests.support.books import Delivery, Sent
from transforms.connections import Connections

SNAPSHOT, INCREMENTAL, EVENTS = "amr_zj_penalties", "customs_sh_detentions", "psb_zj_case_events"
_TABLES = """
select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables
where schemaname in ('ops', 'canonical', 'staged') and tablename <> 'alembic_version'
"""

_keys = st.sampled_from(["1", "2", "3"])
_images = st.sampled_from(["a", "b"])


def as_penalty(record: Sent) -> dict[str, str | None]:
    return {
        "行政相对人名称": "某某有限公司",
        "行政处罚决定书文号": record.key and f"浙市监处罚〔2026〕{record.key}号",
        "违法行为类型": f"类型{record.image}",
        "处罚依据": "《中华人民共和国商标法》第六十条",
        "处罚类别": "罚款" if record.usable else None,
        "处罚机关": "示例市市场监督管理局",
    }


def as_detention(record: Sent) -> dict[str, str | None]:
    return {
        "id": record.key and f"D{record.key}",
        "updatedAt": f"2026-{record.day // 28 + 1:02}-{record.day % 28 + 1:02}T00:00:00+08:00",
        "recordState": "void" if record.withdrawal else "valid",
        "customs.name": "某海关" if record.usable else None,
        "title": f"扣留{record.image}",
    }


def as_decision(record: Sent) -> dict[str, str | None]:
    return {
        "CF_WSH": f"市监处罚〔2026〕{record.key}号",
        "CF_CFLB1": "罚款",
        "CF_YJ": "《商标法》第六十条",
        "CF_XDR_MC": "甲贸易有限公司",
        "CF_JDRQ": "2026-01-05",
        "CF_XZJG": "青岛市市南区市场监督管理局",
        "CF_ZT": "1" if record.withdrawal else "0",
        "SJC": f"2026-05-{record.day + 1:02} 09:30:00",
    }


def as_event(record: Sent) -> dict[str, str | None]:
    return {
        "caseRef": f"ZJ{record.key}",
        "eventType": "case.filed",
        "sequence": "1",
        "occurredAt": f"2026-05-{record.day + 1:02}T08:00:00+08:00",
        "caseClass": "假冒注册商标案",
        "bureau": f"示例市公安局{record.image}" if record.usable else None,
        "recordState": "void" if record.withdrawal else "valid",
    }


MAKERS = {SNAPSHOT: as_penalty, INCREMENTAL: as_detention, EVENTS: as_event}

in_snapshot = st.one_of(
    st.builds(Sent, _keys, _images, st.just(0)),
    st.builds(Sent, _keys, _images, st.just(0), st.just(False)),
    st.builds(Sent, st.none(), _images, st.just(0), st.just(False)),
)
_days = st.integers(0, 6)
in_changes = st.one_of(
    st.builds(Sent, _keys, _images, _days, st.just(True), st.booleans()),
    # What is quarantined is known by its raw bytes, which say the day.
    st.builds(lambda k, i, d: Sent(k, f"{i}{d}", d, usable=False), _keys, _images, _days),
    st.builds(lambda i, d: Sent(None, f"{i}{d}", d, usable=False), _images, _days),
)


def batches(record: st.SearchStrategy[Sent]) -> st.SearchStrategy[list[Delivery]]:
    return st.lists(st.builds(Delivery, _days, st.lists(record, max_size=5).map(tuple)), min_size=1, max_size=2)


def histories(record: st.SearchStrategy[Sent]) -> st.SearchStrategy[list[list[Delivery]]]:
    return st.lists(batches(record), min_size=1, max_size=4)


def empty(books: Connections) -> None:
    with psycopg.connect(books.dsn("owner")) as connection:
        row = connection.execute(_TABLES).fetchone()
        assert row is not None
        connection.execute(f"truncate {row[0]}")


def spells(record: st.SearchStrategy[Sent]) -> st.SearchStrategy[list[list[Delivery]]]:
    """Draw what a body says of one key, a delivery a record: said again, and late."""
    of_one_key = record.filter(lambda sent: sent.key is not None).map(lambda sent: replace(sent, key="1"))
    alone = st.builds(lambda day, sent: [Delivery(day, (sent,))], _days, of_one_key)
    together = st.lists(st.builds(Delivery, _days, st.lists(of_one_key, max_size=2).map(tuple)), min_size=1, max_size=2)
    return st.lists(st.one_of(alone, alone, together), min_size=1, max_size=6)


ANY_HISTORY = [
    (source, draw(record))
    for draw in (histories, spells)
    for source, record in ((SNAPSHOT, in_snapshot), (INCREMENTAL, in_changes))
]
"""Sources, each with its histories: of several keys, and of one that is said again and late."""
