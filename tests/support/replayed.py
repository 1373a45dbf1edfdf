"""A ledger of one source in memory: records are admitted one after another, and read again by a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from transforms.replay.judge import judge
from transforms.replay.reading import NOW, Decision, Fresh, Line, Order, Row

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Raw:
    """One record as it was sent; `number` orders those of one day, and is its place in the snapshot `delivery`."""

    number: int
    day: int
    key: str
    content: int
    delivery: int = 0


@dataclass(frozen=True)
class Read:
    """What a version of the code makes of a record."""

    key: str
    image: str
    usable: bool = True
    case: str = ""


Code = Callable[[Raw], Read]


@dataclass
class Kept:
    """A row of the ledger, whose record it is, and of which case."""

    raw: Raw
    key: str
    row: Row
    case: str = ""


@dataclass
class Memory:
    """The rows of one source, what was admitted when, and how many records are in each state."""

    admissions: dict[int, int] = field(default_factory=dict)
    sent: list[Raw] = field(default_factory=list)
    rows: list[Kept] = field(default_factory=list)
    count: int = 0
    # Day and delivery of the newest snapshot, where the source sends snapshots.
    newest_snapshot: tuple[int, int] | None = None

    def admit(self, code: Code, records: Iterable[Raw]) -> None:
        """Admit a batch, record by record, as DESIGN 4 says."""
        self.count += 1
        for raw in records:
            self.sent.append(raw)
            self.admissions[raw.number] = self.count
            read = code(raw)
            (self._usable if read.usable else self._doubtful)(raw, read)

    def admit_snapshot(self, code: Code, day: int, records: Sequence[Raw]) -> None:
        """Admit one snapshot; what the newest one lacks is withdrawn, or closed."""
        self.count += 1
        rules = self.newest_snapshot is None or (day, self.count) > self.newest_snapshot
        before = {k.key for k in self.rows if _is_said(k.row)}
        read = _read_snapshot(code, records)
        for raw in sorted(records, key=lambda raw: not read[raw.number].usable):
            self.sent.append(raw)
            self.admissions[raw.number] = self.count
            made = read[raw.number]
            if made.usable:
                self._usable(raw, made, rules=rules)
            else:
                self._doubtful(raw, made)
        if rules:
            self.newest_snapshot = day, self.count
        present = {made.key for made in read.values()} if rules else before
        for kept in self.rows:
            if _is_said(kept.row) and kept.key not in present:
                is_item, withdrawn_in = kept.row.is_item, kept.row.withdrawn_in
                kept.row = replace(kept.row, is_past=is_item, withdrawn_in=withdrawn_in if is_item else self.count)

    def states(self) -> Counter[str]:
        """Count the records in each state."""
        found = Counter(kept.row.state for kept in self.rows)
        found["duplicate"] = len(self.sent) - found.total()
        return +found

    def newest(self) -> dict[str, str]:
        """Return what is current, by key."""
        return {k.key: k.row.image for k in self.rows if k.row.state == "current"}

    def said(self) -> set[str]:
        """Return the keys that the ledger holds to be said today: those of what is current, and of open items."""
        return {k.key for k in self.rows if _is_said(k.row)}

    def last(self) -> list[Raw]:
        """Return the records of the newest snapshot."""
        return [raw for raw in self.sent if self._is_in_newest(raw)]

    def _is_in_newest(self, raw: Raw) -> bool:
        return self.newest_snapshot is not None and raw.delivery == self.newest_snapshot[1]

    def replay(self, code: Code, numbers: Collection[int]) -> list[Decision]:
        """Read some records again, apply what changes, and return it."""
        asked = [raw for raw in self.sent if raw.number in numbers]
        mode, is_newest_read, is_whole = "incremental", False, len(asked) == len(self.sent)
        if self.newest_snapshot:
            mode = "snapshot"
            deliveries = {raw.delivery for raw in asked}
            asked = [raw for raw in self.sent if raw.delivery in deliveries]
            # An empty one is read with the rest of the history.
            is_whole = len(asked) == len(self.sent)
            is_newest_read = self.newest_snapshot[1] in deliveries or is_whole
        fresh = _read_all(code, asked, is_snapshot=mode == "snapshot")
        keys = sorted({kept.key for kept in self.rows} | {read.key for read in fresh.values()})
        decisions = [
            (key, decision)
            for key in keys
            for decision in judge(self._lines(key, fresh), mode, is_newest_read=is_newest_read, is_whole=is_whole)
        ]
        if decisions:
            self.count += 1
        for act in (
            "retire_record",
            "retire_item",
            "supersede",
            "close",
            "withdraw",
            "confirm",
            "restore",
            "let_in",
            "quarantine",
        ):
            for key, decision in decisions:
                if decision.act == act:
                    self._apply(key, decision, fresh.get(int(decision.delivery_id)))
        return [decision for _, decision in decisions]

    def _lines(self, key: str, fresh: dict[int, Read]) -> list[Line]:
        with_row = {kept.raw.number: kept for kept in self.rows}
        lines = []
        for raw in self.sent:
            kept, read = with_row.get(raw.number), fresh.get(raw.number)
            row = kept.row if kept and kept.key == key else None
            here = self._fresh(raw, read) if read and read.key == key else None
            if row or here:
                lines.append(
                    Line(
                        str(raw.number),
                        raw.number,
                        row,
                        here,
                        had_row=kept is not None,
                        was_replayed=read is not None,
                        is_in_newest=self._is_in_newest(raw),
                        stands=kept is not None and not kept.row.is_past,
                        withdrawn_in=kept.row.withdrawn_in if kept else None,
                        is_moved=_is_moved(kept, read),
                    )
                )
        return lines

    def _fresh(self, raw: Raw, read: Read) -> Fresh:
        return Fresh(
            1000 * self.count + raw.number,
            _at(raw),
            read.image,
            read.usable,
            is_withdrawal=False,
            admitted_in=self.admissions[raw.number],
        )

    def _apply(self, key: str, decision: Decision, read: Read | None) -> None:
        number = int(decision.delivery_id)
        raw = next(raw for raw in self.sent if raw.number == number)
        old = next((kept for kept in self.rows if kept.row.row_id == decision.row_id), None)
        if decision.act.startswith("retire"):
            assert old
            self.rows.remove(old)
        elif decision.act in {"supersede", "close", "confirm", "restore", "withdraw"}:
            assert old
            first = old.row.at[0] if decision.act == "restore" else old.row.confirmed_at
            old.row = replace(old.row, confirmed_at=decision.confirmed_at or first)
            if decision.act in {"supersede", "close"}:
                old.row = replace(old.row, is_past=True)
            elif decision.act != "confirm":
                gone = self.count if decision.withdrawn_in == NOW else decision.withdrawn_in
                old.row = replace(old.row, is_past=False, withdrawn_in=gone)
        else:
            assert read
            assert all(kept.raw.number != number for kept in self.rows), "one reading of a record at a time"
            made = self._row(raw, read, decision.row_id, is_past=decision.after == "superseded")
            gone = self.count if decision.withdrawn_in == NOW else decision.withdrawn_in
            confirmed_at = decision.confirmed_at or made.confirmed_at
            self.rows.append(Kept(raw, key, replace(made, confirmed_at=confirmed_at, withdrawn_in=gone), read.case))

    def _row(self, raw: Raw, read: Read, number: int, *, is_past: bool) -> Row:
        at = _at(raw)
        return Row(number, at, read.image, not read.usable, False, is_past, None, at[0], self.count)

    def _usable(self, raw: Raw, read: Read, *, rules: bool = True) -> None:
        at = _at(raw)
        versions = [k for k in self.rows if k.key == read.key and not k.row.is_item]
        newest = next((k for k in versions if not k.row.is_past), None)
        is_late = newest is not None and (at < newest.row.at or at[0] < newest.row.confirmed_at)
        is_back = rules and not is_late and newest is not None and newest.row.withdrawn_in is not None
        self._close(read.key, raw)
        if newest and newest.row.image == read.image and not is_back:
            if not is_late:
                newest.row = replace(newest.row, confirmed_at=max(newest.row.confirmed_at, at[0]))
            return
        if is_late and any(k.row.at[0] == at[0] and k.row.image == read.image for k in versions):
            return
        if newest and not is_late:
            newest.row = replace(newest.row, is_past=True)
        self.rows.append(Kept(raw, read.key, self._row(raw, read, raw.number, is_past=is_late), read.case))

    def _doubtful(self, raw: Raw, read: Read) -> None:
        at = _at(raw)
        items = [k for k in self.rows if k.key == read.key and k.row.is_item and not k.row.is_past]
        if any(k.row.image == read.image and _place(k.row.at, raw) != _place(at, raw) for k in items):
            return
        later = any(
            _place(k.row.at, raw) > _place(at, raw) or k.row.confirmed_at > at[0]
            for k in self.rows
            if k.key == read.key and not k.row.is_past
        )
        if not later:
            self._close(read.key, raw)
        self.rows.append(Kept(raw, read.key, self._row(raw, read, raw.number, is_past=later)))

    def _close(self, key: str, raw: Raw) -> None:
        for kept in self.rows:
            if kept.key == key and kept.row.is_item and _place(kept.row.at, raw) < _place(_at(raw), raw):
                kept.row = replace(kept.row, is_past=True)


def _at(raw: Raw) -> Order:
    return EPOCH + timedelta(days=raw.day), raw.delivery or raw.number, raw.number


def _place(at: Order, raw: Raw) -> Order:
    """Rows of one snapshot stand side by side."""
    return (*at[:2], 0) if raw.delivery else at


def _is_moved(kept: Kept | None, read: Read | None) -> bool:
    if kept is None or read is None or kept.row.is_item:
        return False
    return read.usable and kept.case != read.case


def _is_said(row: Row) -> bool:
    return row.state in {"current", "quarantined"}


def _read_all(code: Code, records: Iterable[Raw], *, is_snapshot: bool) -> dict[int, Read]:
    if not is_snapshot:
        return {raw.number: code(raw) for raw in records}
    whole = groupby(sorted(records, key=lambda raw: raw.delivery), key=lambda raw: raw.delivery)
    return {number: read for _, one in whole for number, read in _read_snapshot(code, list(one)).items()}


def _read_snapshot(code: Code, records: Sequence[Raw]) -> dict[int, Read]:
    """Equal key, unequal content: none is believed; what cannot be used of one key is said together."""
    read = {raw.number: code(raw) for raw in records}
    said = {
        key: {r.image for r in read.values() if r.key == key and r.usable} for key in {r.key for r in read.values()}
    }
    for number, made in read.items():
        if made.usable and len(said[made.key]) > 1:
            read[number] = Read(made.key, f"conflict {made.image}", usable=False)
    for number, made in read.items():
        if not made.usable:
            together = {r.image for r in read.values() if r.key == made.key and not r.usable}
            read[number] = replace(made, image=together.pop() if len(together) == 1 else "+".join(sorted(together)))
    return read
