"""What versions of the code make of made-up records, drawn at random, and what holds of any ledger."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st

from tests.support.replayed import Code, Memory, Raw, Read

KEYS = ("k1", "k2")
CONTENTS = range(4)
# What the code makes of a content: an image, or nothing usable; and of a key.
codes = st.builds(
    lambda images, keys: (images, keys),
    st.tuples(*[st.sampled_from(["x", "y", "z", None]) for _ in CONTENTS]),
    st.sampled_from([{"k1": "k1", "k2": "k2"}, {"k1": "k1", "k2": "k1"}, {"k1": "k2", "k2": "k3"}]),
)
Drawn = tuple[tuple[str | None, ...], dict[str, str]]


def code_of(drawn: Drawn) -> Code:
    images, keys = drawn

    def read(raw: Raw) -> Read:
        image = images[raw.content]
        return Read(keys[raw.key], image or f"raw {raw.content}", usable=image is not None)

    return read


def check(memory: Memory, sent: int) -> None:
    assert memory.states().total() == sent == len(memory.sent)
    assert max(Counter(k.raw.number for k in memory.rows).values(), default=1) == 1
    newest = [k.key for k in memory.rows if not k.row.is_item and not k.row.is_past]
    assert len(newest) == len(set(newest)), "one newest version a key"
    for kept in (k for k in memory.rows if not k.row.is_item and k.row.is_past):
        later = [k.row for k in memory.rows if k.key == kept.key and not k.row.is_past]
        assert any(row.at > kept.row.at or row.confirmed_at > kept.row.at[0] for row in later)
