"""What a replay changes in the quarantine items of one key; rows of one delivery stand side by side (decision 0006)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.replay.reading import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from transforms.replay.reading import Fresh, Line, Order, Row

    Said = tuple[Order, datetime]


@dataclass(frozen=True)
class _Item:
    line: Line
    at: Order
    image: str
    row: Row | None


def is_absent(lines: Sequence[Line], *, is_newest_read: bool) -> bool:
    """Say whether the newest snapshot lacks the key; where it is not read again, what it says stands in the ledger."""
    if any(line.is_in_newest and (line.fresh or line.kept) for line in lines):
        return False
    return is_newest_read or not any(line.is_said and not line.is_left for line in lines)


def judge_items(lines: Sequence[Line], usable: Sequence[Said], *, is_event: bool, absent: bool) -> Iterator[Decision]:
    """Yield what changes in quarantine; `usable` is when each usable record of the key was said, and last confirmed.

    What the newest snapshot lacks is `absent`, and closed.
    """

    def placed(at: Order) -> Order:
        return at if is_event else (*at[:2], 0)

    said = [(placed(at), confirmed) for at, confirmed in usable]
    fixed = [_Item(line, placed(row.at), row.image, row) for line in lines if (row := line.kept) and row.is_item]
    arriving = [
        _Item(line, placed(f.at), f.image, None)
        for line in lines
        if line.is_new and (f := line.fresh) and not f.is_usable
    ]
    items: list[_Item] = [*fixed]
    for item in sorted(arriving, key=lambda i: i.at):
        if any(_repeats(item, other, said) for other in items):
            if item.line.had_row:
                yield _decision(item, "repeat", None, "duplicate")
        else:
            items.append(item)
    for item in items:
        yield from _judged(item, items, said, absent=absent)


def _repeats(item: _Item, other: _Item, said: Sequence[Said]) -> bool:
    """Say whether another record says the same and nothing usable lies between; those of one place are all items."""
    low, high = sorted((item.at, other.at))
    between = any(low < at < high or low[0] < confirmed < high[0] for at, confirmed in said)
    return other.image == item.image and low != high and not between


def _judged(item: _Item, items: Sequence[_Item], said: Sequence[Said], *, absent: bool) -> Iterator[Decision]:
    is_closed = absent or any(at > item.at or confirmed > item.at[0] for at, confirmed in said)
    is_closed = is_closed or any(other.at > item.at for other in items)
    after = "superseded" if is_closed else "quarantined"
    if item.row is None:
        yield _decision(item, "quarantine", None if item.line.had_row else "duplicate", after)
    elif is_closed and not item.row.is_past:
        yield _decision(item, "close", item.row.state, after)


def _decision(item: _Item, act: str, before: str | None, after: str) -> Decision:
    fresh: Fresh | None = item.line.fresh
    number = item.row.row_id if item.row else fresh.record_id if fresh else 0
    return Decision(item.line.delivery_id, item.line.row_number, act, number, before, after)
