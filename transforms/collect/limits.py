"""How much of anything a delivery may hold: hostile input is refused in constant memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound one delivery."""

    cell_chars: int = 1_048_576
    columns: int = 1_000
    line_chars: int = 4_194_304
    # Kafka's default message.max.bytes is 1,048,588 for a whole record batch.
    record_bytes: int = 900_000
    header_rows: int = 10
    footer_rows: int = 10
    named_labels: int = 50
    label_chars: int = 64


LIMITS: Final = Limits()
