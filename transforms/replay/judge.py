"""What a replay changes for one key: pure, record by record, in the order in which the body said them.

A row that is read as before stays. What is read otherwise is judged anew against what is said before it, and a row that
lost its successor is newest again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.replay.items import is_absent, judge_items
from transforms.replay.reading import NOW, Decision, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from transforms.replay.reading import Fresh, Order, Row


@dataclass
class _Version:
    line: Line
    at: Order
    image: str
    is_withdrawal: bool
    admitted_in: int
    row: Row | None
    confirmed_at: datetime

    @property
    def said_at(self) -> tuple[datetime, Order]:
        """Return when it was said last; of one time, what was said first then comes after what was said again."""
        return self.confirmed_at, self.at


def judge(lines: Sequence[Line], mode: str, *, is_newest_read: bool = False, is_whole: bool = False) -> list[Decision]:
    """Return what changes for one key, given all its rows and all of its records that the replay read.

    Nothing changes where every record is read as it was: a record without a row was a duplicate, and is one still.
    `is_newest_read` says whether the newest snapshot is read again: then it alone tells whether the key is in it;
    `is_whole` whether every record of the source is: then they alone tell what was confirmed.
    """
    is_snapshot = mode == "snapshot"
    is_event = mode == "event"
    absent = is_snapshot and is_absent(lines, is_newest_read=is_newest_read)
    is_ghost = absent and any(line.is_said for line in lines)
    if not is_ghost and not any(_is_changed(line, lines, is_event=is_event) for line in lines):
        return []
    versions, repeated = _versions(lines, is_whole=is_whole, is_event=is_event)
    newest = max(versions, key=lambda v: v.said_at, default=None)
    withdrawn_in = _ended_in(newest, lines) if newest else None
    if withdrawn_in is None and is_snapshot and newest:
        withdrawn_in = _withdrawn_in(newest, lines, absent=absent)
    decisions = list(_retired(lines))
    decisions += _judged_versions(versions, newest, withdrawn_in)
    decisions += (_repeat(line) for line in repeated if line.had_row)
    usable = [(v.at, v.confirmed_at) for v in versions]
    usable += [(f.at, f.at[0]) for line in repeated if (f := line.fresh)]
    return decisions + list(judge_items(lines, usable, is_event=is_event, absent=absent))


def judge_keyless(lines: Sequence[Line]) -> list[Decision]:
    """Return what changes for records whose key cannot be read and that say the same: the first is the item of all."""
    if not any(_is_changed(line, lines, is_event=False) for line in lines):
        return []
    decisions = list(_retired(lines))
    is_open = any(row.state == "quarantined" for line in lines if (row := line.kept))
    for line in sorted(lines, key=lambda line: (line.delivery_id, line.row_number)):
        if line.is_new and line.fresh:
            if not is_open:
                before = None if line.had_row else "duplicate"
                number = line.fresh.record_id
                place = (line.delivery_id, line.row_number)
                decisions.append(Decision(*place, "quarantine", number, before, "quarantined"))
            elif line.had_row:
                decisions.append(_repeat(line))
            is_open = True
    return decisions


def _is_changed(line: Line, lines: Sequence[Line], *, is_event: bool) -> bool:
    if line.fresh is None:
        return line.is_left
    if line.had_row:
        return line.is_new
    rows = [other.row for other in lines if other.row]
    if line.fresh.is_usable:
        return not _was_repeat(line.fresh, [row for row in rows if not row.is_item], is_event=is_event)
    return not _was_item(line.fresh, rows)


def _was_item(fresh: Fresh, rows: Sequence[Row]) -> bool:
    return any(row.is_item and row.image == fresh.image for row in rows)


def _was_repeat(fresh: Fresh, versions: Sequence[Row], *, is_event: bool) -> bool:
    """Say whether a record that left no row confirmed a version, or came late or twice and said what one says."""
    is_late = any(row.at > fresh.at for row in versions)
    return any(
        row.image == fresh.image
        and (
            is_late
            or (is_event and row.at[0] == fresh.at[0])
            or (row.at < fresh.at and _confirmed(row, fresh, versions))
        )
        for row in versions
    )


def _confirmed(row: Row, fresh: Fresh, versions: Sequence[Row]) -> bool:
    """Say whether a record that left no row can have said again what the version before it says."""
    if fresh.at[0] < row.confirmed_at:
        return True
    is_then = fresh.at[0] == row.confirmed_at
    between = [v for v in versions if row.at < v.at < fresh.at and v.image != row.image]
    return (is_then and all(v.at[0] != fresh.at[0] for v in between)) or (
        row.admitted_in == fresh.admitted_in and all(v.admitted_in != fresh.admitted_in for v in between)
    )


def _retired(lines: Sequence[Line]) -> Iterator[Decision]:
    for line in lines:
        row = line.row
        if row and not line.kept:
            act = "retire_item" if row.is_item else "retire_record"
            yield Decision(line.delivery_id, line.row_number, act, row.row_id, row.state, None)


def _versions(lines: Sequence[Line], *, is_whole: bool, is_event: bool) -> tuple[list[_Version], list[Line]]:
    """Return the versions of the key in their order, and the records that only repeat one of them."""
    found = [version for line in lines if (version := _version(line))]
    for version in found:
        version.confirmed_at = _confirmed_at(version, lines, is_whole=is_whole)
    fixed = [version for version in found if version.row]
    versions: list[_Version] = []
    repeated: list[Line] = []
    newest: _Version | None = None
    for version in sorted(found, key=lambda v: v.at):
        if version.row is None and _repeats(version, newest, versions, fixed, is_event=is_event):
            repeated.append(version.line)
            if newest and newest.image == version.image:
                newest.confirmed_at = max(newest.confirmed_at, version.at[0])
        else:
            versions.append(version)
            newest = version if newest is None or version.said_at > newest.said_at else newest
    return versions, repeated


def _version(line: Line) -> _Version | None:
    row, fresh = line.kept, line.fresh
    if row and not row.is_item:
        return _Version(line, row.at, row.image, row.is_withdrawal, row.admitted_in, row, row.at[0])
    if line.is_new and fresh and fresh.is_usable:
        return _Version(line, fresh.at, fresh.image, fresh.is_withdrawal, fresh.admitted_in, None, fresh.at[0])
    return None


def _confirmed_at(version: _Version, lines: Sequence[Line], *, is_whole: bool) -> datetime:
    """Return up to when the row of a version was confirmed; where all is read again, by what still says the same."""
    first, row = version.at[0], version.line.row
    if row is None or row.confirmed_at <= first:
        return first
    if not is_whole:
        return row.confirmed_at
    usable = [f for line in lines if (f := line.fresh) and f.is_usable and f.image == version.image]
    return max([first, *(f.at[0] for f in usable if f.at[0] <= row.confirmed_at)])


def _repeats(
    version: _Version, newest: _Version | None, before: Sequence[_Version], fixed: Sequence[_Version], *, is_event: bool
) -> bool:
    known = [*before, *(f for f in fixed if f.at > version.at)]
    if newest and newest.image == version.image and not _came_back(version, newest):
        return True
    is_late = any(f.at > version.at for f in fixed)
    if is_late and not version.line.had_row and any(k.image == version.image for k in known):
        return True
    is_anywhere = is_event or is_late or bool(newest and version.at[0] < newest.confirmed_at)
    of_its_time = [k for k in known if k.at[0] == version.at[0] and k.image == version.image]
    return is_anywhere and any(not _came_back(version, k) for k in of_its_time)


def _came_back(version: _Version, before: _Version) -> bool:
    """Say whether the key was absent in between: what comes back is a version, even if it says the same."""
    withdrawn_in = before.line.withdrawn_in
    return withdrawn_in is not None and version.admitted_in > withdrawn_in


def _judged_versions(
    versions: Sequence[_Version], newest: _Version | None, newest_withdrawn_in: int | None
) -> Iterator[Decision]:
    for version in versions:
        is_newest = version is newest
        row, fresh = version.row, version.line.fresh
        withdrawn_in, after = version.line.withdrawn_in, "superseded"
        if is_newest:
            withdrawn_in = newest_withdrawn_in
            after = "withdrawn" if version.is_withdrawal or withdrawn_in is not None else "current"
        place = (version.line.delivery_id, version.line.row_number)
        confirmed_at = version.confirmed_at if version.confirmed_at > version.at[0] else None
        moved_to = version.confirmed_at if row and version.confirmed_at != row.confirmed_at else None
        if row is None and fresh is not None:
            before = None if version.line.had_row else "duplicate"
            yield Decision(*place, "let_in", fresh.record_id, before, after, withdrawn_in, confirmed_at)
        elif row and is_newest and (row.is_past or (row.state, after) == ("withdrawn", "current")):
            yield Decision(*place, "restore", row.row_id, row.state, after, withdrawn_in, confirmed_at)
        elif row and is_newest and row.state != after:
            yield Decision(*place, "withdraw", row.row_id, row.state, after, withdrawn_in, moved_to)
        elif row and not row.is_past and not is_newest:
            yield Decision(*place, "supersede", row.row_id, row.state, after, confirmed_at=moved_to)
        elif row and moved_to:
            yield Decision(*place, "confirm", row.row_id, None, None, confirmed_at=moved_to)


def _ended_in(newest: _Version, lines: Sequence[Line]) -> int | None:
    """Return the admission by which a person gave the number to another case, where nothing was said since.

    A row that a replay let in has the admission of the replay; what is said in it was admitted before.
    """
    if newest.line.ended_in is not None:
        return newest.line.ended_in
    said_in = newest.line.fresh.admitted_in if newest.line.fresh else newest.admitted_in
    ended_in = max((line.ended_in for line in lines if line.ended_in is not None), default=None)
    return ended_in if ended_in is not None and said_in < ended_in else None


def _withdrawn_in(newest: _Version, lines: Sequence[Line], *, absent: bool) -> int | None:
    """Return the admission that found the key absent, NOW where nobody has yet; null where the key is still said."""
    if any(line.is_in_newest and _is_usable(line) for line in lines):
        return None
    own = newest.line
    if own.stands and own.withdrawn_in is None and not absent:
        return None
    known = [line.withdrawn_in for line in lines if line.row or line is own]
    found = [admission for admission in known if admission is not None and newest.admitted_in <= admission]
    return max(found, default=NOW if absent else None)


def _is_usable(line: Line) -> bool:
    return line.fresh.is_usable if line.fresh else bool(line.kept and not line.kept.is_item)


def _repeat(line: Line) -> Decision:
    number = line.fresh.record_id if line.fresh else 0
    return Decision(line.delivery_id, line.row_number, "repeat", number, None, "duplicate")
