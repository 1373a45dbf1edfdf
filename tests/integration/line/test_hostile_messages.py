"""What a body may push by mistake or in malice: each message is quarantined alone, and the line goes on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable

from kafka import KafkaProducer

from tests.integration.line.line import NOTICES, Line
from tests.support.hostile import HOSTILE, SOUND
from tests.support.platform import TOPIC

RANDOM = random.Random(7)
# What neither PostgreSQL nor anybody else makes shorter.
LONG = "".join(RANDOM.choices("ABCDEFGHIJKLMNOPQRSTUVWYZ0123456789", k=9_000))
PAGE = "".join(chr(RANDOM.randrange(0x4E00, 0x5E00)) for _ in range(9_000))
Header = tuple[str, bytes]

QUARANTINED: dict[str, bytes | None] = {
    **{name: text.encode() for name, (text, rule) in HOSTILE.items() if rule != "classified"},
    "no value": None,
    "no UTF-8": b"\xff\xfe\xfd",
    "GB 18030": json.dumps(SOUND, ensure_ascii=False).encode("gb18030"),
    "secret": json.dumps(SOUND | {"密级": "机密"}, ensure_ascii=False).encode(),
    "secret in GB 18030": json.dumps(SOUND | {"密级": "机密"}, ensure_ascii=False).encode("gb18030"),
    "UTF-16": json.dumps(SOUND).encode("utf-16"),
    "half of a text": json.dumps(SOUND | {"title": "?"}).encode().replace(b'"?"', b'"\xe6\xb5"'),
    "NUL bytes": b"\0" * 100,
    "long key": json.dumps(SOUND | {"noticeId": LONG}).encode(),
}
ODD: dict[str, list[Header]] = {
    "no header": [],
    "header twice": [("ce_id", b"1"), ("ce_id", b"2")],
    "header without a value": [("ce_id", b""), ("", b"")],
    "header that is no UTF-8": [("ce_id", b"\xff\xfe"), ("ce_rawhash", b"\xff"), ("ce_delivery", b"of another")],
}


def notice(number: int, **said: object) -> bytes:
    return json.dumps(SOUND | {"noticeId": f"TH{number:012}"} | said).encode()


def push(line: Line, values: Iterable[bytes | None], headers: list[Header] | None = None, key: bytes = b"") -> int:
    """Push as whoever has the password of the topic may, compressed."""
    producer = KafkaProducer(
        bootstrap_servers=line.stack.kafka, acks="all", compression_type="gzip", max_request_size=16_777_216
    )
    try:
        sent = [producer.send(TOPIC, value=value, headers=headers or [], key=key) for value in values]
        producer.flush()
        return len([future.get(timeout=60) for future in sent])
    finally:
        producer.close()


def test_hostile_messages_are_quarantined_one_by_one_and_the_line_goes_on(alone: Line) -> None:
    sound = push(alone, (notice(number) for number in range(12 * len(QUARANTINED))))
    hostile = push(alone, QUARANTINED.values())
    for number, headers in enumerate(ODD.values()):
        sound += push(alone, [notice(900 + number)], headers, key=b"x" * 10_000)
    sound += push(alone, [notice(990, platform=PAGE, rightNo=LONG, title="x" * 900_000)])
    done = alone.integrate()
    assert done.release is not None
    assert done.release.state == "published"
    books = alone.books(NOTICES)
    found = {name: books[name] for name in ("sent", "current", "quarantined", "duplicate", "held")}
    # No value and an empty one say the same.
    told = {"sent": sound + hostile, "current": sound, "quarantined": hostile - 1, "duplicate": 1, "held": 0}
    assert found == told
    assert alone.one("select count(*) from ops.quarantine_rule where remedy <> ''") == hostile - 1
    assert alone.one("select count(*) from ops.quarantine_rule where rule = 'classified'") == 2
    assert {"agency_name", "right_no"} <= {row["field"] for row in alone.rows("select field from ops.finding")}
    later = push(alone, [notice(2_000)])
    assert alone.integrate().release is not None
    assert alone.books(NOTICES)["current"] == sound + later
    assert alone.read("select count(*) as cases from marts.fct_case")[0]["cases"] == sound + later
