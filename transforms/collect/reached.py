"""How far a view was read, by time of change and id; what tells no time that has come moves nothing.

A row that was committed late carries an older time of change. So each reading goes back by the contract's look-back
and skips the rows whose content was sent from that window before: their digests are part of the watermark. A row
without a time of change, or with one to come, is read every time, and its digest is kept as long as it stands so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from transforms.errors import Terminal

_MANY: Final = 10_000


class Reached:
    """The place in a view behind which rows are new."""

    def __init__(self, watermark: dict[str, Any], look_back: timedelta | None) -> None:
        """Begin where the last reading ended."""
        self.at = datetime.fromisoformat(watermark["at"]) if "at" in watermark else None
        self.last: Any = watermark.get("id")
        self._look_back = look_back
        self._sent: dict[str, str] = watermark.get("recent", {})
        self._recent: dict[str, tuple[datetime, str]] = {}
        self._untimed: dict[str, str] = {}

    @property
    def since(self) -> datetime | None:
        """Return from which time of change on rows are read; None means all."""
        return _before(self.at, self._look_back) if self.at and self._look_back is not None else self.at

    @property
    def is_exact(self) -> bool:
        """Say whether nothing is read twice but rows without a time that has come."""
        return self._look_back is None

    def take(self, own: Any, changed: datetime | None, digest: str, now: datetime) -> bool:
        """Note a row, in the order of time of change and id; say whether it is new. `now` is that of its database."""
        name = str(own)
        if changed is None or changed > now:
            self._untimed[name] = digest
            if len(self._untimed) > _MANY:
                what = f"more than {_MANY:,} rows of the view tell no time of change, or one to come"
                raise Terminal(what, "the view", "ask the body to set the time of change of each row when it changes")
        else:
            self.at, self.last = max(self.at or changed, changed), own
            if self._look_back is not None:
                self._recent[name] = (changed, digest)
                self._forget(_before(self.at, self._look_back))
        return self._sent.get(name) != digest

    def _forget(self, before: datetime) -> None:
        while self._recent:
            name, (changed, _) = next(iter(self._recent.items()))
            if changed >= before:
                return
            del self._recent[name]

    def watermark(self) -> dict[str, Any]:
        """Return what the next reading begins with."""
        recent = {name: digest for name, (_, digest) in self._recent.items()} | self._untimed
        place = {"at": self.at.isoformat(), "id": self.last} if self.at else {}
        return place | {"recent": recent} if place or recent else {}


def _before(at: datetime, span: timedelta) -> datetime:
    """Return the time a span before; systems write the first one that there is for none."""
    try:
        return at - span
    except OverflowError:
        return datetime.min.replace(tzinfo=at.tzinfo)
