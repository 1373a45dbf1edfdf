"""A plain model of what must become of every record that is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg

from schemas.contracts import SourceContract
from tests.support.books import Delivery, Sent, stage_deliveries
from tests.support.histories import MAKERS
from transforms.admit.admit import admit
from transforms.connections import Connections
from transforms.ledger.books import STATES, account

Order = tuple[int, int, int]
# The makers of histories put the content at the end of the title.
_STANDS = """
select r.withdrawn_in is null, right(c.title, 1) from canonical.record r join canonical."case" c using (record_id)
where r.source = %s and r.superseded_in is null and r.reread_in is null and not r.is_withdrawal
"""


@dataclass
class _Version:
    order: Order
    image: str
    withdrawal: bool
    state: str = "current"
    confirmed: int = -1

    def is_after(self, order: Order) -> bool:
        """Say whether it was said, or said again, after what stands there."""
        return self.order > order or self.confirmed > order[0]


@dataclass
class PlainBooks:
    """What DESIGN 4 says of each record, one record at a time, with no SQL: the sum of states per source."""

    is_snapshot: bool
    counts: Counter[str] = field(default_factory=Counter)
    versions: dict[str, list[_Version]] = field(default_factory=dict)
    doubtful: dict[str, list[_Version]] = field(default_factory=dict)
    keyless: set[str] = field(default_factory=set)
    sequence: int = 0
    newest_snapshot: tuple[int, int] = (-1, -1)

    def admit(self, deliveries: Sequence[Delivery]) -> None:
        """Admit one slice of these deliveries."""
        arriving: list[tuple[Order, Sent]] = []
        snapshots = []
        for delivery in deliveries:
            self.sequence += 1
            for number, record in enumerate(_believed(delivery, is_snapshot=self.is_snapshot)):
                day = delivery.day if self.is_snapshot else record.day
                arriving.append(((day, self.sequence, number), record))
            snapshots.append(((delivery.day, self.sequence), delivery))
        at, newest = max(snapshots, key=lambda pair: pair[0])
        is_old = self.is_snapshot and at < self.newest_snapshot
        current, gone, doubtful = self._keys("current"), self._keys("withdrawn"), self._open()
        for order, record in sorted(arriving, key=self._in_turn):
            self.counts["sent"] += 1
            if record.usable:
                self._usable(order, record, is_old=is_old)
            else:
                self._quarantined(order, record)
        if self.is_snapshot:
            self.newest_snapshot = max(at, self.newest_snapshot)
            present = current | (doubtful - gone) if is_old else {r.key for r in newest.records if r.key}
            self._withdraw_absent(present)
            self._close_absent(present | doubtful if is_old else present)

    def _keys(self, state: str) -> set[str]:
        return {key for key, versions in self.versions.items() if any(v.state == state for v in versions)}

    def _open(self) -> set[str]:
        return {key for key, items in self.doubtful.items() if any(i.state == "quarantined" for i in items)}

    def said(self) -> set[str]:
        """Return the keys of what is current, and of open items."""
        return self._keys("current") | self._open()

    def _in_turn(self, pair: tuple[Order, Sent]) -> tuple[object, ...]:
        """Rows of one delivery and time stand side by side: the usable ones are taken first."""
        order, record = pair
        return (*order[:2], not record.usable, order[2])

    def states(self) -> dict[str, int]:
        """Return how many records are in each state."""
        found = Counter(self.counts)
        for versions in self.versions.values():
            for version in versions:
                gone = version.state == "current" and version.withdrawal
                found["withdrawn" if gone else version.state] += 1
        for items in self.doubtful.values():
            for item in items:
                found[item.state] += 1
        found["quarantined"] += len(self.keyless)
        return dict(found)

    def stands(self) -> Counter[tuple[bool, str]]:
        """Count the contents of what is newest of its key, by whether the newest snapshot has it."""
        newest = [v for versions in self.versions.values() for v in versions if v.state != "superseded"]
        return Counter((v.state == "current", v.image.partition("/")[0]) for v in newest if not v.withdrawal)

    def _usable(self, order: Order, record: Sent, *, is_old: bool) -> None:
        assert record.key is not None
        versions = self.versions.setdefault(record.key, [])
        newest = next((v for v in versions if v.state != "superseded"), None)
        self._close(record.key, _place(order))
        content = _content(record)
        back = newest is not None and newest.state == "withdrawn" and not is_old
        late = newest is not None and newest.is_after(order)
        same = newest is not None and newest.image == content and not (back and not late)
        late_copy = late and any(v.order[0] == order[0] and v.image == content for v in versions)
        if same or late_copy:
            self.counts["duplicate"] += 1
            if newest and same and not late:
                newest.confirmed = max(newest.confirmed, order[0])
            return
        made = _Version(order, content, record.withdrawal)
        if late:
            made.state = "superseded"
        elif newest:
            newest.state = "superseded"
        versions.append(made)

    def _quarantined(self, order: Order, record: Sent) -> None:
        if record.key is None:
            if record.image in self.keyless:
                self.counts["duplicate"] += 1
            self.keyless.add(record.image)
            return
        items = self.doubtful.setdefault(record.key, [])
        order = _place(order)
        if any(i.state == "quarantined" and i.image == record.image and i.order != order for i in items):
            self.counts["duplicate"] += 1
            return
        made = _Version(order, record.image, withdrawal=False, state="quarantined")
        newest = [v for v in self.versions.get(record.key, []) if v.state != "superseded"]
        said = [_Version(_place(v.order), v.image, v.withdrawal, confirmed=v.confirmed) for v in newest]
        if any(v.is_after(order) for v in [*said, *(i for i in items if i.state == "quarantined")]):
            made.state = "superseded"
        else:
            self._close(record.key, order)
        items.append(made)

    def _close(self, key: str, order: Order) -> None:
        for item in self.doubtful.get(key, []):
            if item.state == "quarantined" and item.order < order:
                item.state = "superseded"

    def _close_absent(self, present: set[str]) -> None:
        for key in self._open() - present:
            for item in self.doubtful[key]:
                item.state = "superseded"

    def _withdraw_absent(self, present: set[str]) -> None:
        for key, versions in self.versions.items():
            for version in versions:
                if version.state == "current" and not version.withdrawal and key not in present:
                    version.state = "withdrawn"


def _place(order: Order) -> Order:
    return (*order[:2], 0)


def _believed(delivery: Delivery, *, is_snapshot: bool) -> list[Sent]:
    """Equal key, unequal content at one time of one delivery: only withdrawals are believed; the rest is one."""

    def place(record: Sent) -> tuple[str | None, int]:
        return record.key, 0 if is_snapshot else record.day

    said: dict[object, set[str]] = {}
    for record in delivery.records:
        if record.usable and not record.withdrawal:
            said.setdefault(place(record), set()).add(_content(record))
    believed = [
        Sent(r.key, f"conflict {_content(r)} {r.day}", r.day, usable=False)
        if r.usable and not r.withdrawal and len(said[place(r)]) > 1
        else r
        for r in delivery.records
    ]
    doubted: dict[object, set[str]] = {}
    for record in believed:
        if not record.usable:
            doubted.setdefault(place(record), set()).add(record.image)
    return [
        r if r.usable or r.key is None else Sent(r.key, "+".join(sorted(doubted[place(r)])), r.day, usable=False)
        for r in believed
    ]


def _content(record: Sent) -> str:
    return f"{record.image}/{record.withdrawal}"


def admitted(books: Connections, contract: SourceContract, deliveries: list[Delivery]) -> None:
    batch = stage_deliveries(books, contract, deliveries, MAKERS[contract.source])
    admit(books, batch, {})


def checked(books: Connections, source: str, expected: PlainBooks, held: int = 0) -> None:
    found = account(books, source, recount=True)
    states = Counter(expected.states())
    states["sent"] += held
    states["held"] += held
    (row,) = found["sources"]
    assert {s: row[s] for s in ("sent", *STATES)} == {s: states.get(s, 0) for s in ("sent", *STATES)}
    assert found["balanced"]
    with psycopg.connect(books.dsn("loader")) as connection:
        assert Counter(connection.execute(_STANDS, (source,)).fetchall()) == expected.stands()
