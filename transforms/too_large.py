"""Records of more bytes than are read; Kafka takes them where a body compresses its messages."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 1_048_576
"""Bytes of the largest record that is read: Kafka's default for a message, and more than collect sends."""

TOO_LARGE: Final = '"too large"'
"""What is read in the place of a larger record: no object, and nothing of it."""
