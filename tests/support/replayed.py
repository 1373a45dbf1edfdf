"""A ledger of one source in memory: records are admitted one after another, and read again by a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from transforms.replay.judge import judge
from transforms.replay.reading import NOW, Decision, Fresh, Line, Row

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Raw:
    """One record as it was sent; `number` orders those of one day, and is its place."""

    number: int
    day: int
    key: str
    content: int


@dataclass(frozen=True)
class Read:
    """What a version of the code makes of a record."""

    key: str
    image: str
    usable: bool = True


Code = Callable[[Raw], Read]


@dataclass
class Kept:
    """A row of the ledger, and whose record it is."""

    raw: Raw
    key: str
    row: Row


@dataclass
class Memory:
    """The rows of one source, what was admitted when, and how many records are in each state."""

    admissions: dict[int, int] = field(default_factory=dict)
    sent: list[Raw] = field(default_factory=list)
    rows: list[Kept] = field(default_factory=list)
    count: int = 0

    def admit(self, code: Code, records: Iterable[Raw]) -> None:
        """Admit a batch, record by record, as DESIGN 4 says."""
        self.count += 1
        for raw in records:
            self.sent.append(raw)
            self.admissions[raw.number] = self.count
            read = code(raw)
            (self._usable if read.usable else self._doubtful)(raw, read)

    def states(self) -> Counter[str]:
        """Count the records in each state."""
        found = Counter(kept.row.state for kept in self.rows)
        found["duplicate"] = len(self.sent) - found.total()
        return +found

    def newest(self) -> dict[str, str]:
        """Return what is current, by key."""
        return {k.key: k.row.image for k in self.rows if not k.row.is_item and not k.row.is_past}

    def replay(self, code: Code, numbers: Collection[int]) -> list[Decision]:
        """Read some records again, apply what changes, and return it."""
        fresh = {raw.number: code(raw) for raw in self.sent if raw.number in numbers}
        keys = sorted({kept.key for kept in self.rows} | {read.key for read in fresh.values()})
        groups = {key: self._lines(key, fresh) for key in keys}
        decisions = [(key, d) for key, lines in groups.items() for d in judge(lines, "incremental")]
        if decisions:
            self.count += 1
        for act in ("retire_record", "retire_item", "supersede", "close", "restore", "let_in", "quarantine"):
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
                        is_in_newest=False,
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
        elif decision.act in {"supersede", "close"}:
            assert old
            old.row = replace(old.row, is_past=True)
        elif decision.act == "restore":
            assert old
            old.row = replace(old.row, is_past=False)
        else:
            assert read
            assert all(kept.raw.number != number for kept in self.rows), "one reading of a record at a time"
            made = self._row(raw, read, decision.row_id, is_past=decision.after == "superseded")
            assert decision.withdrawn_in != NOW
            self.rows.append(Kept(raw, key, replace(made, confirmed_at=decision.confirmed_at or made.confirmed_at)))

    def _row(self, raw: Raw, read: Read, number: int, *, is_past: bool) -> Row:
        at = _at(raw)
        return Row(number, at, read.image, not read.usable, False, is_past, None, at[0], self.count)

    def _usable(self, raw: Raw, read: Read) -> None:
        at = _at(raw)
        versions = [k for k in self.rows if k.key == read.key and not k.row.is_item]
        newest = next((k for k in versions if not k.row.is_past), None)
        self._close(read.key, raw)
        if newest and newest.row.image == read.image:
            if at > newest.row.at and newest.row.admitted_in < self.count:
                newest.row = replace(newest.row, confirmed_at=max(newest.row.confirmed_at, at[0]))
            return
        if any(k.row.at[0] == at[0] and k.row.image == read.image for k in versions):
            return
        is_late = newest is not None and at < newest.row.at
        if newest and not is_late:
            newest.row = replace(newest.row, is_past=True)
        self.rows.append(Kept(raw, read.key, self._row(raw, read, raw.number, is_past=is_late)))

    def _doubtful(self, raw: Raw, read: Read) -> None:
        at = _at(raw)
        items = [k for k in self.rows if k.key == read.key and k.row.is_item and not k.row.is_past]
        if any(k.row.image == read.image for k in items):
            return
        later = any(k.row.at > at for k in self.rows if k.key == read.key and not k.row.is_past)
        if not later:
            self._close(read.key, raw)
        self.rows.append(Kept(raw, read.key, self._row(raw, read, raw.number, is_past=later)))

    def _close(self, key: str, raw: Raw) -> None:
        for kept in self.rows:
            if kept.key == key and kept.row.is_item and kept.row.at < _at(raw):
                kept.row = replace(kept.row, is_past=True)


def _at(raw: Raw) -> tuple[datetime, int, int]:
    return EPOCH + timedelta(days=raw.day), raw.number, raw.number
